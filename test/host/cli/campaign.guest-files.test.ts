// Guests given as files: what does not fit is refused before anything runs, in one line with the file's name, exit 2.
// @module-tag slow: a process for each file that is no guest; guest.test.ts shows the refusals themselves.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { EVENT_RECORD, NOWHERE } from "../../../assembly/abi.js";
import { HAL_SIGNATURES, checkGuest } from "../../../host/core/guest-check.js";
import { HAL_NAMES } from "../../../host/core/guest.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/play/call.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import { modules } from "../../support/guests.js";
import { deviceModule, deviceOf, ownPair, pairOf } from "../../support/scenes.js";
import { fromText } from "../core/wasm/fixtures.js";
import { everboot, temporaryFolder } from "./run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const MEMORY = `(memory (export "memory") 1)`;
const VERSION = `(func (export "abiVersion") (result i32) (i32.const 1))`;
const BOOT = `(func (export "boot"))`;
const STEP = `(func (export "step") (param i32) (result i32) (i32.const 1))`;
const module = (...parts: string[]) => fromText(`(module ${parts.join(" ")})`);

/** The type that a check demands, as text. */
function signatureText(name: keyof typeof HAL_SIGNATURES): string {
  const [parameters, results] = HAL_SIGNATURES[name];
  return `(param ${parameters.join(" ")}) (result ${results.join(" ")})`;
}

const CASES: readonly (readonly [what: string, binary: Uint8Array, message: RegExp])[] = [
  [
    "no wasm",
    new TextEncoder().encode("int main"),
    /expected a wasm module, found bytes that do not compile: .*magic/,
  ],
  [
    "a truncated module",
    module(MEMORY, VERSION, BOOT).slice(0, 40),
    /expected a wasm module, found bytes that do not compile/,
  ],
  ["a missing export", module(MEMORY, VERSION), /expected an exported function "boot", found none/],
  ["a missing version", module(MEMORY, BOOT), /expected an exported function "abiVersion", found none/],
  [
    "a memory that is not exported",
    module("(memory 1)", VERSION, BOOT),
    /expected an exported memory "memory", found none/,
  ],
  [
    "an import of WASI",
    module(`(import "wasi_snapshot_preview1" "fd_write" (func))`, MEMORY, VERSION, BOOT),
    /unknown import "wasi_snapshot_preview1"."fd_write" \(function\); expected functions of module "hal"/,
  ],
  [
    "an unknown import",
    module(`(import "hal" "read64" (func))`, MEMORY, VERSION, BOOT),
    /unknown import "hal"."read64" \(function\)/,
  ],
  [
    "an imported memory",
    module(`(import "env" "memory" (memory 1))`, VERSION, BOOT),
    /imports its memory "env"."memory"; expected a memory of its own, exported as "memory", which is made anew at every power-up/,
  ],
  [
    "a wrong signature",
    module(`(import "hal" "tryRead32" (func (param i32) (result i32)))`, MEMORY, VERSION, BOOT),
    /import "hal"."tryRead32": expected \(i32\) -> \(i64\), found \(i32\) -> \(i32\)/,
  ],
  [
    "a boot with parameters",
    module(MEMORY, VERSION, `(func (export "boot") (param i32 i32))`),
    /expected an exported function "boot" \(\) -> \(\), found \(i32, i32\) -> \(\)/,
  ],
  [
    "another ABI version",
    module(MEMORY, `(func (export "abiVersion") (result i32) (i32.const 2))`, BOOT),
    /expected ABI version 1, found 2/,
  ],
  [
    "a start function that calls the Hal",
    module(`(import "hal" "feed" (func $feed))`, MEMORY, VERSION, BOOT, "(func $s (call $feed)) (start $s)"),
    /calls the Hal before it is called itself/,
  ],
  [
    "objects of another type",
    module(MEMORY, VERSION, BOOT, `(func (export "objects") (result i64) (i64.const 0))`),
    /expected an exported function "objects" \(\) -> \(i32\), found \(\) -> \(i64\)/,
  ],
  [
    "a version without an end",
    module(MEMORY, `(func (export "abiVersion") (result i32) (loop $on (br $on)) (i32.const 1))`, BOOT),
    /asked for its version: more than 268435456 basic blocks executed, without an end/,
  ],
  [
    "more memory than the part has",
    module(`(memory (export "memory") 3)`, VERSION, BOOT),
    /expected a memory of at most 2 pages of 64 KiB \(the part has 131072 bytes of RAM\), found 3/,
  ],
];

