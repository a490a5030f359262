// A device's life between guest calls: which call comes next, with which input and offers, and where the device stands after it; and
// what the oracles say of the call.
import { ENDED, Hal, type Listener, type Region } from "./hal.js";
import { Judge, type Oracle } from "./judge.js";
import type { Machine, Offered } from "./machine.js";
import * as memories from "./memory.js";
import type { Memory } from "./memory.js";
import { CAUSE, NOWHERE, SELF_TEST_GOOD, STEP } from "./numbers.js";
import type { Content } from "./world.js";

/** Where the device stands between two guest calls. */
export interface Where {
  /** Offset that boot has jumped to; NOWHERE: boot comes next. */
  readonly booted: number;
  readonly cause: number;
  readonly memory: Memory;
  /** Something has changed in this power-up: it is no rest. */
  readonly changed: boolean;
  /** The agent has said in this power-up that it is confirmed. */
  readonly confirmed: boolean;
  readonly overdue: boolean;
}

export type Loss = "power" | "reset";

/** How a call ended. */
type End =
  | { readonly kind: "jumped"; readonly offset: number }
  | { readonly kind: "halted"; readonly reason: number }
  | { readonly kind: "returned"; readonly value: number }
  | { readonly kind: "read-fault" | "hung" | "trapped" };

/** A call that has come to its end. */
export interface Made {
  readonly content: Content;
  readonly end: End;
  readonly hal: Hal;
}

/** Where a call has led to, and what it violates. */
export interface After {
  readonly next: Where;
  readonly violated: readonly Oracle[];
  readonly rested: boolean;
}

/** About to boot. */
export function powerOn(cause: number, memory: Memory): Where {
  return { booted: NOWHERE, cause, memory, changed: false, confirmed: false, overdue: false };
}

/** The lives of one machine's device. */
export class Life {
  readonly judge: Judge;
  readonly #machine: Machine;
  readonly #countsResets: boolean;

  /** @param countsResets resets are among the faults: only then it matters whether a trial is under way */
  constructor(machine: Machine, countsResets: boolean) {
    this.#machine = machine;
    this.#countsResets = countsResets;
    this.judge = new Judge(machine);
  }

  /** Makes the next call on a content of its own. */
  call(content: Content, where: Where, choice: number, listener: Listener): Made {
    const guest = where.booted === NOWHERE ? this.#machine.boot : this.#machine.agent;
    const input = where.booted === NOWHERE || this.#failsSelfTest(content, where) ? 0 : SELF_TEST_GOOD;
    const situation = { ...where, choice, offers: this.#offers(content, where.memory) };
    const hal = new Hal(this.#machine, content, situation, listener);
    try {
      return { content, end: guest.call(hal.functions(), input), hal };
    } catch (error) {
      if (error !== ENDED || hal.end === undefined) throw error;
      return { content, end: hal.end, hal };
    }
  }

  #offers(content: Content, memory: Memory): readonly Offered[] {
    const offer = this.#machine.world.story.offers[memory.offer];
    if (offer === undefined || this.#isSettled(content, memory)) return [];
    return this.#machine.offered.filter(({ generation }) => generation === offer.generation);
  }

  #isSettled(content: Content, memory: Memory): boolean {
    const offer = this.#machine.world.story.offers[memory.offer]!;
    if (offer.until !== "confirmed") return memory.settled;
    return this.judge.isConfirmed(content, memory, offer.generation);
  }

  /** On to the next offer, where the current one is settled; the last one stays the current one. */
  #advanced(content: Content, memory: Memory): Memory {
    const { story } = this.#machine.world;
    const wanted = "runs" in story.expect ? story.expect.runs : -1;
    const last = story.offers.length - 1;
    let now = memory;
    while (now.offer < last && this.#isSettled(content, now)) {
      const isWanted = story.offers.slice(0, now.offer + 1).some(({ generation }) => generation === wanted);
      now = { ...now, offer: now.offer + 1, settled: false, resets: isWanted ? now.resets : 0 };
    }
    return now;
  }

