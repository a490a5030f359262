// One device for many guests: it is 69 MiB, and building it is what a small exploration would spend most of its time on. The
// guests in it are exchanged, and its content is wiped.
import * as abi from "../../assembly/abi.js";
import { begin } from "../../host/campaign/machine.js";
import { faultsOf } from "../../host/campaign/options.js";
import type { FaultName } from "../../host/campaign/plan/fault-models.js";
import type { Faults, Tears } from "../../host/campaign/plan/faults.js";
import type { Scene } from "../../host/campaign/plan/scenario.js";
import type { Position } from "../../host/campaign/play/position.js";
import type { Settled } from "../../host/campaign/play/caller.js";
import { Guest, type GuestOptions } from "../../host/core/guest.js";
import { type MeteredGuest, meterGuest } from "../../host/core/metered.js";
import { type DeviceModules } from "../../host/device/device-options.js";
import { Device } from "../../host/device/device.js";
import { flashSizeOf } from "../../host/device/layout.js";
import type { PartProfile } from "../../host/device/profile.js";

/** The interpreter's source, to be compiled. */
export const INTERPRETER = "test/random/guest/interpreter.ts";

/** Blocks of a random guest's call: those that end at all need some thousands. */
const FUEL = 40_000n;

const RULES = {
  and: abi.RULE_AND,
  once: abi.RULE_ONCE,
  "once-or-zero": abi.RULE_ONCE_OR_ZERO,
  twice: abi.RULE_TWICE,
} as const;

/** What is to be played. */
export interface Play {
  readonly part: PartProfile;
  /** As the interpreter's memory holds them. */
  readonly programs: Uint8Array;
  readonly scene: Scene;
  readonly models: readonly FaultName[];
  readonly attempts: number;
}

/** A device at the start of a scene. */
export interface Seated {
  readonly device: Device;
  readonly start: Position;
  readonly faults: Faults;
  readonly settled: Settled;
}

/** What of a device is exchanged: whom it is handed to sees it as unchanging. */
interface Exchanged {
  boot: Guest;
  agent: Guest;
  attempts: number;
}

/** The interpreter with programs in its memory, as if they were data of the module: no guest costs a compilation. */
class ProgrammedGuest extends Guest {
  readonly #programs: Uint8Array;
  readonly #place: number;

  constructor(options: GuestOptions, programs: Uint8Array, place: number) {
    super(options);
    this.#programs = programs;
    this.#place = place;
  }

  override reset(): void {
    super.reset();
    new Uint8Array(this.memory.buffer).set(this.#programs, this.#place);
  }
}

/** Holds one device, of the part that was asked for last. */
export class Seat {
  readonly #module: DeviceModules;
  readonly #interpreter: Uint8Array;
  readonly #metered: { readonly boot: MeteredGuest; readonly step: MeteredGuest };
  readonly #place: number;
  #device: Device | undefined;

  /**
   * @param module the compiled device module
   * @param interpreter the compiled interpreter
   */
  constructor(module: DeviceModules, interpreter: Uint8Array) {
    this.#module = module;
    this.#interpreter = interpreter;
    const metered = (entry: string) =>
      meterGuest({ name: "interpreter", binary: interpreter, entry, fuel: FUEL });
    this.#metered = { boot: metered("boot"), step: metered("step") };
    this.#place = placeOfPrograms(interpreter);
  }

  /** The device with a play's guests on it, at the start of its scene, at a checkpoint. */
  seat(play: Play, tears: Tears = "shapes"): Seated {
    const { part, scene, models, attempts } = play;
    const device = this.#deviceFor(part);
    const exchanged: Exchanged = device;
    exchanged.boot = this.#guest(device, "boot", play.programs);
    exchanged.agent = this.#guest(device, "step", play.programs);
    exchanged.attempts = attempts;
    device.exports.setAttempts(attempts);
    const faults = faultsOf({ part, layout: part.layout, assume: true, tears }, models);
    device.setEcc(faults.eccUnit, faults.erasedFaults);
    return { faults, ...begin(device, scene) };
  }

  #guest({ hal }: Device, entry: "boot" | "step", programs: Uint8Array): Guest {
    const shared = { name: "random", binary: this.#interpreter, hal };
    return new ProgrammedGuest({ ...shared, entry, metered: this.#metered[entry] }, programs, this.#place);
  }

  #deviceFor(part: PartProfile): Device {
    if (this.#device?.part !== part) {
      const guest = { name: "interpreter", binary: this.#interpreter };
      const metered = {
        boot: { ...guest, metered: this.#metered.boot },
        agent: { ...guest, metered: this.#metered.step },
      };
      return (this.#device = new Device({ module: this.#module, part, ...metered, attempts: 1, fuel: FUEL }));
    }
    const device = this.#device;
    // Torn units are forgotten only while the device still knows how large they are.
    device.exports.wipe();
    forgetKept(device);
    return device;
  }
}

/** Where the interpreter's memory holds programs: an export of it says so. */
function placeOfPrograms(interpreter: Uint8Array): number {
  const module = new WebAssembly.Module(interpreter as BufferSource);
  const hal = Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => 0]));
  const { exports } = new WebAssembly.Instance(module, { hal });
  return (exports["programs"] as WebAssembly.Global<"i32">).value;
}

/** Describes the part anew, with which the device forgets the operations that it kept. */
function forgetKept({ exports, part }: Device): void {
  exports.setPart(
    flashSizeOf(part),
    part.erasedByte === 0xff ? 0 : 0xffffffff,
    part.programMin.value,
    part.programMax.value,
    RULES[part.rule],
    part.programTypicalMicros.value,
    part.programMaxMicros.value,
  );
}
