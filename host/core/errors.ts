// Errors that are the caller's to mend. Each says in one line what was expected, what was found and where.

/** Something given from outside cannot be used: a file, a layout, a guest, an option. */
export class MisuseError extends Error {
  override readonly name: string = "MisuseError";
}

/** A guest module that cannot be wired to the Hal. */
export class GuestError extends MisuseError {
  override readonly name: string = "GuestError";
}

/** Key material that cannot be used: says in one line where it came from, what was expected and what was found. */
export class InvalidKeyError extends Error {
  override readonly name = "InvalidKeyError";
}

/**
 * A table of the simulation is full, or there is no memory left. Whatever was under way says nothing of the guest: a campaign ends
 * as incomplete and names it.
 */
export class CapacityError extends Error {
  override readonly name = "CapacityError";
}
