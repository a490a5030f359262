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

/** The next packet comes. */
function coming({ standing, queue, client }: World, plan: ClientPlan | undefined): Answer[] {
  if (standing !== null) return [{ answer: sizeOf(standing), words: "packet" }];
  const [first, ...others] = queue;
  if (first === undefined) return [{ answer: 0, words: "no packet" }];
  const comes = (packet: Packet, left: readonly Packet[], faults: number, words: string): Answer => ({
    answer: sizeOf(packet),
    change: { standing: packet, queue: left },
    faults,
    model: faults === 0 ? null : "link",
    words,
  });
  const found = [comes(first, others, 0, "packet")];
  const fails = (change: Partial<Facts>, words: string): Answer => ({
    change,
    faults: 1,
    model: "link",
    words,
  });
  found.push({ ...fails({ queue: others }, "packet lost"), isLost: true });
  const [second, ...behind] = others;
  // The next one may be late, as above, or come at once, when whoever waits has not given up yet.
  if (second !== undefined)
    found.push({ ...comes(second, behind, 1, "packet lost, the next one comes"), isLost: true });
  if (queue.length < mostOf(plan)) found.push(comes(first, [...others, first], 1, "packet twice"));
  others.forEach((packet, before) => {
    const left = [first, ...others.slice(0, before), ...others.slice(before + 1)];
    const words = before === 0 ? "" : `, before ${before + 1} others`;
    found.push(comes(packet, left, 1, `packet out of order${words}`));
  });
  for (const bit of fragileBits(first))
    found.push(comes(flipped(first, bit), others, 1, `packet damaged, bit ${bit}`));
  for (const left of shortened(first))
    found.push(comes(left, others, 1, `packet cut short, ${sizeOf(left)} bytes`));
  if (client !== null && client.presence === "here")
    for (const presence of ["away", "gone"] as const)
      found.push(fails({ queue: [], client: turned(client, presence) }, `client ${presence}`));
  return found;
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
