// Changes to the AssemblyScript template, for guests that go about trials in ways of their own. Its firmware runs in the slot `running`
// and keeps the Record in `record`.
import { CAUSE_PIN, INFO_RESET_CAUSE } from "../../assembly/abi.js";

const MAY_WRITE = `export function mayWrite(): u32 {
  return 1;
}
`;
export const MAY = { from: "export function abiVersion", to: `${MAY_WRITE}\nexport function abiVersion` };
/** Erases the last sector of a slot, where nothing stands. */
export const erasesFreeSector = (slot: number) =>
  `hal.erase(hal.info(hal.INFO_SLOT_OFFSET, ${slot}) + hal.info(hal.INFO_SLOT_SIZE, ${slot}) - 4096);`;
/** What firmware in a slot does first, as long as it is not confirmed. */
export const onTrial = (slot: number, does: string) => {
  const from = "  if (!state.isRecord() ||";
  return { from, to: `  if (running == ${slot} && record.confirmed == 0) ${does}\n${from}` };
};
/** What firmware whose self-test is not good must not do. */
export const erasesOther = (slot: number) =>
  onTrial(slot, `if ((input & 1) == 0) hal.erase(hal.info(hal.INFO_SLOT_OFFSET, ${slot ^ 1}));`);
/** Reads, erases and writes again where the image in slot A begins: all is well unless that is cut. */
export const WRITES_ANEW = onTrial(
  1,
  `if ((input & 1) == 0) {
    const at = hal.info(hal.INFO_SLOT_OFFSET, 0);
    flash.read(at, chunk, 256);
    flash.erase(at, flash.sectorSize(at));
    flash.write(at + 4, chunk + 4, 252);
    flash.write(at, chunk, 4);
  }`,
);
/** A boot that falls back only to what has a header. */
export const LOOKS_FIRST = {
  from: "    if (record.attempts == 0) {",
  to: `    if (record.attempts == 0 && !readHeader(hal.info(hal.INFO_SLOT_OFFSET, record.active ^ 1))) {
    } else if (record.attempts == 0) {`,
};
/** Boot gives v2 up for good. */
export const GIVES_UP = { from: "record.confirmed = 1", to: "record.confirmed = record.active == 0 ? 2 : 1" };
export const OFFERED = "const offer = offerFor(running ^ 1);";
/** v1 takes no offer then. */
export const TAKES_NONE = {
  from: OFFERED,
  to: "const offer = record.confirmed == 2 ? hal.NOWHERE : offerFor(running ^ 1);",
};

/** Where the template asks for a trial. */
export const asked = "record.attempts = hal.info(hal.INFO_ATTEMPTS, 0)";

/** Boot's last attempt is over: v2 is given up. */
const FALLS_BACK =
  "      record.active ^= 1; // the trial is over: back to the other slot, for good\n      record.confirmed = 1;";
/** Confirms first, and then falls back. */
export const CONFIRMS_FIRST = {
  from: FALLS_BACK,
  to: "      record.confirmed = 1;\n      state.write();\n      record.active ^= 1;",
};
/** Falls back, but not after a reset by the pin. */
export const KEEPS_AT_PIN = {
  from: "      record.active ^= 1; //",
  to: `      if (hal.info(${INFO_RESET_CAUSE}, 0) != ${CAUSE_PIN}) record.active ^= 1; //`,
};
/** A trial is over at the first reset by the pin, whether it has begun or not. */
export const ENDS_AT_PIN = {
  from: LOOKS_FIRST.from,
  to: `    if (record.attempts == 0 || hal.info(${INFO_RESET_CAUSE}, 0) == ${CAUSE_PIN}) {`,
};
/** Likewise, where it has begun. */
export const ENDS_TRIAL_AT_PIN = {
  from: LOOKS_FIRST.from,
  to: `    if (record.attempts == 0 || (record.attempts < hal.info(hal.INFO_ATTEMPTS, 0) && hal.info(${INFO_RESET_CAUSE}, 0) == ${CAUSE_PIN})) {`,
};
export const DECLARES_RETAINED = {
  from: "export function abiVersion",
  to: `@external("hal", "retainedRead") declare function retainedRead(index: u32): u32;
@external("hal", "retainedWrite") declare function retainedWrite(index: u32, word: u32): void;
export function abiVersion`,
};
const STANDS = `function stands(slot: u32, offer: u32): bool {
  const from = hal.info(hal.INFO_OFFER_OFFSET, offer);
  const size = hal.info(hal.INFO_OFFER_SIZE, offer);
  const to = hal.info(hal.INFO_SLOT_OFFSET, slot);
  for (let at: u32 = 0; at < size; at += 4)
    if (hal.tryRead32(to + at) != <u64>received(from + at)) return false;
  return true;
}
export function abiVersion`;
/** Installs in one step, and asks for the trial in another. */
export const INSTALLS_APART = [
  { from: "export function abiVersion", to: STANDS },
  {
    from: "if (!install(running ^ 1, offer)) return hal.STEP_REFUSED;",
    to: "if (!stands(running ^ 1, offer)) return install(running ^ 1, offer) ? hal.STEP_MORE : hal.STEP_REFUSED;",
  },
];

