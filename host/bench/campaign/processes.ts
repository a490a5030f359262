// Starts the child processes of `bench campaign`, one for each measurement, one after the other. Measures nothing in this process.
import { fork } from "node:child_process";
import { join } from "node:path";
import type { Case } from "./cases.js";
import type { Measured } from "./measured.js";
import type { Measure } from "./turns.js";

const CHILD = "host/bench/campaign/child.js";
const ERROR_CHARACTERS_MAX = 500;

/**
 * What measures a build in processes of their own.
 * @param own dist folder of the build whose program measures
 * @param dist dist folder of the build that is measured, which may be the same
 */
export function measureInChild(own: string, dist: string): Measure {
  return (one: Case): Promise<Measured> =>
    new Promise((resolve) => {
      const child = fork(join(own, CHILD), [dist, JSON.stringify(one)], {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      let measured: Measured | undefined;
      const errors: Buffer[] = [];
      child.stderr?.on("data", (chunk: Buffer) => errors.push(chunk));
      child.on("message", (message) => (measured = message as Measured));
      child.on("error", ({ message }) => resolve({ kind: "failed", message }));
      child.on("close", (code, signal) =>
        resolve(measured ?? failed(signal ?? `exit code ${code}`, Buffer.concat(errors))),
      );
    });
}

function failed(end: string, errors: Buffer): Measured {
  const said = errors.toString().trim().slice(-ERROR_CHARACTERS_MAX);
  return { kind: "failed", message: `its process ended with ${end} ${said}`.trim() };
}
