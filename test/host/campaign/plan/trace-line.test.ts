// A trace as one line: everything that it can hold reads back, and everything else is refused by a MisuseError that names the part
// of the line. Never replays one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAULT_MODELS } from "../../../../host/campaign/plan/fault-models.js";
import { COUNTERS, ERASES, TEARS } from "../../../../host/campaign/plan/shapes.js";
import { type Cut, LANDED_MAX, type WeakReads } from "../../../../host/campaign/plan/fault-plan.js";
import {
  type TraceLine,
  formatTraceLine,
  isTraceLine,
  parseTraceLine,
} from "../../../../host/campaign/plan/trace-line.js";
import { MisuseError } from "../../../../host/core/errors.js";
import { strikes } from "../../../support/strikes.js";

const GOOD =
  "everboot/1 update nrf52840 boot-full@0123456789ab 65536 3 power,weak c34.5.all,c35.0.untouched r36.0x12-1";

const STRUCK = `${GOOD} s34.flip@0x20000.3,s35.write@5.dropped`;

/** Shapes of which the name says all. */
const SHAPES = [...TEARS, ...ERASES, ...COUNTERS].filter((shape) => shape !== "open" && shape !== "bits");

const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,19}$/);
const places = fc.oneof(
  fc.constant({ before: true } as const),
  fc.record({
    operation: fc.nat(9999),
    shape: fc.constantFrom(...SHAPES),
  }),
  fc.record({
    operation: fc.nat(9999),
    shape: fc.constant("bits" as const),
    landed: fc.array(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: LANDED_MAX }),
  }),
);
const cuts: fc.Arbitrary<Cut> = fc.oneof(
  fc.tuple(fc.nat(9999), places).map(([call, where]): Cut => ({ call, ...where })),
  fc.tuple(fc.nat(9999), places).map(([call, where]): Cut => ({ call, ...where, reset: true })),
  fc.record({ call: fc.nat(9999), retained: fc.nat(9999), reset: fc.constant(true as const) }),
  fc.record({ call: fc.nat(9999), asked: fc.nat(9999) }),
  fc.record({ call: fc.nat(9999), asked: fc.nat(9999), reset: fc.constant(true as const) }),
);
/** Choices as an exploration keeps them: what stands behind the last other choice is not said. */
const reads: fc.Arbitrary<WeakReads> = fc.record({
  call: fc.nat(9999),
  choices: fc
    .tuple(fc.array(fc.constantFrom(0, 0, 0, 1, 2), { maxLength: 60 }), fc.constantFrom(1, 2))
    .map(([before, last]) => [...before, last]),
});
const answers = fc.record({ call: fc.nat(9999), question: fc.nat(9999), option: fc.nat(511) });
const lines: fc.Arbitrary<TraceLine> = fc.record({
  scenario: names,
  device: names,
  guest: names,
  digest: fc.stringMatching(/^[0-9a-f]{12}$/),
  imageSizeBytes: fc.nat(2 ** 31),
  attempts: fc.integer({ min: 1, max: 255 }),
  models: fc.subarray(["weak", "ecc"] as const).map((more) => ["power" as const, ...more]),
  faults: fc.record(
    {
      cuts: fc.array(cuts, { maxLength: 5 }),
      reads: fc.array(reads, { maxLength: 5 }),
      strikes: fc.array(fc.record({ call: fc.nat(9999), strike: strikes() }), { maxLength: 5 }),
      answers: fc.array(answers, { minLength: 1, maxLength: 5 }),
    },
    { requiredKeys: ["cuts", "reads", "strikes"] },
  ),
});

