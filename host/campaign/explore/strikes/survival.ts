// What became of single strikes: survived or not, and how the device ended instead, by field. A share of a campaign keeps all
// of it, so that shares can be merged; the report is made of the whole.
import { RESTS_DOWN, RESTS_WRONG, oracleBit } from "../../plan/oracles.js";
import { GrowingWords } from "../../../core/data/growing.js";
import type { StrikeList } from "./strike-lists.js";
import { type Strike, formatStrike } from "../../plan/strikes.js";

/** What became of the faults in one field of flash or of one kind, of those that do not stop a run by themselves. */
export interface SurvivalField {
  /** "rest" (one bit of flash at rest), "pair", "counter", "offer", "read", "ram", "refetch", "write". */
  readonly kind: string;
  /** Where: "slot A (v1 for slot A): TLV SHA256", "Record area 0: body", "erase of slot B". */
  readonly field: string;
  readonly total: number;
  /** The device rests with an image running that may run, or as the scenario says. */
  readonly survived: number;
  /** It rests as the scenario says, as if nothing had happened. */
  readonly asExpected: number;
  /** Not as expected: how it rests instead, like "boot halts: DIGEST", with how often. */
  readonly otherwise: readonly { readonly ending: string; readonly count: number }[];
  /** Places that are not survived: of flips at rest every one, as ranges; of the rest some, as they are named in traces. */
  readonly places: readonly string[];
}

/** Faults that a device is not bound to survive: every one must be safe, and the share that it survives is counted. */
export interface Survival {
  readonly total: number;
  readonly survived: number;
  readonly asExpected: number;
  /** Of the total, those that were sampled with the seed; the others are exhaustive. */
  readonly sampled: number;
  /** Single flips at rest beyond the total: of words that nothing asks for, so that the run goes as it does without. */
  readonly unread: number;
  readonly fields: readonly SurvivalField[];
}

/** A device that does not survive: it rests with nothing running that may, or never rests. */
const NOT_SURVIVED = RESTS_DOWN | oracleBit("converges");
/** One that survives but does not end as the scenario says. */
const NOT_AS_EXPECTED = RESTS_WRONG | NOT_SURVIVED;
/** Names of struck places that a report shows of a field. */
const PLACES_MAX = 32;

/** What became of a field's strikes. */
export interface FieldTally {
  readonly kind: string;
  readonly field: string;
  total: number;
  sampled: number;
  survived: number;
  asExpected: number;
  /** How often it ended how instead of as expected. */
  readonly endings: Record<string, number>;
  /** Single flips at rest that are not survived: offset of the word and its bits, in the order in which they were struck. */
  readonly flips: (readonly [offset: number, mask: number])[];
  /** Other strikes that are not survived. */
  readonly places: string[];
}

/** What a share of a campaign found out. */
export interface SurvivalTallies {
  /** Single flips of words that nothing asks for. */
  unread: number;
  readonly fields: FieldTally[];
}

/** Where a struck run leads: a state, or straight to its end. */
export interface StruckEnd {
  /** -1: the run ended with the struck call. */
  readonly state: number;
  /** What the oracles say of the struck call, as a mask. */
  readonly violations: number;
  /** How it ended, where it did. */
  readonly ending: string;
}

/** Collects strikes while an exploration runs. */
export class SurvivalLog {
  readonly #fields: { readonly kind: string; readonly field: string }[] = [];
  readonly #fieldIds = new Map<string, number>();
  readonly #entries = new GrowingWords();
  readonly #strikes: (readonly Strike[])[] = [];
  readonly #ends: StruckEnd[] = [];
  unread = 0;

  /** Strike `index` of a list led to `end`. */
  add(list: StrikeList, index: number, strikes: readonly Strike[], end: StruckEnd): void {
    const field = list.fieldOf(index);
    const key = `${list.kind}\n${field}`;
    let id = this.#fieldIds.get(key);
    if (id === undefined) {
      id = this.#fields.push({ kind: list.kind, field }) - 1;
      this.#fieldIds.set(key, id);
    }
    this.#entries.push(id * 2 + (list.sampled ? 1 : 0));
    const [strike] = strikes;
    const isSingleFlip = list.kind === "rest" && strike?.kind === "flip";
    this.#entries.push(isSingleFlip ? strike.offset + 1 : 0);
    this.#entries.push(isSingleFlip ? strike.bit : this.#strikes.push(strikes) - 1);
    const isCalm = end.state !== -1 && end.violations === 0;
    this.#entries.push(isCalm ? end.state * 2 : (this.#ends.push(end) - 1) * 2 + 1);
  }

