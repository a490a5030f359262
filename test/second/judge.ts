// What the oracles say, from bytes, counters and memory alone. Every oracle is a name; what is violated is a set of names.
import { readingsOf } from "./flash.js";
import type { Region } from "./hal.js";
import type { Machine } from "./machine.js";
import { type Memory, type Trial, booted, standsConfirmed } from "./memory.js";
import { FLOOR } from "./numbers.js";
import { type Content, type Picture, highestOf } from "./world.js";

/** An oracle's name, as the project has it. */
export type Oracle = string;

/** A jump, judged. */
export interface Jump {
  /** What runs now; undefined where no image begins there. */
  readonly picture: Picture | undefined;
  readonly memory: Memory;
  readonly violated: readonly Oracle[];
  /** An unconfirmed image runs once more than it may, and has yet to excuse that. */
  readonly overdue: boolean;
}

/** How a story has come to rest. */
export interface Rest {
  /** Slot that runs; undefined where boot did not jump. */
  readonly slot: 0 | 1 | undefined;
  /** It has said in this power-up that it is confirmed. */
  readonly confirmed: boolean;
  /** The firmware has said at its end that it refuses what is offered. */
  readonly refused: boolean;
  /** The reason with which boot has halted. */
  readonly halted: number | undefined;
  readonly memory: Memory;
}

/** Judges the contents of one machine. */
export class Judge {
  readonly #machine: Machine;
  /** Boots beyond which none is told from another. */
  readonly #bootsMax: number;

  constructor(machine: Machine) {
    this.#machine = machine;
    const { attempts, story } = machine.world;
    const failing = story.selfTests.map(({ failsFirst }) => (failsFirst === Infinity ? 0 : failsFirst));
    this.#bootsMax = Math.max(attempts, ...failing) + 1;
  }

  /** The images that stand, byte for byte and at every read, at the beginning of a slot. */
  standing(content: Content, slot: 0 | 1): Picture[] {
    const { part, pictures } = this.#machine.world;
    const { offset, size } = part.slots[slot];
    const isCertain = (bytes: number) => {
      for (let at = offset; at < offset + bytes; at += 4) {
        const [word, ...others] = readingsOf(content, part, at);
        if (word === null || others.length > 0) return false;
      }
      return true;
    };
    return pictures.filter(
      ({ bytes }) =>
        bytes.length <= size &&
        bytes.every((byte, at) => content.flash[offset + at] === byte) &&
        isCertain(bytes.length),
    );
  }

  /** The image whose first payload byte is at an offset. */
  pictureAt(content: Content, offset: number): Picture | undefined {
    const slot = this.#machine.slotAt(offset);
    const start = this.#machine.world.part.slots[slot].offset;
    return this.standing(content, slot).find(({ headerSize }) => start + headerSize === offset);
  }

  /** Whether an image stands in a slot that may run there and is not below the floor. */
  hasAllowed(content: Content, slot: 0 | 1): boolean {
    return this.standing(content, slot).some(
      (picture) => this.#isLinkedFor(picture, slot) && picture.securityCounter >= highestOf(content, FLOOR),
    );
  }

