// What an executed call depended on, as the device has noted it, in the order in which it asked: as steps of the memo's tree. Keeps nothing from
// call to call.
import * as abi from "../../../../assembly/abi.js";
import type { Device } from "../../../device/device.js";
import { sectorsOf } from "../../../device/layout.js";
import type { Exchange } from "../../world/dialogue.js";
import type { Step } from "./steps.js";

/**
 * Words of one sector that are asked for singly before the sector is asked for as a whole. Two let an agent that looks
 * at a sector's last and first word find all torn states of that sector alike (measured: 40 times the points a second).
 */
const WORDS_PER_SECTOR = 2;
/**
 * The same in the Record's sectors. They are read word by word up to the first that is not right: what stands behind it
 * has no say, and would otherwise make a path of every torn state of a Record.
 */
const WORDS_PER_RECORD = 16;
/** In place of a number of words: the sector was asked for as a whole. */
const KNOWN = 0xffffffff;

/** Reads one device's read log. */
export class ReadLog {
  readonly #device: Device;
  readonly #sectorOf: Uint16Array;
  /** Words of each sector that are still asked for singly, in the read log that is being walked. */
  readonly #singles: Uint32Array;
  readonly #singlesAtFirst: Uint32Array;

  constructor(device: Device) {
    this.#device = device;
    const sectors = sectorsOf(device.part);
    const last = sectors.at(-1) as { offset: number; size: number };
    this.#sectorOf = new Uint16Array((last.offset + last.size) / abi.GRANULE_SIZE);
    sectors.forEach(({ offset, size }, index) =>
      this.#sectorOf.fill(index, offset / abi.GRANULE_SIZE, (offset + size) / abi.GRANULE_SIZE),
    );
    const { record } = device.layout;
    this.#singles = new Uint32Array(sectors.length);
    this.#singlesAtFirst = new Uint32Array(
      sectors.map(({ offset }) =>
        offset >= record.offset && offset < record.offset + record.size ? WORDS_PER_RECORD : WORDS_PER_SECTOR,
      ),
    );
  }

  /** Index of the sector that holds a byte offset. */
  sectorAt(offset: number): number {
    return this.#sectorOf[offset >>> 8] as number;
  }

  /** What the last call depended on, in order, less what earlier answers already determine. */
  steps(exchanges: readonly Exchange[]): Step[] {
    const { words } = this.#device;
    const log = this.#device.table(abi.TABLE_READ_LOG);
    const count = this.#device.callWord(abi.CALL_READ_LOG_COUNT);
    const before = this.#device.table(abi.TABLE_DIGESTS_BEFORE);
    const singles = this.#singles;
    singles.set(this.#singlesAtFirst);
    const sectorOf = this.#sectorOf;
    const steps: Step[] = [];
    for (let at = log; at < log + count * 4; at += 4) {
      const head = words[at] as number;
      const kind = head & 3;
      if (kind === abi.READ_CHOICE) {
        steps.push({ kind: "choice", chosen: words[at + 1] as number, options: words[at + 2] as number });
        continue;
      }
      if (kind === abi.READ_OUTSIDE && head >>> 2 === abi.OUTSIDE_ASKED) {
        const { question, answer } = exchanges[words[at + 1] as number] as Exchange;
        steps.push({ kind: "asked", question, answer });
        continue;
      }
      if (kind === abi.READ_OUTSIDE) {
        steps.push({
          kind: "check",
          check: [abi.CHECK_OUTSIDE, head >>> 2, words[at + 1] as number, 0, 0, 0],
        });
        continue;
      }
      const sector = sectorOf[head >>> 8] as number;
      const left = singles[sector] as number;
      if (left === KNOWN) continue;
      if (kind === abi.READ_WORD && left !== 0) {
        singles[sector] = left - 1;
        const [word = 0, weak = 0, flags = 0] = words.subarray(at + 1, at + 4);
        steps.push({ kind: "check", check: [abi.CHECK_WORD, (head & ~3) >>> 0, word, weak, flags, 0] });
        continue;
      }
      singles[sector] = KNOWN;
      const digest = words.subarray(before + sector * 4, before + sector * 4 + 4);
      steps.push({ kind: "check", check: [abi.CHECK_SECTOR, sector, ...digest] });
    }
    return steps;
  }
}
