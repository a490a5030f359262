// A configuration's device as a part profile: figures of its own, or of the package's part that it extends, and whether
// they can be a part at all. The device module trusts its part, so nothing may get past here that it cannot hold.
import { GRANULE_SIZE } from "../../assembly/abi.js";
import { MisuseError } from "../core/errors.js";
import { checkLayout, flashSizeOf } from "../device/layout.js";
import { PARTS } from "../device/parts.js";
import type { CpuProfile, Figure, Layout, PartProfile, SectorRun } from "../device/profile.js";
import type {
  CpuConfig,
  DeviceConfig,
  ExtendedDeviceConfig,
  LayoutConfig,
  RegionConfig,
  SectorsConfig,
  WholeDeviceConfig,
} from "./config.js";
import { suggestion } from "../core/nearest.js";
import { type Path, misuseAt } from "./place.js";

export const PROGRAM_MAX_BYTES = 512; // LATCH_MAX of assembly/device/map.ts
export const SECTORS_MAX = 2048; // SECTOR_MAX of assembly/device/map.ts
export const FLASH_MAX_BYTES = 0x200000; // FLASH_MAX of assembly/device/map.ts

const ECC_UNIT_LEAST = 4; // reads are of words
const OWN = { source: "everboot.config", mark: "unsure" } as const;
const FIGURES = [
  "programMin",
  "programMax",
  "programTypicalMicros",
  "programMaxMicros",
  "endurance",
] as const;

/**
 * The part that a checked device of a configuration stands for.
 * @param id the key that it stands under
 * @param device as configSchema let it through
 * @param file the configuration's file, for errors
 * @throws {MisuseError} naming the field that cannot be a part's, an unknown part to extend, or a layout that does not fit.
 */
export function partFrom(id: string, device: DeviceConfig, file: string): PartProfile {
  const path = ["devices", id];
  const part = "extends" in device ? extendedPart(id, device, file) : wholePart(id, device);
  checkPrograms(part, file, path);
  checkSectors(part, file, path);
  checkEcc(part, file, path);
  checkAssumption(part, file, path);
  checkLayoutAt(part, part.layout, file, [...path, "layout"]);
  return part;
}

/** A checked layout of a configuration: bytes are numbers by now. */
export function layoutFrom({ keys, slotA, slotB, record }: LayoutConfig): Layout {
  const region = ({ offset, size }: RegionConfig) => ({ offset: Number(offset), size: Number(size) });
  return { keys: region(keys), slotA: region(slotA), slotB: region(slotB), record: region(record) };
}

/**
 * Checks a layout of a configuration against a part.
 * @throws {MisuseError} as checkLayout, naming the place in the configuration.
 */
export function checkLayoutAt(part: PartProfile, layout: Layout, file: string, path: Path): void {
  try {
    checkLayout(part, layout);
  } catch (error) {
    if (!(error instanceof MisuseError)) throw error;
    throw misuseAt(file, path, error.message.replace(/^layout: /, ""));
  }
}

function wholePart(id: string, device: WholeDeviceConfig): PartProfile {
  const { ecc, assumes, counterMax } = device;
  return {
    id,
    title: device.title ?? id,
    sectors: device.sectors.map(runFrom),
    programMin: figure(device.programMin),
    programMax: figure(device.programMax),
    programTypicalMicros: figure(device.programTypicalMicros),
    programMaxMicros: figure(device.programMaxMicros),
    endurance: figure(device.endurance),
    rule: device.rule,
    ruleSource: OWN,
    ...(counterMax === undefined ? {} : { counterMax: figure(counterMax) }),
    ...(ecc ? { ecc: { unitBytes: figure(ecc.unitBytes), erasedFaults: ecc.erasedFaults ?? false } } : {}),
    record: device.record,
    ...(assumes === "decided-seal" ? { assumes: { name: assumes, ...OWN } } : {}),
    erasedByte: device.erasedByte,
    ...(device.ramBytes === undefined ? {} : { ramBytes: figure(device.ramBytes) }),
    ...(device.cpu === undefined ? {} : { cpu: cpuFrom(device.cpu) }),
    layout: layoutFrom(device.layout),
    notes: device.notes ?? [],
  };
}

/** The part that is extended, with what was given in the place of its own; its other figures keep their sources. */
function extendedPart(id: string, device: ExtendedDeviceConfig, file: string): PartProfile {
  const base = baseOf(device.extends, file, ["devices", id, "extends"]);
  const given = wholePart(id, { ...plain(base), ...definedOf(device) });
  const own = (field: keyof WholeDeviceConfig) => device[field] !== undefined;
  const kept = (["sectors", ...FIGURES] as const).filter((field) => !own(field));
  const { ecc, assumes, ...rest } = given;
  const cpu = given.cpu ?? base.cpu;
  const ramBytes = given.ramBytes ?? base.ramBytes;
  const counterMax = given.counterMax ?? base.counterMax;
  const eccKept = own("ecc") ? ecc : base.ecc;
  // The assumption is one about the sealed Record: it goes where that goes.
  const assumed = own("assumes") ? assumes : given.record === base.record ? base.assumes : undefined;
  return {
    ...rest,
    ...Object.fromEntries(kept.map((field) => [field, base[field]])),
    title: device.title ?? `${base.title}, changed in ${OWN.source}`,
    ruleSource: own("rule") ? OWN : base.ruleSource,
    ...(cpu === undefined ? {} : { cpu }),
    ...(ramBytes === undefined ? {} : { ramBytes }),
    ...(counterMax === undefined ? {} : { counterMax }),
    ...(eccKept === undefined ? {} : { ecc: eccKept }),
    ...(assumed === undefined ? {} : { assumes: assumed }),
  };
}

