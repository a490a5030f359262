// Puts one random guest to the explorer and to what explores without its cleverness, and says where they differ: the naive
// explorer (no memo, no replay, no twins, no joins within a power-up), and every run by itself (nothing joined at all).
import * as abi from "../../assembly/abi.js";
import type { Exploration } from "../../host/campaign/explore/exploration.js";
import { Explorer } from "../../host/campaign/explore/explorer.js";
import type { FaultPlan } from "../../host/campaign/plan/fault-plan.js";
import type { Finding } from "../../host/campaign/explore/findings.js";
import {
  type OracleName,
  RESTS_DOWN,
  RESTS_WRONG,
  oracleBit,
  oracleNames,
} from "../../host/campaign/plan/oracles.js";
import { Identifier } from "../../host/campaign/play/identify.js";
import { runPlain } from "../../host/campaign/play/plain.js";
import { CapacityError } from "../../host/core/errors.js";
import { Player } from "../../host/campaign/play/player.js";
import { shrink } from "../../host/campaign/shrink.js";
import { exploreNaively } from "../support/naive.js";
import type { RandomCase } from "./cases.js";
import { futuresOf } from "./futures.js";
import { PlainRuns } from "./plain-runs.js";
import { checkStrikes, strikesFor } from "./check-strikes.js";
import type { Seat, Seated } from "./seat.js";

/** What came of a guest. */
export interface Checked {
  /** What differs, in words; nothing where all agree. */
  readonly differences: readonly string[];
  /** Why it was not compared: there is too much of it. */
  readonly skipped: string | null;
  /** An image runs after an update, where nothing goes wrong. */
  readonly updates: boolean;
  /** Oracles that the explorer says are violated. */
  readonly oracles: readonly OracleName[];
  /** Most faults in a run that were explored. */
  readonly depth: number;
}

/** An exploration is given up beyond so many states, or with more than one fault in a run tried with fewer. */
const STATES_MAX = 2000;
const DEEP_STATES_MAX = 800;
/** The same where there are strikes, which the naive explorer knows nothing of. */
const STRUCK_STATES_MAX = 5000;
const WAYS_MAX = 300;
/** Guest calls that the runs by themselves may take. */
const PLAIN_CALLS_MAX = 3000;
/** Guest calls after which the naive exploration fails: what the explorer finds small enough is small enough for it. */
const NAIVE_CALLS_MAX = 100_000;
/** Power-ups of the calm run, as far as the explorer has to know: which are struck says strikesFor(). */
const POWER_UPS = 100;
const CONVERGES = oracleBit("converges");

/** Puts a guest to it. */
export function check(seat: Seat, one: RandomCase): Checked {
  const seated = seat.seat(one.play);
  try {
    return new Check(seat, one, seated).run();
  } catch (error) {
    if (!(error instanceof CapacityError)) throw error;
    // A run that goes on for ever, and changes something each time.
    seated.device.exports.rollback();
    return { differences: [], skipped: error.message, updates: false, oracles: [], depth: 0 };
  }
}

class Check {
  readonly #seat: Seat;
  readonly #one: RandomCase;
  readonly #seated: Seated;
  readonly #differences: string[] = [];

  constructor(seat: Seat, one: RandomCase, seated: Seated) {
    this.#seat = seat;
    this.#one = one;
    this.#seated = seated;
  }

