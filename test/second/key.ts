// What tells two states apart: all of the content, and all that is known beside it, by SHA-256.
import { createHash } from "node:crypto";
import type { Where } from "./life.js";
import { textOf } from "./memory.js";
import type { Content } from "./world.js";

/** The key of a state. */
export function keyOf(content: Content, where: Where): string {
  const { flash, weak, torn, counterWeak, marks, counters, retained } = content;
  const { booted, cause, changed, confirmed, overdue, memory } = where;
  const beside = JSON.stringify([booted, cause, changed, confirmed, overdue, textOf(memory)]);
  const hash = createHash("sha256").update(flash).update(marks).update(counters).update(retained);
  hash.update(weak).update(torn).update(counterWeak);
  return hash.update(beside).digest("base64");
}