/** A part as a configuration would write it. */
function plain(part: PartProfile): WholeDeviceConfig {
  return {
    title: part.title,
    sectors: part.sectors.map((run) => ({
      count: run.count.value,
      sizeBytes: run.sizeBytes.value,
      eraseTypicalMicros: run.eraseTypicalMicros.value,
      eraseMaxMicros: run.eraseMaxMicros.value,
    })),
    programMin: part.programMin.value,
    programMax: part.programMax.value,
    programTypicalMicros: part.programTypicalMicros.value,
    programMaxMicros: part.programMaxMicros.value,
    endurance: part.endurance.value,
    rule: part.rule,
    record: part.record,
    erasedByte: part.erasedByte,
    layout: part.layout,
    notes: part.notes,
  };
}

/** The fields that say something. */
function definedOf(device: ExtendedDeviceConfig): Partial<WholeDeviceConfig> {
  return Object.fromEntries(Object.entries(device).filter(([, value]) => value !== undefined));
}

function baseOf(id: string, file: string, path: Path): PartProfile {
  const base = PARTS.find((part) => part.id === id);
  if (base !== undefined) return base;
  const known = PARTS.map((part) => part.id);
  throw misuseAt(file, path, `expected a device of the package, found "${id}", ${suggestion(id, known)}`);
}

function checkPrograms(part: PartProfile, file: string, path: Path): void {
  const { programMin, programMax, programTypicalMicros, programMaxMicros } = part;
  for (const field of ["programMin", "programMax"] as const) {
    const { value } = part[field];
    if (!isPowerOfTwo(value))
      throw misuseAt(file, [...path, field], `expected a power of two, found ${value}`);
  }
  atLeast(programMax.value, programMin.value, file, [...path, "programMax"], "programMin");
  const micros = [...path, "programMaxMicros"];
  atLeast(programMaxMicros.value, programTypicalMicros.value, file, micros, "programTypicalMicros");
}

function checkSectors(part: PartProfile, file: string, path: Path): void {
  const sectors = [...path, "sectors"];
  part.sectors.forEach(({ sizeBytes, eraseTypicalMicros, eraseMaxMicros }, index) => {
    const size = sizeBytes.value;
    const where = [...sectors, index, "sizeBytes"];
    if (size % GRANULE_SIZE !== 0)
      throw misuseAt(file, where, `expected a multiple of ${GRANULE_SIZE}, found ${size}`);
    if (size % part.programMax.value !== 0)
      throw misuseAt(
        file,
        where,
        `expected a multiple of programMax, ${part.programMax.value}, found ${size}`,
      );
    const micros = [...sectors, index, "eraseMaxMicros"];
    atLeast(eraseMaxMicros.value, eraseTypicalMicros.value, file, micros, "eraseTypicalMicros");
  });
  const count = part.sectors.reduce((sum, run) => sum + run.count.value, 0);
  if (count > SECTORS_MAX)
    throw misuseAt(file, sectors, `expected at most ${SECTORS_MAX} sectors together, found ${count}`);
  const size = flashSizeOf(part);
  if (size > FLASH_MAX_BYTES)
    throw misuseAt(file, sectors, `expected at most ${FLASH_MAX_BYTES} bytes together, found ${size}`);
}

function checkEcc({ ecc, programMin }: PartProfile, file: string, path: Path): void {
  if (ecc === undefined) return;
  const { value } = ecc.unitBytes;
  if (isPowerOfTwo(value) && value >= ECC_UNIT_LEAST && value <= programMin.value) return;
  const expected = `a power of two, ${ECC_UNIT_LEAST} to programMin, ${programMin.value}`;
  throw misuseAt(file, [...path, "ecc", "unitBytes"], `expected ${expected}, found ${value}`);
}

function checkAssumption({ record, assumes }: PartProfile, file: string, path: Path): void {
  if (record === "sealed" || assumes === undefined) return;
  const message = `expected "nothing" with a ${record} Record, found "${assumes.name}"`;
  throw misuseAt(file, [...path, "assumes"], message);
}

function atLeast(value: number, least: number, file: string, path: Path, field: string): void {
  if (value < least) throw misuseAt(file, path, `expected at least ${field}, ${least}, found ${value}`);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

function figure(value: number): Figure {
  return { value, ...OWN };
}

function cpuFrom({ core, clockHz, waitStates = 0, cache = "on" }: CpuConfig): CpuProfile {
  return { core, clockHz: figure(clockHz), waitStates: figure(waitStates), cache };
}

function runFrom(run: SectorsConfig): SectorRun {
  return {
    count: figure(run.count),
    sizeBytes: figure(run.sizeBytes),
    eraseTypicalMicros: figure(run.eraseTypicalMicros),
    eraseMaxMicros: figure(run.eraseMaxMicros),
  };
}
