// Where an installation is, in retained words: what a reset keeps of it, and what boot makes of one that was under way.
import { beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import type { Device } from "../../../host/device/device.js";
import { partById } from "../../../host/device/parts.js";
import { library } from "../../support/library.js";
import { deviceOf, ownPair } from "../../support/scenes.js";

interface Session {
  session(): number;
  stageOf(word: number): number;
  restartsOf(word: number): number;
  sectorOf(word: number): number;
  lowestOf(word: number): number;
  sessionOfferMark(): number;
  startSession(mark: number, stage: number): void;
  startSessionAnew(restarts: number): void;
  moveSession(word: number, stage: number, at: number, lowest: number): void;
  endUnfinishedSession(): void;
  forgetSession(): void;
}

const STAGES = { none: 0, wipe: 1, write: 2, done: 3, begun: 4, failed: 5 } as const;
const MARK = 0xfedcba98;
const part = partById("tiny");
let sessions: (device: Device) => Session;
let device: Device;
let session: Session;

beforeAll(async () => {
  sessions = await library<Session>('export * from "../hal/session";');
});

/** A device after a reset for `cause`, its boot about to be called; what its agent had done before is kept. */
function after(cause: number, agent: () => void): void {
  device = deviceOf(part, ownPair);
  session = sessions(device);
  device.exports.beginCall(part.layout.slotA.offset, 0);
  agent();
  device.exports.reset(cause);
  device.exports.beginCall(abi.NOWHERE, 0);
}

/** All that a session says. */
function told() {
  const word = session.session();
  return {
    stage: session.stageOf(word),
    restarts: session.restartsOf(word),
    at: session.sectorOf(word),
    lowest: session.lowestOf(word),
    offer: session.sessionOfferMark() >>> 0,
  };
}

const NOTHING = { stage: STAGES.none, restarts: 0, at: 0, lowest: 0, offer: 0 };

describe("a session", () => {
  it("keeps what it is told, each part in its own place, over resets and not over a loss of power", () => {
    for (const [at, lowest] of [
      [0, 0],
      [0xfff, 0],
      [0, 0xfff],
      [0xabc, 0x123],
    ] as const) {
      const install = () => {
        session.startSession(MARK, STAGES.begun);
        session.startSessionAnew(1);
        session.moveSession(session.session(), STAGES.write, at, lowest);
      };
      after(abi.CAUSE_OPEN, install);
      expect(told()).toEqual({ stage: STAGES.write, restarts: 1, at, lowest, offer: MARK });
      after(abi.CAUSE_POWER, install);
      expect(told()).toEqual(NOTHING);
    }
  });

  it("goes on by one change of one word: a reset comes before it or after", () => {
    after(abi.CAUSE_SOFT, () => session.startSession(MARK, STAGES.begun));
    session.moveSession(session.session(), STAGES.wipe, 7, 3);
    const changes = device.operations();
    expect(changes.map(({ kind }) => kind)).toEqual(["retained"]);
  });
});

describe("boot", () => {
  it.each(Object.entries(STAGES))("ends a session that was under way and no other: %s", (name, stage) => {
    after(abi.CAUSE_WATCHDOG, () => {
      session.startSession(MARK, stage);
      session.startSessionAnew(1);
      session.moveSession(session.session(), stage, 5, 2);
    });
    const before = told();
    session.endUnfinishedSession();
    expect(told()).toEqual(["done", "failed"].includes(name) ? before : NOTHING);
  });

  it("ends it however often it is reset in the middle of that", () => {
    for (const struck of [0, 1]) {
      after(abi.CAUSE_PIN, () => session.startSession(MARK, STAGES.write));
      device.setResetAt(struck);
      expect(() => session.endUnfinishedSession()).toThrow();
      expect(device.callWord(abi.CALL_STOP_KIND)).toBe(abi.STOP_RESET);
      device.setResetAt(abi.NOWHERE);
      device.exports.reset(abi.CAUSE_PIN);
      device.exports.beginCall(abi.NOWHERE, 0);
      session.endUnfinishedSession();
      expect(told()).toEqual(NOTHING);
    }
  });

  it("can forget one whatever it has come to", () => {
    after(abi.CAUSE_SOFT, () => session.startSession(MARK, STAGES.done));
    session.forgetSession();
    expect(told()).toEqual(NOTHING);
  });
});
