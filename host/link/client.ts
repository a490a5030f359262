// A client that talks to a device over the link: a deterministic machine over requests and replies, as plain data. It knows neither channel
// nor device; when something is late is decided by who asks it.
import {
  FRAME_BYTES,
  FRAME_WORDS,
  type Frame,
  REPLY_DONE,
  REQUEST_CHALLENGE,
  REQUEST_DO,
  REQUEST_KEY,
  requestFrame,
} from "./frame.js";
import type { Packet } from "./packet.js";
import { bytesOfWords, lineCount, linesOf, taken, wordsOfBytes } from "./serial.js";

/** What a client wants of a device. */
export interface ClientPlan {
  /** Requests, one after the other: each is to be done; "challenged" first asks for a challenge and answers that. */
  readonly requests: readonly ("do" | "challenged" | "key")[];
  /** Requests in flight at the most, from 1. */
  readonly window: number;
  /** Sequence numbers that there are before they begin anew; those of a real client are 256. */
  readonly sequences: number;
  /** How often it sends a request once more where nothing goes wrong, and nobody answers. */
  readonly tries: number;
  /** The link is a serial line, and a line has at most so many bytes, LINE_MIN to LINE_MAX; packets come whole when absent. */
  readonly line?: number | undefined;
}

/** A request under way. */
interface InFlight {
  /** From 1. */
  readonly number: number;
  readonly sequence: number;
  /** It waits for a challenge, or has one. */
  readonly challenge: readonly [number, number] | null;
  readonly asksChallenge: boolean;
}

/** Where a client stands. */
export interface Client {
  readonly inFlight: readonly InFlight[];
  /** Requests that were sent so far; those of them that were answered as done, by number. */
  readonly sent: number;
  readonly done: readonly number[];
  /** Frames that it has sent, whose number modulo the plan's is the next one's sequence number. */
  readonly sequence: number;
  /** Times that it still sends once more. */
  readonly tries: number;
  /** It is here; until the next power-up it is not; it never comes again. */
  readonly presence: "here" | "away" | "gone";
  /** What has come of a reply that comes in lines (serial.ts); absent where nothing has. */
  readonly begun?: string;
}

/** What a client does: where it stands then, and what it sends. */
export interface Moved {
  readonly client: Client;
  readonly packets: readonly Packet[];
}

/** The session key that a "key" request brings: no more than a pattern that is known when it is seen again. */
export const SESSION_KEY = [0x5ec2e75e, 0x0c0ffee5] as const;

/** A client that has sent its first requests. */
export function newClient(plan: ClientPlan): Moved {
  return filled(
    plan,
    { inFlight: [], sent: 0, done: [], sequence: 0, tries: plan.tries, presence: "here" },
    [],
  );
}

/** Packets that it has on their way at the most while nothing comes twice. */
export function packetsMost({ window, line }: ClientPlan): number {
  return line === undefined ? window : window * lineCount(FRAME_BYTES, line);
}

/** The client once a packet of the device has come: these words, of which so many bytes count. */
export function received(
  plan: ClientPlan,
  client: Client,
  words: readonly number[],
  sizeBytes = words.length * 4,
): Moved {
  if (client.presence !== "here") return { client, packets: [] };
  if (plan.line === undefined) return answered(plan, client, words.slice(0, FRAME_WORDS));
  const { begun, message } = taken(client.begun ?? "", bytesOfWords(words, sizeBytes));
  const heard = withBegun(client, begun);
  if (message === null) return { client: heard, packets: [] };
  return answered(plan, heard, wordsOfBytes(message).slice(0, FRAME_WORDS));
}

/** The client as it is when it turns away from what it does: until the next power-up, or for good. */
export function turned(client: Client, presence: "away" | "gone"): Client {
  return withBegun({ ...client, presence }, "");
}

function withBegun({ begun: _, ...client }: Client, begun: string): Client {
  return begun === "" ? client : { ...client, begun };
}

/** The client once a whole reply has come; words that are not there are zero. */
function answered(plan: ClientPlan, client: Client, reply: Frame): Moved {
  const sequence = ((reply[0] ?? 0) >>> 8) & 0xff;
  const number = reply[1] ?? 0;
  const known = client.inFlight.find((one) => one.number === number && one.sequence === sequence);
  if (known === undefined || reply.length < 3) return { client, packets: [] };
  const heard = { ...client, tries: plan.tries };
  if (known.asksChallenge && reply[2] === REPLY_DONE) {
    const challenge = [reply[3] ?? 0, reply[4] ?? 0] as const;
    const next: InFlight = {
      ...known,
      asksChallenge: false,
      challenge,
      sequence: heard.sequence % plan.sequences,
    };
    const inFlight = heard.inFlight.map((one) => (one === known ? next : one));
    return {
      client: { ...heard, inFlight, sequence: (heard.sequence + 1) % plan.sequences },
      packets: packetsOf(plan, next),
    };
  }
  const rest = heard.inFlight.filter((one) => one !== known);
  const isDone = reply[2] === REPLY_DONE && !known.asksChallenge;
  const done = isDone ? [...heard.done, number].sort((a, b) => a - b) : heard.done;
  return filled(plan, { ...heard, inFlight: rest, done }, []);
}

/** Nobody has answered for long: what is in flight is sent once more; null where it is not. */
export function timedOut(plan: ClientPlan, client: Client): Moved | null {
  if (client.presence !== "here" || client.inFlight.length === 0) return null;
  if (client.tries === 0) return { client: turned({ ...client, inFlight: [] }, "gone"), packets: [] };
  return {
    client: withBegun({ ...client, tries: client.tries - 1 }, ""),
    packets: client.inFlight.flatMap((one) => packetsOf(plan, one)),
  };
}

/** Sends as many further requests as the window takes. */
function filled(plan: ClientPlan, client: Client, packets: readonly Packet[]): Moved {
  if (client.inFlight.length >= plan.window || client.sent === plan.requests.length)
    return { client, packets };
  const number = client.sent + 1;
  const one: InFlight = {
    number,
    sequence: client.sequence,
    challenge: null,
    asksChallenge: plan.requests[client.sent] === "challenged",
  };
  const next = {
    ...client,
    sent: number,
    sequence: (client.sequence + 1) % plan.sequences,
    inFlight: [...client.inFlight, one],
  };
  return filled(plan, next, [...packets, ...packetsOf(plan, one)]);
}

/** A request as it goes out: whole, or as lines. */
function packetsOf(plan: ClientPlan, one: InFlight): readonly Packet[] {
  const frame = frameOf(plan, one);
  if (plan.line === undefined) return [frame];
  const challenge = one.challenge?.[0] ?? 0;
  return linesOf(bytesOfWords(frame), plan.line).map((bytes) => ({ bytes, challenge }));
}

function frameOf(plan: ClientPlan, { number, sequence, challenge, asksChallenge }: InFlight): Frame {
  if (asksChallenge) return requestFrame(REQUEST_CHALLENGE, sequence, number);
  const isKey = plan.requests[number - 1] === "key";
  return isKey
    ? requestFrame(REQUEST_KEY, sequence, number, SESSION_KEY)
    : requestFrame(REQUEST_DO, sequence, number, challenge ?? [0, 0]);
}
