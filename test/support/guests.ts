// Guest pairs of dist/wasm by name, in the build for a part's Record, as host/app/workspace/modules.ts hands them out; and parts and
// scenes that vary `tiny`.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Scene } from "../../host/campaign/plan/scenario.js";
import { scenarioByName } from "../../host/campaign/plan/scenarios.js";
import type { GuestPair } from "../../host/campaign/plan/trace.js";
import { partById } from "../../host/device/parts.js";
import type { Assumption, Figure, PartProfile, ProgramRule } from "../../host/device/profile.js";
import { encodeKeyTable } from "../../host/image/key-table.js";
import { testImage, testKey } from "./scenes.js";

const BUILT = join(import.meta.dirname, "../../dist/host/app/workspace/modules.js");

/** host/app/workspace/modules.ts as built: from its source it would look for the wasm modules in the wrong place. */
export const modules = (await import(
  pathToFileURL(BUILT).href
)) as typeof import("../../host/app/workspace/modules.js");

/** A guest pair by name, for a part. */
export function guestFor(name: string, part: Pick<PartProfile, "record">): GuestPair {
  return modules.guestPair(name, part);
}

export interface TinyVariant {
  readonly rule?: ProgramRule;
  readonly record?: "sealed" | "refreshed";
  /** Program size in bytes, the only one. */
  readonly programBytes?: number;
  /** Bytes that share an ECC word. */
  readonly eccBytes?: number;
  readonly erasedFaults?: boolean;
  /** Does the part name the assumption of the Record's design A? */
  readonly assumes?: boolean;
}

/** `tiny` with other rules. */
export function tinyWith(variant: TinyVariant): PartProfile {
  const tiny = partById("tiny");
  const { eccBytes, assumes } = variant;
  const size = figure(variant.programBytes ?? tiny.programMin.value);
  const named: Assumption = { name: "decided-seal", source: "made for a test", mark: "seen" };
  return {
    ...tiny,
    programMin: size,
    programMax: size,
    rule: variant.rule ?? tiny.rule,
    record: variant.record ?? tiny.record,
    ...(assumes === true ? { assumes: named } : {}),
    ...(eccBytes === undefined
      ? {}
      : { ecc: { unitBytes: figure(eccBytes), erasedFaults: variant.erasedFaults === true } }),
  };
}

/** A scene of small images on a part: v1 in slot A, v2 offered as a pair. */
export function sceneOn(part: PartProfile, scenario: string, payloadSize: number): Scene {
  const image = (generation: 0 | 1, slot: "slotA" | "slotB") =>
    testImage({ generation, payloadSize, linkedFor: part.layout[slot].offset });
  return {
    scenario: scenarioByName(scenario)!,
    images: [image(0, "slotA"), image(1, "slotA"), image(1, "slotB")],
    keyTable: encodeKeyTable([testKey.publicKey]),
  };
}

function figure(value: number): Figure {
  return { value, source: "made for a test", mark: "seen" };
}
