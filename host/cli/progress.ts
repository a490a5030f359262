// A progress bar on a terminal, silence elsewhere. Standard error only.
import { Presets, SingleBar } from "cli-progress";

/** A bar that is fed counts; stop() clears it. */
export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/** Makes the bar for a task; nothing is shown unless standard error is a terminal. */
export function progressBar(title: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    {
      format: `${title} {bar} {value}/{total} cut points, {eta} s left`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total) {
      if (!started) bar.start(total, done);
      started = true;
      bar.update(done);
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
