// The second explorer's dense mode, held against its own nine shapes: what these leave dense leaves too, so that it finds no less;
// and it finds a guest that no shape shows. The project's explorer has no part in this.
import { describe, expect, it } from "vitest";
import { partById } from "../../host/device/parts.js";
import { equalScene, soundnessPair } from "../support/soundness.js";
import { type Twice, saidBySecond } from "./bridge.js";
import { denseMasks, placeHash, shapesOf } from "./tears.js";

const tiny = partById("tiny");
/** Payload of an image of one sector of 256 bytes. */
const SECTOR_PAYLOAD = 68;
/** Words that are torn in every way. */
const WORDS = 200;

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
  /** A boot that halts where two certain bits of the Record's word have not landed. */
  async function fussy(): Promise<Twice> {
    const pair = await soundnessPair("g5", [
      { from: "import { retainedWrite }", to: "import { halt, read32 }" },
      { from: "  retainedWrite(1, 0);", to: FUSSY },
    ]);
    const scene = equalScene(tiny, SECTOR_PAYLOAD);
    return { what: "fussy", part: tiny, pair, scene, losses: ["power"], depth: 1, attempts: 3 };
  }

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

const FUSSY = `  if (read32(record()) == (READY | 0x18)) halt(1);`;
