// What a child process of `bench campaign` says, and how its figures are read. Measures nothing.

/** More is better of what is done in a second and of ratios; less of everything else. */
export type Unit = "/s" | "s" | "×" | "bytes" | "MiB" | "a point" | "ns a point";

/** One figure of a case. */
export interface Figure {
  /** Such as "fresh" or "warm". */
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
}

/** What one process has measured of one case. */
export type Measured =
  | {
      readonly kind: "measured";
      readonly figures: readonly Figure[];
      /** What must be the same in every process and every build, such as a digest of all states. */
      readonly says: Readonly<Record<string, string | number>>;
      /** What in this process alone was not the same twice, in words; absent where all was. */
      readonly unlike?: string;
    }
  /** The build has not what is to be measured. */
  | { readonly kind: "lacks"; readonly what: string }
  | { readonly kind: "failed"; readonly message: string };

/** How many times as good a figure is as the other: above 1 it is better. */
export function timesAsGood(unit: Unit, value: number, other: number): number {
  return unit === "/s" || unit === "×" ? value / other : other / value;
}
