// What every rendering of a report shows alike: a row for each oracle, and words for what is counted. Renders nothing.
import { FAULT_MODELS } from "../campaign/plan/fault-models.js";
import { judgedOracles } from "../campaign/plan/faults.js";
import { ORACLES } from "../campaign/plan/oracles.js";
import { type CampaignReport, OWN_CAUSE, type Violation } from "../campaign/report.js";
import type { SurvivalField } from "../campaign/explore/strikes/survival.js";
import { whyIncomplete } from "../campaign/verdict.js";
import type { SectorWear } from "../campaign/play/wear.js";

/** How one oracle fared. */
export interface OracleRow {
  readonly name: string;
  /** "not judged": under strikes survival is counted instead. */
  readonly outcome: "VIOLATED" | "holds" | "not violated so far" | "not applicable" | "not judged";
  /** States from which it is violated with no further fault, by whatever cause; of one of one's own, runs that violate it. */
  readonly states: number;
  /** That number with what it is of: "9 of 654 states", "3 of 200 runs"; empty where it is not violated. */
  readonly counted: string;
  /** One for each cause. */
  readonly violations: readonly Violation[];
}

/** A row for each of the package's oracles, then for any other that is violated. */
export function oracleRows(report: CampaignReport): OracleRow[] {
  const names: ReadonlySet<string> = new Set([
    ...ORACLES.map(({ name }) => name),
    ...report.violations.map(({ oracle }) => oracle),
  ]);
  const skipped: ReadonlySet<string> = new Set(report.notApplicable);
  const judged: ReadonlySet<string> = new Set(judgedOracles(report.faults));
  const unharmed = whyIncomplete(report) === null ? "holds" : "not violated so far";
  const unviolated = (name: string): OracleRow["outcome"] =>
    skipped.has(name) ? "not applicable" : judged.has(name) ? unharmed : "not judged";
  return [...names].map((name) => {
    const violations = report.violations.filter(({ oracle }) => oracle === name);
    const outcome = violations.length > 0 ? "VIOLATED" : unviolated(name);
    // Each violation carries its oracle's number, whatever the cause: a sum would count faults twice.
    const states = Math.max(0, ...violations.map((violation) => violation.states));
    const counted = violations.length === 0 ? "" : countedWords(report, violations[0] as Violation);
    return { name, outcome, states, counted, violations };
  });
}

/** Of how many states an oracle of the package is violated from some, or of how many runs one of one's own. */
function countedWords({ states, ownRuns }: CampaignReport, violation: Violation): string {
  if (violation.cause === OWN_CAUSE) return `${violation.states} of ${ownRuns ?? violation.states} runs`;
  // An oracle about the run without faults is violated in no state of any other; nor one that an answer violates, at once.
  if (violation.states > 0) return `${violation.states} of ${states.all} states`;
  return violation.trace.faults.answers === undefined ? "the run without faults" : "an answer itself";
}

/** What the campaign ran on, in one line. */
export function subjectWords({ scenario, device, guest, faults, shard }: CampaignReport): string {
  const share = shard === null ? "" : `, shard ${shard.index}/${shard.count}`;
  const agent = guest.agent === undefined ? "" : ` with the package's ${guest.agent} as its firmware`;
  const beside = guest.application === undefined ? "" : " and an application beside it";
  return `${scenario} on ${device}, guest ${guest.name} (${guest.sha256.slice(0, 12)})${agent}${beside}, faults: ${faults.join(", ")}${share}`;
}

/** What of the guests' memory is watched. */
export function memoryWords(memory: CampaignReport["memory"]): string {
  const sides = Object.entries(memory).map(([name, declared]) => {
    if (declared === null) return `${name} declares no objects, so its writes are not looked at`;
    const { objects, bytes, touching } = declared;
    if (objects === 1)
      return `${name} declares ${bytes} bytes as one object: an overflow from one buffer in it into another does not show`;
    const among =
      touching > 0
        ? `, constants included, of which ${touching} lie directly before another: an overflow from one into the next does not show`
        : "";
    return `${name} declares ${objects} objects of ${bytes} bytes${among}`;
  });
  return `memory: ${sides.join("; ")}`;
}

/** That a guest without an agent ran with the package's; null where it had its own. */
export function standInWords(guest: string, agent: string | undefined): string | null {
  if (agent === undefined) return null;
  return `${guest}: exports no "step" and is given no agent: the package's ${agent} ran as its firmware (a configuration names a guest with its agent)`;
}

/**
 * A violation's heading: "no-brick (last fault: firmware, program)", "few-erases: 401 sectors were erased", or both, where an oracle of
 * the package has a figure to tell.
 */