  /** The tallies; `futureOf` says what the oracles say of a state's future, `endingOf` how it ends. */
  tallies(futureOf: (state: number) => number, endingOf: (state: number) => string): SurvivalTallies {
    const fields = this.#fields.map(({ kind, field }): FieldTally => ({
      kind,
      field,
      total: 0,
      sampled: 0,
      survived: 0,
      asExpected: 0,
      endings: {},
      flips: [],
      places: [],
    }));
    const entries = this.#entries;
    for (let at = 0; at < entries.size; at += 4) {
      const head = entries.at(at);
      const tally = fields[head >>> 1] as FieldTally;
      tally.total++;
      tally.sampled += head & 1;
      const end = this.#endAt(entries.at(at + 3));
      const mask = end.violations | (end.state === -1 ? 0 : futureOf(end.state));
      if ((mask & NOT_AS_EXPECTED) === 0) tally.asExpected++;
      else {
        const ending = end.state === -1 ? end.ending : endingOf(end.state);
        tally.endings[ending] = (tally.endings[ending] ?? 0) + 1;
      }
      if ((mask & NOT_SURVIVED) === 0) {
        tally.survived++;
        continue;
      }
      const offset = entries.at(at + 1);
      if (offset === 0)
        tally.places.push((this.#strikes[entries.at(at + 2)] ?? []).map(formatStrike).join(" and "));
      else addFlip(tally.flips, offset - 1, (1 << entries.at(at + 2)) >>> 0);
    }
    return { unread: this.unread, fields };
  }

  #endAt(entry: number): StruckEnd {
    if ((entry & 1) === 0) return { state: entry >>> 1, violations: 0, ending: "" };
    return this.#ends[entry >>> 1] as StruckEnd;
  }
}

function addFlip(flips: (readonly [number, number])[], offset: number, mask: number): void {
  const last = flips.at(-1);
  if (last?.[0] === offset) flips[flips.length - 1] = [offset, (last[1] | mask) >>> 0];
  else flips.push([offset, mask]);
}

/** Several shares as one. */
export function mergeSurvival(shares: readonly SurvivalTallies[]): SurvivalTallies {
  const fields = new Map<string, FieldTally>();
  for (const tally of shares.flatMap((share) => share.fields)) {
    const key = `${tally.kind}\n${tally.field}`;
    const known = fields.get(key);
    if (known === undefined) {
      fields.set(key, {
        ...tally,
        endings: { ...tally.endings },
        flips: [...tally.flips],
        places: [...tally.places],
      });
      continue;
    }
    known.total += tally.total;
    known.sampled += tally.sampled;
    known.survived += tally.survived;
    known.asExpected += tally.asExpected;
    for (const [ending, count] of Object.entries(tally.endings))
      known.endings[ending] = (known.endings[ending] ?? 0) + count;
    for (const flip of tally.flips) known.flips.push(flip);
    for (const place of tally.places) known.places.push(place);
  }
  return { unread: shares.reduce((sum, { unread }) => sum + unread, 0), fields: [...fields.values()] };
}

/** The report's view of it, in an order that does not depend on how it was found. */
export function survivalOf({ unread, fields }: SurvivalTallies): Survival {
  const rows = [...fields].sort((a, b) => compare(a.kind, b.kind) || compare(a.field, b.field));
  const sum = (pick: (tally: FieldTally) => number) => rows.reduce((total, row) => total + pick(row), 0);
  return {
    total: sum(({ total }) => total),
    survived: sum(({ survived }) => survived),
    asExpected: sum(({ asExpected }) => asExpected),
    sampled: sum(({ sampled }) => sampled),
    unread,
    fields: rows.map((row): SurvivalField => ({
      kind: row.kind,
      field: row.field,
      total: row.total,
      survived: row.survived,
      asExpected: row.asExpected,
      otherwise: Object.entries(row.endings)
        .map(([ending, count]) => ({ ending, count }))
        .sort((a, b) => b.count - a.count || compare(a.ending, b.ending)),
      places: [...rangesOf(row.flips), ...[...row.places].sort(compare).slice(0, PLACES_MAX)],
    })),
  };
}

/** Words of which every bit is meant as ranges "0x20000..0x2003f"; others as "0x20040 bits 3,7". */
function rangesOf(flips: readonly (readonly [number, number])[]): string[] {
  const masks = new Map<number, number>();
  for (const [offset, mask] of flips) masks.set(offset, ((masks.get(offset) ?? 0) | mask) >>> 0);
  const offsets = [...masks.keys()].sort((a, b) => a - b);
  const texts: string[] = [];
  for (let at = 0; at < offsets.length; at++) {
    const first = offsets[at] as number;
    const mask = masks.get(first) as number;
    if (mask !== 0xffffffff) {
      const bits = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((mask >>> bit) & 1) !== 0);
      texts.push(`0x${first.toString(16)} bits ${bits.join(",")}`);
      continue;
    }
    let last = first;
    while (offsets[at + 1] === last + 4 && masks.get(last + 4) === 0xffffffff) {
      last += 4;
      at++;
    }
    texts.push(`0x${first.toString(16)}..0x${(last + 3).toString(16)}`);
  }
  return texts;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
