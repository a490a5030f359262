// The oracles by name: what each demands. A set of violated oracles is a bit mask, so that sets can be kept by the million.

/** Every oracle, in bit order; append only. */
export const ORACLES = [
  {
    name: "no-brick",
    demands: "while an image that verifies and is allowed stands in a slot, one is booted",
  },
  {
    name: "authentic",
    demands: "what is booted is, header to end of TLVs, byte for byte a signed image of the scenario",
  },
  {
    name: "no-wrong-image",
    demands: "the jump goes to the first payload byte of an image that is linked for its slot",
  },
  { name: "no-rollback", demands: "no image below the floor is booted, and the floor never falls" },
  {
    name: "floor-follows",
    demands: "at rest, the confirmed image's security counter is the floor, at every read of it",
  },
  { name: "trial-reverts", demands: "an unconfirmed image is booted at most its attempts per installation" },
  { name: "confirmed-stays", demands: "a confirmed image runs until another one is installed" },
  {
    name: "update-completes",
    demands: "after any cut, offering the update again ends with the new image confirmed",
  },
  { name: "converges", demands: "every run comes to rest within bounds, and none goes round in a circle" },
  { name: "flash-rules", demands: "no guest operation breaks a rule of the part" },
  { name: "boot-never-erases-slot", demands: "boot neither erases nor programs a slot" },
  { name: "in-bounds", demands: "no guest touches what it may not" },
  { name: "record-kept", demands: "a Record that was relied on is there again at every later boot" },
  { name: "ends-as-expected", demands: "at rest, the device stands as the scenario says" },
  { name: "memory-kept", demands: "a guest changes no byte of its memory outside the objects it declares" },
  {
    name: "wear-bound",
    demands: "without any fault, no sector is erased more often than the scenario allows",
  },
  {
    name: "undisturbed",
    demands:
      "no guest asks for a reset, and no firmware halts or crashes, while the main function allows none",
  },
  {
    name: "acts-once",
    demands:
      "the main function is told to do what a request asks for once at the most, and nothing that none asks for",
  },
  {
    name: "answers-are-true",
    demands:
      "a client that hears that its request was done hears it of one that the main function was told to do",
  },
  {
    name: "acts-in-time",
    demands: "the main function is told to act only while the clock stands in the scenario's window",
  },
  {
    name: "secrets-kept",
    demands: "no guest puts a word of a session key into a retained word, or programs one",
  },
] as const;

/** Those that are about what a guest asks of what surrounds it. */
export const WORLD_ORACLES = [
  "undisturbed",
  "acts-once",
  "answers-are-true",
  "acts-in-time",
  "secrets-kept",
] as const;

/** The name of an oracle. */
export type OracleName = (typeof ORACLES)[number]["name"];

const BITS = new Map<string, number>(ORACLES.map(({ name }, index) => [name, 1 << index]));

/** Beside the oracles' bits, in the same masks: the scenario rests otherwise than it should, whichever oracle says so. */
export const RESTS_WRONG = 1 << 30;
/** Likewise: it rests with nothing running that may. */
export const RESTS_DOWN = 1 << 29;

/** The bit of an oracle. */
export function oracleBit(name: OracleName): number {
  return BITS.get(name) as number;
}

/** The names in a mask, in bit order. */
export function oracleNames(mask: number): OracleName[] {
  return ORACLES.filter((_, index) => (mask & (1 << index)) !== 0).map(({ name }) => name);
}
