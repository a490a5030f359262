// What a link does to packets: carries them, loses them, brings them twice, in another order, damaged or cut short; and what becomes of who is
// at its other end. Pure.
import * as abi from "../../../assembly/abi.js";
import { oracleBit } from "../plan/oracles.js";
import { type ClientPlan, packetsMost, received, timedOut, turned } from "../../link/client.js";
import { type Packet, flipped, fragileBits, shortened, sizeOf, wordAt } from "../../link/packet.js";
import type { Answer, Question } from "./option.js";
import type { Facts, World } from "./world.js";

/** Packets that are on their way to the device beside those in flight: one that has come twice. */
const QUEUE_BESIDE = 1;

/** All answers to a question about the link, the calm one first. */
export function answers(world: World, question: Question, plan: ClientPlan | undefined): Answer[] {
  switch (question.kind) {
    case abi.ASK_LINK_SIZE:
      return coming(world, plan);
    case abi.ASK_LINK_READ:
      return [
        { answer: world.standing === null ? 0 : wordAt(world.standing, question.first), words: "packet" },
      ];
    case abi.ASK_LINK_RELEASE:
      return [{ change: { standing: null }, words: "released" }];
    case abi.ASK_LINK_SEND:
      return going(world, question, plan);
    default:
      throw new RangeError(`no question has the number ${question.kind}`);
  }
}

/** What the client sends once more by itself; null where it does not. */
export function resent(plan: ClientPlan, { client, queue, standing }: World): Partial<Facts> | null {
  if (client === null || queue.length > 0 || standing !== null) return null;
  const moved = timedOut(plan, client);
  return moved === null ? null : { client: moved.client, queue: moved.packets };
}

/**
 * The next packet comes. What has happened to those on their way since somebody looked last is told now, as far as it shows: which one comes,
 * and whether another of it is left; or that none comes, and one of them, or all, never will. The rest is told at the next look: what else is lost shows
 * no sooner. The one that is next in order may come damaged besides.
 */
function coming({ standing, queue, client }: World, plan: ClientPlan | undefined): Answer[] {
  if (standing !== null) return [{ answer: sizeOf(standing), words: "packet" }];
  if (queue.length === 0) return [{ answer: 0, words: "no packet" }];
  const isRoom = queue.length < mostOf(plan);
  const [first, ...rest] = queue as [Packet, ...Packet[]];
  const found: Answer[] = [comes(first, rest, "packet")];
  queue.forEach((packet, at) => {
    const others = queue.filter((_, index) => index !== at);
    const order = at === 0 ? "" : ` out of order${at === 1 ? "" : `, before ${at} others`}`;
    if (at > 0) found.push({ ...comes(packet, others, `packet${order}`), ...FAULT });
    if (isRoom) found.push({ ...comes(packet, [...others, packet], `packet twice${order}`), ...FAULT });
  });
  for (const bit of fragileBits(first))
    found.push({ ...comes(flipped(first, bit), rest, `packet damaged, bit ${bit}`), ...FAULT });
  for (const some of shortened(first))
    found.push({ ...comes(some, rest, `packet cut short, ${sizeOf(some)} bytes`), ...FAULT });
  const [second, ...behind] = rest;
  if (second !== undefined)
    found.push({ ...comes(second, behind, "packet lost, the next one comes"), ...FAULT, isLost: true });
  const none = (left: readonly Packet[], words: string): Answer => ({
    ...FAULT,
    change: { queue: left },
    words,
  });
  found.push(none(queue, "packet late"));
  queue.forEach((_, at) => {
    const left = queue.filter((_, index) => index !== at);
    const words = at === 0 ? "packet lost" : `packet lost, the one behind ${at} others`;
    found.push({ ...none(left, words), isLost: true });
  });
  if (second !== undefined) found.push({ ...none([], "all packets lost"), isLost: true });
  if (client !== null && client.presence === "here")
    for (const presence of ["away", "gone"] as const)
      found.push({
        ...FAULT,
        change: { queue: [], client: turned(client, presence) },
        words: `client ${presence}`,
      });
  return found;
}

const FAULT = { faults: 1, model: "link" } as const;

/** A packet comes and stands, with what is on its way behind it. */
function comes(packet: Packet, left: readonly Packet[], words: string): Answer {
  return { answer: sizeOf(packet), change: { standing: packet, queue: left }, words };
}

/** A packet goes to the client. */
function going(world: World, { first: sizeBytes, sent }: Question, plan: ClientPlan | undefined): Answer[] {
  const { client, queue, acted } = world;
  const said = { answer: abi.STATUS_OK, words: "sent" };
  if (client === null || plan === undefined) return [said];
  const moved = received(plan, client, sent ?? [], sizeBytes);
  const lie = moved.client.done.find(
    (number) =>
      !client.done.includes(number) && plan.requests[number - 1] !== "key" && !acted.includes(number),
  );
  const violations = lie === undefined ? 0 : oracleBit("answers-are-true");
  const next = { client: moved.client, queue: [...queue, ...moved.packets].slice(0, mostOf(plan)) };
  const found: Answer[] = [{ ...said, change: next, violations }];
  const lost = { ...said, faults: 1, model: "link", isLost: true, words: "reply lost" } as const;
  if (client.presence === "here") found.push(lost);
  return found;
}

function mostOf(plan: ClientPlan | undefined): number {
  return (plan === undefined ? 0 : packetsMost(plan)) + QUEUE_BESIDE;
}
