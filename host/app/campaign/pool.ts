// A campaign's shares on worker threads, from a queue. Even one worker is a thread of its own: this one must hear
// that it is to end.
import { Tinypool } from "tinypool";
import type { CanaryResults } from "../../campaign/canaries.js";
import type { ShareResult } from "../../campaign/share-result.js";
import { Control } from "./control.js";
import type { CampaignJob } from "./job.js";
import { newBoard } from "../../campaign/explore/crew/crew.js";
import type { Progress } from "../../campaign/explore/exploration.js";
import type { Suspended } from "../../campaign/explore/states/suspended.js";
import { StateStore } from "../../campaign/explore/states/state-store.js";
import { NO_STATES_WRITTEN, readStates } from "../../campaign/explore/states/written-states.js";
import { NOBODY, sharedStatesMemory, statesOf } from "../../device/states-module.js";
import { deviceModule } from "../workspace/modules.js";
import { errorOf } from "./thread-errors.js";
import type { OpenShare } from "./resume.js";
import type { WorkerAnswer, WorkerTask } from "./worker.js";

/** What is to be done. */
export interface Work {
  readonly job: CampaignJob;
  readonly shares: readonly OpenShare[];
  /** Threads that explore each share together; each needs one of its own. */
  readonly crew: number;
  /** The canaries are let loose, too. */
  readonly canaries: boolean;
  readonly workers: number;
  /** Seconds after which the work is ended. */
  readonly timeLimit: number | undefined;
  /** Told how far it has come. */
  readonly line?: ProgressLine | undefined;
  /** Ends the work when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** What is told how far a campaign has come; stop() ends that. */
export interface ProgressLine {
  /** Now and then. */
  update(progress: Progress, sharesDone: number): void;
  /** When a share is complete. */
  share(progress: Progress, sharesDone: number): void;
  stop(): void;
}

/** What came of it. */
export interface Done {
  /** Complete shares. */
  readonly results: readonly ShareResult[];
  /** Shares that were ended early or never begun, with what they had come to by then where they could say so. */
  readonly open: readonly { readonly share: OpenShare; readonly result?: ShareResult }[];
  /** Null where they were not let loose, or ended early. */
  readonly canaries: CanaryResults | null;
  /** Why it was ended early; null where it was not. */
  readonly ended: string | null;
}

const INTERRUPTED = 1;
const OUT_OF_TIME = 2;
const FAILED = 3;
/** A timer of more would ring at once. */
const TIMER_MOST_MILLIS = 2 ** 31 - 1;
/** Between two looks at how far the work has come. */
const LOOK_MILLIS = 200;
/** From a request to stop until nobody waits any longer for those who have not heard it: a guest call that spins takes seconds. */
const GRACE_MILLIS = 500;

/** A pool that can be told to end: its tasks are asked to, and threads that have not answered a moment later are gone. */
class Workers {
  readonly control: Control;
  readonly #pool: Tinypool;
  #grace: NodeJS.Timeout | undefined;
  #gone: Promise<void> | undefined;

