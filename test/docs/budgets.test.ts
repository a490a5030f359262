// The table of docs/budgets.md against budgets that are made anew: sizes, RAM, stack, and the modelled times of a boot. EVERBOOT_DOCS=write
// puts the rows as they are now into the document.
// @module-tag slow: ten budgets, each in a process of its own
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, textOf } from "./documents.js";

/** What the table takes of a budget's report; of the boots it takes the slowest. */
interface Report {
  readonly size: { readonly wasmBytes: number; readonly dataBytes: number };
  readonly ram: { readonly linearBytes: number; readonly constantBytes: number; readonly stackBytes: number };
  /** Index among the boots. */
  readonly slowest: number;
  readonly boots: readonly {
    readonly cpuMicros: { readonly likely: number };
    readonly phases: readonly {
      readonly phase: string;
      readonly cycles: { readonly likely: number };
      readonly cpuMicros: { readonly likely: number };
    }[];
  }[];
}

const MAIN = join(ROOT, "dist/host/cli/main.js");
const PAGE = "docs/budgets.md";
const BUILDS = 5;
const IS_WRITING = process.env["EVERBOOT_DOCS"] === "write";
const DEVICES = ["nrf52840", "rp2040-w25q"];
const MICROS_PER_MILLI = 1000;
const DIGITS = 3;

let folder = "";
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "everboot-budgets-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** The budget of an update with images of 16 KiB. */
function budgetOf(guest: string, device: string): Report {
  const words = ["--guest", guest, "--device", device, "--image-size", "16KiB", "--json", "budget.json"];
  execFileSync(process.execPath, [MAIN, "budget", "update", ...words], { cwd: folder, stdio: "pipe" });
  return JSON.parse(readFileSync(join(folder, "budget.json"), "utf8")) as Report;
}

/** A whole number with its thousands set apart. */
function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, " ");
}

function milliseconds(micros: number): string {
  return `${Math.round(micros / MICROS_PER_MILLI)} ms`;
}

/** Cells for the time of the boot and what of it is the signature's. */
function timesOf({ boots, slowest }: Report): string[] {
  const boot = boots[slowest] as Report["boots"][number];
  const signature = boot.phases.find(({ phase }) => phase === "signature") as (typeof boot.phases)[number];
  const millions = (signature.cycles.likely / 1e6).toPrecision(DIGITS);
  return [
    milliseconds(boot.cpuMicros.likely),
    `${milliseconds(signature.cpuMicros.likely)}, ${millions} M cycles`,
  ];
}

/** The row of a build, as it stands in the table. */
function rowOf(guest: string): string {
  const reports = DEVICES.map((device) => budgetOf(guest, device));
  const { size, ram } = reports[0] as Report;
  const bytes = [size.wasmBytes, size.dataBytes, ram.linearBytes - ram.constantBytes, ram.stackBytes];
  const cells = [guest, ...bytes.map((count) => `${grouped(count)} B`), ...reports.flatMap(timesOf)];
  return `| ${cells.join(" | ")} |`;
}

describe("the table of docs/budgets.md", () => {
  const rows = [...textOf(PAGE).matchAll(/^\| (boot-[\w-]+) \| .*$/gm)].map(([row, guest = ""]) => ({
    row,
    guest,
  }));

  it("has the boot builds", () => expect(rows).toHaveLength(BUILDS));

  it.each(rows)("is right for $guest", ({ row, guest }) => {
    const made = rowOf(guest);
    if (IS_WRITING) writeFileSync(join(ROOT, PAGE), textOf(PAGE).replace(row, made));
    else expect(row).toBe(made);
  });
});
