// Incidents: what befalls a device in a scenario's middle past all rules, between two guest calls. Each is told to the device as kept
// operations, so that an exploration takes them back and does them again like a guest's own.
import * as abi from "../../../assembly/abi.js";
import { MisuseError } from "../../core/errors.js";
import type { Device } from "../../device/device.js";
import { sectorsOf } from "../../device/layout.js";
import type { PartProfile, Region } from "../../device/profile.js";
import { IN_BOOT } from "./call.js";
import * as memory from "./history.js";
import type { History } from "./history.js";
import type { Identifier } from "./identify.js";
import { placed } from "../plan/placed.js";
import { type Position, powerOn } from "./position.js";
import { Random } from "../../core/data/random.js";
import { type Incident, type Scene, type SceneImage, isOffer } from "../plan/scenario.js";

/** Does a kept operation, as far as a shape says. */
type Lay = (place: number, shape: number) => void;

/** An operation that is not kept yet. */
interface Change {
  readonly kind: number;
  readonly offset: number;
  readonly value: number;
}

type Damage = Extract<Incident, { readonly damage: unknown }>;
type DamagedSlot = Exclude<Damage["damage"], "record">;

/** When something happens: the slot that runs then, and the scenario's step. */
interface When {
  readonly running: number;
  readonly index: number;
}

const DAMAGED: Readonly<Record<Damage["damage"], string>> = {
  slotA: "slot A is damaged",
  slotB: "slot B is damaged",
  running: "the slot that runs is damaged",
  other: "the slot that does not run is damaged",
  record: "the Record is destroyed",
};

/** Each is kept once on a device, however many runs meet it. */
const KEPT = new WeakMap<Device, Map<string, number>>();

/** The incidents of one scene on one device. */
export class Incidents {
  readonly #device: Device;
  readonly #scene: Scene;
  readonly #identifier: Identifier;

  constructor(device: Device, scene: Scene, identifier: Identifier) {
    this.#device = device;
    this.#scene = scene;
    this.#identifier = identifier;
    for (const step of scene.scenario.steps) {
      if ("damage" in step) checkDamage(step, scene);
      if ("counter" in step) checkCounter(step, scene.scenario.name, device.part);
    }
  }

  /** Whether incidents stand next in the scenario. */
  areNextIn({ history }: Position): boolean {
    const step = this.#scene.scenario.steps[history.step];
    return step !== undefined && !isOffer(step);
  }

  /**
   * Lets happen what stands next in the scenario, up to the next offer; answers where the device stands then. A firmware whose own slot is
   * struck while it runs is reset by a fault: `reset` says what is left of a history then.
   */
  happen(position: Position, lay: Lay, reset: (history: History) => History): Position {
    if (!this.areNextIn(position)) return position;
    const { steps } = this.#scene.scenario;
    const { bootedOffset } = position;
    const running = this.#running(bootedOffset, position.history);
    let { history } = position;
    let isDown = false;
    for (let step = steps[history.step]; step !== undefined && !isOffer(step); step = steps[history.step]) {
      for (const change of this.#changesOf(step, { running, index: history.step }))
        lay(this.#kept(change), shapeOf(change));
      isDown ||= struckIn(step, running).includes(running);
      history = memory.afterIncident(remembered(history, step, running));
    }
    if (bootedOffset === IN_BOOT) return powerOn(position.cause, history);
    return isDown ? powerOn(abi.CAUSE_FAULT, reset(history)) : { ...position, history, changed: true };
  }

  /** Slot that runs or, between two power-ups, is confirmed; slot A where none is. */
  #running(bootedOffset: number, { confirmed }: History): number {
    if (bootedOffset === IN_BOOT) return Math.max(0, confirmed);
    const { slotB } = this.#device.layout;
    return bootedOffset >= slotB.offset && bootedOffset < slotB.offset + slotB.size ? 1 : 0;
  }

  #changesOf(incident: Incident, at: When): readonly Change[] {
    if ("damage" in incident)
      return incident.damage === "record" ? this.#recordLost() : this.#damage(incident, incident.damage, at);
    if ("put" in incident) {
      const { slotA, slotB } = this.#device.layout;
      return [...this.#put(incident.put.slotA, slotA), ...this.#put(incident.put.slotB, slotB)];
    }
    if ("counter" in incident)
      return [{ kind: abi.OP_COUNTER, offset: incident.counter, value: incident.to }];
    return [];
  }

  /** Something else stands in each word of the Record that is not blank for certain. */
  #recordLost(): readonly Change[] {
    const { offset, size } = this.#device.layout.record;
    const isBlank = (at: number) =>
      this.#word(at) === 0xffffffff &&
      this.#device.openAt(at) === 0 &&
      this.#device.exports.flagsAt(at) === 0;
    return wordsIn(offset, size)
      .filter((at) => !isBlank(at))
      .map((at) => ({ kind: abi.OP_PUT, offset: at, value: Math.imul(at + 1, 0x9e3779b1) >>> 0 }));
  }

