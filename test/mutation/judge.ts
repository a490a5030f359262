// Judges one mutant: does it compile, does it differ from the core as it is in a situation, is it another binary at all once
// it is optimised, does it differ in a campaign. Stops at the first that shows it.
import { GuestError } from "../../host/core/errors.js";
import type { PartProfile } from "../../host/device/profile.js";
import { Campaigns } from "./campaigns.js";
import type { Mutant } from "./operators.js";
import { Rig, type Situation } from "./rig.js";
import { situationsFor } from "./situations.js";
import { bootCore, designsOf } from "./sources.js";

type Design = PartProfile["record"];

/** What became of a mutant. */
export type Verdict =
  | { readonly result: "killed"; readonly by: string }
  /** Nothing that anybody could see is different. */
  | { readonly result: "equivalent"; readonly because: string }
  | { readonly result: "survived" }
  /** The compiler refuses it: it counts as no mutant. */
  | { readonly result: "invalid" };

export const SAME_BINARY = "same binary";

/** The core as it is, and how it goes in every situation that was asked for so far. */
interface Original {
  readonly binary: Uint8Array;
  readonly rig: Rig;
  readonly situations: readonly Situation[];
  readonly outcomes: (string | undefined)[];
  readonly campaigns: Campaigns;
}

const originals = new Map<Design, Promise<Original>>();

async function makeOriginal(design: Design): Promise<Original> {
  const binary = await bootCore(design);
  const rig = new Rig(binary);
  const situations = situationsFor(design, rig);
  return { binary, rig, situations, outcomes: [], campaigns: new Campaigns(design, binary) };
}

/**
 * Mutants are compared without the optimiser at first: the core as it is must go the same way so.
 * @throws {Error} naming a situation in which it does not
 */
export async function checkOriginal(design: Design): Promise<void> {
  const different = differsIn(await originalOf(design), await bootCore(design, undefined, true));
  if (different !== undefined) throw new Error(`not the same without the optimiser: ${different}`);
}

function originalOf(design: Design): Promise<Original> {
  let original = originals.get(design);
  if (original === undefined) originals.set(design, (original = makeOriginal(design)));
  return original;
}

/** Judges a mutant. */
export async function judge(mutant: Mutant): Promise<Verdict> {
  const different: { readonly original: Original; readonly binary: Uint8Array }[] = [];
  for (const design of designsOf(mutant.file)) {
    const original = await originalOf(design);
    let quick: Uint8Array;
    try {
      quick = await bootCore(design, mutant, true);
    } catch {
      return { result: "invalid" };
    }
    const situation = differsIn(original, quick);
    if (situation !== undefined) return { result: "killed", by: situation };
    const binary = await bootCore(design, mutant);
    if (Buffer.compare(binary, original.binary) !== 0) different.push({ original, binary });
  }
  if (different.length === 0) return { result: "equivalent", because: SAME_BINARY };
  for (const { original, binary } of different) {
    const campaign = original.campaigns.differs(binary);
    if (campaign !== undefined) return { result: "killed", by: campaign };
  }
  return { result: "survived" };
}

/** The first situation that goes otherwise. */
function differsIn(
  { rig: original, situations, outcomes }: Original,
  binary: Uint8Array,
): string | undefined {
  try {
    const rig = new Rig(binary);
    return situations.find((situation, at) => {
      outcomes[at] ??= original.outcome(situation);
      return rig.outcome(situation) !== outcomes[at];
    })?.name;
  } catch (error) {
    if (error instanceof GuestError) return "it is no guest";
    throw error;
  }
}
