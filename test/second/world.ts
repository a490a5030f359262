// What the second explorer is given, as plain data: a part, two guests' wasm, images as bytes, and what happens to the device. And
// what of a device survives a loss of power. Copied whole, never shared, never undone.
import { COUNTERS, RETAINED_WORDS } from "./numbers.js";

/** A byte range of flash. */
export interface Place {
  readonly offset: number;
  readonly size: number;
}

/** A flash part with its layout. */
export interface Part {
  /** Bytes of each sector, in order. */
  readonly sectors: readonly number[];
  readonly programMin: number;
  readonly programMax: number;
  readonly rule: "and" | "once" | "once-or-zero" | "twice";
  /** 0xff or 0x00. */
  readonly erasedByte: number;
  /** The greatest value that a counter holds. */
  readonly counterMax: number;
  readonly keys: Place;
  readonly record: Place;
  /** Errors of its code are modelled: bytes of a unit, and whether an erased one cannot be read. */
  readonly ecc: { readonly unit: number; readonly erasedFaults: boolean } | null;
  /** A, B. */
  readonly slots: readonly [Place, Place];
}

/** A guest's wasm; `data` is put into its memory at `at` whenever that is wiped, as if it were the module's own. */
export interface GuestFile {
  readonly binary: Uint8Array;
  readonly patch?: { readonly at: number; readonly data: Uint8Array };
}

/** An image as bytes, and what is known of it. */
export interface Picture {
  readonly bytes: Uint8Array;
  readonly headerSize: number;
  readonly securityCounter: number;
  /** Offset of the one slot that it may run from; null where any will do. */
  readonly linkedFor: number | null;
  /** Which of the story's images it is. */
  readonly generation: number;
}

/** How a firmware's self-test comes out: after so many boots that did not pass it, or never. */
export type SelfTest = { readonly failsFirst: number };

/** What happens to the device. */
export interface Story {
  /** By generation. */
  readonly selfTests: readonly SelfTest[];
  /** What stands in slot A at the factory; then power-ups without an offer until it rests, where it is to be settled. */
  readonly start: { readonly slotA: Uint8Array; readonly settled: boolean };
  /** What is then put into slots A and B, past all rules. */
  readonly then: readonly [Uint8Array | null, Uint8Array | null];
  /** Which images stand in the receive window, one offer after the other. */
  readonly offers: readonly {
    readonly generation: number;
    readonly until: "confirmed" | "ran" | "refused";
  }[];
  /** Generation that must run at rest; or the reason with which boot must halt. */
  readonly expect: { readonly runs: number } | { readonly halts: number };
  /** The oracle that speaks where it rests otherwise. */
  readonly otherwise: string;
}

/** All of it. */
export interface World {
  readonly part: Part;
  readonly boot: GuestFile;
  readonly agent: GuestFile;
  readonly attempts: number;
  readonly keyTable: Uint8Array;
  /** In the order of the receive window. */
  readonly offered: readonly Pick<Picture, "bytes" | "generation">[];
  /** The images that may boot where they stand byte for byte. */
  readonly pictures: readonly Picture[];
  readonly story: Story;
}

/**
 * What survives: flash as the bus shows it, programs of each unit since its erase, counters; retained words survive a reset. And what a
 * cut has left undecided: bits of flash that may read as erased instead, units of the code that are torn (TORN), and what a read of
 * a counter may see differently.
 */
export interface Content {
  readonly flash: Uint8Array;
  readonly weak: Uint8Array;
  readonly torn: Uint8Array;
  readonly counterWeak: Uint32Array;
  readonly marks: Uint8Array;
  readonly counters: Uint32Array;
  readonly retained: Uint32Array;
}

/** Offset of every sector. */
export function sectorOffsets({ sectors }: Part): number[] {
  return sectors.map((_, index) => sectors.slice(0, index).reduce((sum, size) => sum + size, 0));
}

/** Bytes of flash. */
export function flashSize({ sectors }: Part): number {
  return sectors.reduce((sum, size) => sum + size, 0);
}

/** Everything erased, everything zero. */
export function erasedContent(part: Part): Content {
  const size = flashSize(part);
  return {
    flash: new Uint8Array(size).fill(part.erasedByte),
    weak: new Uint8Array(size),
    torn: new Uint8Array(part.ecc === null ? 0 : size / part.ecc.unit),
    counterWeak: new Uint32Array(COUNTERS),
    marks: new Uint8Array(part.rule === "and" ? 0 : size / part.programMin),
    counters: new Uint32Array(COUNTERS),
    retained: new Uint32Array(RETAINED_WORDS),
  };
}

/** A copy that shares nothing. */
export function copyOf({ flash, weak, torn, counterWeak, marks, counters, retained }: Content): Content {
  return {
    flash: flash.slice(),
    weak: weak.slice(),
    torn: torn.slice(),
    counterWeak: counterWeak.slice(),
    marks: marks.slice(),
    counters: counters.slice(),
    retained: retained.slice(),
  };
}

/** Whether an offset lies in a place. */
export function isIn({ offset, size }: Place, at: number): boolean {
  return at >= offset && at < offset + size;
}

/** The highest that a read of a counter may see. */
export function highestOf({ counters, counterWeak }: Content, id: number): number {
  return Math.max(counters[id]!, (counters[id]! ^ counterWeak[id]!) >>> 0);
}
