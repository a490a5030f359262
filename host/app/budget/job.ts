// What a budget is made of, from flags and files: part, guest, scene, model. Counts and prices it.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Scene } from "../../campaign/plan/scenario.js";
import type { GuestPair } from "../../campaign/plan/trace.js";
import type { ParsedConfig } from "../../config/parse.js";
import { GuestFunctions } from "../../budget/functions.js";
import { buildBudget } from "../../budget/build.js";
import type { Subject } from "../../budget/estimate.js";
import { type Measurement, measure } from "../../budget/measure.js";
import { type CostModel, parseModel } from "../../budget/model.js";
import { type RamUse, measureRam } from "../../budget/ram.js";
import type { BudgetReport, BudgetTerms, TargetCost } from "../../budget/report.js";
import { MisuseError } from "../../core/errors.js";
import type { CpuCore, CpuProfile } from "../../device/profile.js";
import { type FixedKeyType, fixedKey } from "../../image/fixed-keys.js";
import type { KeyType } from "../../image/key-types.js";
import type { Target } from "../../scene/accept.js";
import { makeScene } from "../../scene/make.js";
import { readText } from "../workspace/files.js";
import { deviceModule, guestPair, namedBoot, sha256Hex, signedBy } from "../workspace/modules.js";
import { scenarioOf, sceneFromFiles, targetOf } from "../workspace/scene.js";

/** A budget as the command line asks for it. */
export interface BudgetJob {
  readonly scenario: string;
  readonly device: string;
  readonly layout?: string | undefined;
  readonly guest: string;
  readonly from?: string | undefined;
  readonly to?: readonly string[] | undefined;
  readonly key?: readonly string[] | undefined;
  readonly require?: readonly KeyType[] | undefined;
  readonly attempts: number;
  readonly imageSize?: number | undefined;
  /** Text that the fixed keys are derived from; another text makes other signatures. */
  readonly keyText?: string | undefined;
  readonly cache?: "on" | "off" | undefined;
  /** In Hz; the part's own when absent. */
  readonly clock?: number | undefined;
}

/** A budget's parts, counted. */
export interface Counted {
  readonly job: BudgetJob;
  readonly target: Target;
  readonly cpu: CpuProfile;
  readonly pair: GuestPair;
  readonly scene: Scene;
  readonly guest: Subject;
  readonly measured: Measurement;
  readonly ram: RamUse;
}

const KEY_TEXT = "everboot budget: a key pair that everybody can derive";

/**
 * Counts what a job asks for.
 * @param keepStates keep the device's state before each boot, for a target
 * @throws {MisuseError} for a device without a processor and for a guest that cannot be counted
 */
export function count(job: BudgetJob, config: ParsedConfig | undefined, keepStates = false): Counted {
  const target = targetOf(job.device, job.layout, config);
  const { cpu } = target.part;
  if (cpu === undefined)
    throw new MisuseError(
      `${job.device}: expected a device with a processor ("cpu" in the configuration), found none`,
    );
  const pair = guestPair(job.guest, target.part, config);
  const functions = new GuestFunctions(job.guest, namedBoot(job.guest, pair, target.part, config), sha256Hex);
  const scene = sceneOf(job, target, config);
  const fuel = config?.limits.fuel;
  const options = {
    ...{ ...target, deviceModule: deviceModule(), guest: pair, attempts: job.attempts },
    ...(fuel === undefined ? {} : { fuel: BigInt(fuel) }),
  };
  const measured = measure(options, scene, { keepStates });
  const ram = measureRam(options, scene);
  return { job, target, cpu, pair, scene, guest: { plan: measured.plan, functions }, measured, ram };
}

function sceneOf(job: BudgetJob, target: Target, config: ParsedConfig | undefined): Scene {
  const scenario = scenarioOf(job.scenario, config);
  const { from, to = [], key = [], require: demanded = [] } = job;
  if (from !== undefined) {
    if (key.length === 0) throw new MisuseError("--from: expected --key too, the public key of the images");
    return sceneFromFiles(scenario, target, {
      keys: key,
      demanded,
      first: from,
      offered: to,
      olderToo: true,
    });
  }
  if (to.length > 0 || key.length > 0)
    throw new MisuseError("--to and --key: expected --from too, the image that the device starts with");
  const type: FixedKeyType = signedBy(job.guest);
  const text = job.keyText ?? KEY_TEXT;
  const keys = { own: fixedKey(type, text), foreign: fixedKey(type, `${text}, of somebody else`) };
  return makeScene(scenario, target, keys, { imageSizeBytes: job.imageSize });
}

