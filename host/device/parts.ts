// The part profiles: every figure with its source and mark. Times in µs, sizes in bytes.
import { MisuseError } from "../core/errors.js";
import type { Assumption, CpuProfile, Figure, Mark, PartProfile, Region, SectorRun } from "./profile.js";

const KIB = 1024;

function figure(value: number, source: string, mark: Mark): Figure {
  return { value, source, mark };
}

function region(offset: number, size: number): Region {
  return { offset, size };
}

function run(
  source: string,
  mark: Mark,
  count: number,
  sizeBytes: number,
  erase: readonly [Figure, Figure],
): SectorRun {
  return {
    count: figure(count, source, mark),
    sizeBytes: figure(sizeBytes, source, mark),
    eraseTypicalMicros: erase[0],
    eraseMaxMicros: erase[1],
  };
}

/** The assumption of the Record's design A, with where it can be taken from. */
function decidedSeal(source: string, mark: Mark): Assumption {
  return { name: "decided-seal", source, mark };
}

const MHZ = 1_000_000;

function cpu(
  core: CpuProfile["core"],
  clock: Figure,
  waitStates: Figure,
  rest: Omit<CpuProfile, "core" | "clockHz" | "waitStates">,
): CpuProfile {
  return { core, clockHz: clock, waitStates, ...rest };
}

const FETCHES =
  "collected for the cycle model: code on this part (F407: on an STM32F405) with cache or accelerator on and off";

/** Least and most per cent that code took longer with the cache off. */
function uncached(least: number, most: number): readonly [Figure, Figure] {
  return [figure(least, FETCHES, "recalled"), figure(most, FETCHES, "recalled")];
}

const NRF52840 = "Nordic nRF52840 product specification, NVMC";
const NRF52840_RAM = "Nordic nRF52840 product specification, memory: 256 KiB RAM";
const DS10198 = "ST DS10198 (STM32L476xx)";
const DS8626 = "ST DS8626 (STM32F407xx)";
const DS12110 = "ST DS12110 (STM32H743xI)";
const W25Q16JV = "Winbond W25Q16JV datasheet";
const RP2040 = "Raspberry Pi RP2040 datasheet: 16 KiB execute-in-place cache; its hits take one cycle";
const RP2040_RAM = "Raspberry Pi RP2040 datasheet: 264 KiB of SRAM in six banks";
const LPC55S6X = "NXP LPC55S6x datasheet";
const MODEL = "model: made small for exhaustive tests, no real part";

const nrf52840: PartProfile = {
  id: "nrf52840",
  title: "Nordic nRF52840, internal flash",
  sectors: [
    run(NRF52840, "recalled", 256, 4 * KIB, [
      figure(85_000, NRF52840, "recalled"),
      figure(89_700, "Zephyr soc-nv-flash driver for nRF52 (partial erase budget)", "seen"),
    ]),
  ],
  programMin: figure(4, NRF52840, "seen"),
  programMax: figure(4, NRF52840, "seen"),
  programTypicalMicros: figure(41, NRF52840, "recalled"),
  programMaxMicros: figure(41, `${NRF52840}; one figure given, used as typical and maximum`, "recalled"),
  endurance: figure(10_000, NRF52840, "recalled"),
  rule: "twice",
  ruleSource: { source: `${NRF52840}: at most two writes per word between erases`, mark: "recalled" },
  record: "sealed",
  assumes: decidedSeal(
    "Nordic nRF52840 product specification, POWER: below its threshold the power-fail comparator keeps the NVMC from writing; a supply that lasts one word (41 µs) from there on finishes what began",
    "recalled",
  ),
  erasedByte: 0xff,
  ramBytes: figure(256 * KIB, NRF52840_RAM, "recalled"),
  cpu: cpu("cortex-m4", figure(64 * MHZ, NRF52840, "recalled"), figure(2, NRF52840, "recalled"), {
    cache: "on",
    uncachedPercent: uncached(102, 135),
  }),
  layout: {
    keys: region(0x1f000, 0x1000),
    slotA: region(0x20000, 0x68000),
    slotB: region(0x88000, 0x68000),
    record: region(0xf0000, 0x2000),
  },
  notes: ["The CPU halts while the flash is busy."],
};

