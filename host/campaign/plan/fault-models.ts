// The fault models as data: what each lets happen, and where that is known from. The physics stands in the device module.
import { MisuseError } from "../../core/errors.js";
import { didYouMean } from "../../core/nearest.js";

/** A fault model's name. */
export type FaultName =
  "power" | "reset" | "weak" | "ecc" | "flip" | "write" | "misdirected" | "double-fetch" | WorldModel;

/** The models of what surrounds the device: what a guest hears when it asks. */
export const WORLD_MODELS = ["link", "clock", "inputs", "application"] as const;
export type WorldModel = (typeof WORLD_MODELS)[number];

/** A named overlay of what can go wrong. */
export interface FaultModel {
  readonly name: FaultName;
  readonly title: string;
  readonly lets: readonly string[];
  readonly sources: readonly string[];
}

/** Every fault model, in the order in which they are listed. */
export const FAULT_MODELS: readonly FaultModel[] = [
  {
    name: "power",
    title:
      "the power goes before any guest call and at rest, and before, inside or after any program, erase or counter advance",
    lets: [
      "before a call, and at rest: nothing on flash changes, retained words are lost",
      "a torn program: nothing, everything, half of the bytes (either), even or odd bits, all but one bit, one bit only, a scattered half of the bits",
      "a torn erase: untouched; first half erased and alternating bits of the rest; done",
      "a torn counter advance: the old value or the new one",
    ],
    sources: [
      "Tseng et al., DAC 2011: a later cut is not safer, so shapes are not only prefixes",
      "Infineon KBA223960; linux-mtd 2009: an erase passes through mixed states",
    ],
  },
  {
    name: "reset",
    title:
      "the device is reset while its RAM stays powered: wherever the power can go, retained words are kept",
    lets: [
      "before any guest call, at rest, after each change of a retained word, and inside any program, erase or counter advance, which are torn as by a loss of power",
      "the cause is a watchdog, a soft reset, the reset pin or a brown-out (told as power): open until it is asked for, then each of them",
    ],
    sources: [
      "Zephyr, drivers/hwinfo.h: RESET_WATCHDOG, RESET_SOFTWARE, RESET_PIN, RESET_BROWNOUT; its retention subsystem keeps words over them",
      "assumed: a reset stops the flash controller in the middle of its work as a loss of power does; datasheets promise no more",
    ],
  },
  {
    name: "weak",
    title:
      "what a cut has touched reads either way, differently at every read, until it is done again in full",
    lets: [
      "a torn program: each read of a word sees it as programmed or as it was",
      "a torn erase: each read of a word sees it erased or as it was",
      "a torn counter advance: each read sees the old or the new value, until it is advanced again",
      "the adversary chooses at each read, and every choice is explored",
    ],
    sources: [
      "Poudel et al., TECS 2021: a partial erase leaves unstable cells",
      "linux-mtd 2011; Zephyr issue 103452: a cell reads right now and wrong later",
    ],
  },
  {
    name: "ecc",
    title: "on parts with ECC a torn unit cannot be read; on some, neither can an erased one",
    lets: [
      "a torn program: nothing, everything, or a unit whose every read is an error",
      "a torn erase: untouched; first half erased and the rest unreadable; done",
      "with weak: each read sees it programmed, as it was, or fails",
      "LPC55S69: reading a unit that is not programmed is an error",
    ],
    sources: [
      "Trezor issue 5312 (STM32U5): a double error traps; STM32H7 reference manual: bus fault",
      "Zephyr issues 33140, 24429 (LPC55): reading erased flash faults",
    ],
  },
  {
    name: "flip",
    title: "a bit flips: in flash at rest, in one read, in RAM, or in the incoming image",
    lets: [
      "at rest, before any power-up of the run: every single bit of the slots, the Record, the keys and the counters; pairs of bits, sampled",
      "in flight: one bit of one read, in any call; one bit of the boot guest's RAM at one of its reads; sampled",
      "one bit of the incoming image, for as long as it is offered; sampled",
      "what a run does not depend on is covered without being executed: no call reads or programs the word before its sector is erased",
    ],
    sources: [
      "JEDEC JESD89 (soft errors); retention and read disturb of floating-gate cells: one bit at a time",
      "fault-injection literature models data-path faults as single-bit flips of bus reads and RAM",
    ],
  },
  {
    name: "write",
    title: "a program, an erase or a counter advance goes wrong while the device stays up",
    lets: [
      "dropped: it is acknowledged, and nothing is done",
      "failed: nothing is done, and its status says so",
      "worn: it fails, and so does every later one in that sector",
    ],
    sources: [
      "rboot issue 25; ESP-IDF issue 4968: in a brown-out the CPU runs while writes fail",
      "endurance figures of the datasheets: a sector wears out",
    ],
  },
  {
    name: "misdirected",
    title: "a program lands at a wrong address of its sector (brown-out); opt-in",
    lets: ["one address bit within the sector is wrong, each in turn; the program is acknowledged"],
    sources: ["rboot issue 25; ESP-IDF issue 4968: in a brown-out writes land elsewhere"],
  },
  {
    name: "double-fetch",
    title: "a word of flash reads differently from its second reading in one boot on",
    lets: ["every word that boot reads more than once, every single bit of it"],
    sources: ["CVE-2024-28183 (ESP-IDF): flash changes between check and use"],
  },
  {
    name: "link",
    title:
      "the link to whoever talks to the device loses packets, brings them twice or out of order, damages and cuts them",
    lets: [
      "packets to the device, or lines of them: any of them lost, or late; brought twice; brought after any that are on their way behind them",
      "the one that comes next in order: one bit of it wrong; cut short",
      "a reply, or a line of it: lost",
      "the client is away until the next power-up, or for good",
      "when nothing goes wrong: packets come in order, and the client sends again what is not answered, a few times",
    ],
    sources: ["RFC 3819: subnetworks lose, reorder and duplicate packets"],
  },
  {
    name: "clock",
    title: "the clock is set to any second, and time passes, between any two questions of a guest",
    lets: [
      "before a question about the clock: it is set, to any second; what its answers leave open afterwards is open",
      "before a question about the time since the power-up: so much of it has passed",
      "when nothing goes wrong: the clock stands, until a device that has nothing else to do waits for another second",
    ],
    sources: [
      "Uptane Standard 2.1: an ECU shall have a source of secure time",
      "assumed: whoever reaches a clock sets it to any second",
    ],
  },
  {
    name: "inputs",
    title:
      "the main function begins or ends a treatment, or another input changes, between any two questions of a guest",
    lets: [
      "before a question about an input: that input has changed",
      "before a reset that the guest asks for, and before a lease: a treatment begins or ends; a lease ends by itself",
      "when nothing goes wrong: inputs stand, and come back to where they were when a device has nothing else to do",
    ],
    sources: [
      "FDA MedWatch 2017, Abbott: while it is updated a pacemaker works in backup mode for three minutes",
      "US 9,594,875: infusion pumps take an update while they infuse",
    ],
  },
  {
    name: "application",
    title: "the application beside the firmware runs before any step that the adversary chooses, or does not",
    lets: [
      "before each step of the firmware: the application runs once, with all that it does to the link",
      "it reads its own slot, link, clock and inputs; what else it asks for is refused, and however it ends the firmware goes on",
      "when nothing goes wrong: it waits, so that nothing rests on it; without the model it runs before each step, once",
    ],
    sources: [
      "Arm PSA Firmware Framework, isolation level 1: what is trusted is kept from the application, which is not",
      "assumed: whoever isolates it also ends it where it hangs or crashes, without a reset",
    ],
  },
];

/** Fault models that are strikes: a device is bound to stay safe under them, and survival is counted. */
export const STRIKE_MODELS: readonly FaultName[] = ["flip", "write", "misdirected", "double-fetch"];

/**
 * Reads a list of fault models, like "power,weak".
 * @throws {MisuseError} naming an unknown one, or where weak or ecc come without power.
 */
export function parseFaults(text: string): FaultName[] {
  const names = text.split(",").map((name) => name.trim());
  const known = FAULT_MODELS.map(({ name }) => name);
  for (const name of names) {
    if (!known.some((one) => one === name))
      throw new MisuseError(
        `unknown fault model "${name}", expected some of ${known.join(", ")}${didYouMean(name, known)}`,
      );
  }
  const tears = names.includes("power") || names.includes("reset");
  if (!tears && (names.includes("weak") || names.includes("ecc")))
    throw new MisuseError(
      `fault models: weak and ecc say what a cut leaves, expected power or reset with them, found ${text}`,
    );
  return known.filter((name) => names.includes(name));
}