  constructor(threads: number, tasks: number, crew: number) {
    this.control = new Control(tasks);
    this.#pool = new Tinypool({
      filename: new URL("./worker.js", import.meta.url).href,
      minThreads: crew,
      maxThreads: threads,
      isolateWorkers: false,
      concurrentTasksPerWorker: 1,
    });
  }

  /**
   * Does a task; one whose thread is gone before it has answered was stopped with nothing.
   * @throws what the thread itself fails of
   */
  async run(task: Omit<WorkerTask, "control">): Promise<WorkerAnswer> {
    const whole: WorkerTask = { ...task, control: this.control.buffer };
    try {
      return (await this.#pool.run(whole)) as WorkerAnswer;
    } catch (error) {
      if (this.#gone === undefined) throw error;
      return { kind: "stopped" };
    }
  }

  /** Ends the tasks early; the first reason counts. */
  stop(reason: number): void {
    this.control.stop(reason);
    this.#grace ??= setTimeout(() => this.#lookForDeaf(), GRACE_MILLIS);
  }

  /** Who has heard the request gets the time that it takes to write down what there is; who is deaf, at a guest call that spins, ends all. */
  #lookForDeaf(): void {
    if (this.control.isAnyDeaf) void this.end();
    else this.#grace = setTimeout(() => this.#lookForDeaf(), GRACE_MILLIS);
  }

  /** Ends the threads, whatever they are at. */
  end(): Promise<void> {
    clearTimeout(this.#grace);
    return (this.#gone ??= this.#pool.destroy());
  }
}

/**
 * Does the work. Its signal ends it at the workers' next look, or a moment later without one.
 * @throws what a worker's task throws, under the same name
 */
export async function doWork(work: Work): Promise<Done> {
  const { shares, timeLimit, line, signal } = work;
  const crew = work.workers < work.crew ? 1 : work.crew;
  const workers = new Workers(work.workers, shares.length * crew + 1, crew);
  const { control } = workers;
  const reasons = ["", "interrupted", `time limit of ${timeLimit} s reached`, "another worker failed"];
  const interrupt = () => workers.stop(INTERRUPTED);
  const timer =
    timeLimit === undefined
      ? undefined
      : setTimeout(() => workers.stop(OUT_OF_TIME), Math.min(timeLimit * 1000, TIMER_MOST_MILLIS));
  let done = 0;
  const look = setInterval(() => line?.update(control.progress, done), LOOK_MILLIS);
  if (signal?.aborted === true) interrupt();
  signal?.addEventListener("abort", interrupt);
  const run = async (task: Pick<WorkerTask, "share" | "row" | "seat" | "from">): Promise<WorkerAnswer> => {
    const answer = await workers.run({ ...task, job: work.job, reasons });
    if (answer.kind === "error") workers.stop(FAILED);
    if (answer.kind === "share" && !answer.stopped) line?.share(control.progress, ++done);
    return answer;
  };
  try {
    const tasks = shares.flatMap(({ index, count, from }) =>
      seatsOf(crew, from).map((seat) => ({ share: { index, count }, ...seat })),
    );
    const letLoose = () => (work.canaries ? run({ share: null, row: tasks.length }) : undefined);
    // Those who explore together wait for one another: all of them begin before anything else.
    const before = crew === 1 ? letLoose() : undefined;
    const exploring = tasks.map((task, row) => run({ ...task, row }));
    const [canaries, ...all] = await Promise.all([before ?? letLoose(), ...exploring]);
    const answers = shares.map((_, at) => together(all.slice(at * crew, (at + 1) * crew)));
    for (const answer of [canaries, ...all]) if (answer?.kind === "error") throw errorOf(answer);
    return sorted(shares, answers, canaries, reasons[control.stopped] ?? "");
  } finally {
    signal?.removeEventListener("abort", interrupt);
    clearTimeout(timer);
    clearInterval(look);
    line?.stop();
    await workers.end();
  }
}

/** A seat for each of those who explore a share together, none for one alone; and what they go on with. */
function seatsOf(crew: number, from: Suspended | null): Pick<WorkerTask, "seat" | "from">[] {
  if (crew === 1) return [from === null ? {} : { from }];
  const modules = deviceModule();
  const memory = sharedStatesMemory(modules);
  if (from !== null) {
    const shared = { memory, explorer: NOBODY };
    readStates(new StateStore(statesOf(modules, shared), shared), from.states);
  }
  const board = newBoard(crew);
  return Array.from({ length: crew }, (_, explorer) => ({
    seat: { memory, explorer, size: crew, board },
    // The states are there already.
    ...(from === null ? {} : { from: { ...from, states: NO_STATES_WRITTEN } }),
  }));
}

/** What those came to who have explored a share together. */
function together([first, ...others]: readonly WorkerAnswer[]): WorkerAnswer | undefined {
  if (first?.kind !== "share" || others.length === 0) return first;
  const helped = others.flatMap((answer) => (answer.kind === "helped" ? [answer] : []));
  const wholeRuns = first.result.incomplete === null ? helped.flatMap((one) => one.wholeRuns) : [];
  const stopped = first.stopped || helped.length < others.length || helped.some((one) => one.stopped);
  return { ...first, result: { ...first.result, wholeRuns }, stopped };
}

function sorted(
  shares: readonly OpenShare[],
  answers: readonly (WorkerAnswer | undefined)[],
  canaries: WorkerAnswer | undefined,
  reason: string,
): Done {
  const results: ShareResult[] = [];
  const open: { share: OpenShare; result?: ShareResult }[] = [];
  shares.forEach((share, at) => {
    const answer = answers[at];
    if (answer?.kind !== "share") open.push({ share });
    else if (answer.stopped) open.push({ share, result: answer.result });
    else results.push(answer.result);
  });
  const isEnded = open.length > 0 || canaries?.kind === "stopped";
  return {
    results,
    open,
    canaries: canaries?.kind === "canaries" ? canaries.canaries : null,
    ended: isEnded && reason !== "" ? reason : null,
  };
}