  #damage({ field, words: most = 1, seed = 1 }: Damage, slots: DamagedSlot, { running, index }: When) {
    const slot = slotOf(slots, running);
    const region = slot === 0 ? this.#device.layout.slotA : this.#device.layout.slotB;
    const [image] = this.#identifier.inSlot(slot);
    const open =
      image === undefined ? [region.offset] : wordsOf(image, field).map((at) => region.offset + at);
    const random = new Random(seed);
    // Not quite the inverse: what is struck by two steps is not as it was.
    const value = (0xffffffff ^ index) >>> 0;
    return Array.from({ length: Math.min(most, open.length) }, (): Change => {
      const [offset = 0] = open.splice(random.below(open.length), 1);
      return { kind: abi.OP_FLIP, offset, value };
    });
  }

  #put(name: string | undefined, region: Region): readonly Change[] {
    if (name === undefined) return [];
    const { bytes } = placed(this.#scene, name, region);
    const padded = new Uint8Array((bytes.length + 3) & ~3).fill(this.#device.part.erasedByte);
    padded.set(bytes);
    const view = new DataView(padded.buffer);
    const sectors = sectorsOf(this.#device.part).flatMap(({ offset }, index) =>
      offset >= region.offset && offset < region.offset + region.size
        ? [{ kind: abi.OP_ERASE, offset, value: index }]
        : [],
    );
    const words = wordsIn(region.offset, padded.length).map((offset) => ({
      kind: abi.OP_PUT,
      offset,
      value: view.getUint32(offset - region.offset, true),
    }));
    return [...sectors, ...words];
  }

  /** Content of the word at a byte offset, erased bits as ones. */
  #word(offset: number): number {
    return this.#device.words[this.#device.table(abi.TABLE_FLASH) + offset / 4] as number;
  }

  #kept({ kind, offset, value }: Change): number {
    let kept = KEPT.get(this.#device);
    if (kept === undefined) KEPT.set(this.#device, (kept = new Map()));
    const text = `${kind} ${offset} ${value}`;
    let place = kept.get(text);
    if (place === undefined) kept.set(text, (place = this.#device.keepOperation(kind, offset, value)));
    return place;
  }
}

/**
 * Refuses damage that cannot be done to every image of a scene.
 * @throws {MisuseError} where an image has no field of that name, or that has fewer words.
 */
function checkDamage({ damage, field, words = 1 }: Damage, { scenario, images }: Scene): void {
  if (damage === "record") return;
  for (const image of images) {
    if (!image.genuine || image.fields === undefined) continue;
    const where = `scenario ${scenario.name}, damage to ${image.name}`;
    if (field !== undefined && !image.fields.some(({ name }) => name === field)) {
      const known = [...new Set(image.fields.map(({ name }) => `"${name}"`))].join(", ");
      throw new MisuseError(`${where}: expected a field of it (${known}), found "${field}"`);
    }
    const most = wordsOf(image, field).length;
    if (words > most)
      throw new MisuseError(`${where}: expected 1 to ${most} words of ${field ?? "it"}, found ${words}`);
  }
}

/**
 * Refuses an advance of a counter that the part cannot make.
 * @throws {MisuseError} where it is beyond the counter's capacity.
 */
function checkCounter(
  { counter, to }: Extract<Incident, { readonly counter: unknown }>,
  scenario: string,
  { id, counterMax }: PartProfile,
): void {
  if (counterMax === undefined || to <= counterMax.value) return;
  throw new MisuseError(
    `scenario ${scenario}, counter ${counter}: expected at most ${counterMax.value}, what a counter of ${id} can hold, found ${to}`,
  );
}

/** Offsets, from the image's first byte on, of the words that hold a field; of the whole image where none is given. */
function wordsOf({ bytes, fields = [] }: SceneImage, name: string | undefined): number[] {
  const { offset, size } = fields.find((field) => field.name === name) ?? { offset: 0, size: bytes.length };
  const first = offset & ~3;
  return wordsIn(first, offset + size - first);
}

function wordsIn(offset: number, size: number): number[] {
  return Array.from({ length: (size + 3) >> 2 }, (_, index) => offset + index * 4);
}

function shapeOf({ kind }: Change): number {
  return kind === abi.OP_ERASE ? abi.ERASE_DONE : kind === abi.OP_COUNTER ? abi.COUNTER_NEW : 0;
}

/** What the oracles know no more, or know now. */
function remembered(history: History, incident: Incident, running: number): History {
  if ("selfTest" in incident) return memory.afterFailing(history, incident.boots);
  if ("counter" in incident) return history;
  if ("damage" in incident && incident.damage === "record") return memory.afterRecordLost(history);
  return struckIn(incident, running).reduce(memory.afterIncidentIn, history);
}

/** Slots (0, 1) in which an incident changes something. */
function struckIn(incident: Incident, running: number): readonly number[] {
  if ("put" in incident) return slotsOf(incident.put);
  if (!("damage" in incident) || incident.damage === "record") return [];
  return [slotOf(incident.damage, running)];
}

/** A slot that is damaged: 0 or 1. */
function slotOf(damage: DamagedSlot, running: number): number {
  if (damage === "running" || damage === "other") return damage === "running" ? running : running ^ 1;
  return damage === "slotA" ? 0 : 1;
}

function slotsOf({ slotA, slotB }: { readonly slotA?: string; readonly slotB?: string }): readonly number[] {
  return [...(slotA === undefined ? [] : [0]), ...(slotB === undefined ? [] : [1])];
}

/** An incident in words, as `scenarios` and `replay` tell it. */
export function incidentWords(incident: Incident): string {
  if ("selfTest" in incident)
    return `the confirmed image fails its self-test in its next ${incident.boots} boots`;
  if ("counter" in incident) return `counter ${incident.counter} stands at ${incident.to}`;
  if ("put" in incident) {
    const { slotA, slotB } = incident.put;
    const parts = [slotA && `${slotA} is put into slot A`, slotB && `${slotB} is put into slot B`];
    return parts.filter((part) => part).join(", ");
  }
  return DAMAGED[incident.damage];
}
