// What of a device never changes while it is explored: who may read and write where, which sector is where, what stands in the
// receive window, and the two guests.
import { Guest } from "./guest.js";
import { NOWHERE } from "./numbers.js";
import { type Place, type World, flashSize, isIn, sectorOffsets } from "./world.js";

/** Who calls the Hal: boot, or the firmware that runs from slot 0 or 1. */
export type Caller = "boot" | 0 | 1;

/** Permissions hold for so many bytes at once. */
const GRANULE = 256;

/** Where an image stands in the receive window. */
export interface Offered {
  readonly offset: number;
  readonly size: number;
  readonly generation: number;
}

/** A world, made ready. */
export class Machine {
  readonly world: World;
  readonly boot: Guest;
  readonly agent: Guest;
  readonly sectors: readonly Place[];
  readonly flashSize: number;
  readonly window: Uint8Array;
  readonly offered: readonly Offered[];

  constructor(world: World) {
    this.world = world;
    const { part } = world;
    this.boot = new Guest(world.boot, "boot");
    this.agent = new Guest(world.agent, "step");
    this.flashSize = flashSize(part);
    this.sectors = sectorOffsets(part).map((offset, index) => ({ offset, size: part.sectors[index]! }));
    let at = 0;
    this.offered = world.offered.map(({ bytes, generation }) => {
      const place = { offset: at, size: bytes.length, generation };
      at = wordsUp(at + bytes.length);
      return place;
    });
    this.window = new Uint8Array(at).fill(part.erasedByte);
    for (const [index, { offset }] of this.offered.entries())
      this.window.set(world.offered[index]!.bytes, offset);
  }

  /** Who runs after a jump to an offset; NOWHERE is boot. What lies in no slot counts as B. */
  callerAt(booted: number): Caller {
    return booted === NOWHERE ? "boot" : this.slotAt(booted);
  }

  /** Slot that an offset counts to. */
  slotAt(offset: number): 0 | 1 {
    return isIn(this.world.part.slots[0], offset) ? 0 : 1;
  }

  /** Slot that an offset lies in; none where it lies in neither. */
  slotOf(offset: number): 0 | 1 | undefined {
    const [a, b] = this.world.part.slots;
    return isIn(a, offset) ? 0 : isIn(b, offset) ? 1 : undefined;
  }

  mayRead(offset: number): boolean {
    const { keys, record } = this.world.part;
    return isIn(keys, offset) || isIn(record, offset) || this.slotOf(offset) !== undefined;
  }

  /** The Record anybody; a slot the firmware of the other one, and whoever says that it may. */
  mayWrite(caller: Caller, offset: number): boolean {
    if (isIn(this.world.part.record, offset)) return true;
    const slot = this.slotOf(offset);
    if (slot === undefined) return false;
    if (caller === "boot") return this.boot.writesSlots;
    return caller !== slot || this.agent.writesSlots;
  }

  mayWriteAll(caller: Caller, offset: number, size: number): boolean {
    const last = Math.floor((offset + size - 1) / GRANULE);
    for (let granule = Math.floor(offset / GRANULE); granule <= last; granule++)
      if (!this.mayWrite(caller, granule * GRANULE)) return false;
    return true;
  }

  /** Index of the sector that holds an offset. */
  sectorAt(offset: number): number {
    return this.sectors.findIndex((sector) => isIn(sector, offset));
  }
}

/** The next multiple of four. */
export function wordsUp(size: number): number {
  return (size + 3) & ~3;
}