  #isLinkedFor({ linkedFor }: Picture, slot: 0 | 1): boolean {
    return linkedFor === null || linkedFor === this.#machine.world.part.slots[slot].offset;
  }

  /** authentic, no-wrong-image, no-rollback, confirmed-stays; and whether trial-reverts is due. */
  jump(content: Content, memory: Memory, offset: number, writes: boolean): Jump {
    const slot = this.#machine.slotAt(offset);
    const picture = this.pictureAt(content, offset);
    if (picture === undefined || !this.#isLinkedFor(picture, slot)) {
      const isNone = this.standing(content, slot).length === 0;
      return { picture, memory, violated: [isNone ? "authentic" : "no-wrong-image"], overdue: false };
    }
    const isBelow = picture.securityCounter < highestOf(content, FLOOR);
    const violated = isBelow ? ["no-rollback"] : [];
    const stands = this.confirmedStands(content, memory);
    if (memory.confirmed === slot && stands) return { picture, memory, violated, overdue: false };
    // The newest falls back to whatever is in the other slot, any other one to what was confirmed there.
    const other = slot === 0 ? 1 : 0;
    const behind = this.hasAllowed(content, other) ? this.generationIn(content, other) : -1;
    const tried = booted(memory, slot, { most: this.#bootsMax, behind, writes });
    const hasConfirmed = memory.newest === slot || (memory.confirmed === other && stands);
    const hasAlternative = hasConfirmed && this.hasAllowed(content, other);
    if (!hasAlternative) return { picture, memory: tried, violated, overdue: false };
    if (!tried.written[slot]) violated.push("confirmed-stays");
    const overdue = tried.boots[slot] > this.#machine.world.attempts;
    return { picture, memory: tried, violated, overdue };
  }

  /** no-brick: boot has not jumped, though an image stands that may run. */
  noJump(content: Content): Oracle[] {
    return this.hasAllowed(content, 0) || this.hasAllowed(content, 1) ? ["no-brick"] : [];
  }

  /** floor-follows, and what the story says of how it ends. */
  atRest(content: Content, { slot, confirmed, refused, halted, memory }: Rest): Oracle[] {
    const { expect, otherwise } = this.#machine.world.story;
    if ("halts" in expect) return halted === expect.halts ? [] : [otherwise];
    const first = slot === undefined ? undefined : this.standing(content, slot)[0];
    if (confirmed && first?.generation === expect.runs) return this.#floorFollows(content, first);
    const isLost = memory.givenUp.offered || memory.givenUp.expected;
    const isKept = isLost && (confirmed || refused) && first?.generation === memory.kept;
    if (isKept && first !== undefined && this.hasAllowed(content, slot!))
      return this.#floorFollows(content, first);
    // Where boot does not jump though it could, no-brick says so.
    const isSaid = slot === undefined && this.noJump(content).length > 0;
    return isSaid && otherwise !== "update-completes" ? [] : [otherwise];
  }

  /** Generation of the image in a slot; -1: none stands there. */
  generationIn(content: Content, slot: 0 | 1): number {
    return this.standing(content, slot)[0]?.generation ?? -1;
  }

  #floorFollows(content: Content, { securityCounter }: Picture): Oracle[] {
    const isFirm = content.counterWeak[FLOOR] === 0;
    return isFirm && content.counters[FLOOR] === securityCounter ? [] : ["floor-follows"];
  }

  /** An image of a generation is confirmed: it said so, and nothing was written over it. */
  isConfirmed(content: Content, memory: Memory, generation: number): boolean {
    const { confirmed } = memory;
    return (
      confirmed !== -1 && standsConfirmed(memory, confirmed) && this.holds(content, confirmed, generation)
    );
  }

  /** The trial that a reset strikes, when these regions were touched; undefined where there is none. */
  trial(
    content: Content,
    memory: Memory,
    touched: ReadonlySet<Region>,
    { offered, expected }: { readonly offered: number; readonly expected: number },
  ): Trial | undefined {
    const { newest, boots } = memory;
    if (newest !== -1 && !touched.has(newest) && !standsConfirmed(memory, newest)) {
      const other = newest === 0 ? 1 : 0;
      const generation = this.generationIn(content, newest);
      if (generation !== -1 && (generation === offered || generation === expected))
        return {
          offered: generation === offered,
          expected: generation === expected,
          most: this.resetsOf(generation),
          hasRun: boots[newest] > 0,
          behind: touched.has(other) ? memory.behind : this.generationIn(content, other),
        };
    }
    // Who moves images may have it in neither slot.
    const { boot, agent } = this.#machine;
    if (!boot.writesSlots && !agent.writesSlots) return undefined;
    const most = this.resetsOf(offered === -1 ? expected : offered);
    const hasRun = boots[0] + boots[1] > 0;
    return { offered: true, expected: true, most, hasRun, behind: memory.generation };
  }

  /** Resets that cost an image of a generation its trial, beside its own. */
  resetsOf(generation: number): number {
    const { attempts, story } = this.#machine.world;
    const { failsFirst = 0 } = story.selfTests[generation] ?? {};
    return Math.max(1, attempts - (failsFirst === Infinity ? 0 : failsFirst));
  }

  /** The image that was confirmed stands there still, byte for byte. */
  confirmedStands(content: Content, { confirmed, generation }: Memory): boolean {
    return confirmed !== -1 && this.holds(content, confirmed, generation);
  }

  /** An image of a generation stands in a slot. */
  holds(content: Content, slot: 0 | 1, generation: number): boolean {
    return this.standing(content, slot).some((picture) => picture.generation === generation);
  }
}
