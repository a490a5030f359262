// Mistakes that an explorer could have, as changes of the engine's text: random guests must show each of them. Where the engine
// is written anew, its text here has to be too.
import type { Mutation } from "../support/compile.js";

/** A mistake in the engine. */
export interface EngineMutant {
  readonly what: string;
  readonly changes: readonly Mutation[];
  /** Number of a guest that shows it: where to begin to look. */
  readonly guest: number;
  /** One more of a kind that is there already. */
  readonly nightly?: true;
}

const CONTROL = "assembly/device/control.ts";
const COUNTERS = "assembly/device/counters.ts";
const HAL = "assembly/device/hal.ts";
const CALLS = "host/campaign/calls.ts";
const EXPLORE = "host/campaign/explore.ts";
const TWINS = "host/campaign/twins.ts";

export const ENGINE_MUTANTS: readonly EngineMutant[] = [
  {
    what: "the reset cause is not in a state's key",
    guest: 6,
    nightly: true,
    changes: [
      { file: CONTROL, from: "a = mixA(a + u64(load<u32>(map.RESET_CAUSE)) + 1);", to: "" },
      { file: CONTROL, from: "b = mixB(b ^ (u64(load<u32>(map.RESET_CAUSE)) + 1));", to: "" },
    ],
  },
  {
    what: "retained words are not in a state's key",
    guest: 74,
    changes: [{ file: CONTROL, from: "at < map.SHADOWS_END; at += 8", to: "at < map.RETAINED; at += 8" }],
  },
  {
    what: "what the oracles remember is not in a state's key",
    guest: 42,
    nightly: true,
    changes: [
      {
        file: CONTROL,
        from: "a = mixA(a ^ ((u64(history) << 32) | u64(place)));",
        to: "a = mixA(a ^ u64(place));",
      },
      {
        file: CONTROL,
        from: "b = mixB(b + ((u64(place) << 32) | u64(history)));",
        to: "b = mixB(b + u64(place));",
      },
    ],
  },
  {
    what: "the agent's input is not in the memo's key",
    guest: 80,
    nightly: true,
    changes: [{ file: CALLS, from: "${position.bootedOffset},${input},", to: "${position.bootedOffset}," }],
  },
  {
    what: "retained words are not in the memo's key",
    guest: 74,
    nightly: true,
    changes: [{ file: CALLS, from: "if (words[retained + i] !== 0)", to: "if (i < 0)" }],
  },
  {
    what: "counters are not in the memo's key",
    guest: 42,
    changes: [{ file: CALLS, from: "if (words[counters + i] !== 0)", to: "if (i < 0)" }],
  },
  {
    what: "every torn program of a slot has the future of the first",
    guest: 43,
    changes: [
      {
        file: TWINS,
        from: "return !touchesAny(this.#facts.words, offset, sizeBytes);",
        to: "return offset + sizeBytes > 0;",
      },
      {
        file: EXPLORE,
        from: "if (words === undefined || touchesAny(words, kept.offset, kept.sizeBytes)) return undefined;",
        to: "if (words === undefined) return undefined;",
      },
    ],
  },
  {
    what: "a call's first operation is not cut",
    guest: 42,
    nightly: true,
    changes: [{ file: EXPLORE, from: "if (cuts) this.#cut(", to: "if (cuts && operation > 0) this.#cut(" }],
  },
  {
    what: "a call's sixth operation is not cut",
    guest: 4,
    changes: [{ file: EXPLORE, from: "if (cuts) this.#cut(", to: "if (cuts && operation !== 5) this.#cut(" }],
  },
  {
    what: "a counter's value is not taken back",
    guest: 42,
    changes: [
      {
        file: COUNTERS,
        from: "put(COUNTERS + place, value);\n    setWeak",
        to: "store<u32>(COUNTERS + place, value);\n    setWeak",
      },
    ],
  },
  {
    what: "a retained word is not taken back",
    guest: 38,
    nightly: true,
    changes: [
      {
        file: HAL,
        from: "put(place, word);\n  logOperation(abi.OP_RETAINED",
        to: "store<u32>(place, word);\n  logOperation(abi.OP_RETAINED",
      },
    ],
  },
];
