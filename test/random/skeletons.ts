// Working guests of two slots, as programs: a Record of two copies or a journal, installing by comparison or by a count in a
// retained word, attempts counted in the Record or in a one-way counter. What random guests are mutations of.
import * as abi from "../../assembly/abi.js";
import * as code from "./guest/bytecode.js";
import * as op from "./guest/opcodes.js";
import { SECTOR_SIZE } from "./parts.js";
import { Assembler, type Programs } from "./program.js";

/** How a working guest works. */
export interface Design {
  /** Bytes of a smallest program; at least 8. */
  readonly unitBytes: number;
  readonly imageBytes: number;
  /** Sectors of a slot. */
  readonly sectors: number;
  readonly attempts: number;
  readonly record: "copies" | "journal";
  /**
   * What is there already: by comparing all of it, or by a count in a retained word; which goes on only where the image's
   * first and last word are not there yet, where glances are enough (which is wrong).
   */
  readonly progress: "compared" | "counted" | "glanced";
  /** Programs of one step that counts. */
  readonly chunk: number;
  readonly attemptsIn: "record" | "counter";
  /** Attempts count after every reset, or only after one for this cause (which is wrong). */
  readonly countsAfter: "any reset" | number;
  /** Bytes of an image that boot looks at; all of them, or fewer (which is wrong). */
  readonly verifiedBytes: number;
}

/** Registers by what stands in them. */
const INPUT = 0;
/** The Record's word: bit 0 the slot, bit 1 on trial, bits 4 to 7 the attempts that are left, MARK; of two copies, which is newer. */
const STATE = 1;
/** Where the next Record goes. */
const NEXT = 2;
const SLOT = 3;
const X = 4;
const Y = 5;
const T = 6;
const AT = 7;
const FLOOR = 8;
const OWN = 9;
const DST = 10;
const SRC = 11;
const DONE = 12;
const RECORD = 13;
const OTHER_RECORD = 14;
const ZERO = 15;

const ON_TRIAL = 2;
const ATTEMPTS_SHIFT = 4;
const ATTEMPT = 1 << ATTEMPTS_SHIFT;
const ATTEMPTS_MASK = 0xf;
/** Set in every Record, so that none is zero. */
const MARK = 0x100;
/** Two bits that count round and round: a copy is newer where they are one more. */
const SERIAL = 0x1000;
const SERIALS = 0x3000;
const COMPLEMENT = 0xffffffff;
const COUNTER_OF_ATTEMPTS = 1;
const RETAINED_PROGRESS = 0;

/** The programs of a working guest. */
export function skeleton(design: Design): Programs {
  return { boot: bootOf(design), agent: agentOf(design) };
}

/** Finds the Record: STATE, 0 for none; NEXT. */
function loadRecord(to: Assembler, { record, unitBytes }: Design): void {
  to.add(op.INFO, RECORD, ZERO, 0, abi.INFO_RECORD_OFFSET);
  if (record === "journal") {
    to.add(op.ADD, NEXT, RECORD);
    to.add(op.LAST, STATE, NEXT, 0, SECTOR_SIZE / unitBytes);
    return;
  }
  to.add(op.ADD, OTHER_RECORD, RECORD, 0, SECTOR_SIZE).add(op.ADD, NEXT, RECORD);
  for (const [copy, other] of [
    [RECORD, OTHER_RECORD],
    [OTHER_RECORD, RECORD],
  ] as const) {
    to.add(op.TRY, X, copy, T, 0).skip("next copy", op.IF_OTHER, T, ZERO);
    to.add(op.TRY, Y, copy, T, 4).skip("next copy", op.IF_OTHER, T, ZERO);
    to.add(op.DIFFER, Y, Y, X).skip("next copy", op.IF_OTHER, Y, ZERO, COMPLEMENT);
    to.skip("newer", op.IF_EQUAL, STATE, ZERO);
    to.add(op.ADD, Y, STATE, 0, SERIAL).add(op.DIFFER, Y, Y, X).add(op.AND, Y, Y, 0, SERIALS);
    to.skip("next copy", op.IF_OTHER, Y, ZERO);
    to.label("newer").add(op.ADD, STATE, X).add(op.ADD, NEXT, other);
    to.label("next copy");
  }
}

