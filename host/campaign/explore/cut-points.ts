// The points at which calls are cut: which shapes a cut of an operation has, which share does it, and how many there are, counted a second
// way, by how often each outcome was cut. Cuts nothing.
import * as abi from "../../../assembly/abi.js";
import type { Faults } from "../plan/faults.js";
import { type KeptOperation, type Outcome, isPersistentKind } from "./memo/outcomes.js";
import { ITEM_OPERATIONS, type WorkItem } from "./work-items.js";

/** The points of one call after the other. */
export class CutPoints {
  readonly #faults: Faults;
  /** How often each outcome was cut, by its number. */
  readonly #uses: number[] = [];
  #befores = 0;
  /** Cuts there are in this share's operations of calls that are shared out. */
  #shared = 0;
  #items!: readonly [WorkItem, ...WorkItem[]];

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** A call begins; its first faults belong to these items: one for all of it, or one for each ITEM_OPERATIONS operations. */
  begin({ id, operations }: Outcome, items: readonly [WorkItem, ...WorkItem[]]): void {
    this.#items = items;
    if (areMine(items)) this.#uses[id] = (this.#uses[id] ?? 0) + 1;
    else this.#shared += this.#mineAmong(operations);
  }

  /** A call is cut before it begins. */
  countBefore(): void {
    this.#befores++;
  }

  /** The cuts there are in calls, counted otherwise: by how often each outcome was cut and the shapes of its operations. */
  planned(outcomes: readonly Outcome[]): number {
    return outcomes.reduce((sum, outcome) => {
      const uses = this.#uses[outcome.id] ?? 0;
      // Operations are listed when they are asked for: not of calls that were never cut.
      return uses === 0
        ? sum
        : sum + uses * outcome.operations.reduce((count, kept) => count + this.#pointsOf(kept), 0);
    }, this.#befores + this.#shared);
  }

  /** The work item that a persistent operation of the call belongs to; a change of a retained word to that of the one it comes before. */
  itemOf(operation: number): WorkItem {
    const items = this.#items;
    return items[Math.min(Math.floor(operation / ITEM_OPERATIONS), items.length - 1)] as WorkItem;
  }

  /** The shapes of a cut in an operation; the first leaves no mark. */
  shapesOf({ kind, offset, sizeBytes }: KeptOperation): readonly number[] {
    return this.#faults.shapesOf(kind, offset, sizeBytes);
  }

  /** The cuts there are in one operation. */
  #pointsOf(kept: KeptOperation): number {
    const { losses } = this.#faults;
    if (kept.kind === abi.OP_RETAINED) return losses.includes("reset") ? 1 : 0;
    if (kept.kind === abi.OP_ASKED) return losses.length;
    return isPersistentKind(kept.kind) ? losses.length * this.shapesOf(kept).length : 0;
  }

  /** The cuts there are in those operations of a call that belong to this share. */
  #mineAmong(operations: readonly KeptOperation[]): number {
    let persistent = 0;
    let points = 0;
    for (const kept of operations) {
      if (this.itemOf(persistent).isMine) points += this.#pointsOf(kept);
      if (isPersistentKind(kept.kind)) persistent++;
    }
    return points;
  }
}

function areMine(items: readonly WorkItem[]): boolean {
  for (const { isMine } of items) if (!isMine) return false;
  return true;
}

/** The shapes of a cut that leave a mark, as a list and as cutKeys() takes them: four bits each. */
interface ShapeList {
  readonly tornShapes: readonly number[];
  readonly first: number;
  readonly second: number;
}

/** Lists of shapes, each packed once. */
export class ShapeLists {
  readonly #known = new Map<readonly number[], ShapeList>();

  /** Of a list as Faults has it, whose first shape leaves no mark. */
  of(shapes: readonly number[]): ShapeList {
    let list = this.#known.get(shapes);
    if (list === undefined) this.#known.set(shapes, (list = packed(shapes.slice(1))));
    return list;
  }
}

function packed(tornShapes: readonly number[]): ShapeList {
  const pack = (some: readonly number[]) =>
    some.reduce((sum, shape, index) => sum | (shape << (index * 4)), 0);
  return { tornShapes, first: pack(tornShapes.slice(0, 8)), second: pack(tornShapes.slice(8)) };
}
