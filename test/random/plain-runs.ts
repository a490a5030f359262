// Every run with so many faults, one after the other, executed plainly: no states, no memo, no joins, nothing that takes two
// moments for the same. What was met on the way is told apart by the device's bytes themselves.
import * as abi from "../../assembly/abi.js";
import {
  type Cut,
  type FaultPlan,
  NO_FAULTS,
  type Loss,
  type WeakReads,
} from "../../host/campaign/plan/fault-plan.js";
import { shapeName } from "../../host/campaign/plan/shapes.js";
import { IN_BOOT } from "../../host/campaign/play/call.js";
import { type PlainCall, runPlain } from "../../host/campaign/play/plain.js";
import type { Scene } from "../../host/campaign/plan/scenario.js";
import { type Position, keyAt } from "../../host/campaign/play/position.js";
import type { Device, Operation } from "../../host/device/device.js";
import { flashSizeOf } from "../../host/device/layout.js";
import { bytesKey } from "./bytes-key.js";
import type { Seated } from "./seat.js";

/** One run. */
export interface PlainRun {
  readonly plan: FaultPlan;
  /** Oracles that it violates, as a mask. */
  readonly violations: number;
  readonly calls: readonly CallSeen[];
  readonly gaveUp: boolean;
}

/** What is kept of a call. */
export interface CallSeen {
  readonly isBoot: boolean;
  readonly operations: readonly Operation[];
  readonly choices: readonly Choice[];
  /** Generation of the image that boot jumped into; -1 for none. */
  readonly booted: number;
  /** Words that it read more than once. */
  readonly reread: readonly number[];
}

/** What a weak read saw, and out of how many. */
type Choice = readonly [chosen: number, options: number];

type Persistent = Extract<Operation, { readonly kind: "program" | "erase" | "counter" }>;

const KINDS = { program: abi.OP_PROGRAM, erase: abi.OP_ERASE, counter: abi.OP_COUNTER } as const;

/** Plays one device's scene, run by run. */
export class PlainRuns {
  /** Power-on states met: by their bytes, the device's own key of each. */
  readonly met = new Map<string, string>();
  /** Guest calls made. */
  calls = 0;
  /** Some runs were not made, as there were too many. */
  truncated = false;
  readonly #seated: Seated;
  readonly #scene: Scene;
  readonly #callsMax: number;

  /** @param callsMax guest calls to be made, about */
  constructor(seated: Seated, scene: Scene, callsMax: number) {
    this.#seated = seated;
    this.#scene = scene;
    this.#callsMax = callsMax;
  }

  /**
   * Makes one run from the start; the device stands there again afterwards.
   * @param tracks find out which words are read more than once
   */
  run(plan: FaultPlan = NO_FAULTS, tracks = false): PlainRun {
    const { device, start } = this.#seated;
    const calls: CallSeen[] = [];
    device.exports.rollback();
    const { violations, ending } = runPlain(device, this.#scene, start, {
      faults: plan,
      tracks,
      resets: this.#seated.faults.losses.includes("reset"),
      beforeCall: () => tracks && device.exports.trackClear(),
      onPowerUp: (position) => this.#meet(position),
      onCall: (call) => {
        const isMade = !plan.cuts.some((cut) => "before" in cut && cut.call === call.index);
        calls.push({ ...seen(device, call, isMade), reread: tracks && isMade ? rereadIn(device) : [] });
      },
    });
    device.exports.rollback();
    this.calls += calls.length;
    return { plan, violations, calls, gaveUp: ending === "gave-up" };
  }

  /**
   * Every run with at most `depth` cuts, each with everything that weak reads may see.
   * @param cuts those that were made already, and `fixed` what was seen up to the last of them
   */
  *everyCut(depth: number, cuts: readonly Cut[] = [], fixed: readonly WeakReads[] = []): Generator<PlainRun> {
    const first = (cuts.at(-1)?.call ?? -1) + 1;
    let next: Following | undefined = { reads: fixed, call: first };
    for (let isFirst = true; next !== undefined; isFirst = false) {
      if (this.calls > this.#callsMax) {
        this.truncated = true;
        return;
      }
      const run = this.run({ cuts, reads: next.reads });
      yield run;
      // Up to the call whose reads saw something else, this run is the one before it.
      for (let call = next.call; cuts.length < depth && call < run.calls.length; call++) {
        const before = run.calls.slice(0, call);
        if (call > next.call || isFirst) {
          for (const loss of this.#seated.faults.losses)
            yield* this.everyCut(depth, [...cuts, { call, before: true, ...by(loss) }], readsOf(before));
        }
        const reads = readsOf([...before, run.calls[call]!]);
        for (const cut of this.#cutsOf(run.calls[call]!, call))
          yield* this.everyCut(depth, [...cuts, cut], reads);
      }
      next = following(run.calls, first);
    }
  }

  /** Every cut in a call. */
  #cutsOf({ operations }: CallSeen, call: number): Cut[] {
    const { losses } = this.#seated.faults;
    const inside = persistent(operations).flatMap((done, operation) => {
      const kind = KINDS[done.kind];
      const offset = done.kind === "counter" ? done.id : done.offset;
      const size = done.kind === "counter" ? 0 : done.sizeBytes;
      return this.#seated.faults
        .shapesOf(kind, offset, size)
        .flatMap((shape) =>
          losses.map((loss): Cut => ({ call, operation, shape: shapeName(kind, shape), ...by(loss) })),
        );
    });
    const words = losses.includes("reset") ? operations.filter(({ kind }) => kind === "retained") : [];
    return [...inside, ...words.map((_, retained): Cut => ({ call, retained, reset: true }))];
  }

  #meet(position: Position): void {
    const { device } = this.#seated;
    this.met.set(bytesKey(device, position), ownKey(device, position));
  }
}