const stm32l476: PartProfile = {
  id: "stm32l476",
  title: "ST STM32L476, internal flash, two banks",
  sectors: [
    run(DS10198, "seen", 512, 2 * KIB, [
      figure(22_000, DS10198, "recalled"),
      figure(24_500, DS10198, "recalled"),
    ]),
  ],
  programMin: figure(8, DS10198, "seen"),
  programMax: figure(8, DS10198, "seen"),
  programTypicalMicros: figure(82, DS10198, "recalled"),
  programMaxMicros: figure(91, DS10198, "recalled"),
  endurance: figure(10_000, DS10198, "recalled"),
  rule: "once",
  ruleSource: { source: `${DS10198}: 8-bit ECC per double word, programmed once`, mark: "seen" },
  ecc: { unitBytes: figure(8, DS10198, "seen"), erasedFaults: false },
  record: "sealed",
  assumes: decidedSeal(
    `${DS10198}: a supply that lasts one double word (91 µs) from the brown-out reset's threshold on`,
    "recalled",
  ),
  erasedByte: 0xff,
  ramBytes: figure(128 * KIB, `${DS10198}: SRAM1 of 96 KiB and SRAM2 of 32 KiB`, "recalled"),
  cpu: cpu("cortex-m4", figure(80 * MHZ, DS10198, "recalled"), figure(4, DS10198, "recalled"), {
    cache: "on",
    uncachedPercent: uncached(116, 140),
  }),
  layout: {
    keys: region(0x1f000, 0x1000),
    slotA: region(0x20000, 0x68000),
    slotB: region(0x88000, 0x68000),
    record: region(0xf0000, 0x1000),
  },
  notes: [],
};

const F407_SMALL = [figure(250_000, DS8626, "recalled"), figure(500_000, DS8626, "recalled")] as const;
const F407_MIDDLE = [figure(550_000, DS8626, "recalled"), figure(1_100_000, DS8626, "recalled")] as const;
const F407_LARGE = [figure(1_000_000, DS8626, "recalled"), figure(2_000_000, DS8626, "recalled")] as const;

const stm32f407: PartProfile = {
  id: "stm32f407",
  title: "ST STM32F407, internal flash, sectors of three sizes",
  sectors: [
    run(DS8626, "recalled", 4, 16 * KIB, F407_SMALL),
    run(DS8626, "recalled", 1, 64 * KIB, F407_MIDDLE),
    run(DS8626, "recalled", 7, 128 * KIB, F407_LARGE),
  ],
  programMin: figure(1, DS8626, "seen"),
  programMax: figure(8, `${DS8626}: 8 bytes need the external programming voltage`, "seen"),
  programTypicalMicros: figure(16, DS8626, "recalled"),
  programMaxMicros: figure(100, DS8626, "recalled"),
  endurance: figure(10_000, DS8626, "recalled"),
  rule: "and",
  ruleSource: { source: `${DS8626}: reprogramming 1 to 0 is allowed`, mark: "seen" },
  record: "refreshed",
  erasedByte: 0xff,
  ramBytes: figure(
    192 * KIB,
    `${DS8626}: 112 + 16 + 64 KiB, the last core-coupled; without the 4 KiB backup SRAM`,
    "recalled",
  ),
  cpu: cpu("cortex-m4", figure(168 * MHZ, DS8626, "recalled"), figure(5, DS8626, "recalled"), {
    cache: "on",
    uncachedPercent: uncached(89, 125),
  }),
  layout: {
    keys: region(0x10000, 0x10000),
    slotA: region(0x20000, 0x60000),
    slotB: region(0x80000, 0x60000),
    record: region(0x4000, 0xc000),
  },
  notes: ["A Record change costs the erase of one 16 KiB sector."],
};

const H743_ERASE = [figure(1_100_000, DS12110, "seen"), figure(2_200_000, DS12110, "seen")] as const;

const stm32h743: PartProfile = {
  id: "stm32h743",
  title: "ST STM32H743, internal flash, two banks of 128 KiB sectors",
  sectors: [run(DS12110, "seen", 16, 128 * KIB, H743_ERASE)],
  programMin: figure(32, DS12110, "seen"),
  programMax: figure(32, DS12110, "seen"),
  programTypicalMicros: figure(100, DS12110, "recalled"),
  programMaxMicros: figure(200, DS12110, "recalled"),
  endurance: figure(10_000, DS12110, "seen"),
  rule: "once-or-zero",
  ruleSource: {
    source: `${DS12110}: 10-bit ECC per 32 bytes; programmed once, then only to all zero`,
    mark: "seen",
  },
  ecc: { unitBytes: figure(32, DS12110, "seen"), erasedFaults: false },
  record: "sealed",
  assumes: decidedSeal(
    `${DS12110}: a supply that lasts one flash word (200 µs) from the brown-out reset's threshold on`,
    "recalled",
  ),
  erasedByte: 0xff,
  ramBytes: figure(1024 * KIB, `${DS12110}: up to 1 MiB, tightly coupled memories included`, "recalled"),
  cpu: cpu("cortex-m7", figure(400 * MHZ, DS12110, "recalled"), figure(2, DS12110, "recalled"), {
    cache: "on",
  }),
  layout: {
    keys: region(0x1f000, 0x1000),
    slotA: region(0x20000, 0xc0000),
    slotB: region(0x140000, 0xc0000),
    record: region(0xe0000, 0x60000),
  },
  notes: ["A Record change costs the erase of one 128 KiB sector."],
};

