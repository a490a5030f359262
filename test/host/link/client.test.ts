// The client, reply by reply: which requests it sends, what it takes for an answer, and that it comes to an end.
import { describe, expect, it } from "vitest";
import {
  type Client,
  type ClientPlan,
  SESSION_KEY,
  newClient,
  packetsMost,
  received,
  timedOut,
  turned,
} from "../../../host/link/client.js";
import { REPLY_DONE, REPLY_REFUSED, REPLY_TAKEN, requestFrame } from "../../../host/link/frame.js";
import { bytesOfWords, linesOf, wordsOfBytes } from "../../../host/link/serial.js";

const PLAN: ClientPlan = { requests: ["do", "do", "do"], window: 2, sequences: 2, tries: 1 };

function reply(sequence: number, number: number, status: number, words: readonly number[] = [0, 0]) {
  return [1 | (sequence << 8), number, status, ...words];
}

describe("a client", () => {
  it("sends as many requests as its window takes, and one more for each answer", () => {
    const { client, packets } = newClient(PLAN);
    expect(packets).toEqual([requestFrame(1, 0, 1), requestFrame(1, 1, 2)]);
    const next = received(PLAN, client, reply(0, 1, REPLY_DONE));
    // Sequence numbers have begun anew.
    expect(next.packets).toEqual([requestFrame(1, 0, 3)]);
    expect(next.client.done).toEqual([1]);
    const last = received(PLAN, next.client, reply(0, 3, REPLY_REFUSED));
    expect(last.packets).toEqual([]);
    expect(last.client.done).toEqual([1]);
    expect(last.client.inFlight.map(({ number }) => number)).toEqual([2]);
  });

  it("takes for an answer only what is about a request in flight, in full", () => {
    const { client } = newClient(PLAN);
    for (const other of [
      reply(1, 1, REPLY_DONE),
      reply(0, 2, REPLY_DONE),
      reply(0, 3, REPLY_DONE),
      [0x001, 1],
    ])
      expect(received(PLAN, client, other)).toEqual({ client, packets: [] });
    const done = received(PLAN, client, reply(0, 1, REPLY_DONE)).client;
    expect(received(PLAN, done, reply(0, 1, REPLY_DONE)).client).toEqual(done);
  });

  it("does not take for done what was begun before", () => {
    const { client } = newClient(PLAN);
    const heard = received(PLAN, client, reply(0, 1, REPLY_TAKEN)).client;
    expect(heard.done).toEqual([]);
    expect(heard.inFlight.map(({ number }) => number)).toEqual([2, 3]);
  });

  it("asks for a challenge and answers that", () => {
    const plan: ClientPlan = { ...PLAN, requests: ["challenged"] };
    const { client, packets } = newClient(plan);
    expect(packets).toEqual([requestFrame(2, 0, 1)]);
    const asked = received(plan, client, reply(0, 1, REPLY_DONE, [0xaa, 0xbb]));
    expect(asked.packets).toEqual([requestFrame(1, 1, 1, [0xaa, 0xbb])]);
    expect(asked.client.done).toEqual([]);
    expect(received(plan, asked.client, reply(1, 1, REPLY_DONE)).client.done).toEqual([1]);
    const refused = received(plan, client, reply(0, 1, REPLY_REFUSED));
    expect([refused.packets, refused.client.inFlight]).toEqual([[], []]);
  });

  it("brings a session key", () => {
    expect(newClient({ ...PLAN, requests: ["key"] }).packets).toEqual([requestFrame(3, 0, 1, SESSION_KEY)]);
  });
});

describe("a client that nobody answers", () => {
  it("sends what is in flight once more, as often as its plan says, and is gone then", () => {
    const { client, packets } = newClient(PLAN);
    const again = timedOut(PLAN, client)!;
    expect(again.packets).toEqual(packets);
    const over = timedOut(PLAN, again.client)!;
    expect(over.packets).toEqual([]);
    expect(over.client).toMatchObject({ presence: "gone", inFlight: [] });
    expect(timedOut(PLAN, over.client)).toBeNull();
  });

  it("begins to count anew where somebody has answered", () => {
    const tired = timedOut(PLAN, newClient(PLAN).client)!.client;
    expect(tired.tries).toBe(0);
    expect(received(PLAN, tired, reply(0, 1, REPLY_DONE)).client.tries).toBe(PLAN.tries);
  });

  it.each(["away", "gone"] as const)("hears nothing and sends nothing while it is %s", (presence) => {
    const client: Client = { ...newClient(PLAN).client, presence };
    expect(received(PLAN, client, reply(0, 1, REPLY_DONE))).toEqual({ client, packets: [] });
    expect(timedOut(PLAN, client)).toBeNull();
  });
});

describe("a client on a serial line", () => {
  const plan: ClientPlan = { ...PLAN, line: 24 };
  const linesOfReply = (words: readonly number[]) => linesOf(bytesOfWords(words), 24);
  const hears = (client: Client, line: string) => received(plan, client, wordsOfBytes(line), line.length);

  it("sends its requests as lines, of which so many are on their way", () => {
    const { packets } = newClient(plan);
    const expected = [requestFrame(1, 0, 1), requestFrame(1, 1, 2)].flatMap(linesOfReply);
    expect(packets).toEqual(expected.map((bytes) => ({ bytes, challenge: 0 })));
    expect([packetsMost(plan), packetsMost(PLAN)]).toEqual([4, 2]);
  });

  it("says of a line what challenge it answers", () => {
    const challenged: ClientPlan = { ...plan, requests: ["challenged"] };
    const { client } = newClient(challenged);
    const [one, two] = linesOfReply(reply(0, 1, REPLY_DONE, [0xaa, 0xbb])) as [string, string];
    const half = received(challenged, client, wordsOfBytes(one), one.length);
    const { packets } = received(challenged, half.client, wordsOfBytes(two), two.length);
    const bytes = linesOfReply(requestFrame(1, 1, 1, [0xaa, 0xbb]));
    expect(packets).toEqual(bytes.map((line) => ({ bytes: line, challenge: 0xaa })));
  });

  it("keeps what has come of a reply, and hears it when it is whole", () => {
    const { client } = newClient(plan);
    const [one, two] = linesOfReply(reply(0, 1, REPLY_DONE)) as [string, string];
    const half = hears(client, one);
    expect(half).toMatchObject({ packets: [], client: { begun: expect.any(String), done: [] } });
    const whole = hears(half.client, two);
    expect(whole.client).toMatchObject({ done: [1] });
    expect(whole.client).not.toHaveProperty("begun");
    expect(whole.packets).toHaveLength(2);
    // The same state as of a client that heard it at once.
    expect(hears(client, two).client).toEqual(client);
  });

  it("forgets it where it asks once more, goes away, or something wrong comes", () => {
    const { client } = newClient(plan);
    const [one, two] = linesOfReply(reply(0, 1, REPLY_DONE)) as [string, string];
    const half = hears(client, one).client;
    const spoilt = hears(half, two.replace(/.\n/, "*\n")).client;
    for (const other of [timedOut(plan, half)!.client, turned(half, "away"), spoilt])
      expect(other).not.toHaveProperty("begun");
  });
});
