// The built wasm modules, and guests by name or by file. Knows where the build puts them, nothing of what they do.
import { DEFAULT_ATTEMPTS } from "../../campaign/plan/defaults.js";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Canary } from "../../campaign/options.js";
import { type GuestPair, bytesOfGuest } from "../../campaign/plan/trace.js";
import type { ParsedConfig } from "../../config/parse.js";
import { guestOf } from "../../config/resolve.js";
import { concatenate } from "../../core/data/bytes.js";
import { MisuseError } from "../../core/errors.js";
import { checkGuest } from "../../core/guest-check.js";
import { type HaltNames, withHaltNames } from "../../core/halts.js";
import { didYouMean } from "../../core/nearest.js";
import type { FixedKeyType } from "../../image/fixed-keys.js";
import type { DeviceModules } from "../../device/device-options.js";
import type { PartProfile } from "../../device/profile.js";
import { WORLDS } from "../../campaign/plan/world-scene.js";
import { readBytes } from "./files.js";

interface PairModules {
  /** The one kind of signature that it takes; Ed25519 where it takes several. */
  readonly signedBy?: FixedKeyType;
  readonly boot: string;
  readonly agent: string;
  /** What runs beside the agent. */
  readonly application?: string;
  /** There is a build for each design of the Record, and the part says which is meant. */
  readonly perRecord?: true;
}

/** Guest pairs that come with the package: what boots, and what the booted firmware does. */
const PAIRS: Readonly<Record<string, PairModules>> = {
  "boot-full": { boot: "boot-full", agent: "agent-full", perRecord: true },
  "boot-ed25519": { boot: "boot-ed25519", agent: "agent-ed25519", perRecord: true },
  "boot-p256": { boot: "boot-p256", agent: "agent-p256", perRecord: true, signedBy: "ecdsa-p256" },
  // The same checks, compiled for speed, with the larger windows.
  "boot-ed25519-fast": { boot: "boot-ed25519-fast", agent: "agent-ed25519", perRecord: true },
  "boot-p256-fast": { boot: "boot-p256-fast", agent: "agent-p256", perRecord: true, signedBy: "ecdsa-p256" },
  // MCUboot's documented table, for comparison.
  "mcuboot-revert": { boot: "mcuboot-revert-boot", agent: "mcuboot-revert-agent" },
  "single-flag": { boot: "single-flag-boot", agent: "single-flag-agent" },
  "short-checksum": { boot: "short-checksum-boot", agent: "short-checksum-agent" },
  "late-attempts": { boot: "late-attempts-boot", agent: "late-attempts-agent" },
  trusting: { boot: "boot-full", agent: "trusting-agent", perRecord: true },
  peeking: { boot: "peeking-boot", agent: "agent-full" },
  skittish: { boot: "skittish-boot", agent: "agent-full", perRecord: true },
  believing: { boot: "believing-boot", agent: "agent-ed25519", perRecord: true },
  rereading: { boot: "rereading-boot", agent: "agent-ed25519", perRecord: true },
  hasty: { boot: "believing-boot", agent: "hasty-agent", perRecord: true },
  "by-sequence": { boot: "by-sequence", agent: "by-sequence" },
  "challenge-constant": { boot: "challenge-constant", agent: "challenge-constant" },
  "clock-asked-twice": { boot: "clock-asked-twice", agent: "clock-asked-twice" },
  "checks-then-resets": { boot: "checks-then-resets", agent: "checks-then-resets" },
  "checked-earlier": {
    boot: "checked-earlier",
    agent: "checked-earlier",
    application: "takes-packets",
  },
};

export const GUEST_NAMES: readonly string[] = Object.keys(PAIRS);
/** The agent that takes every kind of signature, for guests that come without one. */
const STAND_IN = "agent-full";
/** Boot and agent with every signature algorithm. */
export const DEFAULT_GUEST = "boot-full";

/** SHA-256 in hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The compiled modules of the simulation. */
export function deviceModule(): DeviceModules {
  return { device: compiled("device"), states: compiled("states"), statesShared: compiled("states-shared") };
}

function compiled(name: string): WebAssembly.Module {
  return new WebAssembly.Module(readModule(name) as BufferSource);
}

/** SHA-256 of the device module, in hex. */
export function deviceDigest(): string {
  return sha256Hex(readModule("device"));
}

