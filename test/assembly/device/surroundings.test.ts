// Questions to what surrounds the device: each reaches the host as it was asked, its answer reaches the guest, and the log tells of it; what
// is out of bounds is no question.
import { describe, expect, it } from "vitest";
import * as abi from "../../../assembly/abi.js";
import { partById } from "../../../host/device/parts.js";
import { Hal, type HalImports } from "../../support/hal.js";

const tiny = partById("tiny");
const ANSWER = 0x80000001;
const BEYOND = [abi.LINK_MAX, 0xfffffffc];

/** A device whose questions are answered by `answer`, and the list of these. */
function answered(answer: number = ANSWER) {
  const hal = new Hal(tiny);
  const asked: (readonly number[])[] = [];
  hal.device.onAsk = (...question) => {
    asked.push(question);
    return answer;
  };
  return { hal, asked, imports: hal.imports };
}

type Question = readonly [ask: (hal: HalImports) => number | void, question: readonly number[]];

/** Those that are logged among the operations. */
const ASKED: Readonly<Record<string, Question>> = {
  linkSize: [(hal) => hal.linkSize(), [abi.ASK_LINK_SIZE, 0, 0, 0]],
  linkRelease: [(hal) => hal.linkRelease(), [abi.ASK_LINK_RELEASE, 0, 0, 0]],
  linkSend: [(hal) => hal.linkSend(5), [abi.ASK_LINK_SEND, 5, 0, 0]],
  clockReached: [(hal) => hal.clockReached(0xfffffffe), [abi.ASK_CLOCK_REACHED, 0xfffffffe, 0, 0]],
  clockInWindow: [
    (hal) => hal.clockInWindow(0xffffffff, 2, 0x80000003),
    [abi.ASK_CLOCK_WINDOW, 0xffffffff, 2, 0x80000003],
  ],
  clockSeconds: [(hal) => hal.clockSeconds(), [abi.ASK_CLOCK_SECONDS, 0, 0, 0]],
  uptimeReached: [(hal) => hal.uptimeReached(9), [abi.ASK_UPTIME, 9, 0, 0]],
  input: [(hal) => hal.input(abi.MAIN_CONSENT), [abi.ASK_INPUT, 3, 0, 0]],
  resetIfSafe: [(hal) => hal.resetIfSafe(), [abi.ASK_RESET_IF_SAFE, 0, 0, 0]],
  leaseTake: [(hal) => hal.leaseTake(), [abi.ASK_LEASE_TAKE, 0, 0, 0]],
  leaseHeld: [(hal) => hal.leaseHeld(), [abi.ASK_LEASE_HELD, 0, 0, 0]],
  nonceNew: [(hal) => hal.nonceNew(), [abi.ASK_NONCE_NEW, 0, 0, 0]],
  acted: [(hal) => hal.acted(7), [abi.ASK_ACTED, 7, 0, 0]],
};
/** Those that change nothing out there. */
const LOOKED: Readonly<Record<string, Question>> = {
  linkRead32: [(hal) => hal.linkRead32(8), [abi.ASK_LINK_READ, 8, 0, 0]],
  nonce: [(hal) => hal.nonce(abi.NONCE_OLDER, 3), [abi.ASK_NONCE_READ, 1, 3, 0]],
};

describe("a question", () => {
  it.each(Object.entries(ASKED))("%s is asked as it is, answered, and logged", (_, [ask, question]) => {
    const { hal, asked, imports } = answered();
    const key = hal.stateKey();
    hal.beginLogged();
    const heard = ask(imports);
    expect(asked).toEqual([question]);
    expect([undefined, ANSWER]).toContain(heard === undefined ? heard : heard >>> 0);
    const [kind, first] = question;
    expect(hal.device.operations()).toEqual([{ kind: "asked", ask: kind, first, answer: ANSWER }]);
    expect(hal.readLog()).toEqual([[abi.READ_OUTSIDE | (abi.OUTSIDE_ASKED << 2), 0]]);
    // Nothing that could be torn, and nothing of the device.
    expect(hal.device.callWord(abi.CALL_OPERATION_COUNT)).toBe(0);
    expect(hal.stateKey()).toBe(key);
  });

  it.each(Object.entries(LOOKED))(
    "%s that changes nothing is none of the operations",
    (_, [ask, question]) => {
      const { hal, asked, imports } = answered();
      hal.beginLogged();
      expect((ask(imports) as number) >>> 0).toBe(ANSWER);
      expect(asked).toEqual([question]);
      expect(hal.device.operations()).toEqual([]);
      expect(hal.readLog()).toEqual([[abi.READ_OUTSIDE | (abi.OUTSIDE_ASKED << 2), 0]]);
    },
  );

  it("has its number in the call, each of them", () => {
    const { hal, imports } = answered();
    for (let call = 0; call < 2; call++) {
      hal.beginLogged();
      imports.linkSize();
      imports.linkRead32(0);
      imports.clockSeconds();
      expect(hal.readLog().map(([, number]) => number)).toEqual([0, 1, 2]);
    }
  });

  it("that nobody answers is answered by 0", () => {
    const { imports } = new Hal(tiny);
    expect([imports.linkSize(), imports.clockSeconds(), imports.nonce(0, 0)]).toEqual([0, 0, 0]);
  });

  it("about an input or a nonce that there is not is none", () => {
    const { asked, imports } = answered();
    expect([imports.input(abi.MAIN_COUNT), imports.input(0xffffffff)]).toEqual([0, 0]);
    expect([imports.nonce(2, 0), imports.nonce(0xffffffff, 0), imports.nonce(0, 4)]).toEqual([0, 0, 0]);
    expect(asked).toEqual([]);
  });
});

