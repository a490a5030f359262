// The project's explorer against a second one that shares nothing with it (explore.ts): the same number of states, the same number of
// places where a fault can strike, the same oracles violated, each with the same least number of faults.
// @module-tag slow: whole explorations twice over; the first explorer is held against plain execution in explorer.test.ts, too
import { beforeAll, describe, expect, it } from "vitest";
import { isNightly } from "../support/nightly.js";
import { type Twice, comparable, saidByFirst, saidBySecond } from "./bridge.js";
import { CANARIES, type Case, GUESTS_OF_GALLERY, OWN, SCENES, SOUNDNESS, UNCERTAIN } from "./cases.js";
import type { RandomCase } from "../random/cases.js";
import { RandomGuests, plainRandomCase, twiceOf, uncertainRandomCase } from "./random.js";

const isLong = isNightly || process.env["EVERBOOT_NIGHTLY"] === "1";
/** Random guests that are compared. */
const GUESTS = isLong ? 500 : 20;
/** Share of the random guests for which a way is too long, so that no more than that is compared, or that are too large. */
const LEFT_OUT = 0.2;
/** Random guests whose reads have a choice, or whose units have a code; more of them are too large. */
const UNCERTAIN_GUESTS = isLong ? 200 : 16;
const UNCERTAIN_LEFT_OUT = 0.75;
/** How many faults deep: most guests one, some two, some to the end. */
const DEPTHS = [Infinity, 2, 1, 1, 2] as const;

/**
 * What must be the same of both. Where a way is too long, what lies behind it depends on the order of exploring, and where reads have a
 * choice even whether such a way is walked or seen on the graph of states alone: then that both say so.
 */
function compared(
  { more = [] }: Pick<Twice, "more">,
  first: ReturnType<typeof saidByFirst>,
  second: ReturnType<typeof saidBySecond>,
) {
  const { gaveUp, ...said } = first;
  if (!gaveUp && !second.gaveUp) return { first: said, second: comparable(second, first) };
  const told = (one: { readonly gaveUp: boolean; readonly violated: readonly string[] }) => ({
    circles: one.violated.filter((name) => name.startsWith("converges")),
    gaveUp: more.includes("weak") || one.gaveUp,
  });
  return { first: told(first), second: told(second) };
}

const GROUPS: Readonly<Record<string, readonly Case[]>> = {
  "our own core": OWN,
  "our own core in every scenario": SCENES,
  "wrong guests": CANARIES,
  "the gallery": GUESTS_OF_GALLERY,
  "guests of soundness": SOUNDNESS,
  "weak reads and units with a code": UNCERTAIN,
};

let states = 0;

/** Groups that are compared by slow tests: what they add to the others is more scenarios, and more models of the same guests. */
const SLOW_GROUPS = new Set(["our own core in every scenario", "weak reads and units with a code"]);
/** Of its own slow, too: most states of all. */
const SLOW_CASES = new Set(["the part tiny as it is, update", "units of 64 bytes, a fixpoint, update"]);

for (const [group, cases] of Object.entries(GROUPS)) {
  describe(`two explorers agree on ${group}`, () => {
    for (const one of cases.filter(({ nightly }) => nightly !== true || isLong)) {
      const tags = SLOW_GROUPS.has(group) || SLOW_CASES.has(one.what) ? ["slow"] : [];
      it(
        `${one.what}: ${[...one.losses, ...(one.more ?? [])].join()}, depth ${one.depth}`,
        { tags },
        async () => {
          const twice: Twice = { ...one, pair: await one.pair() };
          const found = saidBySecond(twice);
          states += found.states;
          const { first, second } = compared(twice, saidByFirst(twice), found);
          expect(second).toEqual(first);
        },
      );
    }
  });
}

/** Random guests that are compared: so many of those that `pick` takes, of which a share may be left out, at depths in turn. */
interface RandomGroup {
  readonly name: string;
  readonly pick: (number: number) => RandomCase | undefined;
  readonly count: number;
  readonly leftOut: number;
  readonly depths: readonly number[];
}

const RANDOM: readonly RandomGroup[] = [
  { name: "random guests", pick: plainRandomCase, count: GUESTS, leftOut: LEFT_OUT, depths: DEPTHS },
  {
    name: "random guests whose reads have a choice",
    ...{ pick: uncertainRandomCase, count: UNCERTAIN_GUESTS, leftOut: UNCERTAIN_LEFT_OUT, depths: [1] },
  },
];

for (const { name, pick, count, leftOut: most, depths } of RANDOM) {
  describe(`two explorers agree on ${name}`, () => {
    let guests: RandomGuests;
    let leftOut = 0;
    beforeAll(async () => {
      guests = await RandomGuests.make();
    });

    const numbers: number[] = [];
    for (let number = 0; numbers.length < count; number++)
      if (pick(number) !== undefined) numbers.push(number);

    for (const [index, number] of numbers.entries()) {
      it(`number ${number}`, () => {
        const one = pick(number)!;
        const wanted = depths[index % depths.length]!;
        const deep = guests.saidByFirst(one, wanted);
        const depth = deep === null ? 1 : wanted;
        const said = deep ?? guests.saidByFirst(one, depth);
        if (said === null || said.gaveUp) leftOut++;
        if (said === null) return;
        const twice = twiceOf(one, depth);
        const found = saidBySecond(twice, guests.worldOf(one));
        states += found.states;
        const { first, second } = compared(twice, said, found);
        expect(second, one.words).toEqual(first);
      });
    }

    it("enough of which are small, and come to rest", () => {
      expect(leftOut).toBeLessThanOrEqual(most * count);
      console.log(`${states} states compared; of ${count} ${name} ${leftOut} only in part`);
    });
  });
}
