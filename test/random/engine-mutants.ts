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
const LOG = "assembly/device/log.ts";
const CALLS = "host/campaign/calls.ts";
const CUTS = "host/campaign/cuts.ts";
const EXPLORE = "host/campaign/explore.ts";
const TWINS = "host/campaign/twins.ts";

export const ENGINE_MUTANTS: readonly EngineMutant[] = [
  {
    what: "the reset cause is not in a state's key",
    guest: 6,
    nightly: true,
    changes: [
      {
        file: CONTROL,
        from: "(u64(load<u32>(map.RESET_CAUSE)) << 32) | u64(place)",
        to: "u64(place)",
      },
    ],
  },
  {
    what: "retained words are not in a state's key",
    guest: 5,
    changes: [{ file: CONTROL, from: "at < map.SHADOWS_END; at += 8", to: "at < map.RETAINED; at += 8" }],
  },
  {
    what: "what the oracles remember is not in a state's key",
    guest: 1,
    nightly: true,
    changes: [
      { file: CONTROL, from: "a ^ ((u64(history1) << 32) | u64(history0))", to: "a" },
      { file: CONTROL, from: "b + ((u64(history3) << 32) | u64(history2))", to: "b" },
    ],
  },
  {
    what: "the agent's input is not in the memo's key",
    guest: 10,
    nightly: true,
    changes: [{ file: CALLS, from: "${position.bootedOffset},${input},", to: "${position.bootedOffset}," }],
  },
  {
    what: "retained words are not in the memo's key",
    guest: 1,
    nightly: true,
    changes: [
      {
        file: LOG,
        from: "logOutside(OUTSIDE_RETAINED + index, load<u32>(RETAINED + (usize(index) << 2)));",
        to: "",
      },
    ],
  },
  {
    what: "counters are not in the memo's key",
    guest: 1,
    changes: [{ file: CALLS, from: "if (words[counters + i] !== 0)", to: "if (i < 0)" }],
  },
  {
    what: "every torn program of a slot has the future of the first",
    guest: 18,
    changes: [{ file: TWINS, from: "if (words.has(at)) return false;", to: "" }],
  },
  {
    what: "a call's first operation is not cut",
    guest: 1,
    nightly: true,
    changes: [
      {
        file: CUTS,
        from: "if (!isPersistentKind(kept.kind)) return;",
        to: "if (!isPersistentKind(kept.kind) || this.#operation === 0) return;",
      },
    ],
  },
  {
    what: "a call's sixth operation is not cut",
    guest: 5,
    changes: [
      {
        file: CUTS,
        from: "if (!isPersistentKind(kept.kind)) return;",
        to: "if (!isPersistentKind(kept.kind) || this.#operation === 5) return;",
      },
    ],
  },
  {
    what: "no firmware is cut before its call",
    guest: 8,
    changes: [
      {
        file: EXPLORE,
        from: "if (cuts) this.#cuts.before(",
        to: "if (cuts && this.#states.isPowerOn(state)) this.#cuts.before(",
      },
    ],
  },
  {
    what: "no reset strikes after a retained word",
    guest: 2,
    nightly: true,
    changes: [
      { file: CUTS, from: "this.#resetAfterRetained();\n    this.#retained++", to: "this.#retained++" },
    ],
  },
  {
    what: "a counter's value is not taken back",
    guest: 1,
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
    guest: 1,
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
