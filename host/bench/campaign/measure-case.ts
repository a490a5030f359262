// Measures one case in this process, on a build given by its dist folder. What is fresh here is fresh only where the process
// is: whoever wants that starts one for each case. Prints nothing.
import { execFileSync } from "node:child_process";
import type { Exploration } from "../../campaign/explore/exploration.js";
import type { Faults } from "../../campaign/plan/faults.js";
import type { Machine } from "../../campaign/machine.js";
import { DEFAULT_ATTEMPTS } from "../../campaign/plan/defaults.js";
import { cpuTimed, median } from "../measure.js";
import { callParts, exploreParts, mainOf, sceneParts } from "./build.js";
import type { BootsCase, Case, ExploreCase, Explored, WorkersCase } from "./cases.js";
import { countCalls } from "./calls.js";
import { digestOf } from "./digest.js";
import type { Figure, Measured } from "./measured.js";
import { profiled } from "./profile.js";

/** The guest pair that is explored. */
const GUEST = "boot-full";
/** Exports that are called so often a point have a figure of their own. */
const OFTEN = 0.01;
const REPORT_BYTES_MAX = 2 ** 26;

type Measurement = Extract<Measured, { kind: "measured" }>;

/**
 * Measures a case.
 * @param dist the build's dist folder
 * @throws {LacksError} where the build has not what the case needs; Error where what it does cannot be right
 */
export function measureCase(dist: string, one: Case): Promise<Measurement> {
  switch (one.kind) {
    case "explore":
      return exploreMeasured(dist, one);
    case "boots":
      return bootsMeasured(dist, one);
    case "workers":
      return Promise.resolve(workersMeasured(dist, one));
    case "calls":
      return callsMeasured(dist, one.of);
    case "profile":
      return profileMeasured(dist, one.of);
  }
}

/** An exploration that can be begun. */
interface Ready {
  readonly machine: Machine;
  readonly run: () => Exploration;
}

/** Makes ready for the same exploration as often as it is called. */
async function explorations(dist: string, of: Explored): Promise<() => Ready> {
  const { targetOf, scenarioOf, demoScene, deviceModule, guestPair, ...parts } = await sceneParts(dist);
  const { Explorer } = await exploreParts(dist);
  const target = targetOf(of.device, undefined);
  const scene = demoScene(scenarioOf(of.scenario), target, { imageSizeBytes: of.imageBytes });
  const tears = of.tears === undefined ? {} : { tears: of.tears };
  const faults: Faults = parts.faultsOf({ ...target, assume: true, ...tears }, of.models);
  const depth = of.depth === "fixpoint" ? Infinity : of.depth;
  const guest = guestPair(GUEST, target.part);
  const options = { ...target, deviceModule: deviceModule(), guest, attempts: DEFAULT_ATTEMPTS };
  return () => {
    const machine = parts.machineAt(options, scene, faults);
    return {
      machine,
      run: () => checked(new Explorer(machine.device, scene, { faults, depth }).run(machine.start), of),
    };
  };
}

/** @throws Error where it is not what was to be measured */
function checked(exploration: Exploration, { depth }: Explored): Exploration {
  const { incomplete, fixpoint, judged, planned } = exploration;
  if (incomplete !== null) throw new Error(`the exploration ended early: ${incomplete}`);
  if (depth === "fixpoint" && !fixpoint) throw new Error("the exploration did not come to a fixpoint");
  if (judged !== planned) throw new Error(`judged ${judged} of ${planned} points`);
  return exploration;
}

/** In a function of its own, so that nothing holds the first exploration while others are measured. */
async function exploreMeasured(dist: string, { of, warmRounds }: ExploreCase): Promise<Measurement> {
  const ready = await explorations(dist, of);
  const { columnsOf } = await exploreParts(dist);
  const first = (() => {
    const { run } = ready();
    const before = process.memoryUsage.rss();
    const { result, seconds } = cpuTimed(run);
    const grown = process.memoryUsage.rss() - before;
    const peakMib = process.resourceUsage().maxRSS / 1024;
    const says = {
      judged: result.judged,
      states: result.states.size,
      digest: digestOf(columnsOf(result, of.depth === "fixpoint" ? Infinity : of.depth)),
    };
    return { says, seconds, grown, peakMib };
  })();
  const { judged, states } = first.says;
  const warm: number[] = [];
  for (let round = 0; round < warmRounds; round++) {
    const { result, seconds } = cpuTimed(ready().run);
    if (result.judged !== judged || result.states.size !== states)
      throw new Error(`judged ${judged} points in the first round and ${result.judged} in a later one`);
    warm.push(judged / seconds);
  }
  const resident: Figure[] = [
    { name: "resident bytes per state", value: first.grown / states, unit: "bytes" },
    { name: "peak resident", value: first.peakMib, unit: "MiB" },
  ];
  return {
    kind: "measured",
    figures: [
      { name: "fresh", value: judged / first.seconds, unit: "/s" },
      ...warmFigure(warm),
      ...(of.depth === "fixpoint" ? resident : []),
    ],
    says: first.says,
  };
}

