// Brings a device to a story's start: keys and the first image provisioned; power-ups without an offer until it rests, where the
// story wants that; then what the story puts into the slots.
import { Hal } from "./hal.js";
import { keyOf } from "./key.js";
import { Life, type Where, powerOn } from "./life.js";
import { Machine, wordsUp } from "./machine.js";
import { NOTHING, moved } from "./memory.js";
import { CAUSE } from "./numbers.js";
import { FAULT, type Since, isTooLong, limitsOf, sinceCall } from "./state.js";
import { type Content, type Part, type Place, type World, erasedContent } from "./world.js";

/** A device about to boot. */
export interface Start {
  readonly content: Content;
  readonly where: Where;
}

const NOBODY = { beforeOperation: () => undefined, afterRetained: () => undefined };

/** The start of a world's story. */
export function startOf(world: World): Start {
  const { part, story } = world;
  const content = erasedContent(part);
  place(content, part, part.keys, world.keyTable);
  place(content, part, part.slots[0], story.start.slotA);
  const alone = new Machine({ ...world, story: { ...story, offers: [], expect: { halts: -1 } } });
  provision(alone, content);
  const left = story.start.settled ? settled(alone, content) : powerOn(CAUSE.power, NOTHING);
  let { memory } = left;
  for (const slot of [0, 1] as const) {
    const bytes = story.then[slot];
    if (bytes === null) continue;
    place(content, part, part.slots[slot], bytes);
    memory = moved(memory, slot);
  }
  content.retained.fill(0);
  return { content, where: powerOn(CAUSE.power, memory) };
}

/** Writes bytes to the start of a place, over whatever stood there, and marks their units as programmed. */
function place({ flash, marks }: Content, part: Part, { offset, size }: Place, bytes: Uint8Array): void {
  flash.fill(part.erasedByte, offset, offset + size);
  flash.set(bytes, offset);
  if (part.rule === "and") return;
  const first = Math.floor(offset / part.programMin);
  const end = Math.ceil((offset + wordsUp(bytes.length)) / part.programMin);
  marks.fill(1, first, end);
}

/** The agent's own part, as the firmware of slot A. */
function provision(machine: Machine, content: Content): void {
  const booted = machine.world.part.slots[0].offset;
  const hal = new Hal(machine, content, { booted, cause: CAUSE.power, choices: [], offers: [] }, NOBODY);
  machine.agent.provision(hal.functions());
}

/**
 * Where the device stands when it has come to rest with nothing offered, which changes `content`; or where it is given up, as it is
 * back where it was, or has taken too long.
 */
function settled(machine: Machine, content: Content): Where {
  const life = new Life(machine, false);
  const limits = limitsOf(machine.world);
  const seen = new Set<string>();
  let where = powerOn(CAUSE.power, NOTHING);
  for (let since: Since = FAULT; ;) {
    const key = keyOf(content, where);
    if (seen.has(key)) return where;
    seen.add(key);
    const made = life.call(content, where, [], NOBODY);
    const { next, rested } = life.after(where, made);
    since = sinceCall(since, where, next, made.hal.writes);
    where = next;
    if (rested || isTooLong(since, limits)) return where;
  }
}
