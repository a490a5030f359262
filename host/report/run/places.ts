// Places in a device's flash, in words: offsets, regions, slots. Reads nothing.
import type { Layout } from "../../device/profile.js";

const NAMES = { keys: "keys", slotA: "slot A", slotB: "slot B", record: "Record" } as const;

/** The region that an offset lies in: "slot A", "Record"; "elsewhere" where it is none of the layout's. */
export function placeWords(offset: number, layout: Layout): string {
  for (const [key, name] of Object.entries(NAMES)) {
    const region = layout[key as keyof Layout];
    if (offset >= region.offset && offset < region.offset + region.size) return name;
  }
  return "elsewhere";
}

/** "A" for 0, "B" for 1. */
export function slotName(slot: number): string {
  return slot === 0 ? "A" : "B";
}

/** An offset as everywhere: "0x400". */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
