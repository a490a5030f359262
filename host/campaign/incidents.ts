// Incidents: what befalls a device in a scenario's middle past all rules, between two guest calls. Each is told to the device as kept
// operations, so that an exploration takes them back and does them again like a guest's own.
import * as abi from "../../assembly/abi.js";
import { MisuseError } from "../core/errors.js";
import type { Device } from "../device/device.js";
import { sectorsOf } from "../device/layout.js";
import type { Region } from "../device/profile.js";
import { IN_BOOT } from "./call.js";
import * as memory from "./history.js";
import type { History } from "./history.js";
import type { Identifier } from "./identify.js";
import { placed } from "./placed.js";
import type { Position } from "./position.js";
import { Random } from "./random.js";
import { type Incident, type Scene, type SceneImage, isOffer } from "./scenario.js";

/** Does a kept operation, as far as a shape says. */
type Lay = (place: number, shape: number) => void;

/** An operation that is not kept yet. */
interface Change {
  readonly kind: number;
  readonly offset: number;
  readonly value: number;
}

type Damage = Extract<Incident, { readonly damage: unknown }>;

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
  }

  /** Lets happen what stands next in the scenario, up to the next offer; answers where the device stands then. */
  happen(position: Position, lay: Lay): Position {
    const { steps } = this.#scene.scenario;
    let { history } = position;
    for (let step = steps[history.step]; step !== undefined && !isOffer(step); step = steps[history.step]) {
      const running = this.#running(position.bootedOffset, history);
      for (const change of this.#changesOf(step, running)) lay(this.#kept(change), shapeOf(change));
      history = memory.afterIncident(remembered(history, step, running));
    }
    return history === position.history ? position : { ...position, history, changed: true };
  }

  /** Slot that runs or, between two power-ups, is confirmed; slot A where none is. */
  #running(bootedOffset: number, { confirmed }: History): number {
    if (bootedOffset === IN_BOOT) return Math.max(0, confirmed);
    const { slotB } = this.#device.layout;
    return bootedOffset >= slotB.offset && bootedOffset < slotB.offset + slotB.size ? 1 : 0;
  }

  #changesOf(incident: Incident, running: number): readonly Change[] {
    if ("damage" in incident) return this.#damage(incident, running);
    if ("put" in incident) {
      const { slotA, slotB } = this.#device.layout;
      return [...this.#put(incident.put.slotA, slotA), ...this.#put(incident.put.slotB, slotB)];
    }
    if ("counter" in incident)
      return [{ kind: abi.OP_COUNTER, offset: incident.counter, value: incident.to }];
    return [];
  }

  #damage(damage: Damage, running: number): readonly Change[] {
    const { layout } = this.#device;
    if (damage.damage === "record") {
      const { offset, size } = layout.record;
      const used = this.#wordsIn(offset, size).filter((at) => this.#word(at) !== 0xffffffff);
      return used.map(inverted);
    }
    const slot = slotOf(damage.damage, running);
    const region = slot === 0 ? layout.slotA : layout.slotB;
    const [image] = this.#identifier.inSlot(slot);
    const words = image === undefined ? [region.offset] : this.#wordsOf(image, region, damage.field);
    const random = new Random(damage.seed ?? 1);
    const struck = new Set<number>();
    for (let left = Math.min(damage.words ?? 1, words.length); left > 0; left--) {
      const open = words.filter((at) => !struck.has(at));
      struck.add(open[random.below(open.length)] as number);
    }
    return [...struck].map(inverted);
  }

  /**
   * Offsets of the words that hold an image's field; of the whole image where none is given.
   * @throws {MisuseError} where the image has no field of that name.
   */
  #wordsOf(image: SceneImage, region: Region, name: string | undefined): readonly number[] {
    const { bytes, fields = [] } = image;
    const whole = { offset: 0, size: bytes.length };
    const field = name === undefined ? whole : fields.find((candidate) => candidate.name === name);
    if (field === undefined) {
      const known = [...new Set(fields.map((candidate) => `"${candidate.name}"`))].join(", ");
      throw new MisuseError(
        `damage to ${image.name}: expected a field of it (${known}), found "${name ?? ""}"`,
      );
    }
    const first = region.offset + (field.offset & ~3);
    return this.#wordsIn(first, region.offset + field.offset + field.size - first);
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
    const words = this.#wordsIn(region.offset, padded.length).map((offset) => ({
      kind: abi.OP_PUT,
      offset,
      value: view.getUint32(offset - region.offset, true),
    }));
    return [...sectors, ...words];
  }

  #wordsIn(offset: number, size: number): number[] {
    return Array.from({ length: (size + 3) >> 2 }, (_, index) => offset + index * 4);
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

function inverted(offset: number): Change {
  return { kind: abi.OP_FLIP, offset, value: 0xffffffff };
}

function shapeOf({ kind }: Change): number {
  return kind === abi.OP_ERASE ? abi.ERASE_DONE : kind === abi.OP_COUNTER ? abi.COUNTER_NEW : 0;
}

/** What the oracles know no more, or know now. */
function remembered(history: History, incident: Incident, running: number): History {
  if ("selfTest" in incident) return memory.afterFailing(history, incident.boots);
  if ("counter" in incident) return history;
  if ("put" in incident) return slotsOf(incident.put).reduce(memory.afterIncidentIn, history);
  if (incident.damage === "record") return memory.afterRecordLost(history);
  return memory.afterIncidentIn(history, slotOf(incident.damage, running));
}

/** A slot that is damaged: 0 or 1. */
function slotOf(damage: Exclude<Damage["damage"], "record">, running: number): number {
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
