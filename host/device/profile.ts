// What a part profile and a layout are: plain data. Figures carry their source and how sure we are of them.

/** How a figure was come by: read in a stored copy of the named source, recalled from it, or unsure. */
export type Mark = "seen" | "recalled" | "unsure";

/** A number with its origin. */
export interface Figure {
  readonly value: number;
  readonly source: string;
  readonly mark: Mark;
}

/** A run of equal sectors. */
export interface SectorRun {
  readonly count: Figure;
  readonly sizeBytes: Figure;
  /** Erase time of one sector in µs. */
  readonly eraseTypicalMicros: Figure;
  readonly eraseMaxMicros: Figure;
}

/** How programs may follow one another between two erases. */
export type ProgramRule = "and" | "once" | "once-or-zero" | "twice";

/** A byte range of flash. */
export interface Region {
  readonly offset: number;
  readonly size: number;
}

/** Where things lie on a device's flash. */
export interface Layout {
  readonly keys: Region;
  readonly slotA: Region;
  readonly slotB: Region;
  readonly record: Region;
}

/** A part's error-correcting code. */
export interface EccProfile {
  /** Bytes that share one ECC word. */
  readonly unitBytes: Figure;
  /** Reading a word that is not programmed is an error. */
  readonly erasedFaults: boolean;
}

/** The processor cores that cost models know. */
export const CPU_CORES = ["cortex-m0plus", "cortex-m4", "cortex-m33", "cortex-m7", "rv32imc"] as const;
export type CpuCore = (typeof CPU_CORES)[number];

/** A part's processor, for budgets: how it is run, and what fetching code from flash costs. */
export interface CpuProfile {
  readonly core: CpuCore;
  readonly clockHz: Figure;
  /** Wait states of a flash access at that clock. */
  readonly waitStates: Figure;
  /** What stands between core and flash: an instruction cache or flash accelerator, or nothing. */
  readonly cache: "on" | "none";
  /** Per cent more cycles with the cache off: least and most that was seen; absent where nothing is known. */
  readonly uncachedPercent?: readonly [Figure, Figure];
}

/** A named assumption about a part, with where it is taken from. */
export interface Assumption {
  /** decided-seal: a torn seal of the Record reads alike for ever, as programmed or as not. */
  readonly name: "decided-seal";
  readonly source: string;
  readonly mark: Mark;
}

/** A flash part and the layout to start from. */
export interface PartProfile {
  readonly id: string;
  readonly title: string;
  readonly sectors: readonly SectorRun[];
  /** Program sizes in bytes: every power of two from least to most. */
  readonly programMin: Figure;
  readonly programMax: Figure;
  readonly programTypicalMicros: Figure;
  readonly programMaxMicros: Figure;
  /** Erases that a sector endures. */
  readonly endurance: Figure;
  readonly rule: ProgramRule;
  readonly ruleSource: { readonly source: string; readonly mark: Mark };
  /** The greatest value that a one-way counter can hold; absent where it is not known: it then holds every 32-bit number. */
  readonly counterMax?: Figure;
  /** Absent where the part has no error-correcting code over its flash. */
  readonly ecc?: EccProfile;
  /** Design of the Record that its guests are built with (assembly/record/DESIGN.md). */
  readonly record: "sealed" | "refreshed";
  /** What has to be true of the part beyond its rules for the Record to hold under weak bits; absent where nothing has. */
  readonly assumes?: Assumption;
  /** 0xFF or 0x00. */
  readonly erasedByte: number;
  /** RAM in bytes, all banks together: what a guest's memory has to fit. Absent where it is not known. */
  readonly ramBytes?: Figure;
  /** Absent where only the flash is modelled: no budget can then be made. */
  readonly cpu?: CpuProfile;
  readonly layout: Layout;
  readonly notes: readonly string[];
}