describe("a trace as one line", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(lines, (line) => {
        const text = formatTraceLine(line);
        expect(text).not.toContain("\n");
        expect(isTraceLine(text)).toBe(true);
        expect(parseTraceLine(`${text}\n`)).toEqual(line);
      }),
    );
  });

  it("names every shape of every kind so that it reads back", () => {
    for (const shape of SHAPES) {
      const line = parseTraceLine(GOOD.replace("all", shape));
      expect(line.faults.cuts[0]).toEqual({ call: 34, operation: 5, shape });
    }
  });

  it.each<[string, Cut]>([
    ["c34.5.all", { call: 34, operation: 5, shape: "all" }],
    ["x34.5.all", { call: 34, operation: 5, shape: "all", reset: true }],
    ["c34.5.bits:7fff:0", { call: 34, operation: 5, shape: "bits", landed: [0x7fff, 0] }],
    ["c34.before", { call: 34, before: true }],
    ["x34.before", { call: 34, before: true, reset: true }],
    ["x34.r2", { call: 34, retained: 2, reset: true }],
    ["c34.q2", { call: 34, asked: 2 }],
    ["x34.q2", { call: 34, asked: 2, reset: true }],
  ])("says where the power goes, or a reset strikes: %s", (text, cut) => {
    const line = parseTraceLine(GOOD.replace("c34.5.all", text));
    expect(line.faults.cuts[0]).toEqual(cut);
    expect(formatTraceLine(line)).toContain(` ${text},c35.0.untouched `);
  });

  it("keeps twelve digits of the guest's digest, and says nothing of choices behind the last other one", () => {
    const line = parseTraceLine(GOOD);
    const longer: TraceLine = {
      ...line,
      digest: line.digest + "cdef".repeat(13),
      faults: { ...line.faults, reads: [{ call: 36, choices: [...line.faults.reads[0]!.choices, 0, 0] }] },
    };
    expect(formatTraceLine(longer)).toBe(GOOD);
    expect(line.faults.reads).toEqual([{ call: 36, choices: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] }]);
  });

  it("stays one for a run in which nothing goes wrong", () => {
    const line = { ...parseTraceLine(GOOD), faults: { cuts: [], reads: [], strikes: [] } };
    expect(formatTraceLine(line)).toMatch(/ power,weak - -$/);
    expect(parseTraceLine(formatTraceLine(line))).toEqual(line);
  });

  it("ends with the configuration where there was one, and keeps blanks in paths", () => {
    const line = {
      ...parseTraceLine(STRUCK),
      guest: "my %20/boot.wasm",
      config: "my own/everboot.config.ts",
    };
    const text = formatTraceLine(line);
    expect(text).toMatch(/ my%20%2520\/boot\.wasm@.* config=my%20own\/everboot\.config\.ts$/);
    expect(parseTraceLine(text)).toEqual(line);
    expect(parseTraceLine(`${GOOD} config=a.json`)).toEqual({ ...parseTraceLine(GOOD), config: "a.json" });
    expect(() => parseTraceLine(`${GOOD} config=%zz`)).toThrow(/expected %20 and the like/);
  });

  it("names the bad images in front of the configuration, with the start of their digests", () => {
    const bad = [
      { file: "my own/evil%.bin", digest: "0123456789ab" },
      { file: "b@d.bin", digest: "ba9876543210" },
    ];
    const line = { ...parseTraceLine(STRUCK), bad, config: "a.json" };
    const text = formatTraceLine(line);
    expect(text.slice(STRUCK.length)).toBe(
      " bad=my%20own/evil%25.bin@0123456789ab bad=b@d.bin@ba9876543210 config=a.json",
    );
    expect(parseTraceLine(text)).toEqual(line);
    const longer = bad.map((image) => ({ ...image, digest: `${image.digest}cdef` }));
    expect(formatTraceLine({ ...line, bad: longer })).toBe(text);
    expect(parseTraceLine(`${GOOD} bad=a@0123456789ab`).faults).toEqual(parseTraceLine(GOOD).faults);
  });

  it("has a tenth part where something was struck, and only there", () => {
    const { faults } = parseTraceLine(STRUCK);
    expect(faults.strikes).toEqual([
      { call: 34, strike: { kind: "flip", offset: 0x20000, bit: 3 } },
      { call: 35, strike: { kind: "write", operation: 5, effect: "dropped", bit: 0 } },
    ]);
    expect(formatTraceLine(parseTraceLine(STRUCK))).toBe(STRUCK);
    expect(formatTraceLine(parseTraceLine(GOOD))).toBe(GOOD);
    expect(parseTraceLine(`${GOOD} -`)).toEqual(parseTraceLine(GOOD));
  });

  it("is told from a file by how it begins", () => {
    expect(isTraceLine(".everboot/traces/update.json")).toBe(false);
    expect(isTraceLine("everboot/12 update")).toBe(false);
  });
});

