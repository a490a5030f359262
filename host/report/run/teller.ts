// Collects what a run is told by, call after call, and folds runs of erases and of programs into one line each. Judges nothing.
import * as abi from "../../../assembly/abi.js";
import type { FaultPlan } from "../../campaign/plan/fault-plan.js";
import type { Scenario } from "../../campaign/plan/scenario.js";
import type { PlainCall } from "../../campaign/play/plain.js";
import { actorAt, haltNamesOf } from "../../campaign/play/position.js";
import type { Device } from "../../device/device.js";
import type { Operation } from "../../device/operations.js";
import { type Group, type GroupNaming, follows, groupWords } from "./operation-words.js";
import { hex } from "./places.js";
import { type RecordFields, recordChangeWords, recordOf } from "./record-fields.js";
import { endWords, strikeWords } from "./words.js";
import { columnsOf, wrap } from "../wrap.js";

/** Columns before what is told of a call: two, eight for who acts, one. */
const LABEL_COLUMNS = 11;

/** A line of a call: who acts, padded, and what. */
function labelled(who: string, words: string): string {
  return `  ${(who === "application" ? "app" : who).padEnd(8)} ${words}`;
}

/** A told line on a screen, broken at words; what is told of a call hangs below its first word. @param width columns */
export function screenLine(line: string, width: number): string {
  if (!line.startsWith("  ")) return wrap(line, width, 2);
  const label = line.slice(0, LABEL_COLUMNS);
  const words = wrap(line.slice(LABEL_COLUMNS), Math.max(1, width - columnsOf(label)));
  return label + words.split("\n").join(`\n${" ".repeat(LABEL_COLUMNS)}`);
}

/** How a run is told. */
export interface Telling {
  readonly scenario: Scenario;
  readonly faults: FaultPlan;
  /** Each operation is told by itself, retained words too; runs of programs are one all the same, within a call. */
  readonly verbose: boolean;
}

/** Tells one run. */
export class Teller {
  readonly lines: string[] = [];
  readonly #device: Device;
  readonly #telling: Telling;
  #group: [Operation, ...Operation[]] | null = null;
  #who = "";
  #naming: GroupNaming;
  #record: RecordFields | null;

  /** @param device at the start of the run */
  constructor(device: Device, telling: Telling) {
    const { part, layout } = device;
    this.#device = device;
    this.#telling = telling;
    this.#record = recordOf(device);
    this.#naming = { part, layout, names: device.boot.haltNames, cut: undefined };
  }

  /** Tells a line of its own. */
  say(...lines: readonly string[]): void {
    this.#tellGroup();
    this.lines.push(...lines);
  }

  /** Tells a call: strikes and what went wrong around the device, then events and operations in order, then how the Record has changed, and how the call ended. */
  call(call: PlainCall): void {
    const { layout } = this.#device;
    const who = actorAt(call.position);
    const names = haltNamesOf(this.#device, who);
    const { cuts, strikes = [] } = this.#telling.faults;
    const cut = cuts.find((candidate) => candidate.call === call.index);
    if (who !== this.#who || cut !== undefined || this.#telling.verbose) this.#tellGroup();
    this.#who = who;
    this.#naming = { ...this.#naming, names, cut };
    for (const { strike } of strikes.filter((placed) => placed.call === call.index))
      this.say(labelled("STRUCK", strikeWords(strike, layout)));
    for (const words of call.around) this.say(labelled("AROUND", words));
    for (const operation of call.operations) this.#operation(operation);
    this.#besides(call);
    this.#recordChange();
    const end = endWords(call.result.end, who, { layout, names });
    if (end !== "")
      this.say(labelled(who, `${end}${call.booted === undefined ? "" : `, ${call.booted.name}`}`));
    if (
      call.booted !== undefined &&
      this.#telling.scenario.images[call.booted.generation]?.selfTest === "bad"
    )
      this.say(labelled("firmware", "fails its self-test"));
  }

  /** What shows in no operation: memory that was changed, reads that were refused. */
  #besides({ operations, result }: PlainCall): void {
    if (result.stray !== null)
      this.say(
        labelled(this.#who, `changes ${hex(result.stray)} of its memory, outside the objects it declares`),
      );
    const isDenied = (operation: Operation) =>
      "status" in operation && operation.status === abi.STATUS_DENIED;
    const reads = result.denials - operations.filter(isDenied).length;
    if (reads > 0)
      this.say(
        labelled(this.#who, `reads what it may not, or where no flash is (${reads} reads) — refused: DENIED`),
      );
  }

  /** The Record's fields before and after, where a call has changed them; a guest without such a Record has none. */
  #recordChange(): void {
    const now = recordOf(this.#device);
    const words = recordChangeWords(this.#record, now);
    this.#record = now;
    if (words !== "") this.say(labelled("Record", words));
  }

  #operation(operation: Operation): void {
    const { verbose } = this.#telling;
    if (operation.kind === "retained" && !verbose) return;
    const group = this.#group;
    const before = group?.at(-1);
    const isRun =
      group !== null &&
      before !== undefined &&
      !(verbose && operation.kind === "erase") &&
      follows(before, operation, group, this.#device.layout);
    if (isRun) {
      group.push(operation);
      return;
    }
    this.#tellGroup();
    this.#group = [operation];
  }

  #tellGroup(): void {
    const group: Group | null = this.#group;
    this.#group = null;
    if (group !== null) this.lines.push(labelled(this.#who, groupWords(group, this.#naming)));
  }
}