/** Asks for a trial, that is one boot, outside the Record, which only says who is confirmed. */
interface OneShot {
  /** What boot sees of it, and how it takes it back; what firmware does. */
  readonly isAsked: string;
  readonly takesBack: string;
  readonly asks: string;
  readonly declares: readonly { readonly from: string; readonly to: string }[];
}

/** By a retained word, by a counter. */
export const ONE_SHOTS: Readonly<Record<string, OneShot>> = {
  "a retained word": {
    isAsked: "retainedRead(0) == 0x54525931",
    takesBack: "retainedWrite(0, 0);",
    asks: "retainedWrite(0, 0x54525931);",
    declares: [DECLARES_RETAINED],
  },
  "a counter": {
    isAsked: "((<u32>hal.counterRead(1)) & 1) != 0",
    takesBack: "hal.counterAdvance(1, <u32>hal.counterRead(1) + 1);",
    asks: "if (((<u32>hal.counterRead(1)) & 1) == 0) hal.counterAdvance(1, <u32>hal.counterRead(1) + 1);",
    declares: [],
  },
};

/** Boot with such trials. */
export function bootsOnce({ isAsked, takesBack, declares }: OneShot) {
  return [
    ...declares,
    { from: "  if (state.isRecord() && record.confirmed == 0) {", to: "  if (record.magic == 1) {" },
    {
      from: "  const slot = hal.info(hal.INFO_SLOT_OFFSET, record.active);",
      to: `  const isTrial = ${isAsked};
  if (isTrial) ${takesBack}
  const slot = hal.info(hal.INFO_SLOT_OFFSET, isTrial ? record.active ^ 1 : record.active);`,
    },
    { from: "if (record.confirmed != 0 && counter", to: "if (!isTrial && record.confirmed != 0 && counter" },
  ];
}

/** Firmware with such trials, which leaves alone what stands already. */
export function asksOnce({ asks, declares }: OneShot) {
  return [
    {
      from: "export function abiVersion",
      to: `${declares.map(({ to }) => to.replace("export function abiVersion", "")).join("")}${STANDS}`,
    },
    {
      from: "if (!state.isRecord() || (record.active == running && record.confirmed == 0)) {",
      to: "if (!state.isRecord() || record.active != running) {",
    },
    {
      from: "  if (record.active != running) return hal.STEP_IDLE; // on trial from the next boot on\n",
      to: "",
    },
    {
      from: "if (!install(running ^ 1, offer))",
      to: "if (!stands(running ^ 1, offer) && !install(running ^ 1, offer))",
    },
    {
      from: "  record.active = running ^ 1;\n  record.confirmed = 0;\n  record.attempts = hal.info(hal.INFO_ATTEMPTS, 0);\n  return state.write() ? hal.STEP_IDLE : hal.STEP_REFUSED;",
      to: `  ${asks}\n  return hal.STEP_IDLE;`,
    },
  ];
}
