// Cycles of executed instructions by a core's published table: zero wait states, no other bus master. One block at a time.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MisuseError } from "../../core/errors.js";

/** A core's cycle counts. */
export interface TimingTable {
  readonly schema: "everboot.timing/1";
  readonly core: string;
  /** Where the figures are from, and what was chosen where the source gives a range. */
  readonly sources: readonly string[];
  /** Cycles of instructions that neither load, store nor branch, by what their mnemonic begins with; else `others`. */
  readonly byMnemonic: Readonly<Record<string, number>>;
  readonly others: number;
  /** A single load; each further load or store right behind another costs `pipelined`. */
  readonly load: number;
  readonly store: number;
  readonly pipelined: number | null;
  /** Several registers: base and for each register. */
  readonly multiple: { readonly base: number; readonly each: number };
  /** A change of the program counter: conditional and taken; not taken; always; call; by register; loaded from the stack. */
  readonly taken: number;
  readonly notTaken: number;
  readonly branch: number;
  readonly call: number;
  readonly byRegister: number;
  /** Branch by a table in memory; absent where the core has none. */
  readonly byTable?: number;
  readonly popToProgramCounter: number;
}

/** An instruction as objdump shows it. */
export interface Disassembled {
  readonly mnemonic: string;
  readonly operands: string;
}

/** What a block costs each time that it executes, and how much more each time that its last branch is taken. */
export interface BlockCycles {
  readonly cycles: number;
  readonly taken: number;
}

/** Reads objdump -d, by address. */
export function parseDisassembly(text: string): Map<number, Disassembled> {
  const found = new Map<number, Disassembled>();
  for (const line of text.split("\n")) {
    const [, address, mnemonic, operands] = /^\s*([0-9a-f]+):\t(\S+)\s*([^;@<]*)/.exec(line) ?? [];
    if (address !== undefined && mnemonic !== undefined)
      found.set(Number.parseInt(address, 16), { mnemonic, operands: (operands ?? "").trim() });
  }
  return found;
}

/**
 * Reads a core's table.
 * @throws {MisuseError} for a file that is none
 */
export function readTiming(folder: string, core: string): TimingTable | null {
  const file = join(folder, `timing-${core}.json`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null;
  }
  const table = JSON.parse(text) as TimingTable;
  if (table.schema !== "everboot.timing/1")
    throw new MisuseError(`${file}: expected schema everboot.timing/1`);
  return table;
}

const CONDITIONS = "(?:eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)";
const CONDITIONAL = new RegExp(`^(?:b${CONDITIONS}(?:\\.[nw])?|cbn?z)$`);

/** Cycles of a block's instructions in a row. */
export function blockCycles(block: readonly Disassembled[], table: TimingTable): BlockCycles {
  let cycles = 0;
  let taken = 0;
  let follows = false; // another single load or store
  for (const instruction of block) {
    const kind = kindOf(instruction);
    if (kind === "conditional") taken = table.taken - table.notTaken;
    cycles += cyclesOf(instruction, kind, follows, table);
    follows = kind === "load" || kind === "store";
  }
  return { cycles, taken };
}

type Kind =
  | "load"
  | "store"
  | "multiple"
  | "conditional"
  | "branch"
  | "call"
  | "byRegister"
  | "byTable"
  | "pop"
  | "other";

function kindOf({ mnemonic, operands }: Disassembled): Kind {
  const name = mnemonic.replace(/\.[nw]$/, "");
  if (CONDITIONAL.test(mnemonic)) return "conditional";
  if (name === "b") return "branch";
  if (name === "bl") return "call";
  if (/^bl?x/.test(name)) return "byRegister";
  if (/^tb[bh]$/.test(name)) return "byTable";
  const writesProgramCounter = /^(?:pop|ldm)/.test(name) && /\bpc\b/.test(operands);
  if (writesProgramCounter || (/^ldr/.test(name) && operands.startsWith("pc"))) return "pop";
  if (/^(?:mov|add)/.test(name) && operands.startsWith("pc")) return "byRegister";
  if (/^(?:push|pop|ldm|stm|ldrd|strd)/.test(name)) return "multiple";
  if (name.startsWith("ldr")) return "load";
  return name.startsWith("str") ? "store" : "other";
}

function cyclesOf(
  { mnemonic, operands }: Disassembled,
  kind: Kind,
  follows: boolean,
  table: TimingTable,
): number {
  switch (kind) {
    case "load":
    case "store":
      return follows && table.pipelined !== null ? table.pipelined : table[kind];
    case "multiple":
      return table.multiple.base + table.multiple.each * registersOf(mnemonic, operands);
    case "pop":
      return table.popToProgramCounter + table.multiple.each * registersOf(mnemonic, operands);
    case "conditional":
      return table.notTaken;
    case "branch":
    case "call":
    case "byRegister":
      return table[kind];
    case "byTable":
      return table.byTable ?? table.byRegister;
    default: {
      const known = Object.entries(table.byMnemonic).find(([prefix]) => mnemonic.startsWith(prefix));
      return known === undefined ? table.others : known[1];
    }
  }
}

/** Registers in a list like {r4, r5, r6, lr} or {r4-r7}; two for the double word instructions. */
function registersOf(mnemonic: string, operands: string): number {
  if (/^(?:ldrd|strd)/.test(mnemonic)) return 2;
  const [, list = ""] = /\{([^}]*)\}/.exec(operands) ?? [];
  return list.split(",").reduce((sum, part) => {
    const [, from, to] = /r(\d+)-r(\d+)/.exec(part) ?? [];
    return sum + (from === undefined || to === undefined ? 1 : Number(to) - Number(from) + 1);
  }, 0);
}
