// Checks a layout against a part, and reads one's own partition map. Uses no Node API: files belong to the caller.
import { GRANULE_SIZE } from "../../assembly/abi.js";
import { MisuseError } from "../core/errors.js";
import type { Layout, PartProfile, Region } from "./profile.js";
import { recordAreaBytes } from "./record-area.js";

/** Sector offsets and sizes of a part, in order. */
export function sectorsOf(part: PartProfile): Region[] {
  const sectors: Region[] = [];
  let offset = 0;
  for (const run of part.sectors) {
    for (let i = 0; i < run.count.value; i++) {
      sectors.push({ offset, size: run.sizeBytes.value });
      offset += run.sizeBytes.value;
    }
  }
  return sectors;
}

/** Flash size of a part in bytes. */
export function flashSizeOf(part: PartProfile): number {
  return part.sectors.reduce((sum, run) => sum + run.count.value * run.sizeBytes.value, 0);
}

/**
 * Checks that slots and Record are whole sectors, that the Record has room for two areas, that nothing overlaps.
 * @throws {MisuseError} naming the region and what is wrong with it.
 */
export function checkLayout(part: PartProfile, layout: Layout): void {
  const size = flashSizeOf(part);
  const edges = new Set(sectorsOf(part).map((sector) => sector.offset));
  edges.add(size);
  const regions = Object.entries(layout) as [keyof Layout, Region][];
  for (const [name, region] of regions) {
    const end = region.offset + region.size;
    const where = `layout: ${name} at ${hex(region.offset)} + ${hex(region.size)}`;
    if (region.size <= 0 || end > size)
      throw new MisuseError(`${where}: expected to lie in ${hex(size)} bytes of ${part.id}`);
    if (region.offset % GRANULE_SIZE !== 0 || region.size % GRANULE_SIZE !== 0) {
      throw new MisuseError(`${where}: expected multiples of ${hex(GRANULE_SIZE)}`);
    }
    if (name !== "keys" && !(edges.has(region.offset) && edges.has(end))) {
      throw new MisuseError(`${where}: expected whole sectors of ${part.id}`);
    }
    for (const [other, against] of regions) {
      if (other !== name && region.offset < against.offset + against.size && against.offset < end) {
        throw new MisuseError(`${where}: overlaps ${other} at ${hex(against.offset)}`);
      }
    }
  }
  const { record } = layout;
  const first = sectorsOf(part).find(({ offset }) => offset === record.offset);
  const needed = first === undefined ? Infinity : 2 * recordAreaBytes(part, first.size);
  if (record.size < needed)
    throw new MisuseError(
      `layout: record: expected ${hex(needed)} bytes or more of ${part.id}, found ${hex(record.size)}`,
    );
}

/**
 * Reads a partition map: {"keys":{"offset":"0x1F000","size":4096},"slotA":…,"slotB":…,"record":…}; numbers or hex text.
 * @throws {MisuseError} naming the field that is missing, unknown or no number.
 */
export function parseLayout(text: string, file: string): Layout {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new MisuseError(`${file}: expected JSON, ${(error as Error).message}`);
  }
  if (typeof data !== "object" || data === null)
    throw new MisuseError(`${file}: expected an object of regions`);
  const names = ["keys", "slotA", "slotB", "record"] as const;
  for (const key of Object.keys(data)) {
    if (!(names as readonly string[]).includes(key)) {
      throw new MisuseError(`${file}: unknown region "${key}", expected ${names.join(", ")}`);
    }
  }
  const source = data as Record<string, unknown>;
  const regions = names.map((name) => [name, parseRegion(source[name], `${file}: ${name}`)] as const);
  return Object.fromEntries(regions) as unknown as Layout;
}

function parseRegion(value: unknown, where: string): Region {
  if (typeof value !== "object" || value === null)
    throw new MisuseError(`${where}: expected {"offset", "size"}`);
  const { offset, size } = value as Record<string, unknown>;
  return { offset: parseNumber(offset, `${where}.offset`), size: parseNumber(size, `${where}.size`) };
}

function parseNumber(value: unknown, where: string): number {
  const number = typeof value === "string" && /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) {
    throw new MisuseError(`${where}: expected bytes as a number or hex text, found ${JSON.stringify(value)}`);
  }
  return number;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
