// The Record's designs, model-checked alone: each closes under its assumption, and fails without it or without any one
// of its rules, with the minimal trace that assembly/record/DESIGN.md cites.
//
// A prototype counted 63 states for A, 48 for B, 51 for C, 126 for D, 39, 207, 921, 3666 for E. It numbered records
// modulo 3, so its counts are multiples of 3; here records are renamed, and only a cycle on flash triples. It also cut
// within operations only. Counted so, A has the same 63 and E with two copies 13 = 39 / 3. The rest differs by what
// counts as a state: here a cut may also strike before and after each operation, and an update that was cut before it
// left a trace is still remembered as the one being written.
import { describe, expect, it } from "vitest";
import { CLOSING, FAILING } from "./model/catalogue.js";
import { copies, decidedCounter, decidedSeal } from "./model/designs/once.js";
import { refreshWithMark } from "./model/designs/refresh.js";
import { selector } from "./model/designs/zero.js";
import { type Cost, type Outcome, type Question, explore } from "./model/explore.js";
import type { Physics } from "./model/flash.js";

const costOf = ({ erases, programs }: Cost): string => `${erases}/${programs}`;
const closes = (question: Question): Outcome => {
  const outcome = explore({ ...question, reads: true });
  expect(outcome.violation).toBeUndefined();
  return outcome;
};

describe("a design of the Record under its assumption", () => {
  for (const { name, states, clean, boot, update, ...question } of CLOSING) {
    it(`closes without a violation: ${name}`, () => {
      const outcome = closes(question);
      expect(outcome.states).toBe(states);
      expect(costOf(outcome.cost.clean)).toBe(clean);
      expect(costOf(outcome.cost.boot)).toBe(boot);
      expect(costOf(outcome.cost.update)).toBe(update);
    });
  }

  it("has the states of the prototype where cuts strike within operations only", () => {
    const seal: Physics = { rule: "once", decidedRole: "seal", cutsWithin: true };
    expect(closes({ design: decidedSeal({ units: 1 }), physics: seal }).states).toBe(63);
    const two: Physics = { rule: "once", cutsInARow: 1, cutsWithin: true };
    expect(3 * closes({ design: copies(2), physics: two }).states).toBe(39);
  });
});

describe("a design that a part uses", () => {
  const used: readonly (readonly [string, Question])[] = [
    ["R", { design: refreshWithMark({ units: 2 }), physics: { rule: "and" } }],
    ["A", { design: decidedSeal({ units: 4 }), physics: { rule: "once", decidedRole: "seal" } }],
    ["D", { design: selector({ units: 2 }), physics: { rule: "zero-again" } }],
    [
      "A on pages",
      {
        design: decidedSeal({ units: 1, apart: true }),
        physics: { rule: "once", decidedRole: "seal", blankUnreadable: true },
      },
    ],
  ];
  for (const [name, { design, physics }] of used) {
    it(`also closes where weak units may be unreadable at any read: ${name}`, () => {
      closes({ design, physics: { ...physics, ecc: true } });
    });
    it(`also closes from erased flash, where boot makes the first record: ${name}`, () => {
      closes({ design, physics, start: "blank" });
    });
  }

  it("closes where an erase may have programmed some units to zero and left the others: R and A", () => {
    const seal: Physics = { rule: "once", decidedRole: "seal", zeroed: true };
    closes({ design: refreshWithMark({ units: 1 }), physics: { rule: "and", zeroed: true } });
    closes({ design: decidedSeal({ units: 1 }), physics: seal });
    closes({ design: decidedSeal({ units: 1, apart: true }), physics: { ...seal, blankUnreadable: true } });
  });

  it("closes even where such zeros are weak: A, C and E, which never mend a unit", () => {
    const seal: Physics = { rule: "once", decidedRole: "seal", zeroing: true, ecc: true };
    closes({ design: decidedSeal({ units: 4 }), physics: seal });
    closes({ design: decidedSeal({ units: 1, apart: true }), physics: { ...seal, blankUnreadable: true } });
    closes({
      design: decidedCounter(),
      physics: { rule: "once", decidedCounter: true, zeroing: true, ecc: true },
    });
    closes({ design: copies(3), physics: { rule: "once", cutsInARow: 2, zeroing: true, ecc: true } });
  });
});

describe("a design of the Record with one rule left out", () => {
  for (const { trace, leftOut, ...question } of FAILING) {
    it(`fails as test/vectors/record/${trace}.json tells, without ${leftOut}`, async () => {
      const { violation } = explore(question);
      expect(violation).toBeDefined();
      const told = { without: leftOut, violation: violation!.reason, steps: violation!.steps };
      await expect(`${JSON.stringify(told, null, 2)}\n`).toMatchFileSnapshot(
        `../../vectors/record/${trace}.json`,
      );
    });
  }
});