export function violationWords({ oracle, cause, says }: Violation): string {
  const heading = cause === OWN_CAUSE ? oracle : `${oracle} (last fault: ${cause})`;
  return says === undefined ? heading : `${heading}: ${says}`;
}

/** How a run goes wrong, without the oracle's name: "last fault: firmware, program", "401 sectors were erased", or both. */
export function causeWords({ cause, says }: Violation): string {
  if (cause === OWN_CAUSE) return says ?? "no fault is named";
  return says === undefined ? `last fault: ${cause}` : `last fault: ${cause}: ${says}`;
}

/** What the campaign does not show, in one line that says where the rest of it is told. */
export function notModelledWords({ faults }: CampaignReport): string {
  const others = FAULT_MODELS.length - faults.length;
  const models = others === 0 ? "" : `${others} other fault ${others === 1 ? "model" : "models"}, and `;
  return `not modelled: ${models}what no model covers (everboot faults)`;
}

/** How the device rests where a field's faults are not survived: "boot halts: DIGEST (3)". */
export function otherwiseOf({ otherwise }: SurvivalField): string[] {
  return otherwise.map(({ ending, count }) => `${ending} (${count})`);
}

/** Endings in a row, what several begin with said once: "boot halts: DIGEST (60), HEADER (6), does not rest". */
export function endingsWords(endings: readonly string[]): string {
  const beginning = (ending: string | undefined) => /^.*?: /.exec(ending ?? "")?.[0] ?? "";
  return endings
    .map((ending, at) => {
      const begins = beginning(ending);
      return begins !== "" && begins === beginning(endings[at - 1]) ? ending.slice(begins.length) : ending;
    })
    .join(", ");
}

/** A share with its percentage, rounded down so that only all of them is 100 %. */
export function shareWords({
  survived,
  total,
}: {
  readonly survived: number;
  readonly total: number;
}): string {
  if (total === 0) return "0 of 0";
  return `${survived} of ${total} (${(Math.floor((survived / total) * 1000) / 10).toFixed(1)} %)`;
}

/** The figures beside the oracles, one line each. */
export function figureWords(report: CampaignReport): string[] {
  const { points, states, effort, canaries, survival, seed, ownRuns, badImages, powerUpsToRest } = report;
  const { wear, link } = report;
  return [
    ...(badImages === undefined
      ? []
      : [
          `bad images, each offered first: ${badImages.map(({ file, reason }) => `${file} (${reason})`).join(", ")}`,
        ]),
    `fault points: ${points.judged} judged of ${points.planned} planned; states: ${states.distinct} at power-on, ${states.all} in all, digest ${states.digest}`,
    `power-ups from the last fault to rest: ${powerUpsToRest.most} at most, the bound is ${powerUpsToRest.bound}`,
    ...(wear === null
      ? []
      : [
          `erases of one sector without faults: in the slots ${wearWords(wear.slots)}; in the Record ${wearWords(wear.record)}`,
        ]),
    ...(link === undefined
      ? []
      : [
          `link: ${link.clientStates} states of the client, ${link.losses} judged calls in which a packet or a reply was lost`,
        ]),
    ...(survival === null || survival.sampled === 0
      ? []
      : [`sampled: ${survival.sampled} of ${survival.total} faults, seed ${seed}`]),
    ...(ownRuns === undefined ? [] : [`oracles of one's own: ${ownRuns} whole runs shown, seed ${seed}`]),
    `boots: ${effort.bootsCovered} covered, ${effort.bootsExecuted} executed, ${effort.callsAudited} calls and ${effort.runsAudited} whole runs audited`,
    `canaries: ${canaries.caught} of ${canaries.planted} caught${canaries.planted === 0 ? "" : ` (${canaries.each.map(canaryWords).join("; ")})`}`,
    `time: ${effort.wallSeconds.toFixed(2)} s, CPU: ${effort.cpuSeconds.toFixed(2)} s, workers: ${effort.workers}`,
  ];
}

/** "3 at most (sector 240 at 0xf0000), the bound is 16". */
function wearWords({ erases, sector, offset, bound }: SectorWear): string {
  const place = sector === null ? "" : ` (sector ${sector} at 0x${(offset ?? 0).toString(16)})`;
  return `${erases} at most${place}, the bound is ${bound}`;
}

function canaryWords({ name, caughtBy }: CampaignReport["canaries"]["each"][number]): string {
  return `${name}: ${caughtBy.length === 0 ? "NOT CAUGHT" : caughtBy.join(", ")}`;
}

/** So many faults: "no fault", "1 fault", "3 faults". */
export function faultWords(count: number): string {
  if (count === 0) return "no fault";
  return count === 1 ? "1 fault" : `${count} faults`;
}