function warmFigure(rates: readonly number[]): Figure[] {
  return rates.length === 0 ? [] : [{ name: "warm", value: median(rates), unit: "/s" }];
}

async function bootsMeasured(dist: string, one: BootsCase): Promise<Measurement> {
  const { targetOf, scenarioOf, demoScene, deviceModule, guestPair, machineAt } = await sceneParts(dist);
  const { executeCall, IN_BOOT } = await callParts(dist);
  const target = targetOf(one.device, undefined);
  const scene = demoScene(scenarioOf("update"), target, { imageSizeBytes: one.imageBytes });
  const guest = guestPair(one.guest, target.part);
  const options = { ...target, deviceModule: deviceModule(), guest, attempts: DEFAULT_ATTEMPTS };
  const ends = new Set<string>();
  const rates: number[] = [];
  for (let round = 0; round <= one.warmRounds; round++) {
    const { device } = machineAt(options, scene);
    const { seconds } = cpuTimed(() => {
      for (let boot = 0; boot < one.boots; boot++)
        ends.add(JSON.stringify(executeCall(device, IN_BOOT, 0).end));
    });
    rates.push(one.boots / seconds);
  }
  const [end = ""] = ends;
  if (ends.size !== 1 || !end.includes('"jumped"'))
    throw new Error(`expected boots that all jump alike, found ${[...ends].join(", ")}`);
  const [fresh = 0, ...warm] = rates;
  return {
    kind: "measured",
    figures: [{ name: "fresh", value: fresh, unit: "/s" }, ...warmFigure(warm)],
    says: { end },
  };
}

/** What the report of a campaign says, as far as it is of interest here. */
interface Reported {
  readonly states: { readonly all: number; readonly digest: string };
  readonly points: { readonly judged: number };
  readonly effort: { readonly wallSeconds: number; readonly workers: number };
}

function workersMeasured(dist: string, { of }: WorkersCase): Measurement {
  const [one, two] = [1, 2].map((workers) => reportOf(dist, of, workers)) as [Reported, Reported];
  const saying = ({ states, points }: Reported) => ({
    judged: points.judged,
    states: states.all,
    digest: states.digest,
  });
  const [says, twice] = [saying(one), saying(two)];
  const [single, double] = [says, twice].map((said) => JSON.stringify(said)) as [string, string];
  const seconds = [one, two].map(({ effort }) => effort.wallSeconds) as [number, number];
  return {
    kind: "measured",
    figures: [
      { name: "one worker", value: seconds[0], unit: "s" },
      { name: "two workers", value: seconds[1], unit: "s" },
      { name: "one ÷ two", value: seconds[0] / seconds[1], unit: "×" },
    ],
    says,
    ...(single === double ? {} : { unlike: `one worker says ${single}, two say ${double}` }),
  };
}

/** Runs a campaign by the build's command line; its wall-clock seconds are those of its report. */
function reportOf(dist: string, of: Explored, workers: number): Reported {
  const words = [
    ...["campaign", of.scenario, "--device", of.device, "--image-size", String(of.imageBytes)],
    ...["--faults", of.models.join(","), "--depth", String(of.depth)],
    ...(of.tears === undefined ? [] : ["--tears", of.tears]),
    ...["--workers", String(workers), "--progress", "none", "--json", "-"],
  ];
  const report = JSON.parse(
    execFileSync(process.execPath, [mainOf(dist), ...words], {
      ...{ encoding: "utf8", maxBuffer: REPORT_BYTES_MAX },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  ) as Reported;
  if (report.effort.workers !== workers)
    throw new Error(`expected a campaign on ${workers} workers, found one on ${report.effort.workers}`);
  return report;
}

async function callsMeasured(dist: string, of: Explored): Promise<Measurement> {
  const { machine, run } = (await explorations(dist, of))();
  const counts = countCalls(machine.device);
  const { judged, states } = run();
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const often = sorted.filter(([, count]) => count / judged >= OFTEN);
  const sum = (list: readonly (readonly [string, number])[]) =>
    list.reduce((all, [, count]) => all + count, 0);
  const figure = (name: string, count: number): Figure => ({ name, value: count / judged, unit: "a point" });
  return {
    kind: "measured",
    figures: [
      figure("all calls", sum(sorted)),
      ...often.map(([name, count]) => figure(name, count)),
      figure("other exports", sum(sorted) - sum(often)),
    ],
    says: { judged, states: states.size },
  };
}

async function profileMeasured(dist: string, of: Explored): Promise<Measurement> {
  const { run } = (await explorations(dist, of))();
  const { result, seconds, shares } = await profiled(run);
  const { judged, states } = result;
  const figure = (name: string, share: number): Figure => ({
    ...{ name, value: (share * seconds * 1e9) / judged, unit: "ns a point" },
  });
  return {
    kind: "measured",
    figures: [
      figure("all", 1),
      ...Object.entries(shares).map(([activity, share]) => figure(activity, share)),
    ],
    says: { judged, states: states.size },
  };
}
