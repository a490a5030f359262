// The built wasm modules, and guests by name or by file. Knows where the build puts them, nothing of what they do.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type Canary } from "../campaign/campaign.js";
import { type GuestPair, concatenate } from "../campaign/trace.js";
import { MisuseError } from "../core/errors.js";
import { readBytes } from "./files.js";

/** Guest pairs that come with the package: what boots, and what the booted firmware does. */
const PAIRS: Readonly<Record<string, { readonly boot: string; readonly agent: string }>> = {
  "boot-full": { boot: "boot-full", agent: "agent-full" },
  "boot-ed25519": { boot: "boot-ed25519", agent: "agent-ed25519" },
  "boot-p256": { boot: "boot-p256", agent: "agent-p256" },
  "single-flag": { boot: "single-flag-boot", agent: "single-flag-agent" },
  "late-attempts": { boot: "late-attempts-boot", agent: "late-attempts-agent" },
};

export const GUEST_NAMES: readonly string[] = Object.keys(PAIRS);
/** Boot and agent with every signature algorithm. */
export const DEFAULT_GUEST = "boot-full";

/** SHA-256 in hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The compiled device module. */
export function deviceModule(): WebAssembly.Module {
  return new WebAssembly.Module(readModule("device") as BufferSource);
}

/** A compiled crypto module. */
export function cryptoModule(build: "fast" | "small"): WebAssembly.Module {
  return new WebAssembly.Module(readModule(`crypto-${build}`) as BufferSource);
}

/**
 * A guest pair by name, or a boot guest from a wasm file together with the package's own agent, which takes every kind of signature.
 * @throws FileError when it is neither a known name nor a readable file.
 */
export function guestPair(nameOrFile: string): GuestPair {
  const known = PAIRS[nameOrFile];
  if (known !== undefined) return pairOf(nameOrFile, readModule(known.boot), readModule(known.agent));
  const boot = readBytes(nameOrFile, `a guest (${GUEST_NAMES.join(", ")}) or a wasm file`);
  if (!WebAssembly.validate(boot as BufferSource))
    throw new MisuseError(`${nameOrFile}: expected a wasm module`);
  return pairOf(nameOrFile, boot, readModule("agent-full"));
}

/** The wrong guests that every campaign must catch. */
export function canaries(): Canary[] {
  return [
    { guest: guestPair("single-flag"), attempts: 3 },
    // With one attempt, a single cut before the count is enough to see that it comes too late.
    { guest: guestPair("late-attempts"), attempts: 1 },
  ];
}

function pairOf(name: string, boot: Uint8Array, agent: Uint8Array): GuestPair {
  return { name, boot, agent, sha256: sha256Hex(concatenate(boot, agent)) };
}

function readModule(name: string): Uint8Array {
  return readBytes(
    fileURLToPath(new URL(`../../wasm/${name}.wasm`, import.meta.url)),
    "a built module (npm run build)",
  );
}
