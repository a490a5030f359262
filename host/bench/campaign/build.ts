// What a bench asks of a build of this package, loaded by path from its `dist`: kept small, so that builds far apart can be
// measured by one program. Measures nothing.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Explorer } from "../../campaign/explore/explorer.js";
import type { MachineOptions, machineAt } from "../../campaign/machine.js";
import type { faultsOf } from "../../campaign/options.js";
import type { GuestPair } from "../../campaign/plan/trace.js";
import type { Scenario, Scene } from "../../campaign/plan/scenario.js";
import type { IN_BOOT, executeCall } from "../../campaign/play/call.js";
import type { columnsOf } from "../../campaign/share-result.js";
import { MisuseError } from "../../core/errors.js";
import type { Layout, PartProfile } from "../../device/profile.js";

interface Target {
  readonly part: PartProfile;
  readonly layout: Layout;
}

/** What scenes and devices are made with. */
export interface SceneParts {
  readonly targetOf: (device: string, layout: string | undefined) => Target;
  readonly scenarioOf: (name: string) => Scenario;
  readonly demoScene: (scenario: Scenario, target: Target, options: { imageSizeBytes: number }) => Scene;
  readonly deviceModule: () => MachineOptions["deviceModule"];
  readonly guestPair: (name: string, part: PartProfile) => GuestPair;
  readonly machineAt: typeof machineAt;
  readonly faultsOf: typeof faultsOf;
}

/** What explorations are made with. */
export interface ExploreParts {
  readonly Explorer: typeof Explorer;
  readonly columnsOf: typeof columnsOf;
}

/** What single calls are made with. */
export interface CallParts {
  readonly executeCall: typeof executeCall;
  readonly IN_BOOT: typeof IN_BOOT;
}

const MAIN = "host/cli/main.js";
const FILES = {
  machine: "host/campaign/machine.js",
  options: "host/campaign/options.js",
  explorer: "host/campaign/explore/explorer.js",
  shareResult: "host/campaign/share-result.js",
  call: "host/campaign/play/call.js",
  scene: "host/app/workspace/scene.js",
  modules: "host/app/workspace/modules.js",
} as const;
/** Without these it is no build that has anything to measure. */
const NEEDED = [MAIN, FILES.machine, FILES.explorer, "wasm/device.wasm"];

/** A build has not what a case needs. */
export class LacksError extends Error {
  override readonly name = "LacksError";
}

/**
 * Checks that a folder holds a build.
 * @param option what the folder was given as, for the error
 * @throws {MisuseError} where it does not
 */
export function checkBuild(dist: string, option: string): void {
  const expected = `${option} ${dist}: expected the dist folder of a build of everboot`;
  const stats = statSync(dist, { throwIfNoEntry: false });
  if (stats === undefined) throw new MisuseError(`${expected}, found no such folder`);
  if (!stats.isDirectory()) throw new MisuseError(`${expected}, found a file`);
  const missing = NEEDED.find((file) => !existsSync(join(dist, file)));
  if (missing !== undefined) throw new MisuseError(`${expected}, found none with ${missing}`);
}

/** The command line of a build. */
export function mainOf(dist: string): string {
  return join(dist, MAIN);
}

/**
 * What scenes and devices are made with, of a build.
 * @throws {LacksError} naming what the build has not
 */
export async function sceneParts(dist: string): Promise<SceneParts> {
  return {
    ...(await parts(dist, FILES.scene, "targetOf", "scenarioOf", "demoScene")),
    ...(await parts(dist, FILES.modules, "deviceModule", "guestPair")),
    ...(await parts(dist, FILES.machine, "machineAt")),
    ...(await parts(dist, FILES.options, "faultsOf")),
  };
}

/**
 * What explorations are made with, of a build.
 * @throws {LacksError} naming what the build has not
 */
export async function exploreParts(dist: string): Promise<ExploreParts> {
  return {
    ...(await parts(dist, FILES.explorer, "Explorer")),
    ...(await parts(dist, FILES.shareResult, "columnsOf")),
  };
}

/**
 * What single calls are made with, of a build.
 * @throws {LacksError} naming what the build has not
 */
export function callParts(dist: string): Promise<CallParts> {
  return parts(dist, FILES.call, "executeCall", "IN_BOOT");
}

type Parts = SceneParts & ExploreParts & CallParts;

async function parts<Name extends keyof Parts>(
  dist: string,
  file: string,
  ...names: readonly Name[]
): Promise<Pick<Parts, Name>> {
  const path = join(dist, file);
  if (!existsSync(path)) throw new LacksError(file);
  const module = (await import(pathToFileURL(path).href)) as Partial<Pick<Parts, Name>>;
  for (const name of names) if (module[name] === undefined) throw new LacksError(`${name} in ${file}`);
  return module as Pick<Parts, Name>;
}
