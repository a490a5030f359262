// A worker thread's side of a campaign: one share, or the canaries. Gets plain data and makes of it what it needs; errors go
// back as data too, as an error loses its name between threads.
import { Tinypool } from "tinypool";
import type { CampaignOptions, Share } from "../../campaign/options.js";
import { type CanaryResults, runCanaries } from "../../campaign/canaries.js";
import { helpShare, runShare } from "../../campaign/campaign.js";
import type { Suspended } from "../../campaign/explore/states/suspended.js";
import type { WholeRun } from "../../campaign/explore/whole-runs.js";
import { Crew, type Seat } from "../../campaign/explore/crew/crew.js";
import type { ShareResult } from "../../campaign/share-result.js";
import type { Progress } from "../../campaign/explore/exploration.js";
import { Control, GO_ON } from "./control.js";
import { type CampaignJob, optionsOf } from "./job.js";
import { type ErrorData, errorData } from "./thread-errors.js";

/** One task. */
export interface WorkerTask {
  readonly job: CampaignJob;
  /** What to explore; null: the canaries. */
  readonly share: Share | null;
  /** Where several explore the share together: which of them this is. */
  readonly seat?: Seat;
  /** Where the share was ended early before: what to go on with. */
  readonly from?: Suspended;
  /** Where to say how far it has come. */
  readonly row: number;
  readonly control: SharedArrayBuffer;
  /** Reasons to stop, in words, by their number. */
  readonly reasons: readonly string[];
}

/** What came of it. */
export type WorkerAnswer =
  /** `stopped`: its work is not complete. */
  | { readonly kind: "share"; readonly result: ShareResult; readonly stopped: boolean }
  | { readonly kind: "canaries"; readonly canaries: CanaryResults }
  /** What it has explored is told by who has the first seat; it has played these runs for the audit. */
  | { readonly kind: "helped"; readonly wholeRuns: readonly WholeRun[]; readonly stopped: boolean }
  /** Was asked to stop before it had anything. */
  | { readonly kind: "stopped" }
  | ErrorData;

/** What the last task was made of: a worker's tasks are all of one campaign. */
let made: { readonly text: string; readonly options: CampaignOptions } | undefined;

/** Does a task. */
export default async function work(task: WorkerTask): Promise<unknown> {
  let answer: WorkerAnswer;
  const control = new Control(task.control);
  control.begin(task.row);
  try {
    answer = await answerTo(task, control);
  } catch (error) {
    answer = errorData(error);
  }
  control.answer(task.row);
  // An answer has more than its typed arrays: they are moved, the rest is copied.
  return Tinypool.move({
    get [Tinypool.transferableSymbol as never]() {
      return buffersOf(answer);
    },
    get [Tinypool.valueSymbol as never]() {
      return answer;
    },
  } as never);
}

async function answerTo(
  { job, share, seat, from, row, reasons }: WorkerTask,
  control: Control,
): Promise<WorkerAnswer> {
  if (control.stopped !== GO_ON) {
    // Nobody waits for who does not take his seat.
    if (seat !== undefined) new Crew(seat).abandon(reasons[control.stopped] ?? "");
    return { kind: "stopped" };
  }
  const options = await optionsFor(job);
  let stopped = false;
  const stop = () => {
    const reason = reasons[control.stopped] ?? "";
    if (reason === "") return null;
    stopped = true;
    control.hear(row);
    return reason;
  };
  if (share === null) {
    const canaries = runCanaries({ ...options, stop });
    return stopped ? { kind: "stopped" } : { kind: "canaries", canaries };
  }
  const heard = { ...options, stop, onProgress: (progress: Progress) => control.report(row, progress) };
  const how = { ...(seat === undefined ? {} : { seat }), ...(from === undefined ? {} : { from }) };
  if (seat !== undefined && seat.explorer > 0) {
    return { kind: "helped", wholeRuns: helpShare(heard, share, { ...how, seat }), stopped };
  }
  const result = runShare(heard, share, how);
  return { kind: "share", result, stopped };
}

async function optionsFor(job: CampaignJob): Promise<CampaignOptions> {
  const text = JSON.stringify(job);
  if (made?.text !== text) made = { text, options: await optionsOf(job) };
  return made.options;
}

function buffersOf(answer: WorkerAnswer): ArrayBufferLike[] {
  if (answer.kind !== "share") return [];
  const { states, suspended } = answer.result;
  const written = suspended === null ? [] : [suspended.states.records, suspended.states.lists];
  const arrays = [states.keys, states.depths, states.powerOn, states.judged, states.violations, ...written];
  return arrays.map(({ buffer }) => buffer);
}
