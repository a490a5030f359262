// Breadth-first over the persistent states of one design until no new state comes, with every read of a weak unit and
// every cut branched. A violation is told by the shortest trace: fewest boots and updates, then fewest steps.
//
// A state is the flash, the counter, and what a fair observer knows: the record that counts, and the one that was being
// written when the cut came. Records differ in nothing but their identity (no design compares them), so they are
// renamed: 0 is the one that counts, 1 the one being written, the rest in order of appearance. That keeps the states
// finite, and exact. An update that writes a record once more is the milder case, since the old one would do for it.
import {
  ERASED,
  FRESH_UNIT,
  Flash,
  type Physics,
  PowerCut,
  RuleBreak,
  type Unit,
  body,
  cycleOf,
  idOf,
  isBody,
} from "./flash.js";
import { Oracle } from "./oracle.js";

/** What a recovery answers where it finds no record. */
export const NO_RECORD = ERASED;

/** One way to keep a Record. It keeps nothing but what stands on flash. */
export interface Design {
  /** The roles of the units of each sector. */
  readonly roles: readonly (readonly string[])[];
  /** What boot does before it acts: answers the body that counts, or NO_RECORD. */
  recover(flash: Flash): number;
  /** What counts, asked after a boot has acted (the agent asks); never writes. Absent: `recover` never writes. */
  read?(flash: Flash): number;
  /** Makes record `id` the one that counts. */
  update(flash: Flash, id: number): void;
}

export interface Outcome {
  readonly states: number;
  /** Boots and updates of the longest shortest way to a state. */
  readonly depth: number;
  /** Runs of a boot or an update that were tried. */
  readonly runs: number;
  /** Erases and programs of the dearest boot of a state that is clean, and of any boot that acts, and of an update. */
  readonly cost: { readonly clean: Cost; readonly boot: Cost; readonly update: Cost };
  readonly violation?: { readonly reason: string; readonly steps: readonly string[] };
}
export interface Cost {
  readonly erases: number;
  readonly programs: number;
}

interface State {
  readonly sectors: readonly (readonly Unit[])[];
  readonly counter: { readonly parity: number; readonly weak: boolean };
  /** Identity of the record that counts; NONE before the first. */
  readonly committed: number;
  readonly pending: number;
  /** A boot has acted and the power is on: an update may follow. */
  readonly running: boolean;
  /** Boots and updates in a row that were cut; counted where their number is bounded. */
  readonly unclean: number;
  /** Nothing was cut since the last whole update, or boot that wrote: the next boot is a clean one. */
  readonly clean: boolean;
}
const NONE = -1;
/** The record that a boot makes where there is none. */
const FIRST = 0;

interface Step {
  readonly parent?: Step;
  readonly event: Event;
  readonly path: readonly number[];
  readonly length: number;
}
type Event = "boot" | "read" | "update";
const WHEN_OFF: readonly Event[] = ["boot"];
const WHEN_RUNNING: readonly Event[] = ["boot", "update"];
const AND_READS: readonly Event[] = [...WHEN_RUNNING, "read"];

interface Run {
  readonly next?: State;
  readonly broken?: string;
  readonly steps: readonly string[];
}

export interface Question {
  readonly design: Design;
  readonly physics: Physics;
  /** Whether the device starts with a record (as provisioned) or with erased flash. */
  readonly start?: "provisioned" | "blank";
  /** Whether what runs after a boot that acted also asks what counts. */
  readonly reads?: boolean;
}

