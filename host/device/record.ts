// Where the Record's units stand on a part (images/SPEC.md): for assumptions that speak of one of them. Reads nothing.
import { sectorsOf } from "./layout.js";
import type { Layout, PartProfile, Region } from "./profile.js";
import { recordAreaBytes, recordUnitBytes, unitOffsetBytes } from "./record-area.js";

/** The seal unit of both Record areas. */
export function sealRegions(part: PartProfile, layout: Layout): Region[] {
  const { record } = layout;
  const sector = sectorsOf(part).find(({ offset }) => offset === record.offset);
  const area = recordAreaBytes(part, sector?.size ?? record.size);
  const sealAt = unitOffsetBytes(part);
  const size = recordUnitBytes(part);
  return [0, 1].map((index) => ({ offset: record.offset + index * area + sealAt, size }));
}

/** The assumption that a part's profile makes, with the places that it speaks of; null where it makes none. */
export function assumptionOf(
  part: PartProfile,
  layout: Layout,
): { readonly name: string; readonly decided: readonly Region[] } | null {
  return part.assumes === undefined ? null : { name: part.assumes.name, decided: sealRegions(part, layout) };
}
