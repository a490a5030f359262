// What a guest must be before it is wired: its imports, exports, their signatures, its memory and its ABI version. Each thing that
// does not fit is one line that names the guest, the import or export, and what was expected. Executes only its
// start function, abiVersion and mayWrite.
import { ABI_VERSION, MAY_WRITE_SLOTS } from "../../assembly/abi.js";
import { GuestError } from "./errors.js";
import { haltNamesOf } from "./halts.js";
import { FUEL_EXPORT } from "./wasm/fuel.js";
import { type WasmSummary, inspect } from "./wasm/inspect.js";
import { meter } from "./wasm/meter.js";
import { OBJECTS_EXPORT } from "./watch.js";
import type { ExternType, FunctionType, ValueType } from "./wasm/types.js";

export const PAGE_BYTES = 0x10000;

type Signature = readonly [parameters: readonly ValueType[], results: readonly ValueType[]];

/** Every import that ABI 1 offers, module "hal", with its parameters and results. */
export const HAL_SIGNATURES = {
  read32: [["i32"], ["i32"]],
  tryRead32: [["i32"], ["i64"]],
  readWords: [["i32", "i32", "i32"], ["i32"]],
  latch32: [["i32", "i32"], ["i32"]],
  program: [["i32", "i32"], ["i32"]],
  erase: [["i32"], ["i32"]],
  counterRead: [["i32"], ["i64"]],
  counterAdvance: [["i32", "i32"], ["i32"]],
  receive32: [["i32"], ["i64"]],
  retainedRead: [["i32"], ["i32"]],
  retainedWrite: [["i32", "i32"], []],
  info: [["i32", "i32"], ["i32"]],
  jump: [["i32"], []],
  halt: [["i32"], []],
  watchdogStart: [["i32"], []],
  feed: [[], []],
  random32: [[], ["i32"]],
  event: [["i32", "i32"], []],
  phase: [["i32"], []],
  linkSize: [[], ["i32"]],
  linkRead32: [["i32"], ["i32"]],
  linkRelease: [[], []],
  linkWrite32: [["i32", "i32"], ["i32"]],
  linkSend: [["i32"], ["i32"]],
  clockReached: [["i32"], ["i32"]],
  clockInWindow: [["i32", "i32", "i32"], ["i32"]],
  clockSeconds: [[], ["i32"]],
  uptimeReached: [["i32"], ["i32"]],
  input: [["i32"], ["i32"]],
  resetNow: [[], []],
  resetIfSafe: [[], ["i32"]],
  leaseTake: [[], ["i32"]],
  leaseHeld: [[], ["i32"]],
  nonceNew: [[], []],
  nonce: [["i32", "i32"], ["i32"]],
  scratchRead: [["i32"], ["i32"]],
  scratchWrite: [["i32", "i32"], []],
  keySlotRead: [["i32"], ["i32"]],
  keySlotWrite: [["i32", "i32"], []],
  acted: [["i32"], []],
} as const satisfies Readonly<Record<string, Signature>>;

/** Imports that ask for something of what surrounds the device. */
export const SURROUNDINGS: ReadonlySet<string> = new Set<keyof typeof HAL_SIGNATURES>([
  ...(["linkSize", "linkRead32", "linkRelease", "linkSend", "clockReached", "clockInWindow"] as const),
  ...(["clockSeconds", "uptimeReached", "input", "resetNow", "resetIfSafe", "leaseTake"] as const),
  ...(["leaseHeld", "nonceNew", "nonce", "acted"] as const),
]);

/** Says what a guest may write besides the Record (MAY_WRITE_SLOTS); a guest need not have it. */
export const MAY_WRITE_EXPORT = "mayWrite";
/** What an agent adds to an image at the factory; it need not have it. */
export const PROVISION_EXPORT = "provision";

/** Exports that a guest need not have, and what they are where it has them. */
const OPTIONAL_EXPORTS: Readonly<Record<string, Signature>> = {
  [OBJECTS_EXPORT]: [[], ["i32"]],
  [MAY_WRITE_EXPORT]: [[], ["i32"]],
  [PROVISION_EXPORT]: [[], []],
};

/** Basic blocks that a guest may execute while it is checked: as many as one call may by default. */
const CHECK_FUEL = 1n << 28n;

/** A guest's binary that is to be checked. */
export interface CheckedGuest {
  /** What errors call it: a name or a file. */
  readonly name: string;
  /** The export that is called: "boot", "step" or "run". */
  readonly entry: string;
  /** RAM of the part that it is to run on; not checked when absent. */
  readonly ramBytes?: number | undefined;
}

/**
 * Checks a guest's binary by itself, before there is a device.
 * @throws {GuestError} for the first thing that does not fit.
 */
export function checkGuest(guest: CheckedGuest, binary: Uint8Array): void {
  const facts = refusing(guest.name, () => inspect(binary));
  checkShape(guest, facts);
  checkMemory(guest, facts);
  // Metered, as nobody knows whether it comes to an end.
  const code = refusing(guest.name, () => meter(binary, { initialFuel: CHECK_FUEL }));
  const module = refusing(guest.name, () => new WebAssembly.Module(code as BufferSource));
  haltNamesOf(guest.name, module);
  const stub = (): never => {
    throw new Error("calls the Hal before it is called itself");
  };
  const hal = Object.fromEntries(facts.imports.map(({ name }) => [name, stub]));
  const { exports } = refusing(guest.name, () => new WebAssembly.Instance(module, { hal }));
  const fuel = exports[FUEL_EXPORT] as WebAssembly.Global;
  const isSpent = () =>
    (fuel.value as bigint) <= 0n
      ? `more than ${CHECK_FUEL} basic blocks executed, without an end`
      : undefined;
  checkVersion(guest.name, refusing(guest.name, exports["abiVersion"] as () => number, isSpent));
  const mayWrite = exports[MAY_WRITE_EXPORT] as (() => number) | undefined;
  if (mayWrite !== undefined) checkMayWrite(guest.name, refusing(guest.name, mayWrite, isSpent));
}

