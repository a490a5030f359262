// `npm run random -- NUMBER …`: tells of random guests by number: what they are, what they do where nothing goes wrong, and where
// the explorer differs from what explores without its cleverness.
import type { Operation } from "../../host/device/operations.js";
import { oracleNames } from "../../host/campaign/plan/oracles.js";
import { compile } from "../support/compile.js";
import { deviceModule } from "../support/scenes.js";
import { randomCase } from "./cases.js";
import { check } from "./check.js";
import { PlainRuns } from "./plain-runs.js";
import { listing } from "./program.js";
import { INTERPRETER, Seat } from "./seat.js";

const CALLS_TOLD = 30;

const seat = new Seat(deviceModule, await compile(INTERPRETER));
for (const text of process.argv.slice(2)) tell(Number(text));

function tell(number: number): void {
  const one = randomCase(number);
  console.log(one.words);
  console.log(`boot:\n${listing(one.programs.boot)}\nagent:\n${listing(one.programs.agent)}`);
  const { calls, violations } = new PlainRuns(seat.seat(one.play), one.play.scene, 0).run();
  for (const { isBoot, operations, booted } of calls.slice(0, CALLS_TOLD)) {
    const who = isBoot ? `boot${booted < 0 ? "" : ` of v${booted + 1}`}` : "agent";
    console.log(`${who}: ${operations.map(operationWords).join(", ")}`);
  }
  console.log(`${calls.length} calls; violated: ${oracleNames(violations).join(", ") || "nothing"}`);
  console.log(JSON.stringify(check(seat, one), null, 2));
}

function operationWords(operation: Operation): string {
  return Object.entries(operation)
    .filter(([key]) => key !== "data")
    .map(([, value]) => (typeof value === "number" ? `0x${value.toString(16)}` : String(value)))
    .join(" ");
}
