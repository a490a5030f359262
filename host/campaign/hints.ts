// What may explain a violation beside the run that shows it: what the part's profile leaves out, what provisioning did not do. Judges
// nothing.
import type { Device } from "../device/device.js";
import type { Operation } from "../device/operations.js";
import type { PartProfile } from "../device/profile.js";
import type { Faults } from "./plan/faults.js";
import { type OracleName, oracleNames } from "./plan/oracles.js";
import { operationsOfProvision, prepare } from "./play/plain.js";
import type { Scenario, Scene, SceneImage } from "./plan/scenario.js";

/** What hints are drawn from. */
export interface HintFacts {
  /** A device of the campaign; its content is lost. */
  readonly device: Device;
  readonly scene: Scene;
  readonly faults: Faults;
  /** Oracles that are violated. */
  readonly violated: readonly string[];
  /** The campaign came to its end: only then it is known that the guest comes to rest without faults. */
  readonly isComplete: boolean;
}

/** The hints of a campaign, in a sentence each. */
export function hintsOf({ device, scene, faults, violated, isComplete }: HintFacts): readonly string[] {
  return [
    ...(violated.length > 0 ? unfitHints(device, scene, faults, violated) : []),
    ...provisionHints(device.agent.provisions ? operationsOfProvision(device, scene) : null),
    ...(isComplete ? startHints(prepare(device, scene).violations) : []),
  ];
}

/** Oracles that speak of single calls, whatever the scenario asks for. */
const OF_CALLS: readonly OracleName[] = [
  ...(["authentic", "no-wrong-image", "no-rollback", "flash-rules", "boot-never-erases-slot"] as const),
  ...(["in-bounds", "record-kept", "memory-kept"] as const),
];

/** What the guest did before the scenario began, when its first image came to rest, is no campaign's but that of first-boot. */
function startHints(violations: number): string[] {
  const found = oracleNames(violations).filter((name) => OF_CALLS.includes(name));
  if (found.length === 0) return [];
  return [
    `before the scenario began, when the first image came to rest, the guest violated ${found.join(", ")}: the scenario first-boot judges that`,
  ];
}

/** What part, scenario and attempts ask of any guest, and none can do. */
function unfitHints(
  { part, attempts }: Device,
  scene: Scene,
  faults: Faults,
  violated: readonly string[],
): string[] {
  return [
    ...assumptionHints(part, faults),
    ...(violated.includes("flash-rules") ? designHints(part) : []),
    ...counterHints(part, confirmedIn(scene)),
    ...attemptHints(attempts, scene.scenario),
  ];
}

/** The refreshed Record programs again what is programmed. */
function designHints({ id, record, rule, ecc }: PartProfile): string[] {
  if (record !== "refreshed" || (rule === "and" && ecc === undefined)) return [];
  return [
    `device ${id} has "record": "refreshed", which takes a part of rule "and" without ecc: on others a Record that is programmed again breaks their rules; "sealed" programs each unit once`,
  ];
}

/** The images that the scenario wants confirmed: what it begins with, and what it ends with. */
function confirmedIn({ scenario: { start, expect, images: plans }, images }: Scene): readonly SceneImage[] {
  const wanted = [...(start.settled ? [start.slotA] : []), ...("runs" in expect ? [expect.runs] : [])];
  return images.filter(({ generation }) => wanted.includes(plans[generation]?.name ?? ""));
}

/** A counter holds no more than the part says. */
function counterHints({ id, counterMax }: PartProfile, images: readonly SceneImage[]): string[] {
  const most = Math.max(...images.map(({ securityCounter }) => securityCounter));
  if (counterMax === undefined || most <= counterMax.value) return [];
  return [
    `an image of the scenario has security counter ${most}, and a counter of ${id} holds ${counterMax.value} at most (counterMax): it can be confirmed by no guest`,
  ];
}

/** An image that confirms itself after so many boots needs them. */
function attemptHints(attempts: number, { images, start, expect }: Scenario): string[] {
  if (!("runs" in expect) || expect.runs === start.slotA) return [];
  const selfTest = images.find(({ name }) => name === expect.runs)?.selfTest;
  if (typeof selfTest !== "object" || selfTest.afterResets < attempts) return [];
  return [
    `in this scenario ${expect.runs} confirms itself at boot ${selfTest.afterResets + 1}, and gets ${attempts} (--attempts)`,
  ];
}

/** Where torn bits are weak, a sealed Record holds under an assumption alone. */
function assumptionHints({ id, record, assumes }: PartProfile, { models }: Faults): string[] {
  if (record !== "sealed" || assumes !== undefined || !models.includes("weak")) return [];
  return [
    `device ${id} assumes nothing ("assumes"), and a sealed Record cannot hold under weak without it: a torn seal reads either way, at every read anew; "assumes": "decided-seal" says that it reads alike for ever`,
  ];
}

/** An agent whose provision() writes nothing leaves the first image without what it was to have. */
function provisionHints(operations: readonly Operation[] | null): string[] {
  if (operations === null) return [];
  const changes = operations.filter((operation) => "status" in operation);
  if (changes.some(({ status }) => status === 0)) return [];
  const refused = changes.length === 0 ? "" : `: ${changes.length} of its operations were refused`;
  return [`provision() of the agent wrote nothing${refused}`];
}