  run(): Checked {
    const { faults } = this.#seated;
    const runs = new PlainRuns(this.#seated, this.#one.play.scene, PLAIN_CALLS_MAX);
    const calm = runs.run();
    const updates = calm.calls.some(({ booted }) => booted > 0);
    const { depth, result } = this.#deepest();
    const oracles = namesOf(result);
    const skipped = result.incomplete;
    if (skipped === null) {
      this.#replay(result);
      this.#atLessDepth(result, depth);
      const single = depth === 1 ? result : this.#explore(1);
      if (faults.losses.length > 0) this.#runByRun(runs, single);
      if (faults.strikes) this.#strike(runs, single);
      else this.#naively(result, depth);
    }
    return { differences: this.#differences, skipped, updates, oracles, depth };
  }

  /** With as many faults as there is time for. */
  #deepest(): { readonly depth: number; readonly result: Exploration } {
    const { number } = this.#one;
    const { strikes } = this.#seated.faults;
    const depths = number % 5 === 0 && !strikes ? [Infinity, 2] : number % 5 < 2 ? [2] : [];
    for (const depth of depths) {
      const result = this.#explore(depth);
      if (result.incomplete === null) return { depth, result };
    }
    return { depth: 1, result: this.#explore(1) };
  }

  #explore(depth: number): Exploration {
    const { device, start, faults } = this.#seated;
    device.exports.rollback();
    const strikes = strikesFor(this.#one);
    const statesMax = faults.strikes ? STRUCK_STATES_MAX : depth > 1 ? DEEP_STATES_MAX : STATES_MAX;
    const options = { faults, depth, strikes, statesMax, waysMax: WAYS_MAX };
    const result = new Explorer(device, this.#one.play.scene, options).run(start, POWER_UPS);
    device.exports.rollback();
    if (result.incomplete === null && result.judged !== result.planned)
      this.#differ(`depth ${depth}: planned ${result.planned} faults, judged ${result.judged}`);
    return result;
  }

  #differ(text: string): void {
    this.#differences.push(text);
  }

  /** Every violation shows when its run is made plainly, as it was found and with no more faults than it needs. */
  #replay({ findings }: Exploration): void {
    const { device, start } = this.#seated;
    const { scene } = this.#one.play;
    const run = (plan: FaultPlan) => {
      device.exports.rollback();
      const settled = runPlain(device, scene, start, { faults: plan });
      device.exports.rollback();
      return settled;
    };
    for (const finding of findings.all) {
      const { oracle, cause, plan } = finding;
      const bit = oracleBit(oracle);
      const { violations } = run(plan);
      if ((violations & bit) !== 0) {
        const smallest = shrink(device, scene, start, finding);
        if (smallest === null || (run(smallest).violations & bit) === 0)
          this.#differ(`${oracle} (${cause}) does not show when shrunk: ${JSON.stringify(plan)}`);
        continue;
      }
      this.#differ(`${oracle} (${cause}) does not show: ${JSON.stringify(plan)}`);
    }
  }

  /** What takes so many faults is found with so many. */
  #atLessDepth(result: Exploration, depth: number): void {
    for (let faults = 0; faults < Math.min(depth, 3); faults++) {
      const less = this.#explore(faults);
      const missing = namesWithin(result.findings.all, faults).filter(
        (name) => !namesOf(less).includes(name),
      );
      const extra = namesOf(less).filter((name) => !namesOf(result).includes(name));
      if (missing.length > 0) this.#differ(`${missing.join()} with ${faults} faults, not at depth ${faults}`);
      if (extra.length > 0) this.#differ(`${extra.join()} at depth ${faults}, not at depth ${depth}`);
    }
  }

  #strike(runs: PlainRuns, result: Exploration): void {
    if (result.incomplete !== null) return;
    const differ = (text: string) => this.#differ(text);
    checkStrikes({ seated: this.#seated, one: this.#one, runs, result, found: maskOf(result), differ });
  }

  /** Every run with one cut, by itself. */
  #runByRun(runs: PlainRuns, result: Exploration): void {
    if (result.incomplete !== null) return;
    const { device, faults } = this.#seated;
    let violations = 0;
    let plans = 0;
    let whole = true;
    let certain = true;
    for (const run of runs.everyCut(1)) {
      violations |= run.gaveUp ? run.violations & ~CONVERGES : run.violations;
      plans += run.plan.cuts.length;
      if (run.gaveUp) whole = false;
      if (run.calls.some(({ choices }) => choices.length > 0)) certain = false;
    }
    whole &&= !runs.truncated && !faults.strikes;
    const found = maskOf(result) & ~CONVERGES;
    const seen = violations & faults.judged;
    if ((seen & ~found) !== 0) this.#differ(`only run by run: ${oracleNames(seen & ~found).join()}`);
    if (whole && (found & ~seen) !== 0)
      this.#differ(`never run by run: ${oracleNames(found & ~seen).join()}`);
    if (whole && certain && plans !== result.judged)
      this.#differ(`${plans} runs with one cut, ${result.judged} judged`);
    // Behind a way that is too long there may be states by another way.
    if (result.gaveUp) return;
    let unknown = 0;
    for (const key of runs.met.values()) if (stateOf(result, device, key) < 0) unknown++;
    if (unknown > 0) this.#differ(`${unknown} of ${runs.met.size} states met run by run are unknown`);
    const known = countOf(result);
    if (runs.met.size > known || (whole && runs.met.size < known))
      this.#differ(`${runs.met.size} states by their bytes run by run, ${known} explored`);
  }

