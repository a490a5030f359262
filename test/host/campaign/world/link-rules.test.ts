// What a link does to packets, answer by answer.
import { describe, expect, it } from "vitest";
import * as abi from "../../../../assembly/abi.js";
import { clockAt } from "../../../../host/campaign/world/clock.js";
import type { Answer } from "../../../../host/campaign/world/option.js";
import { Rules } from "../../../../host/campaign/world/rules.js";
import { answers, resent } from "../../../../host/campaign/world/link-rules.js";
import { oracleBit } from "../../../../host/campaign/plan/oracles.js";
import { type World, worldOf } from "../../../../host/campaign/world/world.js";
import type { ClientPlan } from "../../../../host/link/client.js";
import { REPLY_DONE, requestFrame } from "../../../../host/link/frame.js";
import { bytesOfWords, linesOf, wordsOfBytes } from "../../../../host/link/serial.js";

const CLIENT = { requests: ["do", "do"], window: 2, sequences: 4, tries: 1 } as const;
const [FIRST, SECOND] = [requestFrame(1, 0, 1), requestFrame(1, 1, 2)];
const START = new Rules({ clock: 0, client: CLIENT }).start();
const FRAME_BITS = 2 * 32 + 4;

function asked(
  world: World,
  kind: number,
  first = 0,
  sent?: readonly number[],
  client: ClientPlan = CLIENT,
): Answer[] {
  const question = { kind, first, second: 0, third: 0, ...(sent === undefined ? {} : { sent }) };
  return answers(world, question, client);
}

function named(found: readonly Answer[], words: string): Answer {
  const one = found.find((answer) => answer.words === words);
  if (one === undefined) throw new Error(`no answer is called ${words}`);
  return one;
}

describe("a packet that comes", () => {
  const found = asked(START, abi.ASK_LINK_SIZE);

  it("is the first on its way where nothing goes wrong", () => {
    expect(found[0]).toEqual({ answer: 24, change: { standing: FIRST, queue: [SECOND] }, words: "packet" });
    expect(found.slice(1).every(({ faults, model }) => faults === 1 && model === "link")).toBe(true);
  });

  it("may be lost, come twice, come after the next", () => {
    expect(named(found, "packet lost").change).toEqual({ queue: [SECOND] });
    expect(named(found, "packet lost, the next one comes").change).toEqual({ standing: SECOND, queue: [] });
    expect(named(found, "packet late").change).toEqual({ queue: [FIRST, SECOND] });
    expect(named(found, "all packets lost").change).toEqual({ queue: [] });
    const [last] = [worldOf({ ...START, queue: [FIRST] })].map((world) => asked(world, abi.ASK_LINK_SIZE));
    expect(last!.filter(({ words }) => words?.includes("lost"))).toHaveLength(1);
    expect(named(found, "packet twice").change).toEqual({ standing: FIRST, queue: [SECOND, FIRST] });
    const behind = { standing: SECOND, queue: [FIRST, SECOND] };
    expect(named(found, "packet twice out of order").change).toEqual(behind);
    expect(named(found, "packet out of order").change).toEqual({ standing: SECOND, queue: [FIRST] });
  });

  it("may come before any that are on their way, which keep their order", () => {
    const others = [3, 4].map((number) => requestFrame(1, number, number));
    const many = worldOf({ ...START, queue: [FIRST, SECOND, ...others] });
    const came = asked(many, abi.ASK_LINK_SIZE).filter(({ words }) =>
      words?.startsWith("packet out of order"),
    );
    expect(came.map(({ words }) => words)).toEqual(
      ["", ", before 2 others", ", before 3 others"].map((rest) => `packet out of order${rest}`),
    );
    expect(came.map(({ faults }) => faults)).toEqual([1, 1, 1]);
    expect(came.map(({ change }) => [change?.standing, ...(change?.queue ?? [])])).toEqual([
      [SECOND, FIRST, ...others],
      [others[0], FIRST, SECOND, others[1]],
      [others[1], FIRST, SECOND, others[0]],
    ]);
  });

  it("may not come yet, or never, as any of those on their way, or all of them", () => {
    const full = worldOf({ ...START, queue: [FIRST, SECOND, FIRST] });
    const none = asked(full, abi.ASK_LINK_SIZE).filter(
      ({ answer, change }) => answer === undefined && !change?.client,
    );
    expect(none.map(({ change, isLost = false }) => [isLost, ...(change?.queue ?? [])])).toEqual([
      [false, FIRST, SECOND, FIRST],
      [true, SECOND, FIRST],
      [true, FIRST, FIRST],
      [true, FIRST, SECOND],
      [true],
    ]);
  });

  it("comes twice only while there is room for it", () => {
    const full = worldOf({ ...START, queue: [FIRST, SECOND, FIRST] });
    expect(asked(full, abi.ASK_LINK_SIZE).map(({ words }) => words)).not.toContain("packet twice");
  });

  it("may have any bit of its header flipped, one of each word after that, or be cut short", () => {
    const damaged = found.filter(({ words }) => words?.startsWith("packet damaged") === true);
    expect(damaged).toHaveLength(FRAME_BITS);
    const packets = damaged.map(({ change }) => JSON.stringify(change?.standing));
    expect(new Set(packets).size).toBe(FRAME_BITS);
    expect(packets).not.toContain(JSON.stringify(FIRST));
    const short = found.filter(({ words }) => words?.startsWith("packet cut short") === true);
    expect(short.map(({ answer }) => answer)).toEqual([20, 4]);
  });

  it("may not come, as the client is away or gone with all that it has sent", () => {
    for (const presence of ["away", "gone"] as const)
      expect(named(found, `client ${presence}`).change).toMatchObject({ queue: [], client: { presence } });
  });

  it("stands until it is released, and is read word by word", () => {
    const standing = worldOf({ ...START, standing: SECOND, queue: [FIRST] });
    expect(asked(standing, abi.ASK_LINK_SIZE)).toEqual([{ answer: 24, words: "packet" }]);
    expect(asked(standing, abi.ASK_LINK_READ, 4)[0]!.answer).toBe(2);
    expect(asked(standing, abi.ASK_LINK_READ, 24)[0]!.answer).toBe(0);
    expect(asked(standing, abi.ASK_LINK_RELEASE)[0]!.change).toEqual({ standing: null });
  });

  it("is none where nothing is on its way", () => {
    const empty = worldOf({ ...START, queue: [] });
    expect(asked(empty, abi.ASK_LINK_SIZE)).toEqual([{ answer: 0, words: "no packet" }]);
    expect(asked(empty, abi.ASK_LINK_READ)[0]!.answer).toBe(0);
  });
});