/** The budget of what was counted. */
export function budgetOf(counted: Counted, model: CostModel, target: TargetCost | null): BudgetReport {
  const { job, cpu, pair, scene, guest, measured } = counted;
  const cache = cacheOf(cpu, job.cache);
  const clockHz = job.clock ?? cpu.clockHz.value;
  const size = guest.functions.sizes();
  const used = usedMemory(counted) ?? { start: 0, end: 0 };
  return buildBudget({
    subject: {
      ...{ scenario: job.scenario, device: job.device, guest: job.guest, bootSha256: sha256Hex(pair.boot) },
      images: scene.images.map(({ name, bytes }) => ({ name, sizeBytes: bytes.length })),
    },
    terms: termsOf(model, { cpu, cache, clockHz }),
    addedPercent: cache === "off" ? uncachedPercent(cpu, job.device) : [0, 0],
    ...{ model, guest, measured, target },
    entry: guest.functions.exportOf("boot"),
    layout: counted.target.layout,
    size,
    ram: {
      linearBytes: used.end - used.start,
      constantBytes: size.dataBytes,
      shadowStackBytes: counted.ram.shadowStackBytes,
    },
  });
}

/** Linear memory that holds data or that boot writes: [start, end); null where there is none. */
function usedMemory({ guest, ram }: Counted): { readonly start: number; readonly end: number } | null {
  const ranges = [guest.functions.dataRange(), ram.written].filter((range) => range !== null);
  if (ranges.length === 0) return null;
  return {
    start: Math.min(...ranges.map(({ start }) => start)),
    end: Math.max(...ranges.map(({ end }) => end)),
  };
}

/** Linear memory that a target must give the guest. */
export function memoryOf(counted: Counted): { readonly memoryStart: number; readonly memoryEnd: number } {
  const { start, end } = usedMemory(counted) ?? { start: 0, end: 0 };
  return { memoryStart: start - (start % 16), memoryEnd: Math.ceil(end / 16) * 16 };
}

function cacheOf(cpu: CpuProfile, asked: "on" | "off" | undefined): BudgetTerms["cache"] {
  return cpu.cache === "none" ? "none" : (asked ?? "on");
}

function uncachedPercent({ uncachedPercent: known }: CpuProfile, device: string): readonly [number, number] {
  if (known === undefined)
    throw new MisuseError(
      `--cache off: expected a device of which it is known what that costs, found ${device}`,
    );
  return [known[0].value, known[1].value];
}

function termsOf(
  model: CostModel,
  {
    cpu,
    cache,
    clockHz,
  }: { readonly cpu: CpuProfile; readonly cache: BudgetTerms["cache"]; readonly clockHz: number },
): BudgetTerms {
  const { errorPercent, cyclesPerInstruction: band } = model;
  const counts = `wasm instructions are counted exactly; calibrated functions ±${errorPercent.calibrated} %, others ±${errorPercent.uncalibrated} %`;
  const cycles =
    band === undefined
      ? "cycles by the core's published table, without wait states"
      : `no cycle table of this core is public: ${band.low} to ${band.high} cycles per instruction (${band.source})`;
  const [least, most] = cpu.uncachedPercent ?? [];
  const fetching =
    cache === "off"
      ? `fetching code adds ${least?.value} to ${most?.value} % with the cache off (${least?.source})`
      : "every instruction fetch hits; first misses are not modelled";
  return {
    core: model.title,
    ...{ clockHz, waitStates: cpu.waitStates.value, cache },
    accuracy: [counts, cycles, fetching, "flash times are the datasheet's"],
  };
}

/** The folder of the models. */
export function modelsFolder(): string {
  return fileURLToPath(new URL("../../../../host/budget/models/", import.meta.url));
}

/**
 * The model of a core. A core without a compiler of its own takes instruction counts from the core that `instructionsFrom` names.
 */
export function modelOf(core: CpuCore): CostModel {
  const file = `${core}.json`;
  if (!readdirSync(modelsFolder()).includes(file))
    throw new MisuseError(`${core}: expected a core with a cost model, found none`);
  const model = parseModel(readText(join(modelsFolder(), file), "a cost model"), file);
  if (model.instructionsFrom === undefined) return model;
  const { instructions, hal, functions, calibration } = modelOf(model.instructionsFrom);
  return { ...model, instructions, hal, functions, calibration };
}
