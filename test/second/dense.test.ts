// The second explorer's dense mode, held against its own nine shapes: what these leave dense leaves too, so that it finds no less;
// and it finds a guest that no shape shows. Then the project's explorer, which lets a torn word open until it is asked for, held against
// this one, which takes every way in which it may have landed for a state of its own: the same oracles, each with the same least
// number of faults. States are not compared: an open word is one, whatever it may hold.
// @module-tag slow: the second explorer with dense tears, some thousand of them for each word.
import { describe, expect, it } from "vitest";
import { partById } from "../../host/device/parts.js";
import { compile } from "../support/compile.js";
import { isNightly } from "../support/nightly.js";
import { pairOf } from "../support/scenes.js";
import { equalScene, soundnessPair } from "../support/soundness.js";
import { type Twice, saidByFirst, saidBySecond } from "./bridge.js";
import type { Loss } from "./life.js";
import { RandomGuests, plainRandomCase } from "./random.js";
import { denseMasks, placeHash, shapesOf } from "./tears.js";

const tiny = partById("tiny");
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;
/** Words that are torn in every way. */
const WORDS = 200;
/** Random guests that are compared: some take minutes. */
const RANDOM = 60;

describe("dense masks of a word", () => {
  it("are all subsets of few bits", () => {
    expect(denseMasks(0b1011, 0).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
    expect(new Set(denseMasks(0xfff, 0)).size).toBe(2 ** 12);
    expect(denseMasks(0, 0)).toEqual([0]);
  });

  it("are those with four bits or fewer, landed or missing, of many, and five more", () => {
    const masks = denseMasks(0xffff, 0x12345678);
    const few = 1 + 16 + 120 + 560 + 1820;
    // Even and odd bits, either half and the scattered ones; of 16 bits a half is all or nothing.
    expect(new Set(masks).size).toBe(2 * few + 3);
    expect(masks).toContain(0x5678);
  });

  it("have among them what each of the nine shapes leaves", () => {
    for (let word = 0; word < WORDS; word++) {
      const program = { offset: word * 4, data: new Uint8Array(4) };
      const changed = placeHash(1000 + word);
      const masks = new Set(denseMasks(changed, placeHash(program.offset)));
      const left = shapesOf(program, [changed]).map(({ masks: shape }) => shape?.[0] ?? 0);
      expect(left.filter((mask) => !masks.has((changed & mask) >>> 0))).toEqual([]);
    }
  });
});

describe("exploring densely", () => {
  it("finds a guest that no shape shows", async () => {
    const one = await fussy();
    const shapes = saidBySecond(one);
    const dense = saidBySecond({ ...one, tears: "dense" });
    expect(shapes.violated).toEqual([]);
    expect(dense.violated).toContain("no-brick: 1");
    expect(dense.judged).toBeGreaterThan(shapes.judged);
    expect(dense.powerOnStates).toBeGreaterThan(shapes.powerOnStates);
  });
});

describe("two explorers agree on torn words that stay open", () => {
  /** Words of the Record that say "ready": of few bits and of many. */
  const FEW_BITS = "0xffffaa55";
  const guests: readonly {
    readonly name: string;
    readonly losses: readonly Loss[];
    readonly depth: number;
  }[] = [
    { name: "g1", losses: ["power"], depth: 1 },
    { name: "g1", losses: ["power", "reset"], depth: 2 },
    { name: "g3", losses: ["power"], depth: 1 },
    { name: "g5", losses: ["power", "reset"], depth: 2 },
    { name: "retained-choice", losses: ["power", "reset"], depth: 1 },
    { name: "half-told", losses: ["power", "reset"], depth: 1 },
    { name: "confirms-in-counter", losses: ["power"], depth: 2 },
    { name: "many-mores", losses: ["power"], depth: 1 },
  ];

  it.each(guests.filter(({ depth }) => depth === 1 || isNightly))(
    "$name, $losses, depth $depth",
    async ({ name, losses, depth }) => {
      const entry = `test/host/campaign/soundness/${name}.ts`;
      const file = "test/host/campaign/soundness/kit.ts";
      const binary = await compile(entry, [
        { file, from: "READY: u32 = 0x5afeb007", to: `READY: u32 = ${FEW_BITS}` },
      ]);
      const pair = pairOf(`${name}, few bits`, binary, binary);
      const scene = equalScene(tiny, SECTOR_PAYLOAD);
      const one: Twice = { what: name, part: tiny, pair, scene, losses, depth, attempts: 3, tears: "dense" };
      const first = saidByFirst(one);
      const second = saidBySecond(one);
      expect(first.violated).toEqual(second.violated);
    },
  );

  const TRAPS = "unreachable();\n";
  const FEW_MISSING = `  if (popcnt(ready & ~READY) == 1 && popcnt(seal & ~SEAL) == 3) ${TRAPS}`;
  /** Of ten bits in all five are missing, and five have landed; as in no shape. */
  const MORE_MISSING = `  if ((ready & ~READY) == 0x300 && (seal & ~SEAL) == 0x0b) ${TRAPS}`;

  it.each([
    ["", false],
    [FEW_MISSING, true],
    [MORE_MISSING, false],
  ])("a Record of two words in one program%s", async (traps, isCaught) => {
    const entry = "test/host/campaign/soundness/two-words.ts";
    const kit = "test/host/campaign/soundness/kit.ts";
    const last = "  if (hasNothingToInstall()) return confirm();";
    const binary = await compile(entry, [
      { file: entry, from: "0x70be_fa5e", to: "0xffff_ff84" },
      { file: kit, from: "READY: u32 = 0x5afeb007", to: "READY: u32 = 0xffff_f0ff" },
      { file: entry, from: last, to: traps + last },
    ]);
    const pair = pairOf("two words", binary, binary);
    const part = { ...tiny, programMax: { ...tiny.programMax, value: 8 } };
    const scene = equalScene(part, SECTOR_PAYLOAD);
    const one: Twice = {
      ...{ what: "two words", part, pair, scene, losses: ["power"], depth: 1, attempts: 3, tears: "dense" },
    };
    const second = saidBySecond(one);
    expect(saidByFirst(one).violated).toEqual(second.violated);
    expect(second.violated.length > 0).toBe(isCaught);
  });

  it("a guest that no shape shows", async () => {
    const one: Twice = { ...(await fussy()), tears: "dense" };
    expect(saidByFirst(one).violated).toEqual(saidBySecond(one).violated);
    expect(saidByFirst({ ...one, tears: "shapes" }).violated).toEqual([]);
  });
});

describe("random guests, torn densely", () => {
  it.runIf(isNightly)("violate no less than in the nine shapes", async () => {
    const guests = await RandomGuests.make();
    let [compared, more] = [0, 0];
    for (let number = 0; compared < RANDOM; number++) {
      const one = plainRandomCase(number);
      if (one === undefined) continue;
      const shapes = guests.saidByFirst(one, 1);
      const dense = guests.saidByFirst(one, 1, "dense");
      if (shapes === null || dense === null || shapes.gaveUp || dense.gaveUp) continue;
      compared++;
      expect(dense.violated, one.words).toEqual(expect.arrayContaining([...shapes.violated]));
      if (dense.violated.length > shapes.violated.length) more++;
    }
    console.log(`${more} of ${RANDOM} random guests violate more oracles`);
  });
});

/** A boot that halts where two certain bits of the Record's word have not landed. */
async function fussy(): Promise<Twice> {
  const pair = await soundnessPair("g5", [
    { from: "import { retainedWrite }", to: "import { halt, read32 }" },
    { from: "  retainedWrite(1, 0);", to: FUSSY },
  ]);
  const scene = equalScene(tiny, SECTOR_PAYLOAD);
  return { what: "fussy", part: tiny, pair, scene, losses: ["power"], depth: 1, attempts: 3 };
}

const FUSSY = `  if (read32(record()) == (READY | 0x18)) halt(1);`;