/** A compiled crypto module; "small-square" is for benches alone. */
export function cryptoModule(build: "fast" | "small" | "small-square"): WebAssembly.Module {
  return new WebAssembly.Module(readModule(`crypto-${build}`) as BufferSource);
}

/**
 * A guest pair by name, the configuration's or the package's in the build for the part's Record; or a boot guest from a wasm
 * file. What has no agent takes its steps from the same module where that exports any, else from the package's own agent.
 * @throws {MisuseError} when it is neither a known name nor a file that holds a guest; FileError where the file cannot be read.
 */
export function guestPair(
  nameOrFile: string,
  part: Pick<PartProfile, "record" | "ramBytes">,
  config?: ParsedConfig,
): GuestPair {
  const ramBytes = part.ramBytes?.value;
  const suffix = part.record === "refreshed" ? "-refreshed" : "";
  const own = guestOf(config, nameOrFile);
  if (own !== undefined) {
    const { agent, boot, halts } = own;
    const alone =
      agent === undefined
        ? pairOfBoot(own.name, boot, ramBytes, suffix)
        : pairOf(own.name, readGuest(boot, "boot", ramBytes), readGuest(agent, "step", ramBytes));
    const pair =
      own.application === undefined ? alone : beside(alone, readGuest(own.application, "run", ramBytes));
    return halts === undefined ? pair : withNames(pair, halts);
  }
  const known = PAIRS[nameOrFile];
  if (known !== undefined) {
    const build = known.perRecord === true ? suffix : "";
    const { application } = known;
    return pairOf(
      nameOrFile,
      readModule(known.boot + build),
      readModule(known.agent + build),
      application === undefined ? undefined : readModule(application),
    );
  }
  const names = [...(config?.guests ?? []).map(({ name }) => name), ...GUEST_NAMES];
  if (!existsSync(nameOrFile))
    throw new MisuseError(
      `--guest ${nameOrFile}: expected the name of a guest (${names.join(", ")}) or a wasm file, found neither${didYouMean(nameOrFile, names)}`,
    );
  return pairOfBoot(nameOrFile, nameOrFile, ramBytes, suffix);
}

/** A pair of a boot guest that comes without an agent: the module's own step where it has one, else the package's stands in. */
function pairOfBoot(name: string, file: string, ramBytes: number | undefined, suffix: string): GuestPair {
  const boot = readGuest(file, "boot", ramBytes);
  const exported = WebAssembly.Module.exports(new WebAssembly.Module(boot as BufferSource));
  if (exported.some((item) => item.name === "step"))
    return pairOf(name, boot, readGuest(file, "step", ramBytes));
  return { ...pairOf(name, boot, readModule(STAND_IN + suffix)), standIn: STAND_IN };
}

/**
 * A boot guest and an agent from wasm files, which may be one.
 * @throws FileError for one that cannot be read; {MisuseError} for one that is no such guest or does not fit the part.
 */
export function guestOfFiles(boot: string, agent: string, part: Pick<PartProfile, "ramBytes">): GuestPair {
  const ramBytes = part.ramBytes?.value;
  return pairOf(boot, readGuest(boot, "boot", ramBytes), readGuest(agent, "step", ramBytes));
}

/** A guest of the gallery: one module that is boot and agent. */
export function galleryGuest(entry: string, twin: string): GuestPair {
  const file = fileURLToPath(new URL(`../../../gallery/${entry}-${twin}.wasm`, import.meta.url));
  const binary = readBytes(file, "a built module (npm run build)");
  return pairOf(`${entry}-${twin}`, binary, binary);
}

/** Whether a guest is a pair of the package whose agent takes any version that is not below the security floor. */
export function goesByCounters(guest: string): boolean {
  return PAIRS[guest]?.agent.startsWith("agent-") ?? false;
}

/** The kind of signature that images for a guest carry when they are made on the spot with a fixed key. */
export function signedBy(guest: string): FixedKeyType {
  return PAIRS[guest]?.signedBy ?? "ed25519";
}

/** A pair's boot binary with the names of its functions: the package's own have theirs in a file beside them. */
export function namedBoot(
  nameOrFile: string,
  pair: GuestPair,
  part: Pick<PartProfile, "record">,
  config?: ParsedConfig,
): Uint8Array {
  const known = guestOf(config, nameOrFile) === undefined ? PAIRS[nameOrFile] : undefined;
  if (known === undefined) return pair.boot;
  const build = known.perRecord === true && part.record === "refreshed" ? "-refreshed" : "";
  const file = new URL(`../../../wasm/${known.boot}${build}.names`, import.meta.url);
  return concatenate([pair.boot, readBytes(fileURLToPath(file), "names of a built module (npm run build)")]);
}