/** The operations of a call that changed something: where the power can go. */
export function persistent(operations: readonly Operation[]): Persistent[] {
  return operations.filter(
    (one): one is Persistent => one.kind in KINDS && "status" in one && one.status === abi.STATUS_OK,
  );
}

function by(loss: Loss): { readonly reset?: true } {
  return loss === "reset" ? { reset: true } : {};
}

function seen(
  device: Device,
  { position, operations, booted }: PlainCall,
  isMade: boolean,
): Omit<CallSeen, "reread"> {
  const count = isMade ? device.callWord(abi.CALL_CHOICE_COUNT) : 0;
  const choices = bytesAt(device, abi.TABLE_CHOICES, count);
  return {
    isBoot: position.bootedOffset === IN_BOOT,
    operations,
    choices: Array.from(choices, (byte): Choice => [byte & 15, byte >> 4]),
    booted: booted?.generation ?? -1,
  };
}

/** Offsets of the words that the call just made has read more than once. */
function rereadIn(device: Device): number[] {
  const tracked = bytesAt(device, abi.TABLE_TRACKED, flashSizeOf(device.part) / 4);
  return [...tracked].flatMap((reads, word) => (reads > 1 ? [word * 4] : []));
}

function bytesAt(device: Device, table: number, count: number): Uint8Array {
  return new Uint8Array(device.exports.memory.buffer, device.table(table) * 4, count);
}

function readsOf(calls: readonly CallSeen[]): WeakReads[] {
  return calls.flatMap(({ choices }, call) =>
    choices.length === 0 ? [] : [{ call, choices: choices.map(([chosen]) => chosen) }],
  );
}

/** What weak reads see in the next run, and the first call in which that is something else. */
interface Following {
  readonly reads: readonly WeakReads[];
  readonly call: number;
}

/** Depth first: the last read, from call `first` on, that can see something else does. */
function following(calls: readonly CallSeen[], first: number): Following | undefined {
  for (let call = calls.length - 1; call >= first; call--) {
    const { choices } = calls[call]!;
    let at = choices.length - 1;
    while (at >= 0 && choices[at]![0] + 1 === choices[at]![1]) at--;
    if (at === -1) continue;
    const seenHere = choices.slice(0, at + 1).map(([chosen], index) => (index === at ? chosen + 1 : chosen));
    return { reads: [...readsOf(calls.slice(0, call)), { call, choices: seenHere }], call };
  }
  return undefined;
}

/** The device's own key of a state at power-on, in hex. */
function ownKey(device: Device, position: Position): string {
  const at = keyAt(device, position);
  return [3, 2, 1, 0].map((word) => device.words[at + word]!.toString(16).padStart(8, "0")).join("");
}
