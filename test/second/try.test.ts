import { it } from "vitest";
import { partById } from "../../host/device/parts.js";
import { equalScene, soundnessPair } from "../support/soundness.js";
import { saidByFirst, saidBySecond } from "./bridge.js";

it("g1", async () => {
  const part = partById("tiny");
  for (const name of ["g1","retained-choice","half-in-counter","half-told"]) for (const losses of [["power"],["reset"],["power","reset"]] as const) {
  const one = { what: name, part, pair: await soundnessPair(name), scene: equalScene(part, 68), losses, depth: 1, attempts: 3 };
  let t = performance.now();
  const a = saidByFirst(one);
  const ta = performance.now() - t; t = performance.now();
  const b = saidBySecond(one);
  console.log(name, losses, JSON.stringify(a), ta|0, JSON.stringify(b), (performance.now() - t)|0);
  }
});
