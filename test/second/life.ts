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
  /** Runs once more than it may; "record": boot has changed nothing in this power-up, so its firmware may write the Record again. */
  readonly overdue: false | "silent" | "record";
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
  call(content: Content, where: Where, choices: readonly number[], listener: Listener): Made {
    const guest = where.booted === NOWHERE ? this.#machine.boot : this.#machine.agent;
    const input = where.booted === NOWHERE || this.#failsSelfTest(content, where) ? 0 : SELF_TEST_GOOD;
    const situation = { ...where, choices, offers: this.#offers(content, where.memory) };
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
      const givenUp = { ...now.givenUp, offered: false };
      const kept = givenUp.expected ? now.kept : -1;
      const resets = isWanted ? now.resets : 0;
      now = { ...now, offer: now.offer + 1, settled: false, givenUp, kept, resets };
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
    const { memory, violated } = this.#afterTouching(content, where, touched);
    if (loss === "power") return { next: powerOn(CAUSE.power, memory), violated };
    return { next: powerOn(CAUSE.open, this.#struck(content, memory, touched)), violated };
  }

  /** A reset may have cost the offered image, or the expected one, one of its attempts. */
  #struck(content: Content, memory: Memory, touched: ReadonlySet<Region>): Memory {
    const { expect, offers } = this.#machine.world.story;
    const trial = this.judge.trial(content, memory, touched, {
      offered: offers[memory.offer]?.generation ?? -1,
      expected: "runs" in expect ? expect.runs : -1,
    });
    return trial === undefined ? memory : memories.wasReset(memory, trial);
  }

  #afterTouching(content: Content, where: Where, touched: ReadonlySet<Region>) {
    const runs = this.#machine.callerAt(where.booted);
    // As long as boot has written no slot, what a cut has left is there to be seen.
    const isLeft = runs === "boot" && !touched.has(0) && !touched.has(1);
    const seen = isLeft ? this.#seen(content, where.memory) : { memory: where.memory, violated: [] };
    let { memory } = seen;
    for (const slot of [0, 1] as const) {
      if (!touched.has(slot)) continue;
      const { unseen } = memory;
      if (runs === "boot" || runs === slot) {
        if (memory.confirmed === slot) memory = { ...memory, unseen: { ...unseen, moved: true } };
      } else if (memories.isOnTrial(memory, runs)) {
        const isUnfit = unseen.overwritten === "unfit" || this.#failsSelfTest(content, where);
        memory = { ...memory, unseen: { ...unseen, overwritten: isUnfit ? "unfit" : "fit" } };
      } else memory = memories.installed(memory, slot);
    }
    const counts = touched.has("record") || touched.has("counter") || touched.has("retained");
    if (runs === "boot") {
      if (this.#countsResets && counts) memory = memories.counted(memory);
    } else if (counts) memory = memories.requested(memory, runs, touched.has("record") ? "record" : "other");
    const isExcused = (region: Region) =>
      region === "retained" || (region === "record" && where.overdue === "record");
    const isLate = where.overdue && runs !== "boot" && ![...touched].every(isExcused);
    return { memory, violated: isLate ? [...seen.violated, "trial-reverts"] : seen.violated };
  }

  /** What was left to be seen is looked at: what stands where it stood was not written over. */
  #seen(content: Content, memory: Memory) {
    const { unseen, newest, behind } = memory;
    let now: Memory = { ...memory, unseen: memories.NOTHING.unseen };
    const violated: Oracle[] = [];
    if (unseen.overwritten !== "no" && newest !== -1) {
      const other = newest === 0 ? 1 : 0;
      if (behind === -1 || !this.judge.holds(content, other, behind)) {
        now = memories.installed(now, other);
        if (behind !== -1 && unseen.overwritten === "unfit") violated.push("trial-reverts");
      }
    }
    const { confirmed } = memory;
    if (unseen.moved && confirmed !== -1 && !this.judge.confirmedStands(content, memory))
      now = memories.moved(now, confirmed);
    return { memory: now, violated };
  }

  /** Judges a call. */
  after(where: Where, made: Made): After {
    const { hal } = made;
    const touching = this.#afterTouching(made.content, where, hal.touched);
    const { memory, violated } = this.#seen(made.content, touching.memory);
    const found = [...touching.violated, ...violated];
    if (hal.ruleBreaks > 0) found.push("flash-rules");
    if (hal.denials > 0) found.push("in-bounds");
    const isBoot = where.booted === NOWHERE;
    if (isBoot && hal.slotAttempts > 0 && !this.#machine.boot.writesSlots)
      found.push("boot-never-erases-slot");
    const changed = hal.writes > 0 || hal.retainedChanges > 0 || !memories.same(memory, where.memory);
    const here: Where = { ...where, cause: hal.cause, memory, changed: where.changed || changed };
    const after = isBoot ? this.#afterBoot(here, made) : this.#afterStep(here, made, changed);
    return { ...after, violated: [...new Set([...found, ...after.violated])] };
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
    const writes = hal.writes > 0 || hal.retainedChanges > 0;
    const jump = this.judge.jump(content, memory, end.offset, writes);
    const isAsItWas = !writes && jump.memory.tallied[this.#machine.slotAt(end.offset)];
    const overdue: Where["overdue"] = jump.overdue ? (isAsItWas ? "record" : "silent") : false;
    const violated = [...jump.violated, ...lost];
    if (jump.picture === undefined) {
      const fallen = { ...here, memory: jump.memory, overdue };
      return this.#powerCycle(
        { ...fallen, changed: here.changed || !memories.same(jump.memory, here.memory) },
        CAUSE.watchdog,
        violated,
        made(end, content),
      );
    }
    const ran = this.#settledBy(jump.memory, "ran", jump.picture.generation);
    const runs = remembering(here, this.#advanced(content, ran));
    return { next: { ...runs, booted: end.offset, overdue }, violated, rested: false };
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
  #powerCycle(
    here: Where,
    cause: number,
    found: readonly Oracle[],
    { content, halted, refused }: Ended,
  ): After {
    const violated = here.overdue ? [...found, "trial-reverts"] : [...found];
    if (here.changed || here.cause !== cause)
      return { next: powerOn(cause, here.memory), violated, rested: false };
    const slot = here.booted === NOWHERE ? undefined : this.#machine.slotAt(here.booted);
    const rest = { slot, confirmed: here.confirmed, refused, halted, memory: here.memory };
    return { next: here, violated: [...violated, ...this.judge.atRest(content, rest)], rested: true };
  }
}

/** What a rest is judged by. */
interface Ended {
  readonly content: Content;
  /** The reason with which boot has halted. */
  readonly halted: number | undefined;
  /** The agent has refused what is offered. */
  readonly refused: boolean;
}

function made(end: End, content: Content): Ended {
  const refused = end.kind === "returned" && end.value === STEP.refused;
  return { content, halted: end.kind === "halted" ? end.reason : undefined, refused };
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