describe("a reply that is sent", () => {
  const done = [0x001, 1, REPLY_DONE, 0, 0];
  const quiet = worldOf({ ...START, queue: [] });

  it("is heard, or lost", () => {
    const found = asked(worldOf({ ...quiet, acted: [1] }), abi.ASK_LINK_SEND, 20, done);
    expect(found.map(({ faults = 0 }) => faults)).toEqual([0, 1]);
    expect(found[0]!.change?.client?.done).toEqual([1]);
    expect(found[0]!.violations).toBe(0);
    expect(found[1]!.change).toBeUndefined();
  });

  it("lies where it says done of what was not", () => {
    const [heard, lost] = asked(quiet, abi.ASK_LINK_SEND, 20, done);
    expect(heard!.violations).toBe(oracleBit("answers-are-true"));
    expect(lost!.violations).toBeUndefined();
  });

  it("goes nowhere where there is no client", () => {
    const nobody = worldOf({ ...quiet, client: null });
    expect(asked(nobody, abi.ASK_LINK_SEND, 20, done)).toEqual([{ answer: abi.STATUS_OK, words: "sent" }]);
  });
});

describe("lines of a serial link", () => {
  const plan: ClientPlan = { ...CLIENT, line: 24 };
  const start = new Rules({ clock: 0, client: plan }).start();
  const lines = [FIRST, SECOND].flatMap((frame) => linesOf(bytesOfWords(frame), 24));

  it("come one by one, with their own sizes, and are struck each", () => {
    expect(start.queue.map((packet) => ("bytes" in packet ? packet.bytes : ""))).toEqual(lines);
    const found = asked(start, abi.ASK_LINK_SIZE, 0, undefined, plan);
    expect(found[0]).toMatchObject({ answer: 23, change: { standing: { bytes: lines[0] } } });
    expect(found.filter(({ words }) => words?.startsWith("packet out of order"))).toHaveLength(3);
    expect(found.filter(({ words }) => words?.startsWith("packet damaged"))).toHaveLength(2 * 32 + 4);
    const short = found.filter(({ words }) => words?.startsWith("packet cut short"));
    expect(short.map(({ answer }) => answer)).toEqual([22, 19]);
    const standing = worldOf({ ...start, standing: start.queue[0]! });
    expect(asked(standing, abi.ASK_LINK_READ, 0, undefined, plan)[0]!.answer).toBe(0x42410906);
  });

  it("come twice while no more than the client has in flight, and one, are on their way", () => {
    const full = worldOf({ ...start, queue: [...start.queue, start.queue[0]!] });
    const words = [start, full].map((world) =>
      asked(world, abi.ASK_LINK_SIZE, 0, undefined, plan).map((answer) => answer.words),
    );
    expect(words.map((all) => all.includes("packet twice"))).toEqual([true, false]);
  });

  it("are heard when all have come, and lost one by one", () => {
    const quiet = worldOf({ ...start, queue: [], acted: [1] });
    const [one, two] = linesOf(bytesOfWords([0x001, 1, REPLY_DONE, 0, 0]), 24) as [string, string];
    const half = asked(quiet, abi.ASK_LINK_SEND, one.length, wordsOfBytes(one), plan);
    expect(half.map(({ faults = 0 }) => faults)).toEqual([0, 1]);
    const heard = worldOf({ ...quiet, ...half[0]!.change });
    expect(heard).not.toBe(quiet);
    const [whole] = asked(heard, abi.ASK_LINK_SEND, two.length, wordsOfBytes(two), plan);
    expect(whole!.change?.client?.done).toEqual([1]);
    expect(whole!.violations).toBe(0);
    const [lie] = asked(
      worldOf({ ...heard, acted: [] }),
      abi.ASK_LINK_SEND,
      two.length,
      wordsOfBytes(two),
      plan,
    );
    expect(lie!.violations).toBe(oracleBit("answers-are-true"));
  });
});

describe("what is sent once more", () => {
  it("is all in flight, and only while nothing is on its way or stands", () => {
    expect(resent(CLIENT, START)).toBeNull();
    expect(resent(CLIENT, worldOf({ ...START, queue: [], standing: FIRST }))).toBeNull();
    const again = resent(CLIENT, worldOf({ ...START, queue: [], clock: clockAt(0) }));
    expect(again).toMatchObject({ queue: [FIRST, SECOND], client: { tries: 0 } });
  });
});

it("a question that nobody knows is a defect", () => {
  expect(() => asked(START, 99)).toThrow(RangeError);
});
