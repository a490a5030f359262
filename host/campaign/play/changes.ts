// What the changes that a call has made mean for what the oracles remember: which slots were written by whom, what counts as a trial, and what
// stays open until somebody looks at what stands there. Judges no jump and no rest.
import {
  IN_BOOT,
  TOUCHED_COUNTER,
  TOUCHED_RECORD,
  TOUCHED_RETAINED,
  TOUCHED_SLOT_A,
  TOUCHED_SLOT_B,
} from "./call.js";
import * as memory from "./history.js";
import type { History } from "./history.js";
import type { Judge } from "./judge.js";
import type { Position } from "./position.js";
import * as trials from "./trials.js";
import { oracleBit } from "../plan/oracles.js";

/** What a call's writes mean for what the oracles remember, and what they say of them. */
interface Changed {
  readonly history: History;
  readonly violations: number;
}

/** Where boot keeps a count of attempts: the Record, a counter, a retained word. */
const COUNTS = TOUCHED_RECORD | TOUCHED_COUNTER | TOUCHED_RETAINED;

/** Keeps the oracles' memory up with what calls change. */
export class Changes {
  readonly #judge: Judge;
  readonly #resets: boolean;
  readonly #failsSelfTest: (position: Position) => boolean;

  /**
   * @param resets the model reset is on: else nothing needs to remember what is on trial
   * @param failsSelfTest whether the firmware at a position is reset before it confirms itself
   */
  constructor(judge: Judge, resets: boolean, failsSelfTest: (position: Position) => boolean) {
    this.#judge = judge;
    this.#resets = resets;
    this.#failsSelfTest = failsSelfTest;
  }

  #afterCounting(history: History): History {
    return this.#resets ? trials.afterCounting(history) : history;
  }

  /** What the changed regions mean for the oracles' memory; what depends on what stands in them now stays open (OPEN_ bits). */
  made(position: Position, touched: number): Changed {
    const running = position.bootedOffset === IN_BOOT ? -1 : this.#judge.slotAt(position.bootedOffset);
    const before = { history: position.history, violations: 0 };
    // What an earlier cut has left is there to be looked at as long as boot writes no slot.
    const isAsLeft = running === -1 && (touched & (TOUCHED_SLOT_A | TOUCHED_SLOT_B)) === 0;
    const looked = isAsLeft ? this.looked(before) : before;
    if (touched === 0) return looked;
    let { history } = looked;
    if ((touched & TOUCHED_SLOT_A) !== 0)
      history = this.#afterWriting(position, history, { slot: 0, running });
    if ((touched & TOUCHED_SLOT_B) !== 0)
      history = this.#afterWriting(position, history, { slot: 1, running });
    if (running === -1 && (touched & COUNTS) !== 0) history = this.#afterCounting(history);
    if (running !== -1 && (touched & COUNTS) !== 0)
      history = trials.afterRequest(history, running, (touched & TOUCHED_RECORD) !== 0);
    const excused = position.overdue === "record" ? TOUCHED_RETAINED | TOUCHED_RECORD : TOUCHED_RETAINED;
    const late = position.overdue && running !== -1 && (touched & ~excused) !== 0;
    return { history, violations: looked.violations | (late ? oracleBit("trial-reverts") : 0) };
  }

  /** The firmware of the slot `running` (-1: boot) has written a slot. */
  #afterWriting(
    position: Position,
    history: History,
    { slot, running }: { readonly slot: number; readonly running: number },
  ): History {
    if (running !== (slot ^ 1))
      return history.confirmed === slot ? memory.afterOpen(history, memory.OPEN_MOVED) : history;
    if (!trials.isTried(history, running)) return memory.afterChanged(history, slot);
    // Who cannot have confirmed itself must leave what it would fall back to.
    const ruins = this.#failsSelfTest(position) ? memory.OPEN_RUINED : 0;
    return memory.afterOpen(history, memory.OPEN_WRITTEN | ruins);
  }

  /** Looks at what is open, where the device stands. */
  looked(changed: Changed): Changed {
    const { history, violations } = changed;
    if (history.open === 0) return changed;
    const looked = this.#judge.afterWritten(history);
    return { history: looked.history, violations: violations | looked.violations };
  }
}
