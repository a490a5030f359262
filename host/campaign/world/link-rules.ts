// What a link does to packets: carries them, loses them, brings them twice, in another order, damaged or cut short; and what becomes of who is
// at its other end. Pure.
import * as abi from "../../../assembly/abi.js";
import { oracleBit } from "../plan/oracles.js";
import { type ClientPlan, received, replyOf, timedOut } from "../../link/client.js";
import type { Frame } from "../../link/frame.js";
import type { Answer, Question } from "./option.js";
import type { Facts, World } from "./world.js";

/** Packets that are on their way to the device beside those in flight: one that has come twice. */
const QUEUE_BESIDE = 1;
/** Words of a packet whose every bit may flip; of each of the others one does. */
const HEADER_WORDS = 2;

/** All answers to a question about the link, the calm one first. */
export function answers(world: World, question: Question, plan: ClientPlan | undefined): Answer[] {
  switch (question.kind) {
    case abi.ASK_LINK_SIZE:
      return coming(world, plan);
    case abi.ASK_LINK_READ:
      return [{ answer: world.standing?.[question.first / 4] ?? 0, words: "packet" }];
    case abi.ASK_LINK_RELEASE:
      return [{ change: { standing: null }, words: "released" }];
    case abi.ASK_LINK_SEND:
      return going(world, question.sent ?? [], plan);
    default:
      throw new RangeError(`no question has the number ${question.kind}`);
  }
}

/** What the client sends once more by itself; null where it does not. */
export function resent(plan: ClientPlan, { client, queue, standing }: World): Partial<Facts> | null {
  if (client === null || queue.length > 0 || standing !== null) return null;
  const moved = timedOut(plan, client);
  return moved === null ? null : { client: moved.client, queue: moved.frames };
}

/** The next packet comes. */
function coming({ standing, queue, client }: World, plan: ClientPlan | undefined): Answer[] {
  if (standing !== null) return [{ answer: standing.length * 4, words: "packet" }];
  const [first, second, ...rest] = queue;
  if (first === undefined) return [{ answer: 0, words: "no packet" }];
  const others = queue.slice(1);
  const comes = (packet: Frame, left: readonly Frame[], faults: number, words: string): Answer => ({
    answer: packet.length * 4,
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
  if (queue.length < mostOf(plan)) found.push(comes(first, [...others, first], 1, "packet twice"));
  if (second !== undefined) found.push(comes(second, [first, ...rest], 1, "packet out of order"));
  first.forEach((_, index) => {
    const bits = index < HEADER_WORDS ? Array.from({ length: 32 }, (_, bit) => bit) : [index % 32];
    for (const bit of bits)
      found.push(
        comes(
          first.map((one, at) => (at === index ? (one ^ (1 << bit)) >>> 0 : one)),
          others,
          1,
          `packet damaged, bit ${index * 32 + bit}`,
        ),
      );
  });
  for (const length of [first.length - 1, 1])
    if (length > 0)
      found.push(comes(first.slice(0, length), others, 1, `packet cut short, ${length * 4} bytes`));
  if (client !== null && client.presence === "here")
    for (const presence of ["away", "gone"] as const)
      found.push(fails({ queue: [], client: { ...client, presence } }, `client ${presence}`));
  return found;
}

/** A packet goes to the client. */
function going(world: World, sent: readonly number[], plan: ClientPlan | undefined): Answer[] {
  const { client, queue, acted } = world;
  const said = { answer: abi.STATUS_OK, words: "sent" };
  if (client === null || plan === undefined) return [said];
  const moved = received(plan, client, replyOf(sent));
  const lie = moved.client.done.find(
    (number) =>
      !client.done.includes(number) && plan.requests[number - 1] !== "key" && !acted.includes(number),
  );
  const violations = lie === undefined ? 0 : oracleBit("answers-are-true");
  const next = { client: moved.client, queue: [...queue, ...moved.frames].slice(0, mostOf(plan)) };
  const found: Answer[] = [{ ...said, change: next, violations }];
  const lost = { ...said, faults: 1, model: "link", isLost: true, words: "reply lost" } as const;
  if (client.presence === "here") found.push(lost);
  return found;
}

function mostOf(plan: ClientPlan | undefined): number {
  return (plan?.window ?? 0) + QUEUE_BESIDE;
}
