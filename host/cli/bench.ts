// `everboot bench`: how fast campaigns are on this machine. Medians of several runs; no figure is ever asserted.
import type { Command } from "commander";
import { begin, countPlan } from "../campaign/campaign.js";
import { executeCall, IN_BOOT } from "../campaign/call.js";
import { Explorer } from "../campaign/explore.js";
import { Device } from "../device/device.js";
import { DEFAULT_GUEST, deviceModule, guestPair } from "./modules.js";
import { writeBytes } from "./files.js";
import { demoScene, scenarioOf, targetOf } from "./scene.js";

const BENCH_SCHEMA = "everboot.bench/1";
const ROUNDS = 5;
const BOOTS_PER_ROUND = 200;

interface Row {
  readonly what: string;
  readonly value: number;
}

/** Adds the command. */
export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure; figures are medians and belong to this machine");
  bench
    .command("campaign")
    .description("covered points and executed boots per second: update, nrf52840, 64 KiB image, one core")
    .option("--json [file]", "write JSON to a file, or print it")
    .action(({ json }: { json?: string | true }) => {
      const rows = benchCampaign();
      const text = `${JSON.stringify({ schema: BENCH_SCHEMA, rows }, null, 2)}\n`;
      if (typeof json === "string" && json !== "-") writeBytes(json, text);
      else if (json !== undefined) process.stdout.write(text);
      if (json === undefined)
        process.stdout.write(rows.map(({ what, value }) => `${what}: ${Math.round(value)}\n`).join(""));
    });
}

/** Explorations and plain boots in turn, so that a slow moment of the machine strikes both. */
function benchCampaign(): Row[] {
  const target = targetOf("nrf52840", undefined);
  const guest = guestPair(DEFAULT_GUEST);
  const scene = demoScene(scenarioOf("update"), target);
  const points: number[] = [];
  const boots: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const device = new Device({
      module: deviceModule(),
      ...target,
      boot: { name: "boot", binary: guest.boot },
      agent: { name: "agent", binary: guest.agent },
      attempts: 3,
    });
    const { start } = begin(device, scene);
    const planned = countPlan(device, scene, start);
    const explored = timed(() => new Explorer(device, scene, {}).run(start));
    if (explored.result.judged !== planned)
      throw new Error(`judged ${explored.result.judged} of ${planned} points`);
    points.push(explored.result.judged / explored.seconds);
    const booted = timed(() => {
      for (let i = 0; i < BOOTS_PER_ROUND; i++) executeCall(device, IN_BOOT, 0);
    });
    boots.push(BOOTS_PER_ROUND / booted.seconds);
  }
  return [
    { what: "covered-points-per-second", value: median(points) },
    { what: "executed-boots-per-second", value: median(boots) },
    { what: "peak-resident-mib", value: process.resourceUsage().maxRSS / 1024 },
  ];
}

function timed<Result>(work: () => Result): { readonly result: Result; readonly seconds: number } {
  const before = performance.now();
  const result = work();
  return { result, seconds: (performance.now() - before) / 1000 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}