/** Writes X as the Record. */
function saveRecord(to: Assembler, { record }: Design): void {
  if (record === "journal") {
    to.skip("there is room", op.IF_LESS, NEXT, RECORD, SECTOR_SIZE);
    to.add(op.ERASE, T, RECORD).add(op.ADD, NEXT, RECORD);
    to.label("there is room");
  } else to.add(op.ERASE, T, NEXT);
  to.add(op.XOR, Y, X, 0, COMPLEMENT);
  to.add(op.LATCH, X, NEXT).add(op.LATCH, Y, NEXT, 0, 4).add(op.PROGRAM, T, NEXT);
}

/** X = the beginning of the next Record: the serial number and the mark. */
function nextRecord(to: Assembler, { record }: Design): void {
  if (record === "journal") to.add(op.SET, X, 0, 0, MARK);
  else to.add(op.ADD, X, STATE, 0, SERIAL).add(op.AND, X, X, 0, SERIALS).add(op.ADD, X, X, 0, MARK);
}

function bootOf(design: Design): ReturnType<Assembler["program"]> {
  const { verifiedBytes, countsAfter } = design;
  const to = new Assembler();
  loadRecord(to, design);
  to.add(op.ADD, Y, STATE).skip("said", op.IF_OTHER, STATE, ZERO).add(op.SET, Y, 0, 0, abi.NOWHERE);
  to.label("said").add(op.EVENT, Y, 0, 0, abi.EVENT_RECORD);
  to.add(op.AND, SLOT, STATE, 0, 1);
  to.add(op.AND, T, STATE, 0, ON_TRIAL).skip("chosen", op.IF_EQUAL, T, ZERO);
  attemptsLeft(to, design);
  to.skip("try", op.IF_OTHER, T, ZERO);
  to.add(op.XOR, SLOT, SLOT, 0, 1).skip("chosen", op.SKIP);
  to.label("try");
  if (countsAfter !== "any reset") {
    to.add(op.INFO, T, ZERO, 0, abi.INFO_RESET_CAUSE).skip("chosen", op.IF_OTHER, T, ZERO, countsAfter);
  }
  useAttempt(to, design);
  to.label("chosen");
  for (const way of ["first", "second"]) {
    to.add(op.INFO, AT, SLOT, 0, abi.INFO_SLOT_OFFSET).add(op.VERIFY, T, AT, 0, verifiedBytes);
    to.skip(`not the ${way}`, op.IF_EQUAL, T, ZERO);
    to.add(op.TRY, X, AT, T, code.AT_COUNTER).add(op.COUNTER_READ, FLOOR, 0, T, abi.COUNTER_FLOOR);
    to.skip(`not the ${way}`, op.IF_LESS, X, FLOOR).add(op.JUMP, AT, 0, 0, code.AT_CHAIN + 4);
    to.label(`not the ${way}`).add(op.XOR, SLOT, SLOT, 0, 1);
  }
  return to.add(op.HALT, 0, 0, 0, abi.REASON_DIGEST).program();
}

/** T = the attempts that are left. */
function attemptsLeft(to: Assembler, { attemptsIn }: Design): void {
  to.add(op.SHIFT, T, STATE, 0, ATTEMPTS_SHIFT).add(op.AND, T, T, 0, ATTEMPTS_MASK);
  if (attemptsIn === "record") return;
  // What stands in the Record is what the counter may rise to.
  to.add(op.COUNTER_READ, X, 0, Y, COUNTER_OF_ATTEMPTS).add(op.DIFFER, T, T, X);
}

