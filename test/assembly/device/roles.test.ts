// What an application is refused, each thing tried by a guest: everything but the link, the clock, the inputs and its own slot for reading. The
// firmware of the same slot is the other half of each test: it gets what the application does not.
import { beforeAll, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { executeCall } from "../../../host/campaign/play/call.js";
import { Dialogue } from "../../../host/campaign/world/dialogue.js";
import { Rules } from "../../../host/campaign/world/rules.js";
import { Device } from "../../../host/device/device.js";
import { partById } from "../../../host/device/parts.js";
import { compile } from "../../support/compile.js";
import { deviceModule } from "../../support/scenes.js";

const PART = partById("tiny");
const ENTRY = "assembly/canary/world/tries.ts";
const HEADER_BYTES = 32;
const MARK = 0x7e57;
/** What stands in each word that is tried. */
const KNOWN = 0x5ec2e75e;

type SlotName = "slotA" | "slotB";

/** Tries, in order: what a guest does, and what it finds there as an application; as firmware. */
const TRIES = [
  ["tryRead32 of the keys", "high(tryRead32(info(19, 0)))", abi.STATUS_DENIED, abi.STATUS_OK],
  ["tryRead32 of the Record", "high(tryRead32(info(17, 0)))", abi.STATUS_DENIED, abi.STATUS_OK],
  ["tryRead32 of the other slot", "high(tryRead32(other()))", abi.STATUS_DENIED, abi.STATUS_OK],
  ["the word that it gets of the other slot", "u32(tryRead32(other()))", 0, KNOWN],
  ["the word that it gets of the keys", "u32(tryRead32(info(19, 0)))", 0, KNOWN],
  ["tryRead32 of its own slot", "high(tryRead32(own()))", abi.STATUS_OK, abi.STATUS_OK],
  ["the word that it gets of its own slot", "u32(tryRead32(own()))", KNOWN, KNOWN],
  ["the last word of its own slot", "high(tryRead32(own() + info(16, 0) - 4))", 0, 0],
  ["readWords of the other slot", "readWords(other(), BLOCK, 4)", abi.STATUS_DENIED, abi.STATUS_OK],
  ["what that left in memory", "load<u32>(BLOCK)", 0, KNOWN],
  ["readWords from its own slot on", "readWords(own() + info(16, 0) - 4, BLOCK, 2) != 0 ? 1 : 0", 1, null],
  ["the scratch", "scratchRead(0)", 0, KNOWN],
  ["the scratch's last word", "scratchRead(info(24, 0) / 4 - 1)", 0, KNOWN],
  ["the key slot", "keySlotRead(0)", 0, KNOWN],
  ["the key slot's last word", "keySlotRead(info(25, 0) / 4 - 1)", 0, KNOWN],
  ["a retained word", "retainedRead(0)", 0, KNOWN],
  ["a later retained word", "retainedRead(20)", 0, KNOWN],
  ["a counter", "high(counterRead(0))", abi.STATUS_DENIED, abi.STATUS_OK],
  ["the offer", "high(receive32(0))", abi.STATUS_NOTHING_OFFERED, abi.STATUS_NOTHING_OFFERED],
  ["why the device was reset", "info(10, 0)", abi.NOWHERE, abi.CAUSE_POWER],
  ["a nonce", "nonce(0, 0)", 0, null],
  ["a lease", "leaseTake()", abi.STATUS_UNSAFE, abi.STATUS_OK],
  ["whether a lease holds", "leaseHeld()", 0, 1],
  ["the clock", "clockReached(1)", 1, 1],
  ["an input", "input(1)", 1, 1],
  ["the uptime", "uptimeReached(0)", 1, 1],
  ["a packet", "linkSize()", 24, 24],
] as const;

/** What a guest may want to change, and what changes then where it may. */
const WRITES = [
  "latch32(other(), 0); event(MARK, program(other(), info(6, 0)))",
  "latch32(info(17, 0), 0); event(MARK, program(info(17, 0), info(6, 0)))",
  "latch32(own(), 0); event(MARK, program(own(), info(6, 0)))",
  "event(MARK, erase(other()))",
  "event(MARK, erase(info(17, 0)))",
  "event(MARK, counterAdvance(0, 9))",
  "scratchWrite(1, 1)",
  "keySlotWrite(1, 1)",
  "retainedWrite(1, 1)",
  "retainedWrite(20, 1)",
  "nonceNew()",
  "acted(1)",
] as const;

/** How a call ends in which a guest does what an application has not: as firmware; as an application. */
const ENDS = [
  ["jump(own() + 32)", "jumped", "refused"],
  ["halt(3)", "halted", "refused"],
  ["resetNow()", "reset-itself", "refused"],
  ["resetIfSafe()", "reset-itself", "returned"],
  ["read32(other())", "returned", "read-fault"],
] as const;

const SENDS = "linkWrite32(0, 1); event(MARK, linkSend(4))";
const IN_OWN_SLOT = "latch32(own() + 64, 0); event(MARK, program(own() + 64, info(6, 0)))";
const NOTHING = "";

/** All that one guest does, each in a device of its own: which is said by the boots that an image gets. */
const DEEDS = [NOTHING, SENDS, IN_OWN_SLOT, ...WRITES, ...ENDS.map(([what]) => what)];
const READS = DEEDS.length;

const HAL = [
  ...["tryRead32", "readWords", "info", "scratchRead", "scratchWrite", "keySlotRead", "keySlotWrite"],
  ...["retainedRead", "retainedWrite", "counterRead", "counterAdvance", "receive32", "nonce", "nonceNew"],
  ...["leaseTake", "leaseHeld", "clockReached", "input", "uptimeReached", "linkSize", "latch32", "program"],
  ...["erase", "acted", "jump", "halt", "read32", "resetNow", "resetIfSafe", "linkWrite32", "linkSend"],
];

/** The guest that does all of this, in `run` and `step` alike. */
async function compiled(mayWrite: 0 | 1): Promise<Uint8Array> {
  const all = [...DEEDS, TRIES.map(([, what]) => `event(MARK, ${what});`).join("\n")];
  const body = all.map((what, which) => `if (which == ${which + 1}) { ${what}; }`).join("\n");
  const source = `
import { event, ${HAL.join(", ")} } from "../../hal/hal";
export { abiVersion, boot } from "./kit";
const MARK: u32 = ${MARK};
const BLOCK = memory.data(16);
function high(answer: u64): u32 { return u32(answer >> 32); }
function own(): u32 { return info(11, 0) - ${HEADER_BYTES}; }
function other(): u32 { return info(15, own() == info(15, 0) ? 1 : 0); }
function tries(): void {
const which = info(21, 0);
${body}
event(MARK, 0xffff);
}
export function mayWrite(): u32 { return ${mayWrite}; }
export function run(): void { tries(); }
export function step(_input: u32): i32 { tries(); return 0; }
`;
  return compile(ENTRY, [], { [ENTRY]: source });
}

interface Made {
  readonly answers: readonly number[];
  readonly end: string;
  readonly writes: number;
  readonly words: readonly number[];
  readonly world: ReturnType<Rules["start"]>;
  readonly began: ReturnType<Rules["start"]>;
}

/** What the guest finds in a call of the firmware's or the application's, in a slot of a device that holds KNOWN everywhere. */
function made(
  binary: Uint8Array,
  deed: number,
  as: "firmware" | "application",
  slot: SlotName = "slotA",
): Made {
  const guest = { name: "tries", binary };
  const device = new Device({
    ...{
      module: deviceModule,
      part: PART,
      boot: guest,
      agent: guest,
      application: guest,
      attempts: deed + 1,
    },
  });
  const { slotA, slotB, record, keys } = PART.layout;
  const word = new Uint8Array(Uint32Array.of(KNOWN).buffer);
  for (const { offset } of [slotA, slotB, record, keys]) device.provision(offset, word);
  device.exports.checkpoint();
  const { hal } = device;
  device.exports.beginCall(slotA.offset, 0);
  const writing = hal as unknown as Record<string, (index: number, word: number) => void>;
  for (const index of [0, abi.SCRATCH_SIZE / 4 - 1]) writing["scratchWrite"]?.(index, KNOWN);
  for (const index of [0, abi.KEY_SLOT_SIZE / 4 - 1]) writing["keySlotWrite"]?.(index, KNOWN);
  for (const index of [0, 20]) writing["retainedWrite"]?.(index, KNOWN);
  const rules = new Rules({
    inputs: 1 << abi.MAIN_PATIENT,
    client: { window: 1, sequences: 2, tries: 1, requests: ["do"] },
  });
  const began = rules.start();
  const dialogue = new Dialogue(rules, began);
  const offset = PART.layout[slot].offset + HEADER_BYTES;
  const input = as === "application" ? abi.INPUT_APPLICATION : abi.INPUT_SELF_TEST_GOOD;
  const result = executeCall(device, offset, input, { dialogue });
  const answers = device
    .operations()
    .flatMap((one) => (one.kind === "event" && one.code === MARK ? [one.value >>> 0] : []));
  const place = device.table(abi.TABLE_VOLATILE);
  const words = [...device.words.subarray(place, place + 600), device.counter(0)];
  const { world } = dialogue;
  return { answers, end: result.end.kind, writes: result.operationCount, words, world, began };
}

let guest: Uint8Array;
beforeAll(async () => {
  guest = await compiled(0);
});

/** What comes of a deed as an application, and as firmware. */
function both(what: string, binary = guest): { readonly application: Made; readonly firmware: Made } {
  const deed = DEEDS.indexOf(what);
  return { application: made(binary, deed, "application"), firmware: made(binary, deed, "firmware") };
}

it.each(["slotA", "slotB"] as const)(
  "what a guest reads in %s as an application, and as firmware",
  (slot) => {
    const [application, firmware] = (["application", "firmware"] as const).map((as) =>
      made(guest, READS, as, slot).answers.slice(0, TRIES.length),
    );
    expect(application).toEqual(TRIES.map(([, , answer]) => answer));
    TRIES.forEach(([name, , , answer], index) => {
      if (answer !== null) expect([name, firmware?.[index]]).toEqual([name, answer]);
    });
  },
);

it.each(WRITES)("%s: changes nothing as an application", (what) => {
  const { application, firmware } = both(what);
  const nothing = both(NOTHING).application;
  expect(application).toEqual({ ...nothing, answers: application.answers });
  const isDone = firmware.writes > 0 || firmware.world !== firmware.began;
  expect(isDone || String(firmware.words) !== String(nothing.words)).toBe(!what.includes("program(own()"));
  expect(application.answers).toEqual(what.includes("MARK") ? [abi.STATUS_DENIED, 0xffff] : [0xffff]);
});

it("its own slot it may not write even where the firmware may", async () => {
  const { application, firmware } = both(IN_OWN_SLOT, await compiled(1));
  expect(firmware.answers).toEqual([abi.STATUS_OK, 0xffff]);
  expect(application.answers).toEqual([abi.STATUS_DENIED, 0xffff]);
});

it.each(ENDS)("%s: %s as firmware, %s as an application", (what, asFirmware, asApplication) => {
  const { application, firmware } = both(what);
  expect([firmware.end, application.end]).toEqual([asFirmware, asApplication]);
  expect(application.world).toBe(application.began);
});

it("a packet that it sends goes out", () => {
  expect(both(SENDS).application.answers).toEqual([abi.STATUS_OK, 0xffff]);
});
