// Why a told run ends as it does, in a paragraph: how the device rests and why, and of each violated oracle what it demands and where
// that was seen. Judges nothing itself.
import * as abi from "../../../assembly/abi.js";
import type { OwnOracle } from "../../campaign/play/own-oracle.js";
import { type OracleName, RESTS_WRONG, oracleBit } from "../../campaign/plan/oracles.js";
import type { Scene, SceneImage } from "../../campaign/plan/scenario.js";
import { type CallEnd, IN_BOOT } from "../../campaign/play/call.js";
import { Identifier } from "../../campaign/play/identify.js";
import type { PlainCall } from "../../campaign/play/plain.js";
import { actorAt, haltNamesOf } from "../../campaign/play/position.js";
import type { Settled } from "../../campaign/play/caller.js";
import { haltWords } from "../../core/halts.js";
import type { Device } from "../../device/device.js";
import { oracleSentence } from "../oracle-words.js";
import { slotName } from "./places.js";
import { endWords } from "./words.js";

/** Watches a run for what its end is told by. */
export class EndWatch {
  readonly #device: Device;
  readonly #scene: Scene;
  /** By bit of the oracle: where it was seen first. */
  readonly #seen = new Map<number, string>();
  #powerUps = 0;
  /** The last cut: "the loss of power in power-up 2"; empty where there was none. */
  #cut = "";
  #last: PlainCall | null = null;
  /** What boot refused in the last power-up: slots with the reason. */
  #refused: readonly string[] = [];

  constructor(device: Device, scene: Scene) {
    this.#device = device;
    this.#scene = scene;
  }

  onPowerUp(): void {
    this.#powerUps++;
    this.#refused = [];
  }

  onCall(call: PlainCall): void {
    this.#last = call;
    const { kind } = call.result.end;
    if (kind === "power-lost") this.#cut = `the loss of power in power-up ${this.#powerUps}`;
    if (kind === "was-reset") this.#cut = `the reset in power-up ${this.#powerUps}`;
    if (call.position.bootedOffset !== IN_BOOT) return;
    this.#refused = call.operations.flatMap((operation) =>
      operation.kind === "event" && operation.code === abi.EVENT_SLOT_REFUSED
        ? [
            `slot ${slotName(operation.value >>> 16)} (${haltWords(this.#device.boot.haltNames, operation.value & 0xffff)})`,
          ]
        : [],
    );
  }

  /** The last call was judged. @param found oracles as a mask */
  onJudged(found: number): void {
    for (let bits = found; bits !== 0; bits &= bits - 1) {
      const bit = bits & -bits;
      if (!this.#seen.has(bit)) this.#seen.set(bit, this.#whereNow());
    }
  }

  /** "in power-up 3, where boot halts: RECORD_WRITE". */
  #whereNow(): string {
    const call = this.#last;
    if (call === null) return `in power-up ${this.#powerUps}`;
    const who = actorAt(call.position);
    const names = haltNamesOf(this.#device, who);
    const end = endWords(call.result.end, who, { layout: this.#device.layout, names });
    const how = end === "" || isLoss(call.result.end) ? `in a call of ${who}` : `where ${who} ${end}`;
    return `in power-up ${this.#powerUps}, ${how}`;
  }

  /**
   * A line for each violated oracle.
   * @param names violated ones, the package's and one's own
   */
  violations(names: readonly string[], own: readonly OwnOracle[]): string[] {
    return names.map((name) => {
      const isOwn = own.some((oracle) => oracle.name === name);
      const bit = isOwn ? undefined : oracleBit(name as OracleName);
      const seen = bit === undefined ? undefined : this.#seen.get(bit);
      return `${oracleSentence(name, own)}; violated ${seen ?? "by the run as a whole"}`;
    });
  }

  /** One sentence on how the device ends, and why. */
  ending({ ending, violations }: Settled): string {
    if (ending === "gave-up")
      return `The device does not come to rest${this.#after()}; when it was given up, ${this.#slotWords()}.`;
    const last = this.#last;
    if (last === null) return "The device is never powered.";
    const { bootedOffset } = last.position;
    if (bootedOffset === IN_BOOT) return this.#downWords(last.result.end);
    const slot = this.#slotAt(bootedOffset);
    const name = this.#inSlot(slot) ?? "no image of the scenario";
    const isConfirmed = last.result.end.kind === "returned" && last.result.end.value === abi.STEP_CONFIRMED;
    const runs = `The device ends with ${name} running in slot ${slotName(slot)}, ${isConfirmed ? "confirmed" : "not confirmed"}`;
    const isWrong = (violations & RESTS_WRONG) !== 0;
    const refused = isWrong ? this.#refusedWords(", because boot refuses the image in ") : "";
    return `${runs}${this.#demandWords(slot, isConfirmed, isWrong)}${refused}.`;
  }

  #downWords(end: CallEnd): string {
    const { expect } = this.#scene.scenario;
    const { layout, boot } = this.#device;
    const how =
      end.kind === "halted"
        ? `boot halts with ${haltWords(boot.haltNames, end.reason)}`
        : `boot ${endWords(end, "boot", { layout, names: boot.haltNames })}`;
    const meant = "halts" in expect ? `, and the scenario demands that it halts with ${expect.halts}` : "";
    const why = this.#refusedWords(", because it refuses the image in ");
    const slots = why === "" || !("halts" in expect) ? `, while ${this.#slotWords()}` : "";
    return `The device ends without a running image${this.#after()}: ${how}${why}${slots}${meant}.`;
  }

  /** " after the loss of power in power-up 2". */
  #after(): string {
    return this.#cut === "" ? "" : ` after ${this.#cut}`;
  }

  #demandWords(slot: number, isConfirmed: boolean, isWrong: boolean): string {
    const { expect, images } = this.#scene.scenario;
    if ("halts" in expect) return `, but the scenario demands that boot halts with ${expect.halts}`;
    const wanted = images.findIndex(({ name }) => name === expect.runs);
    const isMeant = isConfirmed && this.#imageIn(slot)?.generation === wanted;
    if (isMeant) return ", as the scenario demands";
    return isWrong
      ? `, while the scenario demands that ${expect.runs} runs, confirmed`
      : `; the scenario demands that ${expect.runs} runs, confirmed, but for what the resets of its trial excuse`;
  }

  #refusedWords(lead: string): string {
    return this.#refused.length === 0 ? "" : `${lead}${this.#refused.join(" and in ")}`;
  }

  #slotWords(): string {
    const words = [0, 1].map(
      (slot) => `slot ${slotName(slot)} holds ${this.#inSlot(slot) ?? "no whole image"}`,
    );
    return words.join(" and ");
  }

  #inSlot(slot: number): string | undefined {
    return this.#imageIn(slot)?.name;
  }

  #imageIn(slot: number): SceneImage | undefined {
    return new Identifier(this.#device, this.#scene.images).inSlot(slot)[0];
  }

  #slotAt(offset: number): number {
    const { slotA } = this.#device.layout;
    return offset >= slotA.offset && offset < slotA.offset + slotA.size ? 0 : 1;
  }
}

function isLoss({ kind }: CallEnd): boolean {
  return kind === "power-lost" || kind === "was-reset";
}