function useAttempt(to: Assembler, design: Design): void {
  if (design.attemptsIn === "record") {
    nextRecord(to, design);
    to.add(op.AND, Y, STATE, 0, MARK - 1)
      .add(op.SUM, X, X, Y)
      .add(op.ADD, X, X, 0, -ATTEMPT);
    saveRecord(to, design);
  } else {
    to.add(op.COUNTER_READ, X, 0, Y, COUNTER_OF_ATTEMPTS).add(op.ADD, X, X, 0, 1);
    to.add(op.COUNTER_ADVANCE, T, X, 0, COUNTER_OF_ATTEMPTS);
  }
}

function agentOf(design: Design): ReturnType<Assembler["program"]> {
  const to = new Assembler();
  to.add(op.INFO, X, ZERO, 0, abi.INFO_BOOTED_OFFSET).add(op.INFO, Y, ZERO, 1, abi.INFO_SLOT_OFFSET);
  to.skip("own", op.IF_LESS, X, Y).add(op.SET, OWN, 0, 0, 1).label("own");
  to.add(op.INFO, AT, OWN, 0, abi.INFO_SLOT_OFFSET);
  loadRecord(to, design);
  confirm(to, design);
  to.add(op.TRY, X, AT, T, code.AT_COUNTER).add(op.COUNTER_READ, FLOOR, 0, T, abi.COUNTER_FLOOR);
  to.skip("floor stands", op.IF_EQUAL, X, FLOOR);
  to.add(op.COUNTER_ADVANCE, T, X, 0, abi.COUNTER_FLOOR).label("floor stands");
  to.add(op.INFO, X, ZERO, 0, abi.INFO_OFFER_COUNT).skip("offered", op.IF_OTHER, X, ZERO);
  to.add(op.RETURN, ZERO, 0, 0, abi.STEP_CONFIRMED).label("offered");
  to.add(op.XOR, SLOT, OWN, 0, 1).add(op.INFO, DST, SLOT, 0, abi.INFO_SLOT_OFFSET);
  to.add(op.INFO, SRC, SLOT, 0, abi.INFO_OFFER_OFFSET);
  to.add(op.RECEIVE, X, SRC, T, code.AT_COUNTER).skip("refused", op.IF_LESS, X, FLOOR);
  to.add(op.RECEIVE, X, SRC, T, code.AT_SLOT).skip("taken", op.IF_EQUAL, X, DST);
  to.label("refused").add(op.RETURN, ZERO, 0, 0, abi.STEP_REFUSED).label("taken");
  if (design.progress === "compared") installCompared(to, design);
  else {
    if (design.progress === "glanced") glance(to, design);
    installCounted(to, design);
    to.label("installed");
  }
  startTrial(to, design);
  return to.add(op.RETURN, ZERO, 0, 0, abi.STEP_IDLE).program();
}

/** Unless the Record says already that the own slot is confirmed: confirms it where the self-test is good. */
function confirm(to: Assembler, design: Design): void {
  to.skip("not yet", op.IF_EQUAL, STATE, ZERO);
  to.add(op.AND, X, STATE, 0, 1 | ON_TRIAL).skip("confirmed", op.IF_EQUAL, X, OWN);
  to.label("not yet");
  to.add(op.AND, T, INPUT, 0, abi.INPUT_SELF_TEST_GOOD).skip("good", op.IF_OTHER, T, ZERO);
  to.add(op.RETURN, ZERO, 0, 0, abi.STEP_IDLE).label("good");
  nextRecord(to, design);
  to.add(op.SUM, X, X, OWN);
  saveRecord(to, design);
  to.add(op.ADD, STATE, X);
  // A journal's next cell is the next one; of two copies it is the other one.
  if (design.record === "journal") to.add(op.ADD, NEXT, NEXT, 0, design.unitBytes);
  else to.add(op.SUM, X, RECORD, OTHER_RECORD).add(op.REST_OF, NEXT, NEXT).add(op.SUM, NEXT, NEXT, X);
  to.label("confirmed");
}

