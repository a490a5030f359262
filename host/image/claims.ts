// What a signed image claims of itself, its security counter and the images that it depends on, and whether that is accepted. Called only once
// the signature over it is valid.
import { REASON_DEPENDENCY, REASON_FLOOR } from "../../assembly/abi.js";
import { decodeDependency, decodeSecurityCounter, type ImageDependency } from "./protected.js";
import { refuse, type Refusal } from "./reason.js";
import { TLV_DEPENDENCY, TLV_SEC_CNT, type TlvAreas } from "./tlv.js";
import { type ImageVersion, compareVersions, formatVersion } from "./version.js";

/** What an image claims in its protected area. */
export interface Claims {
  readonly securityCounter: number;
  readonly counterOffset: number;
  readonly dependencies: readonly ImageDependency[];
  /** Where each of the dependencies stands. */
  readonly dependencyOffsets: readonly number[];
}

/** What the protected area says; called only once its signature is valid. */
export function readClaims(areas: TlvAreas): Claims {
  const entries = areas.protectedEntries;
  const counter = entries.find(({ type }) => type === TLV_SEC_CNT);
  const dependencies = entries.filter(({ type }) => type === TLV_DEPENDENCY);
  return {
    securityCounter: counter === undefined ? 0 : decodeSecurityCounter(counter.data),
    counterOffset: counter?.offset ?? areas.hashedBytes,
    dependencies: dependencies.map(({ data }) => decodeDependency(data)),
    dependencyOffsets: dependencies.map(({ offset }) => offset),
  };
}

/** The refusal of an image whose security counter is below the floor. */
export function floorRefusal(
  claims: Claims,
  { floor = 0 }: { readonly floor?: number | undefined },
): Refusal | undefined {
  if (claims.securityCounter >= floor) return undefined;
  const message = `expected a security counter of ${floor} or more, found ${claims.securityCounter}`;
  return refuse(REASON_FLOOR, claims.counterOffset, message);
}

/** The refusal of an image that needs another which is not there, or too old. */
export function dependencyRefusal(
  claims: Claims,
  { otherImages }: { readonly otherImages?: ReadonlyMap<number, ImageVersion> | undefined },
): Refusal | undefined {
  if (otherImages === undefined) return undefined;
  for (const [index, { imageId, leastVersion }] of claims.dependencies.entries()) {
    const present = otherImages.get(imageId);
    if (present === undefined || compareVersions(present, leastVersion) < 0) {
      const found = present === undefined ? "none" : formatVersion(present);
      const message = `expected image ${imageId} with version ${formatVersion(leastVersion)} or newer, found ${found}`;
      return refuse(REASON_DEPENDENCY, claims.dependencyOffsets[index] ?? 0, message);
    }
  }
  return undefined;
}
