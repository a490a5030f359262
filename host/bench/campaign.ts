// `bench campaign`: how fast points are explored and boots executed on this machine. Knows no files: device, guests and
// scene are given.
import { countPlan } from "../campaign/explore/calm-run.js";
import { type MachineOptions, machineAt } from "../campaign/machine.js";
import { executeCall, IN_BOOT } from "../campaign/play/call.js";
import { Explorer } from "../campaign/explore/explorer.js";
import type { Faults } from "../campaign/plan/faults.js";
import type { Scene } from "../campaign/plan/scenario.js";
import { cpuTimed, median } from "./measure.js";
import type { ValueRow } from "./rows.js";

const ROUNDS = 5;
const BOOTS_PER_ROUND = 200;
const IMAGE_BYTES = 64 * 1024;
const BOOTED_IMAGE_BYTES = 48 * 1024;

/**
 * Explorations and plain boots in turn, so that a slow moment of the machine strikes both; then one exploration to its
 * fixpoint. Seconds are CPU time, garbage collection and compilation included: what else the machine does counts less.
 * @param machine what the device that a round begins with is made of
 * @param makeScene makes a scene with images of so many bytes
 * @throws Error when the explorer judged another number of points than are planned
 */
export function benchCampaign(
  machine: MachineOptions,
  faults: Faults,
  makeScene: (imageBytes: number) => Scene,
): ValueRow[] {
  const scene = makeScene(IMAGE_BYTES);
  const points: number[] = [];
  const boots: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { device, start } = machineAt(machine, scene, faults);
    const planned = countPlan(device, scene, start, faults);
    const explored = cpuTimed(() => new Explorer(device, scene, { faults, depth: 1 }).run(start));
    if (explored.result.judged !== planned.cuts)
      throw new Error(`judged ${explored.result.judged} of ${planned.cuts} points`);
    points.push(explored.result.judged / explored.seconds);
    const { device: booting } = machineAt(machine, makeScene(BOOTED_IMAGE_BYTES), faults);
    const booted = cpuTimed(() => {
      for (let i = 0; i < BOOTS_PER_ROUND; i++) executeCall(booting, IN_BOOT, 0);
    });
    boots.push(BOOTS_PER_ROUND / booted.seconds);
  }
  const { device, start } = machineAt(machine, scene, faults);
  const closed = cpuTimed(() => new Explorer(device, scene, { faults, depth: Infinity }).run(start));
  return [
    { what: "points-per-second-one-cut", value: median(points), unit: "/s" },
    { what: "points-per-second-fixpoint", value: closed.result.judged / closed.seconds, unit: "/s" },
    { what: "fixpoint-seconds", value: closed.seconds, unit: "s" },
    { what: "fixpoint-states", value: closed.result.states.size, unit: "" },
    { what: "executed-boots-per-second", value: median(boots), unit: "/s" },
    { what: "peak-resident-mib", value: process.resourceUsage().maxRSS / 1024, unit: "MiB" },
  ];
}
