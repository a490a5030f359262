// What the command line says of wrong inputs: exit code and message, word for word. Each command runs in this process, as built.
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { partById } from "../../../host/device/parts.js";
import { generateKey } from "../../../host/image/keys.js";
import { type SignOptions, signImage } from "../../../host/image/sign.js";
import { parseVersion } from "../../../host/image/version.js";
import { bytesOf } from "../../support/bytes.js";
import { fromText } from "../core/wasm/fixtures.js";
import { temporaryFolder } from "./run.js";
import { WRONG_INPUTS } from "./wrong-inputs.js";

const BUILT = join(import.meta.dirname, "../../../dist/host/cli/program.js");
const { runCommandLine } = (await import(
  pathToFileURL(BUILT).href
)) as typeof import("../../../host/cli/program.js");

const folder = temporaryFolder();
const DIR = folder.path("");
afterAll(folder.remove);

const { slotA, slotB } = partById("nrf52840").layout;
const key = generateKey("ed25519");

function image(name: string, version: string, options: Partial<SignOptions> = {}): void {
  const bytes = signImage(bytesOf(3, 64), key, {
    headerSizeBytes: 0x200,
    padHeader: true,
    version: parseVersion(version),
    securityCounter: 5,
    ...options,
  });
  writeFileSync(folder.path(name), bytes);
}

const SMALL_SLOTS = {
  keys: { offset: 0x1f000, size: 4096 },
  slotA: { offset: 0x20000, size: 131072 },
  slotB: { offset: 0x40000, size: 131072 },
  record: { offset: 0x60000, size: 8192 },
};

/** A scenario that advances a counter to 6. */
const COUNTS = {
  name: "mine-counts",
  images: [
    { name: "v1", version: 1 },
    { name: "v2", version: 2 },
  ],
  start: { slotA: "v1" },
  steps: [{ offer: "v2" }, { counter: 1, to: 6 }],
  expect: { runs: "v2" },
};
const SMALL_COUNTERS = { mine: { extends: "tiny", counterMax: 5 } };

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  "raw.bin": bytesOf(1, 100),
  "colon.bin": ":020000040000FB not HEX",
  "t.elf": Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0),
  "t.hex": ":020000040000FA\n:00000001FF\n",
  "t.srec": "S00600004844521B\nS9030000FC\n",
  "t.a": "!<arch>\n",
  "t.wasm": fromText("(module)"),
  "empty.bin": "",
  "big.bin": bytesOf(2, 7681),
  "key.pem": key.pem,
  "pub.pem": key.publicKey.pem,
  "layouts.config.json": JSON.stringify({ layouts: { "small-slots": SMALL_SLOTS } }),
  "part.config.json": JSON.stringify({ devices: { mine: { programMin: 4, programMax: 4 } } }),
  "counter.config.json": JSON.stringify({
    ...{ devices: SMALL_COUNTERS, scenarios: [COUNTS], campaign: { device: "mine" } },
  }),
  "other-counter.config.json": JSON.stringify({ devices: SMALL_COUNTERS, scenarios: [COUNTS] }),
  "two.pem": `${key.publicKey.pem}${generateKey("ed25519").publicKey.pem}`,
  "ram.config.json": JSON.stringify({ devices: { mine: { extends: "tiny", ramBytes: 144 } } }),
  "no-counter.config.json": JSON.stringify({ devices: { mine: { extends: "tiny", counterMax: 0 } } }),
  "wear.config.json": JSON.stringify({ scenarios: [{ ...COUNTS, wearMax: { slots: -1 } }] }),
  "worn.config.json": JSON.stringify({ scenarios: [{ ...COUNTS, wearMax: { slot: 1 } }] }),
  "none.config.mjs": "const config = {};",
  "named.config.mjs": "export const config = {};",
  "throws.config.mjs": "throw new Error('no');",
  "one.wasm": fromText(`(module (memory (export "memory") 1) (func (export "boot")))`),
};

beforeAll(() => {
  for (const [name, content] of Object.entries(FILES)) writeFileSync(folder.path(name), content);
  image("v1.bin", "1.0.0");
  image("v1-again.bin", "1.0.0", { securityCounter: 6 });
  image("v2.bin", "2.0.0");
  image("v3.bin", "3.0.0");
  image("v0.bin", "0.9.0");
  image("low.bin", "2.0.0", { securityCounter: 4 });
  image("for-a.bin", "2.0.0", { romFixed: slotA.offset });
  image("for-b.bin", "3.0.0", { romFixed: slotB.offset });
  image("needs.bin", "2.0.0", { dependencies: [{ imageId: 1, leastVersion: parseVersion("1.0.0") }] });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs the words of a command; "@name" is a file of the folder. */
async function outcomeOf(line: string) {
  const said = { stdout: "", stderr: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => (said.stdout += String(text)) !== "");
  vi.spyOn(process.stderr, "write").mockImplementation((text) => (said.stderr += String(text)) !== "");
  const words = line.split(" ").map((word) => (word.startsWith("@") ? folder.path(word.slice(1)) : word));
  await runCommandLine(["node", "everboot", ...words]);
  return {
    code: process.exitCode ?? 0,
    stdout: said.stdout,
    stderr: said.stderr.replaceAll(`${DIR}/`, "@").replaceAll(DIR, "@"),
  };
}

describe("a wrong input is one line and an exit code:", () => {
  it.each(WRONG_INPUTS)("%s", async (line, code, message) => {
    expect(await outcomeOf(line)).toEqual({ code, stdout: "", stderr: `everboot: ${message}\n` });
  });

  it("and leaves nothing", () => {
    expect(existsSync(folder.path("out.bin"))).toBe(false);
    expect(readdirSync(DIR).filter((name) => name.endsWith(".tmp") || name === "r")).toEqual([]);
  });
});