/** A screen whose paragraphs stand on one line each. */
const unwrapped = (text: string) => text.replace(/\n {2}(?=\S)/g, " ");

describe("a boot guest from a file is refused with one line and exit 2", () => {
  it.each(CASES)("%s", async (what, binary, message) => {
    const file = folder.path(`${what.replaceAll(" ", "-")}.wasm`);
    writeFileSync(file, binary);
    const { code, stdout, stderr } = await everboot("campaign", "--device", "tiny", "--guest", file);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.startsWith(`everboot: ${file}: `)).toBe(true);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it("so it is by the sweep, which tells what a thread has met by its name", async () => {
    const file = folder.path("provision.wasm");
    writeFileSync(file, module(MEMORY, VERSION, BOOT, STEP, `(func (export "provision") unreachable)`));
    const { code, stdout, stderr } = await everboot("sweep", "first-boot", "--guest", file, "--agent", file);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/expected "provision" to return, found unreachable/);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it("so is a configuration's agent, by its own file", async () => {
    writeFileSync(folder.path("boot.wasm"), module(MEMORY, VERSION, BOOT));
    writeFileSync(folder.path("agent.wasm"), module(MEMORY, VERSION, `(func (export "step") (param i32))`));
    const config = folder.path("agent.config.json");
    const guests = { mine: { boot: "./boot.wasm", agent: "./agent.wasm" } };
    writeFileSync(config, JSON.stringify({ guests }));
    const { code, stderr } = await everboot("campaign", "--config", config, "--guest", "mine");
    expect(code).toBe(2);
    expect(stderr).toBe(
      `everboot: ${folder.path("agent.wasm")}: expected an exported function "step" (i32) -> (i32), found (i32) -> ()\n`,
    );
  });
});

describe("the agent of a boot guest without one", () => {
  const file = folder.path("own.wasm");
  const pairOfFile = (...parts: string[]) => {
    writeFileSync(file, module(MEMORY, VERSION, BOOT, ...parts));
    return modules.guestPair(file, partById("tiny"));
  };

  it("is the module itself where it exports steps", () => {
    const { agent, boot, standIn } = pairOfFile(STEP);
    expect([agent, standIn]).toEqual([boot, undefined]);
    expect(() => pairOfFile(`(func (export "step"))`)).toThrow(
      `${file}: expected an exported function "step" (i32) -> (i32), found () -> ()`,
    );
  });

  it("is the package's where it exports none, and named", () => {
    const { agent, standIn } = pairOfFile();
    expect(agent).toEqual(modules.guestPair("boot-full", partById("tiny")).agent);
    expect(standIn).toBe("agent-full");
  });

  it("is told by the sweep, too, with what of the guests' memory is watched", async () => {
    pairOfFile();
    const { stdout, stderr } = await everboot("sweep", "first-boot", "--guest", file);
    expect(unwrapped(stdout)).toMatch(
      /^memory: boot declares no objects, so its writes are not looked at; agent declares /m,
    );
    expect(stderr).toContain("the package's agent-full ran as its firmware");
  });

  it("is told in table, JSON report and on standard error", async () => {
    pairOfFile();
    const json = folder.path("own.json");
    const argv = ["campaign", "--device", "tiny", "--image-size", "400", "--guest", file, "--json", json];
    const { stdout, stderr } = await everboot(...argv);
    expect(unwrapped(stdout)).toMatch(/ with the package's agent-full as its firmware, faults: power$/m);
    expect(JSON.parse(readFileSync(json, "utf8"))).toMatchObject({ guest: { agent: "agent-full" } });
    expect(stderr).toBe(
      `everboot: ${file}: exports no "step" and is given no agent: the package's agent-full ran as its firmware (a configuration names a guest with its agent)\n`,
    );
  });
});

describe("what a boot says of a Record", () => {
  const said = (code: number, value: number) => {
    const boot = module(
      `(import "hal" "event" (func $event (param i32 i32)))`,
      MEMORY,
      VERSION,
      `(func (export "boot") (call $event (i32.const ${code}) (i32.const ${value})))`,
    );
    return executeCall(deviceOf(partById("tiny"), pairOf("log", boot, ownPair.agent)), IN_BOOT, 0).recordSaid;
  };

  it("is the package's own event alone: a log of small numbers says nothing", () => {
    expect([said(EVENT_RECORD, 0x101), said(EVENT_RECORD, NOWHERE)]).toEqual(["found", "none"]);
    for (const code of [0, 1, 2, 3, 4, 5, 100, 0x1000003])
      expect([code, said(code, NOWHERE)]).toEqual([code, "nothing"]);
  });
});

describe("a part's RAM", () => {
  it("is known of every part, with a source", () => {
    expect(PARTS.map(({ id, ramBytes }) => [id, (ramBytes?.value ?? 0) / 1024])).toEqual([
      ["nrf52840", 256],
      ["stm32l476", 128],
      ["stm32f407", 192],
      ["stm32h743", 1024],
      ["rp2040-w25q", 264],
      ["lpc55s69", 320],
      ["tiny", 128],
    ]);
  });

  it("is counted in whole pages, and not at all where it is not known", () => {
    const two = module(`(memory (export "memory") 2)`, VERSION, BOOT);
    const check = (ramBytes?: number) => () => checkGuest({ name: "g", entry: "boot", ramBytes }, two);
    expect(check(0x10001)).not.toThrow();
    expect(check(0x10000)).toThrow(/^g: expected a memory of at most 1 pages/);
    expect(check()).not.toThrow();
  });

  it("ends growth, whatever the guest's own maximum; what fits may grow", () => {
    for (const [limit, pages] of [
      ["", 2],
      [" 100", 2],
      [" 1", 1],
    ] as const) {
      const boot = module(
        `(import "hal" "halt" (func $halt (param i32)))`,
        `(memory (export "memory") 1${limit})`,
        VERSION,
        `(func (export "boot") (loop $on (br_if $on (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
          (call $halt (memory.size)))`,
      );
      const device = deviceOf(partById("tiny"), pairOf("greedy", boot, ownPair.agent));
      for (let times = 0; times < 3; times++)
        expect(executeCall(device, IN_BOOT, 0).end).toEqual({ kind: "halted", reason: pages });
    }
  });
});

it("the signatures that guests are checked by are the device's own", () => {
  const imports = WebAssembly.Module.exports(deviceModule.device).map(({ name }) => name);
  expect([...imports, "readWords"]).toEqual(expect.arrayContaining([...HAL_NAMES]));
  const { agent, boot } = ownPair;
  expect(() => checkGuest({ name: "boot", entry: "boot" }, boot)).not.toThrow();
  expect(() => checkGuest({ name: "agent", entry: "step" }, agent)).not.toThrow();
  // Each with the type that the check demands links with the device: a wrong one would not.
  for (const name of HAL_NAMES) {
    const binary = module(`(import "hal" "${name}" (func ${signatureText(name)}))`, MEMORY, VERSION, BOOT);
    expect(() => deviceOf(partById("tiny"), pairOf(name, binary, agent)), name).not.toThrow();
  }
  // JavaScript stands between guest and device for readWords, and takes any type.
  const block = module(`(import "hal" "readBlock" (func ${signatureText("readWords")}))`);
  const { hal } = deviceOf(partById("tiny"), ownPair);
  expect(
    () => new WebAssembly.Instance(new WebAssembly.Module(block as BufferSource), { hal: hal as never }),
  ).not.toThrow();
  expect(() => checkGuest({ name: "step", entry: "step" }, module(MEMORY, VERSION, STEP))).not.toThrow();
});

it("docs/guests.md has every import with its type", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/guests.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(\w+)` \| \(([^)]*)\) -> \(([^)]*)\) \|/gm)];
  const types = (list: string) => list.split(", ").filter((type) => type !== "");
  const said = new Map(rows.map(([, name = "", from = "", to = ""]) => [name, [types(from), types(to)]]));
  for (const name of HAL_NAMES) expect([name, said.get(name)]).toEqual([name, HAL_SIGNATURES[name]]);
  expect(rows.length).toBe(HAL_NAMES.length + 7); // and abiVersion, boot, step, run, mayWrite, objects, provision
});