/** Walks all states of a design, or up to the first violation. */
export function explore({ design, physics, start = "provisioned", reads = false }: Question): Outcome {
  const initial = startOf(design, physics, start);
  const seen = new Set<string>([keyOf(initial)]);
  let level: { state: State; step?: Step }[] = [{ state: initial }];
  const cost = { clean: NO_COST, boot: NO_COST, update: NO_COST };
  let depth = 0;
  let runs = 0;
  while (level.length > 0) {
    const following = new Map<string, (typeof level)[number]>();
    let shortest: Step | undefined;
    for (const { state, step } of level) {
      for (const event of !state.running ? WHEN_OFF : reads ? AND_READS : WHEN_RUNNING) {
        for (const { run, path } of runsOf(design, physics, state, event)) {
          runs++;
          const length = (step?.length ?? 0) + run.steps.length;
          const taken: Step = { ...(step && { parent: step }), event, path, length };
          if (run.broken !== undefined) {
            if (shortest === undefined || length < shortest.length) shortest = taken;
            continue;
          }
          account(cost, state, event, run);
          const key = keyOf(run.next!);
          const found = following.get(key);
          if (found === undefined ? seen.has(key) : found.step!.length <= length) continue;
          seen.add(key);
          following.set(key, { state: run.next!, step: taken });
        }
      }
    }
    if (shortest !== undefined)
      return {
        states: persistent(seen),
        depth,
        runs,
        cost,
        violation: retell(design, physics, initial, shortest),
      };
    if (following.size > 0) depth++;
    level = [...following.values()];
  }
  return { states: persistent(seen), depth, runs, cost };
}

const NO_COST: Cost = { erases: 0, programs: 0 };

function account(
  cost: { -readonly [K in keyof Outcome["cost"]]: Cost },
  state: State,
  event: Event,
  run: Run,
): void {
  if (!run.next!.running) return;
  const erases = run.steps.filter((step) => step.includes(": erase")).length;
  const programs = run.steps.filter((step) => /: (program|advance)/.test(step)).length;
  const raise = (old: Cost): Cost => ({
    erases: Math.max(old.erases, erases),
    programs: Math.max(old.programs, programs),
  });
  if (event === "update") cost.update = raise(cost.update);
  else if (event === "boot") {
    cost.boot = raise(cost.boot);
    if (state.clean) cost.clean = raise(cost.clean);
  }
}

function startOf(design: Design, physics: Physics, start: "provisioned" | "blank"): State {
  const blank: State = {
    sectors: design.roles.map((units) => units.map(() => FRESH_UNIT)),
    counter: { parity: 0, weak: false },
    committed: NONE,
    pending: NONE,
    running: false,
    unclean: 0,
    clean: false,
  };
  if (start === "blank") return blank;
  // The factory's first boot makes the first record, without a cut.
  const made = run({ design, physics, state: blank, event: "boot", oracle: new Oracle([]), id: FIRST }).next!;
  return { ...made, running: false };
}

function* runsOf(design: Design, physics: Physics, state: State, event: Event) {
  let path: number[] | undefined = [];
  while (path !== undefined) {
    const oracle: Oracle = new Oracle(path);
    const raw = run({ design, physics, state, event, oracle, id: freshId(state) });
    const canonicalRun: Run = raw.next === undefined ? raw : { ...raw, next: canonical(raw.next) };
    yield { run: canonicalRun, path: oracle.taken() };
    path = oracle.next();
  }
}

interface Job {
  readonly design: Design;
  readonly physics: Physics;
  readonly state: State;
  readonly event: Event;
  readonly oracle: Oracle;
  /** The record that an update writes. */
  readonly id: number;
}