const rp2040: PartProfile = {
  id: "rp2040-w25q",
  title: "Raspberry Pi RP2040 with Winbond W25Q16JV, external flash",
  sectors: [
    run(W25Q16JV, "recalled", 512, 4 * KIB, [
      figure(45_000, W25Q16JV, "recalled"),
      figure(400_000, W25Q16JV, "recalled"),
    ]),
  ],
  programMin: figure(1, W25Q16JV, "recalled"),
  programMax: figure(256, W25Q16JV, "recalled"),
  programTypicalMicros: figure(400, W25Q16JV, "recalled"),
  programMaxMicros: figure(3_000, W25Q16JV, "recalled"),
  endurance: figure(100_000, W25Q16JV, "recalled"),
  rule: "and",
  ruleSource: { source: `${W25Q16JV}: reprogramming 1 to 0 is allowed`, mark: "recalled" },
  record: "refreshed",
  erasedByte: 0xff,
  ramBytes: figure(264 * KIB, RP2040_RAM, "recalled"),
  cpu: cpu("cortex-m0plus", figure(125 * MHZ, RP2040, "recalled"), figure(0, RP2040, "recalled"), {
    cache: "on",
  }),
  layout: {
    keys: region(0x1f000, 0x1000),
    slotA: region(0x20000, 0xe0000),
    slotB: region(0x100000, 0xe0000),
    record: region(0x1e0000, 0x2000),
  },
  notes: [
    "No execute-in-place while the flash is busy.",
    "Only 4 KiB erases are modelled, not 32 or 64 KiB blocks.",
  ],
};

const tiny: PartProfile = {
  id: "tiny",
  title: "A made-up small part for exhaustive tests",
  sectors: [run(MODEL, "seen", 64, 256, [figure(1_000, MODEL, "seen"), figure(1_000, MODEL, "seen")])],
  programMin: figure(4, MODEL, "seen"),
  programMax: figure(4, MODEL, "seen"),
  programTypicalMicros: figure(10, MODEL, "seen"),
  programMaxMicros: figure(10, MODEL, "seen"),
  endurance: figure(10_000, MODEL, "seen"),
  rule: "and",
  ruleSource: { source: MODEL, mark: "seen" },
  record: "refreshed",
  erasedByte: 0xff,
  ramBytes: figure(128 * KIB, MODEL, "seen"),
  cpu: cpu("cortex-m0plus", figure(16 * MHZ, MODEL, "seen"), figure(0, MODEL, "seen"), { cache: "none" }),
  layout: {
    keys: region(0, 0x100),
    slotA: region(0x400, 0x1e00),
    slotB: region(0x2200, 0x1e00),
    record: region(0x100, 0x300),
  },
  notes: ["Images up to 7.5 KiB."],
};

const LPC55_ERASE = [figure(2_000, LPC55S6X, "unsure"), figure(2_000, LPC55S6X, "unsure")] as const;

const lpc55s69: PartProfile = {
  id: "lpc55s69",
  title: "NXP LPC55S69, internal flash",
  sectors: [
    {
      ...run(LPC55S6X, "recalled", 1280, 512, LPC55_ERASE),
      sizeBytes: figure(
        512,
        `${LPC55S6X}: pages; that they can be erased singly: pyOCD issue 1041`,
        "recalled",
      ),
    },
  ],
  programMin: figure(512, LPC55S6X, "seen"),
  programMax: figure(512, LPC55S6X, "seen"),
  programTypicalMicros: figure(1_100, LPC55S6X, "unsure"),
  programMaxMicros: figure(1_100, `${LPC55S6X}; one figure given, used as typical and maximum`, "unsure"),
  endurance: figure(10_000, LPC55S6X, "seen"),
  rule: "once",
  ruleSource: { source: `${LPC55S6X}: a page is programmed whole, with ECC per 16 bytes`, mark: "seen" },
  ecc: { unitBytes: figure(16, LPC55S6X, "seen"), erasedFaults: true },
  record: "sealed",
  assumes: decidedSeal(
    "a supply that lasts one page (1.1 ms) from the brown-out detector's threshold on",
    "unsure",
  ),
  erasedByte: 0xff,
  ramBytes: figure(320 * KIB, `${LPC55S6X}: up to 320 KiB of SRAM`, "recalled"),
  cpu: cpu("cortex-m33", figure(100 * MHZ, LPC55S6X, "recalled"), figure(5, LPC55S6X, "recalled"), {
    cache: "on",
  }),
  layout: {
    keys: region(0x1f000, 0x1000),
    slotA: region(0x20000, 0x3c000),
    slotB: region(0x5c000, 0x3c000),
    record: region(0x98000, 0x1000),
  },
  notes: ["Reading erased flash faults.", "Modelled with erases of single pages, not of 32 KiB sectors."],
};

/** Every part profile, in the order in which they are listed. */
export const PARTS: readonly PartProfile[] = [
  nrf52840,
  stm32l476,
  stm32f407,
  stm32h743,
  rp2040,
  lpc55s69,
  tiny,
];

/**
 * Finds a part profile by its id.
 * @throws {MisuseError} naming the known ids.
 */
export function partById(id: string): PartProfile {
  const part = PARTS.find((candidate) => candidate.id === id);
  if (part === undefined) {
    throw new MisuseError(
      `unknown device "${id}", expected one of ${PARTS.map((known) => known.id).join(", ")}`,
    );
  }
  return part;
}