/** Erases what is not as offered, copies what is missing; goes on where all is there. */
function installCompared(to: Assembler, { unitBytes, imageBytes, sectors }: Design): void {
  to.add(op.ALIKE, DONE, DST, SRC, imageBytes).skip("installed", op.IF_EQUAL, DONE, ZERO, imageBytes);
  to.add(op.AND, DONE, DONE, 0, -unitBytes).add(op.SUM, X, DST, DONE);
  to.add(op.BLANK, T, X, DST, sectors * SECTOR_SIZE).skip("blank", op.IF_OTHER, T, ZERO);
  erase(to, sectors);
  to.add(op.RETURN, ZERO, 0, 0, abi.STEP_MORE).label("blank");
  to.add(op.SUM, Y, SRC, DONE).add(op.REST_OF, T, DONE, 0, imageBytes);
  to.add(op.COPY, T, X, Y).add(op.RETURN, ZERO, 0, 0, abi.STEP_MORE);
  to.label("installed");
}

/** Goes on where the first and the last word are as offered. */
function glance(to: Assembler, { imageBytes }: Design): void {
  for (const at of [0, imageBytes - 4]) {
    to.add(op.TRY, X, DST, T, at).add(op.RECEIVE, Y, SRC, T, at);
    to.skip(at === 0 ? "to be installed" : "installed", at === 0 ? op.IF_OTHER : op.IF_EQUAL, X, Y);
  }
  to.label("to be installed");
}

/** A retained word says how many bytes are there: 0 before the slot is erased, one more than there are behind that. */
function installCounted(to: Assembler, { unitBytes, chunk, imageBytes, sectors }: Design): void {
  to.add(op.RETAINED_READ, DONE, 0, 0, RETAINED_PROGRESS).skip("erased", op.IF_OTHER, DONE, ZERO);
  erase(to, sectors);
  to.add(op.SET, X, 0, 0, 1).add(op.RETAINED_WRITE, X, 0, 0, RETAINED_PROGRESS);
  to.add(op.RETURN, ZERO, 0, 0, abi.STEP_MORE).label("erased");
  to.add(op.SET, T, 0, 0, imageBytes).skip("copied", op.IF_LESS, T, DONE);
  to.add(op.SUM, X, DST, DONE).add(op.SUM, Y, SRC, DONE);
  to.add(op.ADD, X, X, 0, -1).add(op.ADD, Y, Y, 0, -1);
  to.add(op.SET, T, 0, 0, chunk * unitBytes).add(op.COPY, T, X, Y);
  to.add(op.ADD, DONE, DONE, 0, chunk * unitBytes).add(op.RETAINED_WRITE, DONE, 0, 0, RETAINED_PROGRESS);
  to.add(op.RETURN, ZERO, 0, 0, abi.STEP_MORE).label("copied");
  to.add(op.RETAINED_WRITE, ZERO, 0, 0, RETAINED_PROGRESS);
  to.add(op.VERIFY, T, DST, 0, imageBytes).skip("whole", op.IF_OTHER, T, ZERO);
  to.add(op.RETURN, ZERO, 0, 0, abi.STEP_MORE).label("whole");
}

function erase(to: Assembler, sectors: number): void {
  for (let sector = sectors - 1; sector >= 0; sector--) to.add(op.ERASE, T, DST, 0, sector * SECTOR_SIZE);
}

/** Writes the Record that puts SLOT on trial. */
function startTrial(to: Assembler, design: Design): void {
  const { attempts, attemptsIn } = design;
  if (attemptsIn === "record") to.add(op.SET, Y, 0, 0, attempts);
  else to.add(op.COUNTER_READ, Y, 0, T, COUNTER_OF_ATTEMPTS).add(op.ADD, Y, Y, 0, attempts);
  to.add(op.AND, Y, Y, 0, ATTEMPTS_MASK).add(op.RAISE, Y, Y, 0, ATTEMPTS_SHIFT);
  to.add(op.ADD, T, Y);
  nextRecord(to, design);
  to.add(op.ADD, X, X, 0, ON_TRIAL).add(op.SUM, X, X, SLOT).add(op.SUM, X, X, T);
  saveRecord(to, design);
}
