// Canaries: guests that are wrong on purpose, let loose before a campaign is believed. One that its fault models do not catch says that
// the campaign would not have caught the like either. Judges no guest of the user's.
import { STRIKE_MODELS } from "./plan/fault-models.js";
import { worldScene } from "./plan/world-scene.js";
import { FLIP_PLACES } from "./plan/strike-choice.js";
import { Explorer } from "./explore/explorer.js";
import { machineAt } from "./machine.js";
import { type Canary, type CampaignOptions, faultsOf, strikesOf } from "./options.js";
import type { OracleName } from "./plan/oracles.js";
import { runJudged } from "./play/wear.js";
import type { CampaignReport } from "./report.js";
import { replays } from "./shrink.js";

/** Ways to read in one call that the search for a canary follows: the first few show it, or none does. */
const CANARY_WAYS_MAX = 2048;

/** What became of a campaign's canaries. */
export type CanaryResults = CampaignReport["canaries"]["each"];

/** The wrong guests that the campaign's fault models must catch. */
export function plantedCanaries(options: CampaignOptions): readonly Canary[] {
  const faults = faultsOf(options, options.faults);
  return options.canaries.filter(
    ({ fault, tears = faults.tears }) => options.faults.includes(fault) && tears === faults.tears,
  );
}

/** Lets them loose. */
export function runCanaries(options: CampaignOptions): CanaryResults {
  return plantedCanaries(options).map((canary) => ({
    name: canary.guest.name,
    fault: canary.fault,
    caughtBy: caughtBy(options, canary),
  }));
}

/** The oracles that catch a canary first; none when it gets away. */
function caughtBy(options: CampaignOptions, canary: Canary): OracleName[] {
  const isStrike = STRIKE_MODELS.includes(canary.fault);
  const models = options.faults.filter((name) => name === canary.fault || (name === "power" && !isStrike));
  const faults = faultsOf(options, models);
  const { guest, attempts, world } = canary;
  const usual = options.canaryScene ?? options.scene;
  const wanted = world === undefined ? usual : worldScene(usual, world);
  const { device, scene, start, settled } = machineAt({ ...options, guest, attempts }, wanted, faults);
  // It must work while nothing goes wrong, or it proves nothing.
  if (settled.violations !== 0) return [];
  if (runJudged(device, scene, start, {}).violations !== 0) return [];
  device.exports.rollback();
  const explorer = new Explorer(device, scene, {
    faults,
    // Wherever the campaign itself strikes: what is wrong with a canary shows in the slots.
    strikes: { ...strikesOf(options), models, flips: ["rest"], places: FLIP_PLACES },
    depth: canary.depth,
    stopAtFirst: true,
    waysMax: CANARY_WAYS_MAX,
    ...(options.stop === undefined ? {} : { stop: options.stop }),
  });
  const found = explorer.run(start).findings.all.filter((finding) => replays(device, scene, start, finding));
  return [...new Set(found.map(({ oracle }) => oracle))];
}
