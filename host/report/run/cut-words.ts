// What a cut leaves of an operation, in words: the shapes of campaign/plan/shapes.ts. Judges nothing.
import type { Cut } from "../../campaign/plan/fault-plan.js";
import type { ShapeName } from "../../campaign/plan/shapes.js";

const SHAPES: Readonly<Record<ShapeName, string>> = {
  // Of a program.
  none: "nothing of it had landed",
  all: "all of it had landed",
  prefix: "its first half had landed",
  suffix: "its second half had landed",
  "even-bits": "half of the bits had landed, every even one",
  "odd-bits": "half of the bits had landed, every odd one",
  "one-missing": "all of the bits had landed but one",
  "one-only": "a single bit had landed",
  scattered: "half of the bits had landed, scattered",
  flicker: "all of it had landed, but weakly: a read sees it, or what was there before",
  unreadable: "the unit cannot be read any more",
  unsteady: "all of it had landed, but weakly: a read sees it, or what was there before, or fails",
  open: "which of its bits had landed shows when they are read",
  bits: "some of the bits had landed",
  "sampled-most": "most of the bits had landed, all but up to four of each word",
  "sampled-half": "half of the bits of each word had landed, as they were drawn",
  // Of an erase.
  untouched: "nothing of it was done",
  half: "the erase was half done: the first half is erased, and every other bit of the rest",
  done: "the erase was done",
  weak: "the erase was done, but weakly: a read sees it erased or as it was",
  "half-unreadable": "the erase was half done: the first half is erased, the rest cannot be read",
  "weak-unsteady": "the erase was done, but weakly: a read sees it erased or as it was, or fails",
  // Of the advance of a counter.
  old: "the counter stands as before",
  new: "the counter had advanced",
  either: "a read sees the counter advanced or as before",
};

/** What a cut in an operation has left of it, with the shape's name as traces have it: "a single bit had landed (one-only)". */
export function cutShapeWords(cut: Cut | undefined): string {
  if (cut === undefined || !("shape" in cut)) return "not done";
  const { shape, landed = [] } = cut;
  const masks = shape === "bits" ? ` ${landed.map((mask) => `0x${mask.toString(16)}`).join(", ")}` : "";
  return `${SHAPES[shape]} (${shape}${masks})`;
}
