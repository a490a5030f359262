// A progress line on a terminal, silence elsewhere, or a line for each share where that is asked for. Standard error only.
import { SingleBar } from "cli-progress";
import type { Progress } from "../../campaign/explore/exploration.js";
import type { ProgressLine } from "../campaign/pool.js";
import { complain } from "./exit.js";

/** How progress is shown: on a terminal only, as lines anywhere, or not at all. */
export const PROGRESS_KINDS = ["auto", "lines", "none"] as const;
export type ProgressKind = (typeof PROGRESS_KINDS)[number];

/** What is under way. */
export interface ProgressTask {
  readonly title: string;
  readonly shares: number;
  /** Milliseconds, from any start. */
  readonly clock: () => number;
}

const SILENT: ProgressLine = { update: () => undefined, share: () => undefined, stop: () => undefined };

/** Makes the line for a task; "auto" shows nothing unless standard error is a terminal. */
export function progressLine(task: ProgressTask, kind: ProgressKind): ProgressLine {
  const started = task.clock();
  const words = (progress: Progress, done: number) =>
    progressWords(progress, { done, of: task.shares }, task.clock() - started);
  if (kind === "lines") {
    const share = (progress: Progress, done: number) => complain(`${task.title}: ${words(progress, done)}`);
    return { ...SILENT, share };
  }
  return kind === "auto" && process.stderr.isTTY ? terminalLine(task.title, words) : SILENT;
}

/** Makes the line of each campaign that a command runs, on the clock of this process. */
export function progressLines(kind: ProgressKind = "auto"): (title: string, shares: number) => ProgressLine {
  return (title, shares) => progressLine({ title, shares, clock: () => performance.now() }, kind);
}

/** How far a campaign has come, in words; how long it still takes, where shares tell. */
export function progressWords(
  { judged, states, open, depth }: Progress,
  shares: { readonly done: number; readonly of: number },
  elapsedMillis: number,
): string {
  const rate = elapsedMillis > 0 ? Math.round((judged / elapsedMillis) * 1000) : 0;
  const leftMillis = (elapsedMillis / shares.done) * (shares.of - shares.done);
  return [
    `${judged} faults judged (${rate}/s)`,
    `${states} states (${open} open)`,
    `depth ${depth}`,
    ...(shares.of > 1 ? [`${shares.done} of ${shares.of} shares`] : []),
    `${minutes(elapsedMillis)} elapsed`,
    ...(shares.of > 1 && shares.done > 0 ? [`${minutes(leftMillis)} left`] : []),
  ].join(", ");
}

function terminalLine(title: string, words: (progress: Progress, done: number) => string): ProgressLine {
  const bar = new SingleBar({
    format: "{title}: {words}",
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let isStarted = false;
  const update = (progress: Progress, done: number) => {
    const payload = { title, words: words(progress, done) };
    if (!isStarted) bar.start(1, 0, payload);
    isStarted = true;
    bar.update(0, payload);
    bar.render();
  };
  return { update, share: update, stop: () => bar.stop() };
}

function minutes(millis: number): string {
  const seconds = Math.round(millis / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
