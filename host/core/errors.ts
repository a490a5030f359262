// Errors, and whose they are to mend. Each says in one line what was expected, what was found and where.

/**
 * Whose an error is: "misuse": the caller's, who gave what cannot be used; "refused": the image's, which was read and is not accepted;
 * "incomplete": nobody's, the work could not be done to its end; "defect": ours.
 */
export type ErrorKind = "misuse" | "refused" | "incomplete" | "defect";

const KINDS: readonly unknown[] = ["misuse", "refused", "incomplete", "defect"] satisfies ErrorKind[];

/** Whose an error is; what does not say so is a defect of ours, as nobody expected it. */
export function errorKind(error: unknown): ErrorKind {
  const kind: unknown = error instanceof Error && "kind" in error ? error.kind : undefined;
  return KINDS.includes(kind) ? (kind as ErrorKind) : "defect";
}

/** Something given from outside cannot be used: a file, a layout, a guest, an option. */
export class MisuseError extends Error {
  override readonly name: string = "MisuseError";
  readonly kind: ErrorKind = "misuse";
}

/** A guest module that cannot be wired to the Hal. */
export class GuestError extends MisuseError {
  override readonly name: string = "GuestError";
}

/** Key material that cannot be used: says in one line where it came from, what was expected and what was found. */
export class InvalidKeyError extends Error {
  override readonly name = "InvalidKeyError";
  readonly kind: ErrorKind = "misuse";
}

/**
 * A table of the simulation is full, or there is no memory left. Whatever was under way says nothing of the guest: a campaign ends
 * as incomplete and names it.
 */
export class CapacityError extends Error {
  override readonly name = "CapacityError";
  readonly kind: ErrorKind = "incomplete";
}

/** Two ways to the same answer disagree, or something came about that cannot: this program's own checks of itself. */
export class DefectError extends Error {
  override readonly name: string = "DefectError";
  readonly kind: ErrorKind = "defect";
}