describe("a packet that is laid down", () => {
  it("has words at multiples of 4 up to the largest packet; others are refused, and break no rule", () => {
    const { hal, asked, imports } = answered(abi.STATUS_OK);
    for (const offset of [1, 2, 3, 0xffffffff])
      expect(imports.linkWrite32(offset, 1), String(offset)).toBe(abi.STATUS_MISALIGNED);
    for (const offset of BEYOND) expect(imports.linkWrite32(offset, 1)).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(imports.linkWrite32(abi.LINK_MAX - 4, 1)).toBe(abi.STATUS_OK);
    for (const size of [0, abi.LINK_MAX + 1, 0xffffffff])
      expect(imports.linkSend(size), String(size)).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(asked).toEqual([]);
    expect([abi.CALL_RULE_BREAKS, abi.CALL_DENIALS].map((word) => hal.device.callWord(word))).toEqual([0, 0]);
    expect(hal.device.operations()).toEqual([]);
    expect(hal.device.packet(abi.LINK_MAX).subarray(-4)).toEqual(Uint8Array.of(1, 0, 0, 0));
  });

  it("is sent whole, zero where nothing was laid down, and gone then", () => {
    const hal = new Hal(tiny);
    const sent: Uint8Array[] = [];
    hal.device.onAsk = (_, size) => {
      sent.push(hal.device.packet(size));
      return abi.STATUS_OK;
    };
    hal.imports.linkWrite32(4, 0xa1b2c3d4);
    expect(hal.imports.linkSend(7)).toBe(abi.STATUS_OK);
    expect(hal.imports.linkSend(abi.LINK_MAX)).toBe(abi.STATUS_OK);
    expect(sent).toEqual([Uint8Array.of(0, 0, 0, 0, 0xd4, 0xc3, 0xb2), new Uint8Array(abi.LINK_MAX)]);
  });

  it("is no longer than a frame of the link, of which the host says how long it is", () => {
    const { hal, asked, imports } = answered(abi.STATUS_OK);
    expect(hal.info(abi.INFO_LINK_FRAME)).toBe(abi.LINK_MAX);
    hal.device.exports.setLinkFrame(40);
    expect([hal.info(abi.INFO_LINK_FRAME), hal.info(abi.INFO_LINK_MAX)]).toEqual([40, abi.LINK_MAX]);
    for (const size of [0, 41, abi.LINK_MAX]) expect(imports.linkSend(size)).toBe(abi.STATUS_OUT_OF_RANGE);
    expect(asked).toEqual([]);
    expect(imports.linkSend(40)).toBe(abi.STATUS_OK);
    hal.device.exports.setLinkFrame(0xffffffff);
    expect(hal.info(abi.INFO_LINK_FRAME)).toBe(abi.LINK_MAX);
  });

  // What is laid down and not sent, or sent in a call that is cut right then, is there in the next call: it has to go when a call begins.
  it("is gone when the next call begins, sent or not", () => {
    const { hal, imports } = answered(abi.STATUS_OK);
    imports.linkWrite32(0, 1);
    hal.begin();
    expect(hal.device.packet(4)).toEqual(new Uint8Array(4));
  });
});

describe("a reset that a guest asks for", () => {
  const STOPPED = { kind: abi.STOP_OWN_RESET, value: 0 };

  it("comes in any case, or where it is allowed", () => {
    expect(answered(abi.STATUS_UNSAFE).hal.stop((hal) => hal.resetNow())).toEqual(STOPPED);
    expect(answered(abi.STATUS_OK).hal.stop((hal) => hal.resetIfSafe())).toEqual(STOPPED);
    const { hal, imports } = answered(abi.STATUS_UNSAFE);
    expect(hal.stop(() => expect(imports.resetIfSafe()).toBe(abi.STATUS_UNSAFE)).kind).toBe(abi.STOP_NONE);
  });
});

describe("a cut after a question", () => {
  it("comes after the one that was said, which is done; looks do not count; anew in each call", () => {
    const { hal, asked, imports } = answered(0);
    const ask = (question: () => void) => {
      const { kind, value } = hal.stop(question);
      return kind === abi.STOP_NONE ? "goes on" : { kind, value };
    };
    hal.device.setAskedCut(1, true);
    for (let call = 0; call < 2; call++) {
      hal.begin();
      expect(ask(() => imports.clockReached(1))).toBe("goes on");
      expect(ask(() => imports.nonce(0, 0))).toBe("goes on");
      expect(ask(() => imports.linkRead32(0))).toBe("goes on");
      expect(ask(() => imports.linkSize())).toEqual({ kind: abi.STOP_ASKED, value: 1 });
      expect(hal.device.operations()).toHaveLength(2);
    }
    expect(asked).toHaveLength(8);
    expect(hal.device.cutIsReset).toBe(true);
    hal.device.setAskedCut(abi.NOWHERE);
    hal.begin();
    for (let again = 0; again < 3; again++) expect(ask(() => imports.linkSize())).toBe("goes on");
  });

  it("comes before the reset that was asked for", () => {
    const { hal } = answered(abi.STATUS_OK);
    hal.device.setAskedCut(0);
    hal.begin();
    expect(hal.stop((imports) => imports.resetNow())).toEqual({ kind: abi.STOP_ASKED, value: 0 });
  });
});
