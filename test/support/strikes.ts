// Arbitrary strikes, as an exploration makes them and a trace line holds them.
import fc from "fast-check";
import { type Strike, WRITE_EFFECTS, type WriteEffect } from "../../host/campaign/plan/strikes.js";

const bit = fc.nat(31);
const word = fc.nat(2 ** 30 - 1).map((index) => index * 4);
const number = fc.nat(99_999);

/** Strikes of every kind. */
export function strikes(): fc.Arbitrary<Strike> {
  return fc.oneof(
    fc.record({ kind: fc.constantFrom("flip", "offer", "refetch"), offset: word, bit }),
    fc.record({ kind: fc.constant("counter" as const), id: fc.nat(7), bit }),
    fc.record({ kind: fc.constant("read" as const), read: number, bit }),
    fc.record({
      kind: fc.constant("ram" as const),
      read: number,
      address: fc.nat(2 ** 32 - 1),
      bit: fc.nat(7),
    }),
    fc.record({ operation: number, effect: fc.constantFrom(...effects()), bit }).map(writeOf),
  );
}

function effects(): WriteEffect[] {
  return Object.keys(WRITE_EFFECTS) as WriteEffect[];
}

/** Only a stray write has an address bit. */
function writeOf({
  operation,
  effect,
  bit: wrong,
}: {
  readonly operation: number;
  readonly effect: WriteEffect;
  readonly bit: number;
}): Strike {
  return { kind: "write", operation, effect, bit: effect === "stray" ? wrong : 0 };
}
