// Changes to the AssemblyScript template, for guests that go about trials in ways of their own. Its firmware runs in the slot `running`
// and keeps the Record in `record`.

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
