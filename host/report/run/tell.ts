// Runs a scene plainly and tells it in words, for `run` and `replay`.
import { type MachineOptions, machineAt } from "../../campaign/machine.js";
import type { FaultPlan } from "../../campaign/plan/fault-plan.js";
import { Faults } from "../../campaign/plan/faults.js";
import { oracleBit, oracleNames } from "../../campaign/plan/oracles.js";
import { limitsOf } from "../../campaign/play/giving-up.js";
import type { OwnOracle } from "../../campaign/play/own-oracle.js";
import { RunCollector, judgeOwn } from "../../campaign/own/own-runs.js";
import { incidentWords } from "../../campaign/play/incidents.js";
import { type Scenario, type Scene, isOffer } from "../../campaign/plan/scenario.js";
import type { TraceFacts } from "../../campaign/plan/trace.js";
import { runJudged, wornWords } from "../../campaign/play/wear.js";
import type { Device } from "../../device/device.js";
import type { DeviceModules } from "../../device/device-options.js";
import { oneLine } from "../../core/one-line.js";
import { EndWatch } from "./end-words.js";
import { Missed } from "./missed.js";
import { Teller } from "./teller.js";
import { powerUpWords } from "./words.js";

/** What a told run came to. */
export interface Told {
  readonly lines: readonly string[];
  readonly violations: readonly string[];
  /** Faults of the plan that did not happen, in words: the run does not come so far. */
  readonly missed: readonly string[];
  /** For each violation a sentence: what the oracle demands, and where it was seen to be violated. */
  readonly demands: readonly string[];
  /** One sentence on how the device ends, and why. */
  readonly ending: string;
  readonly device: Device;
}

/** How to tell it, and who judges besides. */
export interface TellOptions {
  /** Everything, operation by operation, retained words too; where absent runs of erases and of programs are folded. */
  readonly verbose?: boolean;
  /** Oracles of one's own, that judge the run besides the package's. */
  readonly oracles?: readonly OwnOracle[];
}

/**
 * Plays a scene with these faults, every call executed, and tells each operation.
 */
export function tell(
  options: MachineOptions,
  scene: Scene,
  plan: FaultPlan,
  faults?: Faults,
  { oracles = [], verbose = false }: TellOptions = {},
): Told {
  const { device, start } = machineAt(options, scene, faults);
  const teller = new Teller(device, { scenario: scene.scenario, faults: plan, verbose });
  const watch = new EndWatch(device, scene);
  const collector = new RunCollector();
  let powerUps = 0;
  const missed = new Missed(plan, device);
  const settled = runJudged(device, scene, start, {
    faults: plan,
    onPowerUp: (position) => {
      collector.onPowerUp();
      watch.onPowerUp();
      teller.say(powerUpWords(++powerUps, position));
    },
    onIncident: (step) => teller.say(...incidentLines(scene.scenario, step)),
    onCall: (call) => {
      collector.onCall(call);
      missed.onCall(call);
      watch.onCall(call);
      teller.call(call);
    },
    onJudged: (found) => watch.onJudged(found),
  });
  teller.say(
    settled.ending === "rested"
      ? `At rest after ${powerUps} power-ups`
      : `Gave up after ${powerUps} power-ups: the bound after the last fault is ${limitsOf(device, scene.scenario).powerUps}`,
  );
  const isWorn = (settled.violations & oracleBit("wear-bound")) !== 0;
  if (isWorn) teller.say(`wear-bound says: ${wornWords(settled.wear)}`);
  const run = collector.run({ device, scene }, plan, settled);
  const own = oracles.flatMap((oracle) => {
    const says = judgeOwn(oracle, run);
    return says === null ? [] : [{ name: oracle.name, says }];
  });
  teller.say(...own.map(({ name, says }) => `${name} says: ${oneLine(says)}`));
  const violations = [...oracleNames(settled.violations), ...own.map(({ name }) => name)];
  return {
    ...{ lines: teller.lines, violations, missed: missed.words, device },
    demands: watch.violations(violations, oracles),
    ending: watch.ending(settled),
  };
}

/** What befalls the device from a step on, up to the next offer. */
function incidentLines({ steps }: Scenario, from: number): string[] {
  const rest = steps.slice(from);
  const end = rest.findIndex(isOffer);
  const incidents = end === -1 ? rest : rest.slice(0, end);
  return incidents.flatMap((step) => (isOffer(step) ? [] : [`  HAPPENS  ${incidentWords(step)}`]));
}

/**
 * Tells the run of a trace, on its own part and with its own guests.
 * @throws {MisuseError} for a fault that its models do not have on its part.
 */
export function tellTrace(facts: TraceFacts, module: DeviceModules, options: TellOptions = {}): Told {
  const { part, layout, guest, attempts, fuel } = facts;
  // Dense tears have every shape there is.
  const faults = new Faults(part, facts.models, null, { tears: "dense", layout });
  faults.check(facts.faults);
  const machine = {
    ...{ deviceModule: module, part, layout, guest, attempts },
    ...(fuel === undefined ? {} : { fuel: BigInt(fuel) }),
  };
  return tell(machine, facts.scene, facts.faults, faults, options);
}
