// A guest on real instruction sets, in QEMU: it must do there what it does in V8, and cost what the models say.
// @module-tag slow: builds every core for three targets and counts its instructions under qemu.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildTarget } from "../../../../host/budget/target/build.js";
import { TARGET_CORES, type TargetCore } from "../../../../host/budget/target/cores.js";
import { type TargetRun, runTarget } from "../../../../host/budget/target/run.js";
import { readTiming } from "../../../../host/budget/target/timing.js";
import { missingTools } from "../../../../host/budget/target/tools.js";
import { partById } from "../../../../host/device/parts.js";
import { readPublicKey } from "../../../../host/image/keys.js";
import { encodeKeyTable } from "../../../../host/image/key-table.js";
import { p256Pair, ed25519Pair, ownPair } from "../../../support/scenes.js";
import { bootHere, digestOf, targetOperations } from "../../../support/targets.js";
import type { BudgetReport } from "../../../../host/budget/report.js";
import { everboot } from "../../cli/run.js";
import { fromText } from "../../core/wasm/fixtures.js";
import * as abi from "../../../../assembly/abi.js";

const SAMPLES = fileURLToPath(new URL("../../../../images/imgtool/", import.meta.url));
const part = partById("nrf52840");
const folder = mkdtempSync(join(tmpdir(), "everboot-target-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missing = new Set(TARGET_CORES.flatMap((core) => missingTools(core)));
const without = missing.size === 0 ? "" : ` (skipped: not installed: ${[...missing].join(", ")})`;

const MEMORY = { memoryStart: 1024, memoryEnd: 0x8000 };
const keys = ["ed25519", "p256", "rsa2048", "rsa3072"].map((name) =>
  readPublicKey(readFileSync(join(SAMPLES, `${name}-pub.pem`), "utf8"), name),
);

const keyTable = encodeKeyTable(keys, [], []);

function toldOf({ end, operations, flash }: TargetRun) {
  return {
    end: `${end.kind} ${end.value}`,
    operations: targetOperations(operations),
    flash: digestOf(flash),
  };
}

const sampleOf = (name: string) => Uint8Array.from(readFileSync(join(SAMPLES, `${name}.bin`)));

async function built(core: TargetCore, name: string, binary: Uint8Array, checked: boolean) {
  return buildTarget({
    ...{ core, name, binary, checked, folder: join(folder, `${core}-${name}-${checked}`), ...MEMORY },
    nameOf: (index) => `f${index}`,
  });
}

const SIGNED = [
  ...[
    "app-ed25519-signed",
    "app-ed25519-confirmed",
    "app-ed25519-pure",
    "app-ed25519-sha512",
    "app-ed25519-alltlv",
  ],
  ...[
    "app-ed25519-romfixed",
    "app-ed25519-encx25519",
    "app-p256-signed",
    "app-p256-encec256",
    "app-rsa2048-signed",
  ],
  ...["app-rsa3072-signed", "app2-ed25519-signed", "app2-p256-signed"],
];

describe.skipIf(missing.size > 0)(`a guest on a target${without}`, () => {
  it("does with every sample image what it does in V8, without an access that some core has not", async () => {
    const build = await built("cortex-m4", "boot-full", ownPair.boot, true);
    const ends = new Map<string, string>();
    for (const name of SIGNED) {
      const { here, state } = bootHere({ part, boot: ownPair.boot, keyTable, image: sampleOf(name) });
      const there = toldOf(await runTarget(build, state, null));
      expect({ name, ...there }).toEqual({ name, ...here });
      ends.set(name, there.end);
    }
    expect([...ends.values()].filter((end) => end.startsWith("jumped"))).toHaveLength(10);
    expect(ends.get("app-ed25519-encx25519")).toBe(`halted ${abi.REASON_FLAGS}`);
  });

  it.each(["cortex-m0plus", "cortex-m33", "rv32imc"] as const)(
    "does the same on %s, with a tampered image too",
    async (core) => {
      for (const [name, binary, sample] of [
        ["boot-ed25519", ed25519Pair.boot, "app-ed25519-signed"],
        // 64-bit arithmetic and unaligned keys: where it differs most is the core with the fewest instructions.
        ...(core === "cortex-m0plus" ? ([["boot-p256", p256Pair.boot, "app-p256-signed"]] as const) : []),
      ] as const) {
        const build = await built(core, name, binary, false);
        const image = sampleOf(sample);
        const tampered = image.slice();
        tampered[2000]! ^= 1;
        for (const [bytes, verdict] of [
          [image, /^jumped/],
          [tampered, new RegExp(`^halted ${abi.REASON_DIGEST}$`)],
        ] as const) {
          const { here, state } = bootHere({ part, boot: binary, keyTable, image: bytes });
          const there = toldOf(await runTarget(build, state, null));
          expect(there).toEqual(here);
          expect(there.end).toMatch(verdict);
        }
      }
    },
  );

  it("counts the same instructions every time, and all of them", async () => {
    const build = await built("cortex-m4", "boot-ed25519", ed25519Pair.boot, false);
    const image = sampleOf("app-ed25519-signed");
    const { state } = bootHere({ part, boot: ed25519Pair.boot, keyTable, image });
    const timing = readTiming(
      fileURLToPath(new URL("../../../../host/budget/models/", import.meta.url)),
      "cortex-m4",
    );
    const [first, second] = [await runTarget(build, state, timing), await runTarget(build, state, timing)];
    expect(second.functions).toEqual(first.functions);
    expect(first.instructions).toBeGreaterThan(1_000_000);
    expect(first.cycles! / first.instructions).toBeGreaterThan(1);
    expect(first.cycles! / first.instructions).toBeLessThan(1.6);
    expect(new Set(first.functions.map(({ phase }) => phase))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(build.stackBytes["boot"]).toBeGreaterThan(300);
    expect(build.sizes.textBytes).toBeGreaterThan(8000);
  });

  it("traps are told, and a guest's own unaligned accesses are not", async () => {
    const guest = (body: string) =>
      fromText(`(module (import "hal" "jump" (func $jump (param i32))) (memory (export "memory") 1)
        (func (export "abiVersion") (result i32) (i32.const ${abi.ABI_VERSION})) (func (export "boot") ${body}))`);
    const { state } = bootHere({ part, boot: ed25519Pair.boot });
    const run = async (name: string, body: string) =>
      (await runTarget(await built("cortex-m4", name, guest(body), true), state, null)).end;
    expect(await run("unreachable", "(unreachable)")).toEqual({ kind: "trapped", value: 5 });
    expect(await run("returns", "(nop)")).toEqual({ kind: "returned", value: 0 });
    const store = (alignment: string) =>
      `(i32.store ${alignment} (i32.const 1025) (i32.const 77)) (call $jump (i32.load8_u (i32.const 1025)))`;
    expect(await run("hinted", store("align=1"))).toEqual({ kind: "jumped", value: 77 });
    expect(await run("unhinted", store(""))).toEqual({ kind: "trapped", value: 1 });
  });

  it("the model keeps what it promises, on images and keys that it was not calibrated with", async () => {
    for (const core of ["cortex-m4", "cortex-m0plus"]) {
      const { code, stdout } = await everboot("budget", "--target", core, "--verify-model");
      expect(stdout).toMatch(/counts of blocks on the target and in V8: (\d+) of \1 the same/);
      expect(code, stdout).toBe(0);
    }
  });

  it("the model's stack is the target's, library and Hal included", async () => {
    const argv = ["update", "--guest", "boot-ed25519", "--image-size", "4KiB", "--target", "cortex-m0plus"];
    const { stdout } = await everboot("budget", ...argv, "--json", "-");
    const { ram, target } = JSON.parse(stdout) as BudgetReport;
    expect(ram.stackBytes).toBeGreaterThan(700);
    expect(target!.stackBytes["boot"]).toBe(ram.stackBytes);
  });

  it("budget --target gives sizes, stack and instruction counts beside the model's", async () => {
    const { code, stdout } = await everboot(
      ...["budget", "update", "--guest", "boot-ed25519", "--image-size", "4KiB", "--target", "rv32imc"],
    );
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /rv32imc, as riscv64-unknown-elf-gcc .* executes it: \.text [\d ]+, \.rodata 2 002/,
    );
  });
});

describe("without its tools", () => {
  it("--target says which packages are missing and how to get them", async () => {
    const path = process.env["PATH"];
    process.env["PATH"] = folder;
    try {
      const { code, stderr } = await everboot("budget", "update", "--target", "rv32imc");
      expect(stderr).toBe(
        "everboot: --target rv32imc: expected the tools of Debian's wabt, gcc, gcc-riscv64-unknown-elf, picolibc-riscv64-unknown-elf, qemu-system-misc, found them not installed (scripts/install-target-tools.sh installs them)\n",
      );
      expect(code).toBe(2);
    } finally {
      process.env["PATH"] = path;
    }
  });
});