describe("a malformed trace line is refused", () => {
  const cases: readonly (readonly [what: string, text: string, names: RegExp])[] = [
    ["that ends early", GOOD.split(" ").slice(0, 8).join(" "), /nine or ten parts.*found 8/],
    ["with a part too many", `${STRUCK} more`, /nine or ten parts.*found 11/],
    ["of another version", GOOD.replace("everboot/1", "everboot/2"), /begins with everboot\/1/],
    ["with a guest without its digest", GOOD.replace("@0123456789ab", ""), /guest.*found boot-full$/],
    ["with a digest that is cut short", GOOD.replace("789ab", ""), /twelve digits.*boot-full@0123456$/],
    ["with an image size in words", GOOD.replace("65536", "64KiB"), /image size, found 64KiB/],
    ["with no number of attempts", GOOD.replace(" 3 ", " three "), /attempts, found three/],
    ["with an unknown fault model", GOOD.replace("weak", "wet"), /fault model "wet"/],
    ["with the model weak and without power", GOOD.replace("power,weak", "weak"), /expected power/],
    ["with an unknown shape", GOOD.replace("untouched", "molten"), /a cut like.*found c35\.0\.molten/],
    ["with a cut of no operation", GOOD.replace("c34.5.all", "c34.all"), /a cut like.*found c34\.all/],
    [
      "with a power loss after a retained word's change",
      GOOD.replace("c34.5.all", "c34.r2"),
      /found c34\.r2/,
    ],
    ["with a reset after no change", GOOD.replace("c34.5.all", "x34.r"), /a cut like.*found x34\.r$/],
    ["with a cut that is neither", GOOD.replace("c34.5.all", "p34.before"), /a cut like.*found p34\.before/],
    ["with reads of no call", GOOD.replace("r36.", "r"), /weak reads like.*found r0x12-1/],
    ["with a choice that is no digit", GOOD.replace("-1", "-b"), /weak reads like.*found r36\.0x12-b/],
    ["with more choices than a call can make", GOOD.replace("0x12", "0x99999999999"), /weak reads/],
    ["with more choices in all than a call can make", GOOD.replace("0x12", "0x65536"), /weak reads/],
    ["with a bad image without its digest", `${GOOD} bad=evil.bin`, /bad image like.*found bad=evil\.bin$/],
    ["with a bad image of no name", `${GOOD} bad=@0123456789ab`, /bad image like.*found bad=@/],
    ["with a part behind a bad image", `${GOOD} bad=e.bin@0123456789ab more`, /bad image like.*found more$/],
    ["with a tenth part of no strikes", `${GOOD} more`, /a strike like.*found more$/],
    ["with a strike of no call", STRUCK.replace("s34.", "s"), /a strike like.*found sflip@0x20000\.3/],
    ["with an unknown strike", STRUCK.replace("flip", "melt"), /a strike like.*found melt@0x20000\.3/],
    ["with a strike at no word", STRUCK.replace("0x20000", "0x20001"), /a strike like.*found flip@0x20001/],
  ];
  for (const [what, text, expected] of cases) {
    it(`${what}, naming the part`, () => {
      expect(() => parseTraceLine(text)).toThrow(MisuseError);
      expect(() => parseTraceLine(text)).toThrow(expected);
    });
  }

  it("whatever stands in it: never by anything but a MisuseError", () => {
    const parts = GOOD.split(" ");
    fc.assert(
      fc.property(fc.nat(parts.length - 1), fc.string({ maxLength: 30 }), (at, text) => {
        const line = parts.map((part, index) => (index === at ? text : part)).join(" ");
        try {
          const { models } = parseTraceLine(line);
          expect(models.every((model) => FAULT_MODELS.some(({ name }) => name === model))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MisuseError);
        }
      }),
    );
  });
});