/** Reads a guest's file and checks it, so that what does not fit is told by the file's name. */
function readGuest(file: string, entry: "boot" | "step" | "run", ramBytes: number | undefined): Uint8Array {
  const binary = readBytes(file, "a guest");
  try {
    new WebAssembly.Module(binary as BufferSource);
  } catch (error) {
    const reason = (error as Error).message.replace(/^WebAssembly\.Module\(\): /, "");
    throw new MisuseError(`${file}: expected a wasm module, found bytes that do not compile: ${reason}`);
  }
  checkGuest({ name: file, entry, ramBytes }, binary);
  return binary;
}

/** The wrong guests that every campaign on a part must catch. */
export function canaries(part: PartProfile): Canary[] {
  const canary = (name: string, rest: Omit<Canary, "guest">): Canary => ({
    guest: guestPair(name, part),
    ...rest,
  });
  return [
    canary("single-flag", { fault: "power", attempts: DEFAULT_ATTEMPTS, depth: 1 }),
    canary("short-checksum", { fault: "power", tears: "dense", attempts: DEFAULT_ATTEMPTS, depth: 1 }),
    // With one attempt, a single cut before the count is enough to see that it comes too late.
    canary("late-attempts", { fault: "power", attempts: 1, depth: 1 }),
    canary("skittish", { fault: "reset", attempts: DEFAULT_ATTEMPTS, depth: 1 }),
    canary("trusting", { fault: "weak", attempts: DEFAULT_ATTEMPTS, depth: 3 }),
    ...(part.ecc === undefined
      ? []
      : [canary("peeking", { fault: "ecc", attempts: DEFAULT_ATTEMPTS, depth: 1 })]),
    canary("believing", { fault: "flip", attempts: DEFAULT_ATTEMPTS, depth: 1 }),
    canary("hasty", { fault: "write", attempts: DEFAULT_ATTEMPTS, depth: 1 }),
    // Where a program is as large as a sector there is no other place for it to land.
    ...(part.sectors.some(({ sizeBytes }) => sizeBytes.value > part.programMax.value)
      ? [canary("hasty", { fault: "misdirected", attempts: DEFAULT_ATTEMPTS, depth: 1 })]
      : []),
    canary("rereading", { fault: "double-fetch", attempts: DEFAULT_ATTEMPTS, depth: 1 }),
    canary("by-sequence", { fault: "link", attempts: 1, depth: 2, world: WORLDS.twoRequests }),
    canary("challenge-constant", { fault: "link", attempts: 1, depth: 2, world: WORLDS.challenged }),
    canary("clock-asked-twice", { fault: "clock", attempts: 1, depth: 2, world: WORLDS.window }),
    canary("checks-then-resets", { fault: "inputs", attempts: 1, depth: 2, world: WORLDS.inputs }),
    canary("checked-earlier", { fault: "application", attempts: 1, depth: 2, world: WORLDS.twoRequests }),
  ];
}

/**
 * A pair whose modules say what its reasons are called: so a trace of it does, too, and tells the same where there is no configuration.
 * A stand-in keeps the package's names.
 */
function withNames(pair: GuestPair, halts: HaltNames): GuestPair {
  const { name, boot, agent, application, standIn } = pair;
  if (standIn !== undefined)
    return { ...pairOf(name, withHaltNames(boot, halts), agent, application), standIn };
  return pairOf(name, withHaltNames(boot, halts), withHaltNames(agent, halts), application);
}

/** A pair with an application beside it. */
function beside({ name, boot, agent, standIn }: GuestPair, application: Uint8Array): GuestPair {
  const pair = pairOf(name, boot, agent, application);
  return standIn === undefined ? pair : { ...pair, standIn };
}

function pairOf(name: string, boot: Uint8Array, agent: Uint8Array, application?: Uint8Array): GuestPair {
  const guests = { boot, agent, ...(application === undefined ? {} : { application }) };
  return { name, ...guests, sha256: sha256Hex(bytesOfGuest(guests)) };
}

function readModule(name: string): Uint8Array {
  return readBytes(
    fileURLToPath(new URL(`../../../wasm/${name}.wasm`, import.meta.url)),
    "a built module (npm run build)",
  );
}
