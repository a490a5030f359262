// The Record under power cuts, on flash as the device module has it: after any two cuts in a row boot finds the record of
// before or one of those being written, whoever reads after it finds the same, and the next change goes through. With weak
// bits and ECC every way to read is followed.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../host/campaign/plan/fault-models.js";
import { Faults } from "../../../host/campaign/plan/faults.js";
import * as abi from "../../../assembly/abi.js";
import { PARTS, partById } from "../../../host/device/parts.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { madePart } from "../../support/parts.js";
import { NO_RECORD, recordAreas, recordOn, recordShape } from "../../support/record.js";
import { type Outcome, Records, trial } from "./records.js";

const ALL: readonly PartProfile[] = [
  ...PARTS,
  madePart({ rule: "once", programMin: 8, programMax: 8, erasedByte: 0 }),
  madePart({ rule: "and", programMin: 1, programMax: 4, erasedByte: 0 }),
  madePart({
    rule: "once-or-zero",
    programMin: 512,
    programMax: 512,
    sectors: [512, 1024, 1024, 1024, 1024],
  }),
  { ...partById("tiny"), record: "sealed" },
];

/** Areas alternate and cycles wrap after three: every combination of both within seven. */
const CHANGES = 7;
/** With weak bits: from none, one and two records. */
const CHANGES_WEAK = 3;
const [ONE, TWO, THREE] = [trial(101), trial(102), trial(103)] as const;
/** What boot writes where it finds no record. */
const FIRST = trial(100);

/** A cut in a call: at a persistent operation, in a shape. */
interface Cut {
  readonly operation: number;
  readonly shape: number;
}

/** Plays cuts and lists what was wrong. */
class Cutting {
  readonly problems: string[] = [];
  /** Cuts played. */
  played = 0;
  readonly #records: Records;
  readonly #faults: Faults;
  readonly #seen = new Set<string>();

  constructor(records: Records, faults: Faults) {
    this.#records = records;
    this.#faults = faults;
  }

  /**
   * From where the device stands, whose record is `before`: one change cut, then what follows cut again. Where there is no
   * record, boot makes the first change.
   */
  twice(before: number): void {
    const isFirst = before === NO_RECORD;
    this.#cutEverywhere(
      () => (isFirst ? this.#records.boot(FIRST) : Number(this.#records.write(ONE))),
      () => this.#afterFirst(isFirst ? [FIRST] : [before, ONE]),
    );
  }

  #afterFirst(allowed: readonly number[]): void {
    if (this.#isKnown(`first ${allowed.join()}`)) return;
    this.#boots(allowed, (found) => {
      if (this.#isKnown(`between ${found}`)) return;
      this.#cutEverywhere(
        () => Number(this.#records.write(TWO)),
        () => this.#afterSecond([found, TWO]),
      );
    });
    this.#cutEverywhere(
      () => this.#records.boot(FIRST),
      () => this.#afterSecond(allowed),
    );
  }

  #afterSecond(allowed: readonly number[]): void {
    if (this.#isKnown(`second ${allowed.join()}`)) return;
    this.#boots(allowed, () => this.#changes());
  }

  /** Boot finds one of these, acts, and every later reading is the same; `then` goes on from there. */
  #boots(allowed: readonly number[], then: (found: number) => void): void {
    const records = this.#records;
    const { device } = records;
    const standing = recordOn(device);
    const wanted = !device.isCertain ? undefined : standing === NO_RECORD ? FIRST : standing;
    records.everyWay(
      () => records.boot(FIRST),
      (outcome) => {
        if (outcome.kind === "cut") throw new Error("a cut where none was asked for");
        const { answer } = outcome;
        if (records.broke !== 0) this.problems.push(`boot broke a rule`);
        if (!allowed.includes(answer)) this.problems.push(`boot found ${answer.toString(16)}`);
        if (wanted !== undefined && answer !== wanted)
          this.problems.push(`boot found ${answer.toString(16)}, another decoder ${wanted.toString(16)}`);
        records.everyWay(
          () => records.find(),
          (later) => {
            if (later.kind !== "done" || later.answer !== answer)
              this.problems.push(`after ${answer.toString(16)}: ${JSON.stringify(later)}`);
          },
        );
        then(answer);
      },
    );
  }

  /** The next change goes through, whatever is read, breaks no rule, and stands. */
  #changes(): void {
    const records = this.#records;
    records.everyWay(
      () => Number(records.write(THREE)),
      (outcome) => {
        if (outcome.kind !== "done" || outcome.answer !== 1 || records.broke !== 0)
          this.problems.push(`cannot be changed: ${JSON.stringify(outcome)}`);
        records.everyWay(
          () => records.find(),
          (later) => {
            if (later.kind !== "done" || later.answer !== THREE) this.problems.push("does not stand");
          },
        );
      },
    );
  }

  /** Does `body` with each of its operations cut in each shape, whatever is read on the way. */
  #cutEverywhere(body: () => number, then: () => void): void {
    const records = this.#records;
    const ways: { readonly choices: readonly number[]; readonly cuts: readonly Cut[] }[] = [];
    records.everyWay(body, (_, choices) => ways.push({ choices, cuts: this.#cutsOfLastCall() }));
    for (const { choices, cuts } of ways) {
      for (const cut of cuts) {
        const struck = (outcome: Outcome) => {
          if (outcome.kind !== "cut") throw new Error("the same reads led to other operations");
          this.played++;
          then();
        };
        records.oneWay(choices, body, struck, cut);
      }
    }
  }

  #cutsOfLastCall(): Cut[] {
    const done = this.#records.device
      .operations()
      .filter((one) => "status" in one && one.status === abi.STATUS_OK);
    return done.flatMap((one, operation) => {
      if (one.kind !== "program" && one.kind !== "erase") throw new Error(`a ${one.kind} in the Record`);
      const kind = one.kind === "program" ? abi.OP_PROGRAM : abi.OP_ERASE;
      return this.#faults.shapesOf(kind, one.offset, one.sizeBytes).map((shape) => ({ operation, shape }));
    });
  }

  #isKnown(where: string): boolean {
    const key = `${where} ${this.#records.hal.stateKey()}`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }
}

