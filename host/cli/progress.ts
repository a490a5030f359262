// A progress line on a terminal, silence elsewhere. Standard error only.
import { SingleBar } from "cli-progress";
import type { Progress } from "../campaign/explore.js";

/** A line that is fed what an exploration has done; stop() clears it. */
export interface ProgressLine {
  update(progress: Progress): void;
  stop(): void;
}

/** Makes the line for a task; nothing is shown unless standard error is a terminal. */
export function progressBar(title: string): ProgressLine {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `${title}: {judged} cut points judged, {states} states ({open} open), {depth} cuts in a row`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    update(progress) {
      if (!started) bar.start(1, 0, progress);
      started = true;
      bar.update(0, progress);
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
