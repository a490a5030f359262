// Mistakes in the device module: what tells states apart, and what is taken back.
import { type EngineMutant, mutant } from "./mutant.js";

const CONTENT = "assembly/device/content/content.ts";
const CONTROL = "assembly/device/control.ts";
const COUNTERS = "assembly/device/content/counters.ts";
const DIGEST = "assembly/device/content/digest.ts";
const FLASH = "assembly/device/content/flash.ts";
const HAL = "assembly/device/hal.ts";
const LOG = "assembly/device/log.ts";
const STATE_KEY = "assembly/device/state-key.ts";
const POSITION = "host/campaign/play/position.ts";
const HISTORY = "host/campaign/play/history.ts";

const KEY_LOOP = "if (pair == 0) continue;";

export const DEVICE_MUTANTS: readonly EngineMutant[] = [
  mutant(
    "the reset cause is not in a state's key",
    STATE_KEY,
    "(u64(load<u32>(map.RESET_CAUSE)) << 32) | u64(place)",
    "u64(place)",
    { guest: 6, nightly: true },
  ),
  mutant(
    "retained words are not in a state's key",
    STATE_KEY,
    KEY_LOOP,
    "if (pair == 0 || (at >= map.RETAINED && at < map.SHADOWS)) continue;",
    { guest: 5 },
  ),
  mutant(
    "counters are not in a state's key",
    STATE_KEY,
    KEY_LOOP,
    "if (pair == 0 || at < map.COUNTERS_WEAK) continue;",
  ),
  mutant(
    "weak counters are not in a state's key",
    STATE_KEY,
    KEY_LOOP,
    "if (pair == 0 || (at >= map.COUNTERS_WEAK && at < map.RETAINED)) continue;",
  ),
  {
    what: "what the oracles remember is not in a state's key",
    guest: 1,
    nightly: true,
    changes: [
      { file: STATE_KEY, from: "a ^ ((u64(history1) << 32) | u64(history0))", to: "a" },
      { file: STATE_KEY, from: "b + ((u64(history3) << 32) | u64(history2))", to: "b" },
    ],
  },
  mutant(
    "where in a power-up it stands is not in a state's key",
    POSITION,
    ">>> 0) * 8 + progressOf(position)",
    ">>> 0) * 0 + progressOf(position)",
  ),
  mutant(
    "what has happened in a power-up is not in a state's key",
    POSITION,
    "* 8 + progressOf(position)",
    "* 8",
  ),
  mutant(
    "weak bits are not in a state's key",
    CONTENT,
    "digestChange(sector, OF_WEAK | offset, weakBefore, weak);",
    "",
  ),
  mutant(
    "torn units are not in a state's key",
    CONTENT,
    "digestChange(sector, OF_TORN | unit, before, flags);",
    "",
  ),
  mutant(
    "open words are not in a state's key",
    CONTENT,
    "digestChange(sector, OF_OPEN | offset, before, set);",
    "",
  ),
  mutant(
    "where a word stands is not in a state's key",
    CONTENT,
    "digestChange(sector, OF_WORD | offset, ~before, ~word);",
    "digestChange(sector, OF_WORD, ~before, ~word);",
  ),
  ...["confirmed", "generation", "trialResets"].map((field) =>
    mutant(`two memories that differ in ${field} are one`, HISTORY, `    facts.${field},\n`, ""),
  ),
  mutant(
    "retained words are not in the memo's key",
    LOG,
    "logOutside(OUTSIDE_RETAINED + index, load<u32>(RETAINED + (usize(index) << 2)));",
    "",
    { guest: 1, nightly: true },
  ),
  mutant("the reset cause is not in the memo's key", LOG, "logOutside(OUTSIDE_CAUSE, cause);", ""),
  mutant(
    "a counter's value is not taken back",
    COUNTERS,
    "put(COUNTERS + place, value);\n    setWeak",
    "store<u32>(COUNTERS + place, value);\n    setWeak",
    { guest: 1 },
  ),
  mutant(
    "a retained word is not taken back",
    HAL,
    "put(place, word);\n  logOperation(abi.OP_RETAINED",
    "store<u32>(place, word);\n  logOperation(abi.OP_RETAINED",
    { guest: 1, nightly: true },
  ),
  mutant(
    "an erased word is not taken back",
    FLASH,
    "    undoKeep(at);\n    undoKeep(at + 4);",
    "    undoKeep(at);",
  ),
  mutant(
    "weak bits are not taken back",
    CONTENT,
    "put(WEAK + offset, weak);",
    "store<u32>(WEAK + offset, weak);",
  ),
  mutant(
    "open words are not taken back",
    CONTENT,
    "put(OPEN + offset, set);",
    "store<u32>(OPEN + offset, set);",
  ),
  mutant(
    "half of a digest is not taken back",
    DIGEST,
    "    undoKeep(entry + word);\n",
    "    if (word < 8) undoKeep(entry + word);\n",
  ),
  mutant(
    "the reset cause is not taken back",
    CONTROL,
    "if (load<u32>(map.RESET_CAUSE) != cause) put(map.RESET_CAUSE, cause);",
    "if (load<u32>(map.RESET_CAUSE) != cause) store<u32>(map.RESET_CAUSE, cause);",
  ),
  mutant(
    "retained words outlive a loss of power",
    CONTROL,
    "if (load<u32>(at) != 0) put(at, 0);",
    "if (load<u32>(at) == 1) put(at, 0);",
  ),
];
