// What the interpreter (AssemblyScript) and the assembler (TypeScript) of random guests agree on besides opcodes.ts. Constants
// only, no code.

export const REGISTER_COUNT: u32 = 16;
/** An instruction: operation, a, b, c, one byte each; then a word. */
export const INSTRUCTION_SIZE: u32 = 8;
/** Instructions of a program: boot's stands where the interpreter's export `programs` says, the agent's behind it. */
export const PROGRAM_MAX: u32 = 128;
export const PROGRAM_SIZE: u32 = PROGRAM_MAX * INSTRUCTION_SIZE;

/** First word of an image, as MCUboot has it. */
export const MAGIC: u32 = 0x96f3b83d;
/** Offsets in an image: the slot that it is linked for, its version, its security counter, the first word of the chain. */
export const AT_SLOT: u32 = 4;
export const AT_VERSION: u32 = 20;
export const AT_COUNTER: u32 = 24;
export const AT_CHAIN: u32 = 28;
/** The first word of the chain is made of the fields, each later one of that before it. */
export const CHAIN_FACTOR: u32 = 1664525;
export const CHAIN_TERM: u32 = 1013904223;
