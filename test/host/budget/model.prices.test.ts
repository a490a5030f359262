// What each call of the Hal costs that no calibrated boot makes: a guest makes each of them on every core, and the models say the same.
// EVERBOOT_PRICES=write writes what was counted into the models.
// @module-tag slow: builds and runs the target's Hal under qemu for each core.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { type CostModel, type HalCost, parseModel } from "../../../host/budget/model.js";
import { buildTarget } from "../../../host/budget/target/build.js";
import type { TargetCore } from "../../../host/budget/target/cores.js";
import { runTarget } from "../../../host/budget/target/run.js";
import { readTiming } from "../../../host/budget/target/timing.js";
import { missingTools } from "../../../host/budget/target/tools.js";
import { HAL_NAMES } from "../../../host/core/guest.js";
import { HAL_SIGNATURES } from "../../../host/core/guest-check.js";
import { partById } from "../../../host/device/parts.js";
import { CLOCK, bootHere } from "../../support/targets.js";
import { fromText } from "../core/wasm/fixtures.js";

type Import = (typeof HAL_NAMES)[number];
type Call = readonly [Import, ...number[]];

const CORES: readonly TargetCore[] = ["cortex-m4", "cortex-m0plus", "cortex-m33", "rv32imc"];
const MODELS = join(import.meta.dirname, "../../../host/budget/models");
const part = partById("nrf52840");
const folder = mkdtempSync(join(tmpdir(), "everboot-prices-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Calls as a guest makes them: a reply of five words, a window of hours past midnight, a word that changes. */
const CALLS: readonly Call[] = [
  ["receive32", 0],
  ["watchdogStart", 100],
  ["feed"],
  ["random32"],
  ["linkSize"],
  ...[0, 4, 8].map((offset): Call => ["linkRead32", offset]),
  ...[0, 4, 8, 12, 16].map((offset): Call => ["linkWrite32", offset, 1]),
  ["linkSend", 20],
  ["linkRelease"],
  ["clockReached", CLOCK],
  ["clockInWindow", 79_200, 14_400, abi.DAYS_ALL],
  ["clockSeconds"],
  ["uptimeReached", 10],
  ["input", abi.MAIN_CONSENT],
  ["leaseTake"],
  ["leaseHeld"],
  ["nonceNew"],
  ...[0, 1, 2, 3].map((index): Call => ["nonce", abi.NONCE_CURRENT, index]),
  ["acted", 1],
  ["scratchWrite", 3, 7],
  ["scratchRead", 3],
  ["keySlotWrite", 3, 7],
  ["keySlotRead", 3],
];
/** Each ends a guest, so that it has a guest to itself. */
const ENDS: readonly Call[] = [["read32", part.layout.slotA.offset], ["resetIfSafe"], ["resetNow"]];

function modelOf(core: TargetCore): CostModel {
  return parseModel(readFileSync(join(MODELS, `${core}.json`), "utf8"), core);
}

/** Costs what ends the call is no cost of: a jump, a halt. */
const UNPRICED: readonly Import[] = ["halt"];

function guestOf(calls: readonly Call[]): Uint8Array {
  const used = [...new Set(calls.map(([name]) => name))];
  const imports = used.map((name) => {
    const [parameters, results] = HAL_SIGNATURES[name];
    return `(import "hal" "${name}" (func $${name} (param ${parameters.join(" ")}) (result ${results.join(" ")})))`;
  });
  const lines = calls.map(([name, ...values]) => {
    const call = `(call $${name} ${values.map((value) => `(i32.const ${value | 0})`).join(" ")})`;
    return HAL_SIGNATURES[name][1].length === 0 ? call : `(drop ${call})`;
  });
  return fromText(`(module ${imports.join("\n")} (memory (export "memory") 1)
    (func (export "abiVersion") (result i32) (i32.const ${abi.ABI_VERSION}))
    (func (export "boot") ${lines.join("\n")}))`);
}

/** What each call of these cost, on average, by the import's name. */
async function pricesOf(core: TargetCore, calls: readonly Call[]): Promise<Record<string, HalCost>> {
  const binary = guestOf(calls);
  const { state } = bootHere({ part, boot: binary });
  const build = await buildTarget({
    ...{ name: "prices", core, binary, folder: mkdtempSync(join(folder, core)) },
    ...{ memoryStart: 1024, memoryEnd: 2048, nameOf: (index: number) => `f${index}` },
  });
  const timing = readTiming(MODELS, core);
  const { functions } = await runTarget(build, state, timing);
  const rounded = (value: number) => Number(value.toPrecision(4));
  return Object.fromEntries(
    [...new Set(calls.map(([name]) => name))].map((name) => {
      const found = functions.filter((each) => each.name === `hal.${name}`);
      const sum = (what: "instructions" | "cycles" | "entered") =>
        found.reduce((total, each) => total + (each[what] ?? 0), 0);
      const price = (what: "instructions" | "cycles") => rounded(sum(what) / sum("entered"));
      return [
        name,
        {
          instructions: price("instructions"),
          ...(timing === null ? {} : { cycles: price("cycles") }),
          stackBytes: build.functions.find((each) => each.name === `hal.${name}`)?.stackBytes ?? null,
        },
      ];
    }),
  );
}

function write(core: TargetCore, prices: Readonly<Record<string, HalCost>>): void {
  const file = join(MODELS, `${core}.json`);
  const model = JSON.parse(readFileSync(file, "utf8")) as CostModel;
  const all = Object.entries({ ...model.hal, ...prices }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...model, hal: Object.fromEntries(all) }, null, 2)}\n`);
}

describe.each(CORES)("a model of %s", (core) => {
  const missing = missingTools(core);

  it("has a price for every call of the Hal", () => {
    const { hal } = modelOf(core);
    const unpriced = HAL_NAMES.filter((name) => hal[name]?.instructions === undefined);
    expect(unpriced).toEqual(UNPRICED);
    expect(HAL_NAMES.filter((name) => hal[name]?.stackBytes === undefined)).toEqual([]);
  });

  it.skipIf(missing.length > 0)("has those prices that are counted on the core", async () => {
    const prices = await pricesOf(core, CALLS);
    for (const call of ENDS) Object.assign(prices, await pricesOf(core, [call]));
    if (process.env["EVERBOOT_PRICES"] === "write") write(core, prices);
    const { hal } = modelOf(core);
    expect(Object.fromEntries(Object.keys(prices).map((name) => [name, hal[name]]))).toEqual(prices);
  });
});
