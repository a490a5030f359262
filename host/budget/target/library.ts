// What the linked code says of functions that the compiler's call graph leaves out: its own library (64-bit arithmetic, memcpy), and
// who calls it. Reads objdump's text; knows nothing of the guest.

/** A symbol's code, as far as it concerns the stack. */
export interface Code {
  /** Everything that it takes off the stack pointer, added up: no way through it takes more; null where that is computed. */
  readonly bytes: number | null;
  /** Symbols that it calls. */
  readonly calls: readonly string[];
  /** Symbols whose beginning it branches to or runs into. */
  readonly jumps: readonly string[];
}

const REGISTER_BYTES = 4;
const HEADING = /^[0-9a-f]+ <([^>]+)>:$/;
const INSTRUCTION = /^\s*[0-9a-f]+:\t(\S+)\s*(.*)$/;
/** An operand or comment that is the beginning of a symbol. */
const PLACE = /<([^>+]+)>/;
const CALLS = /^(?:blx?|jalr?|call)$/;
const JUMPS = /^(?:b[a-z]*|cbn?z|j|jr|tail)(?:\.[nw])?$/;
/** What nothing runs on behind. */
const ENDS = /^(?:b(?:\.[nw])?|bx|j|jr|ret|tail|udf|nop|\.word|\.short|unimp)$/;

/** Reads objdump -d, by symbol. */
export function readCode(disassembly: string): Map<string, Code> {
  const found = new Map<string, { bytes: number | null; calls: Set<string>; jumps: Set<string> }>();
  let name = "";
  let runsOn = false;
  for (const line of disassembly.split("\n")) {
    const [, heading] = HEADING.exec(line) ?? [];
    if (heading !== undefined) {
      if (runsOn) found.get(name)?.jumps.add(heading);
      name = heading;
      found.set(name, { bytes: 0, calls: new Set(), jumps: new Set() });
    }
    const [, mnemonic, operands = ""] = INSTRUCTION.exec(line) ?? [];
    const code = found.get(name);
    if (mnemonic === undefined || code === undefined) continue;
    const taken = takenBy(mnemonic, operands);
    code.bytes = taken === null || code.bytes === null ? null : code.bytes + taken;
    runsOn = !ENDS.test(mnemonic) && !/^(?:pop|ldm|ldr).*\bpc\b/.test(`${mnemonic} ${operands}`);
    const [, place] = PLACE.exec(operands) ?? [];
    // jal zero is a jump, and so is a way back to a function's own beginning.
    if (place !== undefined && CALLS.test(mnemonic) && !operands.startsWith("zero")) code.calls.add(place);
    else if (place !== undefined && place !== name && JUMPS.test(mnemonic)) code.jumps.add(place);
  }
  return new Map(
    [...found].map(([symbol, { bytes, calls, jumps }]) => [
      symbol,
      { bytes, calls: [...calls], jumps: [...jumps] },
    ]),
  );
}

/** Bytes that an instruction takes off the stack pointer; null where a register says how many. */
function takenBy(mnemonic: string, operands: string): number | null {
  if (mnemonic.startsWith("push") || (/^stm(?:db|fd)/.test(mnemonic) && operands.startsWith("sp!")))
    return registersIn(operands) * REGISTER_BYTES;
  const [, before] = /\[sp, #-(\d+)\]!/.exec(operands) ?? [];
  if (before !== undefined) return Number(before);
  const [, less] = /^sp, ?(?:sp, ?)?(#?-?\w+)/.exec(operands) ?? [];
  if (less === undefined) return 0;
  if (mnemonic.startsWith("sub")) return less.startsWith("#") ? Number(less.slice(1)) : null;
  const isAdded = /^(?:c\.)?addi?(?:16sp)?$/.test(mnemonic);
  return isAdded && less.startsWith("-") ? Number(less.slice(1)) : 0;
}

/** Registers in a list like {r4, r5, lr} or {r4-r7}. */
function registersIn(operands: string): number {
  const [, list = ""] = /\{([^}]*)\}/.exec(operands) ?? [];
  return list.split(",").reduce((sum, part) => {
    const [, first, last] = /r(\d+)-r(\d+)/.exec(part) ?? [];
    return sum + (first === undefined || last === undefined ? 1 : Number(last) - Number(first) + 1);
  }, 0);
}
