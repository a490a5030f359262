// Where the Record's units stand on a part (images/SPEC.md): for assumptions that speak of one of them. Reads nothing.
import { sectorsOf } from "./layout.js";
import type { Layout, PartProfile, Region } from "./profile.js";

const BODY_SIZE = 16;

/** The seal unit of both Record areas. */
export function sealRegions(part: PartProfile, layout: Layout): Region[] {
  const unit = recordUnit(part);
  const sealAt = Math.ceil(BODY_SIZE / unit) * unit;
  const sector = sectorsOf(part).find(({ offset }) => offset === layout.record.offset)?.size ?? unit;
  const area = Math.ceil((sealAt + unit) / sector) * sector;
  return [0, 1].map((index) => ({ offset: layout.record.offset + index * area + sealAt, size: unit }));
}

/** Program size that the Record uses: the smallest of the part that holds its body, else the largest, at least 4. */
function recordUnit(part: PartProfile): number {
  let size = Math.max(part.programMin.value, 4);
  while (size < BODY_SIZE && size < part.programMax.value) size *= 2;
  return size;
}

/** The assumption that a part's profile makes, with the places that it speaks of; null where it makes none. */
export function assumptionOf(
  part: PartProfile,
  layout: Layout,
): { readonly name: string; readonly decided: readonly Region[] } | null {
  return part.assumes === undefined ? null : { name: part.assumes.name, decided: sealRegions(part, layout) };
}
