// `bench campaign`: how fast points are explored and boots executed on this machine. Knows no files: device, guests and
// scene are given.
import { begin, countPlan } from "../campaign/campaign.js";
import { executeCall, IN_BOOT } from "../campaign/call.js";
import { Explorer } from "../campaign/explore.js";
import type { Scene } from "../campaign/scenario.js";
import type { Device } from "../device/device.js";
import { median, timed } from "./measure.js";
import type { ValueRow } from "./rows.js";

const ROUNDS = 5;
const BOOTS_PER_ROUND = 200;

/**
 * Explorations and plain boots in turn, so that a slow moment of the machine strikes both.
 * @param makeDevice makes the device that a round begins with
 * @throws Error when the explorer judged another number of points than are planned
 */
export function benchCampaign(makeDevice: () => Device, scene: Scene): ValueRow[] {
  const points: number[] = [];
  const boots: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const device = makeDevice();
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
    { what: "covered-points-per-second", value: median(points), unit: "/s" },
    { what: "executed-boots-per-second", value: median(boots), unit: "/s" },
    { what: "peak-resident-mib", value: process.resourceUsage().maxRSS / 1024, unit: "MiB" },
  ];
}