/** Where a torn seal is decided, on parts whose Record needs that. */
function assumptionFor(part: PartProfile) {
  if (part.record !== "sealed") return null;
  const { unit, behind } = recordShape(part);
  const decided = recordAreas(part).map(({ offset }) => ({ offset: offset + behind, size: unit }));
  return { name: "decided-seal", decided };
}

function cutTwice(part: PartProfile, models: readonly FaultName[], changes: number): Cutting {
  const records = new Records(part, { ecc: models.includes("ecc") });
  const { exports } = records.device;
  const cutting = new Cutting(records, new Faults(part, models, assumptionFor(part)));
  let before = NO_RECORD;
  for (let change = 0; change < changes; change++) {
    exports.checkpoint();
    cutting.twice(before);
    exports.rollback();
    before = trial(change + 1);
    if (!records.write(before)) throw new Error("a change without a cut failed");
  }
  return cutting;
}

for (const part of ALL) {
  describe(`after any two cuts the ${part.record} Record on ${part.id} is that of before or one being written`, () => {
    it("under power cuts alone", () => {
      const { problems, played } = cutTwice(part, ["power"], CHANGES);
      expect([...new Set(problems)]).toEqual([]);
      expect(played).toBeGreaterThan(1000);
    });

    const tags = part.id === "tiny" ? [] : ["slow"];
    it("and where what a cut has touched is weak, or torn, at every reading", { tags }, () => {
      const models: FaultName[] = ["power", "weak", ...(part.ecc === undefined ? [] : ["ecc" as const])];
      const { problems, played } = cutTwice(part, models, CHANGES_WEAK);
      expect([...new Set(problems)]).toEqual([]);
      expect(played).toBeGreaterThan(200);
    });
  });
}

describe("without its assumption a sealed Record", () => {
  it("is found in two ways after a cut in its seal", () => {
    const part = partById("nrf52840");
    const records = new Records(part);
    records.write(trial(1));
    const found = new Set<number>();
    const [, second] = recordAreas(part);
    records.oneWay(
      [],
      () => Number(records.write(trial(2))),
      () => {
        expect(records.device.operations().at(-1)).toMatchObject({
          offset: second.offset + recordShape(part).behind,
        });
        records.everyWay(
          () => records.recover(),
          (outcome) => outcome.kind === "done" && found.add(outcome.answer),
        );
      },
      { operation: 5, shape: abi.TEAR_WEAK },
    );
    expect(found).toEqual(new Set([trial(1), trial(2)]));
  });
});