  #failsSelfTest(content: Content, { booted, memory }: Where): boolean {
    const picture = this.judge.pictureAt(content, booted);
    if (picture === undefined) return false;
    const { failsFirst } = this.#machine.world.story.selfTests[picture.generation]!;
    if (failsFirst === Infinity) return true;
    const slot = this.#machine.slotAt(booted);
    return !memories.standsConfirmed(memory, slot) && memory.boots[slot] <= failsFirst;
  }

  /** Where the device stands when it has lost its power, or was reset, after these regions were touched. */
  afterLoss(
    content: Content,
    where: Where,
    touched: ReadonlySet<Region>,
    loss: Loss,
  ): { readonly next: Where; readonly violated: readonly Oracle[] } {
    const { memory, violated } = this.#afterTouching(where, touched);
    if (loss === "power") return { next: powerOn(CAUSE.power, memory), violated };
    const { expect, offers } = this.#machine.world.story;
    const offered = offers[memory.offer]?.generation ?? -1;
    const tried = this.judge.mayTry(content, memory, touched, ["runs" in expect ? expect.runs : -1, offered]);
    const struck = tried ? memories.wasReset(memory, this.judge.resetsMax) : memory;
    return { next: powerOn(CAUSE.open, struck), violated };
  }

  #afterTouching(where: Where, touched: ReadonlySet<Region>) {
    const runs = this.#machine.callerAt(where.booted);
    let { memory } = where;
    for (const slot of [0, 1] as const) {
      if (!touched.has(slot)) continue;
      const installs = runs !== "boot" && runs !== slot;
      memory = installs ? memories.installed(memory, slot) : memories.moved(memory, slot);
    }
    if (touched.has("record")) {
      if (runs !== "boot") memory = memories.requested(memory, runs);
      else if (this.#countsResets) memory = memories.counted(memory);
    }
    const isLate = where.overdue && runs !== "boot" && touched.size > 0;
    return { memory, violated: isLate ? ["trial-reverts"] : [] };
  }

  /** Judges a call. */
  after(where: Where, made: Made): After {
    const { hal } = made;
    const { memory, violated } = this.#afterTouching(where, hal.touched);
    const found = [...violated];
    if (hal.ruleBreaks > 0) found.push("flash-rules");
    if (hal.denials > 0) found.push("in-bounds");
    if (this.#ruinsFallback(where, made)) found.push("trial-reverts");
    const isBoot = where.booted === NOWHERE;
    if (isBoot && hal.slotAttempts > 0 && !this.#machine.boot.writesSlots)
      found.push("boot-never-erases-slot");
    const changed = hal.writes > 0 || hal.retainedChanges > 0 || !memories.same(memory, where.memory);
    const here: Where = { ...where, cause: hal.cause, memory, changed: where.changed || changed };
    const after = isBoot ? this.#afterBoot(here, made) : this.#afterStep(here, made, changed);
    return { ...after, violated: [...new Set([...found, ...after.violated])] };
  }

  /** Firmware that fails its self-test has destroyed the confirmed image, in the other slot. */
  #ruinsFallback(where: Where, { content, hal }: Made): boolean {
    const { confirmed, generation } = where.memory;
    const runs = this.#machine.callerAt(where.booted);
    if (runs === "boot" || confirmed === -1 || confirmed === runs || generation === -1) return false;
    if (!hal.touched.has(confirmed) || this.judge.confirmedStands(content, where.memory)) return false;
    return this.#failsSelfTest(content, where);
  }

  #afterBoot(from: Where, { content, end, hal }: Made): After {
    const lost = hal.recordSaid === "none" && from.memory.recordKnown ? ["record-kept"] : [];
    const memory = hal.recordSaid === "found" ? { ...from.memory, recordKnown: true } : from.memory;
    const here = remembering(from, memory);
    if (end.kind !== "jumped")
      return this.#powerCycle(
        here,
        causeAfter(end),
        [...this.judge.noJump(content), ...lost],
        made(end, content),
      );
    const jump = this.judge.jump(content, memory, end.offset);
    const violated = [...jump.violated, ...lost];
    if (jump.picture === undefined) {
      const fallen = { ...here, memory: jump.memory, overdue: jump.overdue };
      return this.#powerCycle(
        { ...fallen, changed: here.changed || !memories.same(jump.memory, here.memory) },
        CAUSE.watchdog,
        violated,
        made(end, content),
      );
    }
    const ran = this.#settledBy(jump.memory, "ran", jump.picture.generation);
    const runs = remembering(here, this.#advanced(content, ran));
    return { next: { ...runs, booted: end.offset, overdue: jump.overdue }, violated, rested: false };
  }

  /** The current offer stands until this happens, to this generation, if to one. */
  #settledBy(memory: Memory, until: "ran" | "refused", generation?: number): Memory {
    const offer = this.#machine.world.story.offers[memory.offer];
    if (offer?.until !== until) return memory;
    return generation === undefined || offer.generation === generation
      ? { ...memory, settled: true }
      : memory;
  }

  /** @param changed the step has changed something */
  #afterStep(here: Where, { content, end }: Made, changed: boolean): After {
    const cycle = (at: Where, cause: number) => this.#powerCycle(at, cause, [], made(end, content));
    if (end.kind !== "returned") return cycle(here, causeAfter(end));
    if (end.value === STEP.confirmed) {
      const slot = this.#machine.slotAt(here.booted);
      const confirmed = this.#advanced(
        content,
        memories.confirmedIn(here.memory, slot, this.judge.standing(content, slot)[0]?.generation ?? -1),
      );
      return cycle({ ...remembering(here, confirmed), overdue: false, confirmed: true }, CAUSE.soft);
    }
    if (this.#failsSelfTest(content, here)) return cycle(here, CAUSE.watchdog);
    if (end.value === STEP.refused) {
      const refused = this.#advanced(content, this.#settledBy(here.memory, "refused"));
      return cycle(remembering(here, refused), CAUSE.soft);
    }
    // Who asks for more and has changed nothing would do so for ever.
    if (end.value !== STEP.more || !changed) return cycle(here, CAUSE.soft);
    return { next: here, violated: [], rested: false };
  }

  /** The power-up is over: a rest where nothing has changed and the next one begins as this one did. */
  #powerCycle(here: Where, cause: number, found: readonly Oracle[], { content, halted }: Ended): After {
    const violated = here.overdue ? [...found, "trial-reverts"] : [...found];
    if (here.changed || here.cause !== cause)
      return { next: powerOn(cause, here.memory), violated, rested: false };
    const slot = here.booted === NOWHERE ? undefined : this.#machine.slotAt(here.booted);
    const rest = { slot, confirmed: here.confirmed, halted, memory: here.memory };
    return { next: here, violated: [...violated, ...this.judge.atRest(content, rest)], rested: true };
  }
}

/** What a rest is judged by. */
interface Ended {
  readonly content: Content;
  /** The reason with which boot has halted. */
  readonly halted: number | undefined;
}

function made(end: End, content: Content): Ended {
  return { content, halted: end.kind === "halted" ? end.reason : undefined };
}

/** The same place with another memory: that is a change. */
function remembering(where: Where, memory: Memory): Where {
  return { ...where, memory, changed: where.changed || !memories.same(memory, where.memory) };
}

/** The reset that follows a call that has ended so. */
function causeAfter({ kind }: End): number {
  if (kind === "read-fault" || kind === "trapped") return CAUSE.fault;
  return kind === "hung" ? CAUSE.watchdog : CAUSE.soft;
}
