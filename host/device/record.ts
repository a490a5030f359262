// Where the Record's units stand on a part (images/SPEC.md): for assumptions that speak of one of them. Reads nothing.
import { sectorsOf } from "./layout.js";
import type { Layout, PartProfile, Region } from "./profile.js";

const BODY_SIZE = 16;

/** The seal unit of each sector of the Record region. */
export function sealRegions(part: PartProfile, layout: Layout): Region[] {
  const unit = recordUnit(part);
  const { record } = layout;
  return sectorsOf(part)
    .filter(({ offset }) => offset >= record.offset && offset < record.offset + record.size)
    .map(({ offset }) => ({ offset: offset + Math.ceil(BODY_SIZE / unit) * unit, size: unit }));
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
