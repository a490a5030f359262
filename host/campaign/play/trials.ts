// What the oracles remember of trials: who is on trial, who has counted boots of it, which resets came in it and what these excuse. Part of
// a history (history.ts); judges nothing.
import { type History, after, afterChanged, bootsOf, isConfirmed, wasChanged } from "./history.js";

/** The firmware in `slot` is that of the newest image, and not confirmed: it is on trial, whatever it does. */
export function isTried(history: History, slot: number): boolean {
  return history.newest === slot && !isConfirmed(history, slot);
}

/**
 * The firmware in `slot` wrote the Record: that may ask for a new trial of the other slot, where it is confirmed, or has installed
 * there; not where it is on trial itself. So may a counter or a retained word (`inRecord` is false), where something was installed.
 */
export function afterRequest(history: History, slot: number, inRecord: boolean): History {
  const other = slot ^ 1;
  if (isConfirmed(history, other) || isTried(history, slot)) return history;
  if (!inRecord && !wasChanged(history, other)) return history;
  return history.confirmed === -1 && history.newest !== other ? history : afterChanged(history, other);
}

/** Boots of the unconfirmed image in a slot have counted it: one that changes nothing takes it for confirmed. */
export function hasCounted({ counts }: History, slot: number): boolean {
  return (counts & (1 << slot)) !== 0;
}

/**
 * One more boot of an unconfirmed image, counted up to `most`.
 * @param fallback generation of what the newest one would fall back to
 * @param hasChanged boot has changed something before it ran the image
 */
export function afterTrialBoot(
  history: History,
  slot: number,
  most: number,
  { fallback, hasChanged = false }: { readonly fallback: number; readonly hasChanged?: boolean },
): History {
  const boots = Math.min(most, bootsOf(history, slot) + 1);
  const behind = history.newest === slot ? fallback : history.fallback;
  const counts = history.counts | (hasChanged ? 1 << slot : 0);
  if (boots === bootsOf(history, slot) && behind === history.fallback && counts === history.counts)
    return history;
  return after(history, `boot ${slot} ${boots} ${behind} ${counts}`, () => ({
    fallback: behind,
    counts,
    ...(slot === 0 ? { bootsA: boots } : { bootsB: boots }),
  }));
}

/** Boot wrote the Record, a counter or a retained word: a trial is under way, where one was asked for since the last confirmation. */
export function afterCounting(history: History): History {
  if (history.onTrial || !(history.changedA || history.changedB)) return history;
  return after(history, "counting", () => ({ onTrial: true }));
}

/** A trial that a reset may strike. */
export interface Trial {
  /** Of whose image: SPENT_ bits; 0: there is none. */
  readonly whose: number;
  /** Resets that it does not survive. */
  readonly spare: number;
  /** Its image has booted. */
  readonly hasRun: boolean;
  /** Generation of the image that it falls back to; -1: none. */
  readonly instead: number;
}

/** A reset comes in a trial, counted where that is under way. With as many as it does not survive, it may be given up. */
export function afterReset(history: History, { whose, spare, hasRun, instead }: Trial): History {
  const { onTrial, trialResets } = history;
  if (whose === 0 || !(onTrial || hasRun)) return history;
  const struck = Math.max(trialResets, Math.min(spare, trialResets + 1));
  const spent = struck >= spare ? history.spent | whose : history.spent;
  const stays = struck >= spare ? instead : history.instead;
  if (struck === trialResets && spent === history.spent && stays === history.instead) return history;
  return after(history, `reset ${struck} ${spent} ${stays}`, () => ({
    trialResets: struck,
    spent,
    instead: stays,
  }));
}