function run(job: Job): Run {
  const { design, physics, state, event, oracle, id } = job;
  const mayCut = state.unclean < (physics.cutsInARow ?? Infinity);
  const flash = new Flash(state.sectors, state.counter, design.roles, physics, oracle, mayCut);
  flash.actor = event === "update" ? `update to record ${id}` : event;
  const after = (change: Partial<State>): State => ({
    ...state,
    sectors: flash.sectors,
    counter: { parity: flash.counter, weak: flash.counterWeak },
    ...change,
  });
  const steps = flash.steps;
  let made = false;
  try {
    if (event === "update") {
      design.update(flash, id);
      // The last operation is whole, but nobody knows.
      if (mayCut && oracle.choose(2) === 1) {
        flash.say("cut after the last operation");
        throw new PowerCut();
      }
      return { next: after({ committed: id, pending: NONE, clean: true }), steps };
    }
    const found = event === "read" ? (design.read ?? design.recover)(flash) : design.recover(flash);
    let acted = isBody(found) ? idOf(found) : NONE;
    if (acted === NONE && state.committed === NONE) {
      // Boot makes the first record from the slots before it acts, every time the same.
      flash.say(`finds no record, makes record ${FIRST}`);
      made = true;
      design.update(flash, FIRST);
      acted = FIRST;
    }
    flash.say(acted === NONE ? "finds no record" : `acts on record ${acted}`);
    const broken = made ? undefined : judge(state, acted);
    if (broken !== undefined) return { broken, steps };
    if (event === "read") return { next: state, steps };
    return {
      next: after({
        committed: acted,
        pending: NONE,
        running: true,
        unclean: 0,
        clean: state.clean || flash.operations > 0,
      }),
      steps,
    };
  } catch (stopped) {
    if (stopped instanceof RuleBreak) return { broken: "a used unit is programmed", steps };
    if (!(stopped instanceof PowerCut)) throw stopped;
    const counted = physics.cutsInARow === undefined ? 0 : state.unclean + 1;
    const pending = event === "update" ? id : made ? FIRST : state.pending;
    return { next: after({ pending, running: false, unclean: counted, clean: false }), steps };
  }
}

/** Why a boot may not act on `acted`; undefined where it may. */
function judge({ committed, pending }: State, acted: number): string | undefined {
  if (acted === committed || (acted !== NONE && acted === pending)) return undefined;
  return acted === NONE ? "no boot finds a record: brick" : "a record that no longer counts is acted on";
}

function freshId(state: State): number {
  let id = Math.max(state.committed, state.pending) + 1;
  for (const units of state.sectors) {
    for (const { symbol } of units) if (isBody(symbol)) id = Math.max(id, idOf(symbol) + 1);
  }
  return id;
}

function canonical(state: State): State {
  const names = new Map<number, number>();
  const rename = (id: number): number => {
    if (id === NONE) return NONE;
    if (!names.has(id)) names.set(id, names.size);
    return names.get(id)!;
  };
  const committed = rename(state.committed);
  const pending = rename(state.pending);
  const sectors = state.sectors.map((units) =>
    units.map((unit) =>
      isBody(unit.symbol) ? { ...unit, symbol: body(rename(idOf(unit.symbol)), cycleOf(unit.symbol)) } : unit,
    ),
  );
  return { ...state, committed, pending, sectors };
}

function keyOf(state: State): string {
  const units = state.sectors.map((sector) =>
    sector.map(({ kind, symbol, writes }) => `${kind}.${symbol}.${writes}`).join(),
  );
  const { counter, committed, pending, unclean } = state;
  const flash = [units.join("/"), counter.parity, counter.weak, committed, pending, unclean].join(" ");
  return `${flash}|${state.running}|${state.clean}`;
}

/** States without what is volatile. */
function persistent(seen: ReadonlySet<string>): number {
  return new Set([...seen].map((key) => key.slice(0, key.indexOf("|")))).size;
}

/** Runs a way again, with records numbered as they came. */
function retell(design: Design, physics: Physics, initial: State, last: Step) {
  const way: Step[] = [];
  for (let step: Step | undefined = last; step !== undefined; step = step.parent) way.unshift(step);
  let state = initial;
  let id = 1;
  const steps: string[] = [];
  for (const { event, path } of way) {
    const told = run({ design, physics, state, event, oracle: new Oracle(path.slice()), id });
    if (event === "update") id++;
    steps.push(...told.steps);
    if (told.broken !== undefined) return { reason: told.broken, steps };
    state = told.next!;
  }
  throw new Error("the way to a violation does not end in one");
}
