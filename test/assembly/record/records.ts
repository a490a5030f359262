// The Record of a device of its own, called function by function, with the power cut at will and weak reads seen in every
// way that the adversary has. Test helper only.
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../../host/device/device.js";
import type { PartProfile } from "../../../host/device/profile.js";
import { Hal } from "../../support/hal.js";
import { library } from "../../support/library.js";
import { type Design, NO_RECORD, recordWord } from "../../support/record.js";

interface RecordLibrary {
  recordFind(): bigint;
  recordRecover(): bigint;
  recordOf(standing: bigint): number;
  recordWrite(standing: bigint, record: number): number;
  recordSettle(standing: bigint): number;
}

const TEXT = `export { recordFind, recordRecover, recordOf, recordWrite, recordSettle } from "../record/record";`;
const builds: Readonly<Record<Design, (device: Device) => RecordLibrary>> = {
  sealed: await library<RecordLibrary>(TEXT, "sealed"),
  refreshed: await library<RecordLibrary>(TEXT, "refreshed"),
};

/** Ways to read in one call before a test counts as running away. */
const WAYS_MAX = 4096;

/** A record word that tells one change from another. */
export function trial(attempts: number): number {
  return recordWord({ active: 1, trial: { attempts, fallback: "confirmed" } });
}

/** How a call on the Record went; `cut` where the power went in it. */
export type Outcome = { readonly kind: "cut" } | { readonly kind: "done"; readonly answer: number };

/** One device's Record. */
export class Records {
  readonly hal: Hal;
  readonly device: Device;
  readonly #library: RecordLibrary;

  constructor(part: PartProfile, options = { ecc: false }) {
    this.hal = new Hal(part, options);
    this.device = this.hal.device;
    this.#library = builds[part.record](this.device);
  }

  /** The record that is found. */
  find(): number {
    this.hal.begin();
    return this.#library.recordOf(this.#library.recordFind()) >>> 0;
  }

  /** The record that boot finds, made sure of. */
  recover(): number {
    this.hal.begin();
    return this.#library.recordOf(this.#library.recordRecover()) >>> 0;
  }

  /** The record that boot acts on: what it finds and makes sure of, or where there is none, `first`, which it writes. */
  boot(first: number): number {
    this.hal.begin();
    const standing = this.#library.recordRecover();
    const found = this.#library.recordOf(standing) >>> 0;
    if (found !== NO_RECORD) return found;
    return this.#library.recordWrite(standing, first) === 0 ? NO_RECORD : first;
  }

  /** Whether the write says that it is durable. */
  write(record: number): boolean {
    this.hal.begin();
    return this.#library.recordWrite(this.#library.recordFind(), record) !== 0;
  }

  settle(): boolean {
    this.hal.begin();
    return this.#library.recordSettle(this.#library.recordFind()) !== 0;
  }

  /** Rules broken and accesses denied in the last call. */
  get broke(): number {
    return this.device.callWord(abi.CALL_RULE_BREAKS) + this.device.callWord(abi.CALL_DENIALS);
  }

  /**
   * Does `body` once for each way in which its weak reads can go; `then` is told what came of each, and the choices that led
   * there, while the device stands there.
   */
  everyWay(body: () => number, then: (outcome: Outcome, choices: readonly number[]) => void): void {
    const open: (readonly number[])[] = [[]];
    for (let ways = 0, script = open.pop(); script !== undefined; script = open.pop()) {
      if (++ways > WAYS_MAX) throw new Error(`more than ${WAYS_MAX} ways to read`);
      const laidDown = script.length;
      this.oneWay(script, body, (outcome) => {
        const made = this.#choicesMade();
        const choices = made.map(({ chosen }) => chosen);
        for (let at = laidDown; at < made.length; at++)
          for (let other = 1; other < made[at]!.options; other++) open.push([...choices.slice(0, at), other]);
        then(outcome, choices);
      });
    }
  }

  /** Does `body` with these choices of its weak reads, with the power going at an operation where one is named. */
  oneWay(
    choices: readonly number[],
    body: () => number,
    then: (outcome: Outcome) => void,
    cut: { readonly operation: number; readonly shape: number } = { operation: abi.NOWHERE, shape: 0 },
  ): void {
    const { exports } = this.device;
    const mark = exports.undoMark();
    this.device.setChoices(choices);
    const outcome = this.#cut(cut.operation, cut.shape, body);
    this.device.setChoices([]);
    then(outcome);
    exports.undoTo(mark);
  }

  #cut(operation: number, shape: number, body: () => number): Outcome {
    this.device.setCut(operation, shape);
    let answer: number | undefined;
    this.hal.stop(() => {
      answer = body();
    });
    this.device.setCut(abi.NOWHERE, 0);
    return answer === undefined ? { kind: "cut" } : { kind: "done", answer };
  }

  #choicesMade(): { readonly chosen: number; readonly options: number }[] {
    const at = this.device.table(abi.TABLE_CHOICES) * 4;
    const bytes = new Uint8Array(
      this.device.exports.memory.buffer,
      at,
      this.device.callWord(abi.CALL_CHOICE_COUNT),
    );
    return [...bytes].map((byte) => ({ chosen: byte & 15, options: byte >> 4 }));
  }
}
