// `everboot bench`: registers the benches of host/bench and prints their rows. No figure is ever judged.
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { loadCompiler } from "../../bench/compile-entry.js";
import { CRYPTO_EFFORT, benchCrypto } from "../../bench/crypto.js";
import { loadPeers } from "../../bench/peers.js";
import { median } from "../../bench/measure.js";
import { benchMeter, METER_EFFORT } from "../../bench/meter.js";
import type { BenchRow } from "../../bench/rows.js";
import { benchSize } from "../../bench/size.js";
import type { MachineOptions } from "../../campaign/machine.js";
import { DEFAULT_ATTEMPTS, DEFAULT_AUDIT } from "../../campaign/plan/defaults.js";
import { complain } from "../../app/terminal/exit.js";
import type { CampaignJob } from "../../app/campaign/job.js";
import { DEFAULT_GUEST, cryptoModule, deviceModule, guestPair } from "../../app/workspace/modules.js";
import { checkOutputs } from "../../app/workspace/outputs.js";
import { doWork } from "../../app/campaign/pool.js";
import { progressLine } from "../../app/terminal/progress.js";
import { demoScene, scenarioOf, targetOf } from "../../app/workspace/scene.js";
import { sharesOf } from "../../app/campaign/shares.js";
import { registerCampaignBench } from "./campaign.js";
import { JSON_HELP, type JsonFlag, jsonFile, print } from "./print.js";

/** What a small bootloader or application takes. */
const FLIPPED_IMAGE_BYTES = 16 * 1024;
const FLIP_ROUNDS = 3;
const METERED_GUESTS = ["boot-full", "boot-ed25519"];
const METERED_IMAGE_BYTES = 64 * 1024;
const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Adds the command. */
export function registerBench(program: Command): void {
  const bench = program
    .command("bench")
    .description("measure; figures are medians and belong to this machine")
    .addHelpText("after", "\nExample:\n  everboot bench crypto --json crypto.json");
  const add = (name: string, description: string, rows: () => BenchRow[] | Promise<BenchRow[]>): void => {
    bench
      .command(name)
      .description(description)
      .option("--json [file]", JSON_HELP)
      .action(async (flags: JsonFlag) => {
        checkOutputs({ "--json": jsonFile(flags) });
        print(await rows(), flags);
      });
  };
  registerCampaignBench(bench);
  add(
    "flips",
    "single flips of slot A, Record, keys and counters per second, and two workers against one, in turns: update, nrf52840",
    flips,
  );
  add("crypto", "our crypto modules against node:crypto and others, in turns; takes about a minute", crypto);
  add(
    "meter",
    "a boot metered and counting against the same boot unmetered, in turns: an image of 64 KiB, nrf52840",
    meter,
  );
  add("size", "bytes of wasm and RAM per algorithm and per boot build", async () =>
    benchSize(ROOT, await loadCompiler(ROOT)),
  );
}

function meter(): BenchRow[] {
  const target = targetOf("nrf52840", undefined);
  return benchMeter({
    guests: METERED_GUESTS.map((name) => ({ name, machine: machineWith(name, target) })),
    scene: demoScene(scenarioOf("update"), target, { imageSizeBytes: METERED_IMAGE_BYTES }),
    effort: METER_EFFORT,
  });
}

function machineWith(name: string, target: ReturnType<typeof targetOf>): MachineOptions {
  const guest = guestPair(name, target.part);
  return { ...target, deviceModule: deviceModule(), guest, attempts: DEFAULT_ATTEMPTS };
}

/** Flips one after the other on one worker and on two, in turns; the ratio of each round. */
async function flips(): Promise<BenchRow[]> {
  const job: CampaignJob = {
    ...{ scenario: "update", device: "nrf52840", guest: DEFAULT_GUEST, attempts: DEFAULT_ATTEMPTS },
    ...{ faults: "flip", depth: 1, audit: DEFAULT_AUDIT, imageSize: FLIPPED_IMAGE_BYTES },
    ...{ flips: ["rest"], places: ["slotA", "record", "keys", "counters"], powerUps: 1, seed: 1 },
  };
  const run = async (workers: number) => {
    const started = performance.now();
    const shares = sharesOf(job, workers, null).map((share) => ({ ...share, from: null }));
    const line = progressLine({ title: "", shares: shares.length, clock: () => 0 }, "none");
    const done = await doWork({ job, shares, crew: 1, canaries: false, workers, timeLimit: undefined, line });
    if (done.ended !== null) throw new Error(`a campaign was ended early: ${done.ended}`);
    const judged = done.results.reduce(
      (sum, { states }) => sum + states.judged.reduce((a, b) => a + b, 0),
      0,
    );
    return { seconds: (performance.now() - started) / 1000, judged };
  };
  const rounds = [];
  for (let round = 0; round < FLIP_ROUNDS; round++) rounds.push({ one: await run(1), two: await run(2) });
  return [
    { what: "flips-judged", value: rounds[0]?.one.judged ?? 0, unit: "" },
    {
      what: "flips-per-second-one-worker",
      value: median(rounds.map(({ one }) => one.judged / one.seconds)),
      unit: "/s",
    },
    {
      what: "two-workers-over-one",
      value: median(rounds.map(({ one, two }) => one.seconds / two.seconds)),
      unit: "×",
    },
  ];
}

async function crypto(): Promise<BenchRow[]> {
  const peers = await loadPeers(complain);
  const modules = {
    ...{ fast: cryptoModule("fast"), small: cryptoModule("small") },
    "small-square": cryptoModule("small-square"),
  };
  return benchCrypto({ modules, peers, effort: CRYPTO_EFFORT, lmsHeight: 10 });
}