  /** The naive explorer: the same states, each with the same future. */
  #naively(result: Exploration, depth: number): void {
    const { device, start, faults } = this.#seat.seat(this.#one.play);
    const { scene } = this.#one.play;
    const naive = exploreNaively(device, scene, start, {
      faults,
      ...(depth === Infinity ? {} : { depth }),
      oncePerOutcome: faults.models.includes("weak"),
      callsMax: NAIVE_CALLS_MAX,
    });
    if (naive.gaveUp || result.gaveUp) {
      // What each knows behind a way that is too long depends on the order in which it goes.
      if ((maskOf(result) & CONVERGES) === 0) this.#differ("a way that is too long is not found");
      return;
    }
    const digest = result.states.table.digest((state) => result.states.isPowerOn(state));
    if (naive.digest !== digest)
      this.#differ(`${naive.states.size} states naively, ${countOf(result)} explored; or others`);
    const { powerUps } = new Player(device, scene, new Identifier(device, scene.images)).limits;
    const futures = futuresOf(naive, powerUps);
    let all = naive.violations;
    const wrong = new Map<string, number>();
    for (const [key, future] of futures) {
      all |= future;
      const state = stateOf(result, device, key);
      const found = state < 0 ? -1 : result.futures.violations(state);
      if (found === future) continue;
      const what = found === -1 ? "unknown" : `${words(found)} explored, ${words(future)} naively`;
      wrong.set(what, (wrong.get(what) ?? 0) + 1);
    }
    for (const [what, count] of wrong)
      this.#differ(`the future of ${count} states of ${futures.size}: ${what}`);
    const judged = all & faults.judged;
    if (judged !== maskOf(result))
      this.#differ(`${oracleNames(maskOf(result)).join()} explored, ${oracleNames(judged).join()} naively`);
  }
}

function namesOf({ findings }: Exploration): OracleName[] {
  return [...new Set(findings.all.map(({ oracle }) => oracle))].sort();
}

function namesWithin(findings: readonly Finding[], faults: number): OracleName[] {
  return [...new Set(findings.filter((one) => one.faults <= faults).map(({ oracle }) => oracle))].sort();
}

function maskOf(result: Exploration): number {
  return namesOf(result).reduce((mask, name) => mask | oracleBit(name), 0);
}

function countOf({ states }: Exploration): number {
  return states.table.count((state) => states.isPowerOn(state));
}

/** Number of the state with a key in hex; -1 where there is none. */
function stateOf({ states }: Exploration, device: Seated["device"], key: string): number {
  const at = device.table(abi.TABLE_KEY);
  for (let i = 0; i < 4; i++) device.words[at + 3 - i] = parseInt(key.slice(i * 8, i * 8 + 8), 16);
  return states.table.get(device.words, at);
}

function words(mask: number): string {
  const rests = (mask & RESTS_DOWN) !== 0 ? ["down"] : (mask & RESTS_WRONG) !== 0 ? ["otherwise"] : [];
  return [...oracleNames(mask), ...rests].join("+") || "nothing";
}
