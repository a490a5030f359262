// Shows whole runs to oracles of one's own: the run in which nothing goes wrong, and runs with one fault each, a seeded sample
// of those that the campaign's models have. Every call is executed; the explorer has no part in it.
import { MisuseError } from "../../core/errors.js";
import { type FaultPlan, NO_FAULTS } from "../plan/fault-plan.js";
import type { OwnOracle, Run, RunCall } from "../play/own-oracle.js";
import { actorAt } from "../play/position.js";
import { type RunSubject, type PlainCall, type PlainOptions, runPlain } from "../play/plain.js";
import { faultLists, sampleOf } from "./own-faults.js";
import type { Settled } from "../play/caller.js";
import type { StrikeChoice } from "../plan/strike-choice.js";

/** What oracles of one's own say of the runs that they were shown. */
export interface OwnResults {
  readonly runs: number;
  readonly findings: readonly OwnFinding[];
}

/** One that is violated, by the first run that shows it. */
export interface OwnFinding {
  readonly oracle: string;
  /** Its judge's sentence. */
  readonly says: string;
  readonly plan: FaultPlan;
  /** Runs that violate it. */
  readonly runs: number;
}

/** Which oracles, and how many runs they are shown. */
export interface OwnRunOptions {
  readonly oracles: readonly OwnOracle[];
  /** At most, the one without faults included. */
  readonly runs: number;
  /** Which faults there are besides cuts. */
  readonly strikes: StrikeChoice;
  /** Asked before each run; a reason ends them early. */
  readonly stop?: () => string | null;
}

/**
 * Runs the scene again and again and has each run judged.
 * @returns for each oracle that is violated the first run that shows it; `incomplete` says why there were fewer runs
 * @throws {MisuseError} naming an oracle whose judge throws, or answers neither a sentence nor null.
 */
export function runOwnOracles(
  subject: RunSubject,
  options: OwnRunOptions,
): { readonly results: OwnResults; readonly incomplete: string | null } {
  const found = new Map<string, { readonly says: string; readonly plan: FaultPlan; runs: number }>();
  let runs = 0;
  let incomplete: string | null = null;
  for (const plan of plansOf(subject, options)) {
    incomplete = options.stop?.() ?? null;
    if (incomplete !== null) break;
    const run = playedRun(subject, plan);
    runs++;
    for (const oracle of options.oracles) {
      const says = judgeOwn(oracle, run);
      if (says === null) continue;
      const known = found.get(oracle.name);
      if (known === undefined) found.set(oracle.name, { says, plan, runs: 1 });
      else known.runs++;
    }
  }
  const findings = [...found].map(([oracle, { says, plan, runs: count }]): OwnFinding => ({
    oracle,
    says,
    plan,
    runs: count,
  }));
  return { results: { runs, findings }, incomplete };
}

/**
 * What an oracle says of a run.
 * @throws {MisuseError} naming the oracle where its judge throws, or answers neither a sentence nor null.
 */
export function judgeOwn({ name, judge }: OwnOracle, run: Run): string | null {
  let says: unknown;
  try {
    says = judge(run);
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new MisuseError(`oracle ${name}: expected a sentence or null, found an exception: ${what}`);
  }
  if (says === null || typeof says === "string") return says;
  throw new MisuseError(`oracle ${name}: expected a sentence or null, found ${typeof says}`);
}

/** Makes a Run of what runPlain() tells. */
export class RunCollector implements Pick<PlainOptions, "onCall" | "onPowerUp"> {
  readonly #calls: RunCall[] = [];
  #powerUp = 0;
  #running: string | null = null;

  readonly onPowerUp = (): void => {
    this.#powerUp++;
  };

  readonly onCall = ({ position, result, operations, booted }: PlainCall): void => {
    const guest = actorAt(position);
    if (guest === "boot") this.#running = booted?.name ?? null;
    this.#calls.push({
      guest,
      powerUp: this.#powerUp,
      cause: position.cause,
      image: this.#running,
      operations,
      end: result.end,
    });
  };

  /** The run that ended so. */
  run({ device, scene }: Pick<RunSubject, "device" | "scene">, plan: FaultPlan, settled: Settled): Run {
    return {
      scenario: scene.scenario.name,
      device: device.part.id,
      faults: plan,
      calls: this.#calls,
      rested: settled.ending === "rested",
    };
  }
}

function plansOf(subject: RunSubject, { runs, strikes }: OwnRunOptions): FaultPlan[] {
  if (runs === 0) return [];
  const calm: FaultPlan = { ...NO_FAULTS, strikes: [] };
  return [calm, ...sampleOf(faultLists(subject, strikes), runs - 1, strikes.seed)];
}

function playedRun(subject: RunSubject, plan: FaultPlan): Run {
  const { device, scene, start } = subject;
  const collector = new RunCollector();
  const { onCall, onPowerUp } = collector;
  const settled = runPlain(device, scene, start, { faults: plan, onCall, onPowerUp });
  device.exports.rollback();
  return collector.run(subject, plan, settled);
}
