// How cases are measured in turns, and what is said of two builds that do not do the same. Starts no process, asserts no time.
import { describe, expect, it } from "vitest";
import type { Case } from "../../../../host/bench/campaign/cases.js";
import type { Figure, Measured } from "../../../../host/bench/campaign/measured.js";
import { type Measure, measureInTurns } from "../../../../host/bench/campaign/turns.js";

const CASE: Case = {
  ...{ id: "scene", kind: "explore", warmRounds: 0, rounds: 3 },
  of: { scenario: "update", device: "tiny", imageBytes: 512, models: ["power"], depth: 1 },
};
const SAYS = { judged: 7, digest: "d1" };

const measured = (figures: readonly Figure[], says: Record<string, string | number> = SAYS): Measured => ({
  ...{ kind: "measured", figures, says },
});
const rate = (value: number, says?: Record<string, string | number>): Measured =>
  measured([{ name: "fresh", value, unit: "/s" }], says);
const seconds = (value: number): Measured => measured([{ name: "fresh", value, unit: "s" }]);

/** Answers one after the other, the last one for ever. */
function saying(...answers: readonly Measured[]): Measure {
  let next = 0;
  return () => Promise.resolve(answers[Math.min(next++, answers.length - 1)] as Measured);
}

describe("measuring in turns", () => {
  it("runs one process of this build, one of the other, and so on", async () => {
    const order: string[] = [];
    const told: string[] = [];
    const by = (name: string): Measure => {
      return () => {
        order.push(name);
        return Promise.resolve(rate(1));
      };
    };
    const onBegin = ({ id }: Case, round: number, rounds: number) =>
      void told.push(`${id} ${round} of ${rounds}`);
    await measureInTurns([CASE], { own: by("a"), other: by("b"), onBegin });
    expect(order.join("")).toBe("ababab");
    expect(told).toEqual(["scene 0 of 3", "scene 1 of 3", "scene 2 of 3"]);
    await measureInTurns([CASE], { own: by("a"), other: by("b"), rounds: 1 });
    expect(order.join("")).toBe("abababab");
  });

  it("takes the median of the ratios of each pair, not the ratio of the medians", async () => {
    // 1, 4 and 0.75 times as good; the medians are 30 and 20.
    const own = saying(rate(10), rate(80), rate(30));
    const other = saying(rate(10), rate(20), rate(40));
    const { rows, unlike } = await measureInTurns([CASE], { own, other });
    expect(unlike).toEqual([]);
    expect(rows).toEqual([
      {
        ...{ what: "scene", figure: "fresh", unit: "/s", value: 30, before: 20 },
        times: { median: 1, least: 0.75, most: 4 },
      },
    ]);
  });

  it("takes less for better where a figure is what something costs", async () => {
    const { rows } = await measureInTurns([CASE], { own: saying(seconds(2)), other: saying(seconds(6)) });
    expect(rows[0]?.times).toEqual({ median: 3, least: 3, most: 3 });
  });

  it("has plain figures where there is nothing to compare with", async () => {
    const { rows } = await measureInTurns([CASE], { own: saying(rate(3), rate(1), rate(2)) });
    expect(rows).toEqual([{ what: "scene", figure: "fresh", unit: "/s", value: 2 }]);
  });

  it("has a row for a figure that only one build has", async () => {
    const own = saying(measured([{ name: "a", value: 1, unit: "a point" }]));
    const other = saying(measured([{ name: "b", value: 2, unit: "a point" }]));
    const { rows } = await measureInTurns([CASE], { own, other });
    expect(rows).toEqual([
      { what: "scene", figure: "a", unit: "a point", value: 1, before: 0 },
      { what: "scene", figure: "b", unit: "a point", value: 0, before: 2 },
    ]);
  });
});

describe("two builds that are not alike", () => {
  it("have no ratio where they do not say the same of a scene", async () => {
    const other = saying(rate(1, { judged: 7, digest: "d2" }));
    const { rows, unlike } = await measureInTurns([CASE], { own: saying(rate(1)), other });
    expect(unlike).toEqual(["scene: not the same: digest d1, in the other build d2"]);
    expect(rows).toEqual([
      { what: "scene", figure: "fresh", unit: "/s", value: 1, before: 1, remark: "not the same" },
    ]);
  });

  it("are told of where one says less", async () => {
    const other = saying(rate(1, { judged: 7 }));
    const { unlike } = await measureInTurns([CASE], { own: saying(rate(1)), other });
    expect(unlike).toEqual(["scene: not the same: digest d1, in the other build nothing"]);
  });

  it("are told of where this one does not say the same twice", async () => {
    const own = saying(rate(1), rate(1, { judged: 8, digest: "d1" }));
    const { unlike } = await measureInTurns([CASE], { own });
    expect(unlike).toEqual(["scene: not the same: judged 7, in this build another time 8"]);
  });

  it("are told of where one process alone is not of one mind", async () => {
    const own = saying({ ...rate(1), unlike: "one worker says 1, two say 2" } as Measured);
    const { unlike } = await measureInTurns([CASE], { own });
    expect(unlike).toEqual(["scene: not the same: in this build another time: one worker says 1, two say 2"]);
  });

  it("leave the rest to be measured where the other one lacks something", async () => {
    const asked: string[] = [];
    const other: Measure = ({ id }) => {
      asked.push(id);
      return Promise.resolve(id === "scene" ? { kind: "lacks", what: "x.js" } : rate(2));
    };
    const cases = [CASE, { ...CASE, id: "later" }];
    const { rows, unlike } = await measureInTurns(cases, { own: saying(rate(4)), other });
    expect(unlike).toEqual([]);
    expect(asked).toEqual(["scene", "later", "later", "later"]);
    expect(rows).toEqual([
      { what: "scene", figure: "fresh", unit: "/s", value: 4, remark: "the other build lacks x.js" },
      {
        ...{ what: "later", figure: "fresh", unit: "/s", value: 4, before: 2 },
        times: { median: 2, least: 2, most: 2 },
      },
    ]);
  });

  it("are told of where the other one fails", async () => {
    const other = saying({ kind: "failed", message: "no memory" });
    const { rows, unlike } = await measureInTurns([CASE], { own: saying(rate(4)), other });
    expect(unlike).toEqual(["scene: the other build failed: no memory"]);
    expect(rows[0]?.remark).toBe("the other build failed: no memory");
  });

  it("end the bench where this one fails", async () => {
    const own = saying({ kind: "failed", message: "no memory" });
    await expect(measureInTurns([CASE], { own, other: saying(rate(1)) })).rejects.toThrow(
      "scene: this build failed: no memory",
    );
  });
});