/** Refuses another ABI version than this one. */
export function checkVersion(name: string, version: number): void {
  if (version !== ABI_VERSION)
    throw new GuestError(`${name}: expected ABI version ${ABI_VERSION}, found ${version}`);
}

/** Refuses an answer of mayWrite() that has no meaning. */
export function checkMayWrite(name: string, said: number): void {
  if (said !== 0 && said !== MAY_WRITE_SLOTS)
    throw new GuestError(`${name}: expected 0 or ${MAY_WRITE_SLOTS} of "${MAY_WRITE_EXPORT}", found ${said}`);
}

/** Pages of memory that fit a part: its RAM, rounded up to whole pages. */
export function pagesIn(ramBytes: number): number {
  return Math.ceil(ramBytes / PAGE_BYTES);
}

/** Refuses a guest whose memory is larger than the part's RAM from the beginning. */
export function checkMemory({ name, ramBytes }: CheckedGuest, { memories }: WasmSummary): void {
  const pages = memories[0]?.minimumPages ?? 0;
  if (ramBytes === undefined || pages <= pagesIn(ramBytes)) return;
  throw new GuestError(
    `${name}: expected a memory of at most ${pagesIn(ramBytes)} pages of 64 KiB (the part has ${ramBytes} bytes of RAM), found ${pages}; a smaller stack may do (wasm-ld -z stack-size, asc --stackSize)`,
  );
}

/** Refuses imports that the Hal does not have, and exports that are missing or something else. */
export function checkShape({ name, entry }: CheckedGuest, facts: WasmSummary): void {
  for (const wanted of facts.imports) checkImport(name, wanted);
  checkExport(name, facts, "memory", "memory");
  checkExport(name, facts, "abiVersion", "function");
  checkExport(name, facts, entry, "function");
  checkSignature(name, facts, "abiVersion", ({ parameters, results }) =>
    parameters.length === 0 && isOneWord(results) ? undefined : "() -> (i32)",
  );
  checkSignature(name, facts, entry, ({ parameters, results }) => {
    const isCallable = parameters.length === 0 || isOneWord(parameters);
    if (entry !== "step") return isCallable ? undefined : "() -> ()";
    return isCallable && isOneWord(results) ? undefined : "(i32) -> (i32)";
  });
  for (const [optional, [parameters, results]] of Object.entries(OPTIONAL_EXPORTS)) {
    if (!facts.exports.some((item) => item.name === optional)) continue;
    checkExport(name, facts, optional, "function");
    const expected = words({ kind: "function", parameters, results });
    checkSignature(name, facts, optional, (type) => (words(type) === expected ? undefined : expected));
  }
}

function checkImport(guest: string, { module, name, type }: WasmSummary["imports"][number]): void {
  const found = `"${module}"."${name}"`;
  if (type.kind === "memory") {
    throw new GuestError(
      `${guest}: imports its memory ${found}; expected a memory of its own, exported as "memory", which is made anew at every power-up`,
    );
  }
  const known = module === "hal" && Object.hasOwn(HAL_SIGNATURES, name);
  if (!known || type.kind !== "function") {
    throw new GuestError(
      `${guest}: unknown import ${found} (${type.kind}); expected functions of module "hal"`,
    );
  }
  const [parameters, results]: Signature = HAL_SIGNATURES[name as keyof typeof HAL_SIGNATURES];
  const expected = words({ kind: "function", parameters, results });
  if (words(type) !== expected)
    throw new GuestError(`${guest}: import ${found}: expected ${expected}, found ${words(type)}`);
}

function checkExport(guest: string, facts: WasmSummary, name: string, kind: ExternType["kind"]): void {
  const found = facts.exports.find((item) => item.name === name)?.type.kind;
  if (found !== kind)
    throw new GuestError(`${guest}: expected an exported ${kind} "${name}", found ${found ?? "none"}`);
}

/** Refuses an exported function for whose type `judge` names another one. */
function checkSignature(
  guest: string,
  { exports }: WasmSummary,
  name: string,
  judge: (type: FunctionType) => string | undefined,
): void {
  const type = exports.find((item) => item.name === name)?.type as FunctionType;
  const expected = judge(type);
  if (expected !== undefined)
    throw new GuestError(
      `${guest}: expected an exported function "${name}" ${expected}, found ${words(type)}`,
    );
}

function isOneWord(types: readonly ValueType[]): boolean {
  return types.length === 1 && types[0] === "i32";
}

function words({ parameters, results }: FunctionType): string {
  return `(${parameters.join(", ")}) -> (${results.join(", ")})`;
}

/**
 * Does `body`; whatever it throws is the guest's fault.
 * @param reasonOf says why, where the exception is no error
 * @throws {GuestError} naming the guest
 */
export function refusing<T>(
  name: string,
  body: () => T,
  reasonOf?: (error: unknown) => string | undefined,
): T {
  try {
    return body();
  } catch (error) {
    const reason = reasonOf?.(error) ?? (error as Error).message;
    throw new GuestError(`${name}: expected a module that can be wired and asked for its version: ${reason}`);
  }
}
