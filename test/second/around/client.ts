// The client at the other end of the link, written a second time from the comments of host/link: what it sends, and what it makes of a reply.
// Packets are arrays of words, or lines that these go as. Shares nothing with the project's.
import { type Bytes, hearLine, linesIn, toLines } from "./serial.js";

/** What it wants: requests in order, how many at a time, how many sequence numbers there are, how often it sends once more by itself. */
export interface Wishes {
  readonly requests: readonly ("do" | "challenged" | "key")[];
  readonly window: number;
  readonly sequences: number;
  readonly tries: number;
  /** Bytes of a line at the most, where packets go over a serial line. */
  readonly line?: number | undefined;
}

type Words = readonly number[];

/** A line, and the words that it was made of. */
export interface Line {
  readonly line: Bytes;
  readonly of: Words;
}

export type Packet = Words | Line;

/** Words of a request. */
const REQUEST = 6;

/** Packets that requests in flight are at the most. */
export function packetsInFlight({ window, line }: Wishes): number {
  return line === undefined ? window : window * linesIn(REQUEST, line);
}

/** Whether a packet is a line. */
export function isLine(packet: Packet): packet is Line {
  return "of" in packet;
}

/** What is sent, as it goes. */
function going({ line: most }: Wishes, packets: readonly Words[]): readonly Packet[] {
  if (most === undefined) return packets;
  return packets.flatMap((of) => toLines(of, most).map((line) => ({ line, of })));
}

/** A request that is not answered yet, by the packet that it was sent in. */
interface Pending {
  readonly number: number;
  readonly sequence: number;
  readonly packet: Words;
  readonly isForChallenge: boolean;
}

/** Where it stands. */
export interface Client {
  readonly pending: readonly Pending[];
  /** Requests begun so far. */
  readonly begun: number;
  /** Requests of which it has heard that they were done. */
  readonly heard: readonly number[];
  readonly nextSequence: number;
  readonly triesLeft: number;
  readonly is: "here" | "away" | "gone";
  /** Bytes of a reply that is not whole yet. */
  readonly hearing: Bytes;
}

/** A client, and what it sends. */
export type Sends = readonly [Client, readonly Packet[]];

const KIND = { do: 1, challenge: 2, key: 3 } as const;
const DONE = 0;
const KEY = [0x5ec2e75e, 0x0c0ffee5] as const;

/** Whether a word is one of a session key. */
export function isOfKey(word: number): boolean {
  return (KEY as readonly number[]).includes(word);
}

/** It comes, and sends its first requests. */
export function arrive(wishes: Wishes): Sends {
  const nobody: Client = {
    ...{ pending: [], begun: 0, heard: [], nextSequence: 0 },
    ...{ triesLeft: wishes.tries, is: "here", hearing: [] },
  };
  const [client, packets] = begin(wishes, nobody, []);
  return [client, going(wishes, packets)];
}

function begin(wishes: Wishes, client: Client, sent: readonly Words[]): readonly [Client, readonly Words[]] {
  const wish = wishes.requests[client.begun];
  if (wish === undefined || client.pending.length >= wishes.window) return [client, sent];
  const number = client.begun + 1;
  const kind = wish === "challenged" ? KIND.challenge : wish === "key" ? KIND.key : KIND.do;
  const [now, pending] = packed(wishes, { ...client, begun: number }, number, {
    kind,
    words: kind === KIND.key ? KEY : [0, 0],
  });
  return begin(wishes, { ...now, pending: [...now.pending, pending] }, [...sent, pending.packet]);
}

/** A packet with the next sequence number. */
function packed(
  { sequences }: Wishes,
  client: Client,
  number: number,
  { kind, words }: { readonly kind: number; readonly words: readonly number[] },
): readonly [Client, Pending] {
  const sequence = client.nextSequence;
  const body = [kind + sequence * 256, number, 0, words[0]!, words[1]!];
  const packet = [...body, seal(body)];
  const pending = { number, sequence, packet, isForChallenge: kind === KIND.challenge };
  return [{ ...client, nextSequence: (sequence + 1) % sequences }, pending];
}

/** The sixth word, which only the client can make. */
function seal(words: readonly number[]): number {
  return words.reduce((tag, word) => {
    const mixed = Math.imul((tag ^ word) >>> 0, 0x9e3779b1) >>> 0;
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }, 0x2545f491);
}

/** So many bytes of these words have come of the device: a reply, or a line of one. */
export function hear(wishes: Wishes, client: Client, words: Words, size: number): Sends {
  if (client.is !== "here") return [client, []];
  if (wishes.line === undefined) return hearReply(wishes, client, words);
  const bytes = [...new Uint8Array(Uint32Array.from(words).buffer)].slice(0, size);
  const [hearing, reply] = hearLine(client.hearing, bytes);
  return reply === null ? [{ ...client, hearing }, []] : hearReply(wishes, { ...client, hearing }, reply);
}

function hearReply(wishes: Wishes, client: Client, reply: Words): Sends {
  const [head = 0, number = 0, status, ...words] = reply;
  const answered = client.pending.find(
    (one) => one.number === number && one.sequence === ((head >>> 8) & 255),
  );
  if (answered === undefined || status === undefined) return [client, []];
  const listening = { ...client, triesLeft: wishes.tries };
  if (answered.isForChallenge && status === DONE) {
    const [now, pending] = packed(wishes, listening, number, {
      kind: KIND.do,
      words: [words[0] ?? 0, words[1] ?? 0],
    });
    const all = now.pending.map((one) => (one === answered ? pending : one));
    return [{ ...now, pending: all }, going(wishes, [pending.packet])];
  }
  const isDone = status === DONE && !answered.isForChallenge;
  const heard = isDone ? [...client.heard, number].sort((a, b) => a - b) : client.heard;
  const pending = client.pending.filter((one) => one !== answered);
  const [next, packets] = begin(wishes, { ...listening, heard, pending }, []);
  return [next, going(wishes, packets)];
}

/** It turns away: what it was hearing it does not hear to its end. */
export function leave(client: Client, is: "away" | "gone"): Client {
  return { ...client, is, hearing: [] };
}

/** Nobody has answered for long; null: that is nothing to it. */
export function lookAtWatch(wishes: Wishes, client: Client): Sends | null {
  if (client.is !== "here" || client.pending.length === 0) return null;
  if (client.triesLeft === 0) return [leave({ ...client, pending: [] }, "gone"), []];
  const again = client.pending.map(({ packet }) => packet);
  return [{ ...client, triesLeft: client.triesLeft - 1, hearing: [] }, going(wishes, again)];
}
