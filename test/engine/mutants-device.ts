// Mistakes in the device module: what tells states apart, and what is taken back.
import { type EngineMutant, mutant } from "./mutant.js";

const CONTENT = "assembly/device/content/content.ts";
const CONTROL = "assembly/device/control.ts";
const COUNTERS = "assembly/device/content/counters.ts";
const DIGEST = "assembly/device/content/digest.ts";
const ERASE = "assembly/device/content/erase.ts";
const ERASE_SUMS = "assembly/device/content/erase-sums.ts";
const CUT_KEYS = "assembly/device/cut-keys.ts";
const LOG = "assembly/device/log.ts";
const STATE_KEY = "assembly/device/state-key.ts";
const VOLATILE = "assembly/device/volatile.ts";
const POSITION = "host/campaign/play/position.ts";
const HISTORY = "host/campaign/play/history.ts";

const KEY_LOOP = "if (pair == 0) continue;\n    if (lost";

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
    "if (pair == 0 || (at >= map.RETAINED && at < map.SHADOWS)) continue;\n    if (lost",
    { guest: 5 },
  ),
  mutant(
    "counters are not in a state's key",
    STATE_KEY,
    KEY_LOOP,
    "if (pair == 0 || at < map.COUNTERS_WEAK) continue;\n    if (lost",
  ),
  mutant(
    "weak counters are not in a state's key",
    STATE_KEY,
    KEY_LOOP,
    "if (pair == 0 || (at >= map.COUNTERS_WEAK && at < map.RETAINED)) continue;\n    if (lost",
  ),
  {
    what: "what the oracles remember is not in a state's key",
    guest: 1,
    nightly: true,
    changes: [
      { file: STATE_KEY, from: "mixA(contentA ^ low)", to: "mixA(contentA)" },
      { file: STATE_KEY, from: "mixB(contentB + high)", to: "mixB(contentB)" },
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
    "changeUnit(sector, OF_TORN | unit, (unit + 1) * unitSize, before, flags);",
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
    "const index = OF_WORD | offset;",
    "const index = OF_WORD;",
  ),
  ...["confirmed", "generation", "trialResets"].map((field) =>
    mutant(`two memories that differ in ${field} are one`, HISTORY, `    facts.${field},\n`, ""),
  ),
  mutant(
    "retained words are not in the memo's key",
    LOG,
    "  logOutside(place, load<u32>(outsideAt(place)));\n",
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
    VOLATILE,
    "putOutside(place, word);",
    "store<u32>(outsideAt(place), word);",
    { guest: 1, nightly: true },
  ),
  mutant(
    "an erased word is not taken back",
    ERASE,
    "undoKeepBlock(table + at, size);",
    "undoKeepBlock(table + at, size - 8);",
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
    "undoKeepBlock(DIGESTS + (usize(sector) << 4), 16);",
    "undoKeepBlock(DIGESTS + (usize(sector) << 4), 8);",
  ),
  mutant(
    "a sector's sums are not taken back",
    DIGEST,
    "if (load<u32>(ERASES_KEPT) != 0) undoKeepBlock(sumsOf(sector), SUMS_SIZE);",
    "",
  ),
  mutant(
    "what is erased ends one word early",
    CONTENT,
    "if (high > load<u32>(extent, 4)) put(extent + 4, high);",
    "if (high > load<u32>(extent, 4)) put(extent + 4, high - 8);",
  ),
  mutant(
    "the sum of an erase that is half done has the marks of the first half",
    ERASE_SUMS,
    "if (index >= OF_MARK && index < OF_TORN && end <= middleOf(sector)) return;",
    "if (index >= OF_MARK && index < OF_TORN && end <= 0) return;",
  ),
  mutant(
    "a fade is told from a half-done erase's sum without weak bits",
    ERASE_SUMS,
    "    exchange(sums + FADED, OF_WEAK | offset, ~before, ~after);",
    "",
  ),
  mutant(
    "a torn program's key has no weak bits",
    CUT_KEYS,
    "const weakAfter = flickers ? weak | (word & zeros) : weak & ~lands;",
    "const weakAfter = flickers ? weak : weak & ~lands;",
  ),
  mutant(
    "a torn program's key counts no program",
    CUT_KEYS,
    "const after = min<u32>(before + 1, 255);",
    "const after = before;",
  ),
  mutant(
    "the key of a cut by a reset is that of a loss of power",
    CUT_KEYS,
    "const lost = lossBy(cause);",
    "const lost = lossBy(abi.CAUSE_POWER);",
  ),
  mutant(
    "a key that is half another's is its state",
    "assembly/states/table.ts",
    "if (load<u64>(record) == a && load<u64>(record, 8) == b) break;",
    "if (load<u64>(record) == a) break;",
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
