// A configuration's scenario as campaigns take it: what was left out filled in, every name held against what it names.
import type { ImagePlan, Scenario, Step } from "../campaign/plan/scenario.js";
import type { ImageConfig, ScenarioConfig, StepConfig } from "./config.js";
import { PACKAGE_REASONS } from "../core/halts.js";
import { suggestion } from "../core/nearest.js";
import { type Path, misuseAt } from "./place.js";
import { worldFrom } from "./world.js";

/** What boot may halt for, by the names of abi.ts; OK is none. */
export const HALT_REASONS: readonly string[] = [...PACKAGE_REASONS.values()].filter((name) => name !== "OK");

/**
 * The scenario that a checked one of a configuration stands for.
 * @param scenario as configSchema let it through
 * @param file the configuration's file, for errors
 * @param path where the scenario stands in it
 * @param reasons names that the configuration's guests give to their reasons, beside those of abi.ts
 * @throws {MisuseError} naming an image that is not there or twice, a reason that is none, or what surrounds no device.
 */
export function scenarioFrom(
  scenario: ScenarioConfig,
  file: string,
  path: Path,
  reasons: readonly string[] = [],
): Scenario {
  checkNames(scenario, file, path);
  checkReason(scenario.expect, { file, path, reasons: [...reasons, ...HALT_REASONS] });
  const { name, images, start, steps = [], expect } = scenario;
  const { slotA, slotB } = start.then ?? {};
  const otherwise = scenario.otherwise ?? otherwiseOf(scenario);
  return {
    name,
    title: scenario.title ?? name,
    images: images.map(planFrom),
    start: {
      slotA: start.slotA,
      settled: start.settled ?? true,
      ...(slotA === undefined && slotB === undefined
        ? {}
        : { then: { ...(slotA === undefined ? {} : { slotA }), ...(slotB === undefined ? {} : { slotB }) } }),
    },
    steps: steps.map(stepFrom),
    expect,
    otherwise,
    ...(scenario.wearMax === undefined ? {} : { wearMax: defined(scenario.wearMax) }),
    notApplicable: scenario.notApplicable ?? [
      ...(otherwise === "update-completes" ? [] : (["update-completes"] as const)),
      ...("halts" in expect ? (["floor-follows"] as const) : []),
    ],
    ...(scenario.world === undefined ? {} : { world: worldFrom(scenario.world, file, [...path, "world"]) }),
  };
}

function planFrom({ name, version, securityCounter, selfTest, linkedFor, spoiled }: ImageConfig): ImagePlan {
  return {
    name,
    version,
    securityCounter: securityCounter ?? version,
    ...(selfTest === undefined ? {} : { selfTest }),
    ...(linkedFor === undefined ? {} : { linkedFor }),
    ...(spoiled === undefined ? {} : { spoiled }),
  };
}

function stepFrom(step: StepConfig): Step {
  if ("offer" in step) return { offer: step.offer, until: step.until ?? "confirmed" };
  if ("put" in step) return { put: defined(step.put) };
  return "damage" in step ? defined(step) : step;
}

/** The same without what is undefined. */
function defined<Fields extends object>(
  value: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };
}

/** An update is expected to complete where the image that is to run was offered. */
function otherwiseOf({ steps = [], expect }: ScenarioConfig): Scenario["otherwise"] {
  const isOffered = "runs" in expect && steps.some((step) => "offer" in step && step.offer === expect.runs);
  return isOffered ? "update-completes" : "ends-as-expected";
}

function checkNames({ images, start, steps = [], expect }: ScenarioConfig, file: string, path: Path): void {
  const names = images.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index)
      throw misuseAt(
        file,
        [...path, "images", index, "name"],
        `expected names that differ, found "${name}" twice`,
      );
  });
  const check = (name: string | undefined, ...at: Path) => {
    if (name === undefined || names.includes(name)) return;
    const message = `expected an image of this scenario, found "${name}", ${suggestion(name, names)}`;
    throw misuseAt(file, [...path, ...at], message);
  };
  check(start.slotA, "start", "slotA");
  check(start.then?.slotA, "start", "then", "slotA");
  check(start.then?.slotB, "start", "then", "slotB");
  steps.forEach((step, index) => {
    if (index === 0 && !("offer" in step))
      throw misuseAt(file, [...path, "steps", 0], "expected an offer first, found what befalls the device");
    if ("offer" in step) check(step.offer, "steps", index, "offer");
    if (!("put" in step)) return;
    check(step.put.slotA, "steps", index, "put", "slotA");
    check(step.put.slotB, "steps", index, "put", "slotB");
  });
  if ("runs" in expect) check(expect.runs, "expect", "runs");
}

/** Refuses an expectation to halt for a reason that nobody names. */
function checkReason(
  expect: ScenarioConfig["expect"],
  {
    file,
    path,
    reasons,
  }: { readonly file: string; readonly path: Path; readonly reasons: readonly string[] },
): void {
  if (!("halts" in expect) || reasons.includes(expect.halts)) return;
  const found = `found "${expect.halts}", ${suggestion(expect.halts, reasons)}`;
  const message = `expected a reason of assembly/abi.ts or one that a guest names, ${found}`;
  throw misuseAt(file, [...path, "expect", "halts"], message);
}
