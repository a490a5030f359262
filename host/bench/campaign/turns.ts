// Measures cases in turns: one process of the one build, one of the other, and so on, so that a slow moment of the machine strikes
// both. Compares what they say, and makes rows of it. Starts no process itself.
import { median } from "../measure.js";
import type { CampaignRow } from "../rows.js";
import type { Case } from "./cases.js";
import { type Figure, type Measured, timesAsGood } from "./measured.js";

/** Measures a case in a process of its own. */
export type Measure = (one: Case) => Promise<Measured>;

/** Who measures. */
export interface Turns {
  readonly own: Measure;
  /** Another build; absent where there is nothing to compare with. */
  readonly other?: Measure;
  /** Processes for each case, or pairs of them, in place of the case's own number. */
  readonly rounds?: number;
  /** Told before each process is begun. */
  readonly onBegin?: (one: Case, round: number, rounds: number) => void;
}

/** What came of all cases. */
export interface Compared {
  readonly rows: readonly CampaignRow[];
  /** In one line each: what was not the same in two processes or two builds, or failed in the other one, and so has no ratio. */
  readonly unlike: readonly string[];
}

type Run = Extract<Measured, { kind: "measured" }>;

/** What one build has come to in a case: runs, or why there are none. */
interface Side {
  readonly runs: readonly Run[];
  readonly why?: string;
  /** It has what is measured, and does not do it. */
  readonly failed?: true;
}

/**
 * Measures cases, one after the other.
 * @throws Error where this build fails in a case; where the other one does, its rows say so
 */
export async function measureInTurns(cases: readonly Case[], turns: Turns): Promise<Compared> {
  const rows: CampaignRow[] = [];
  const unlike: string[] = [];
  for (const one of cases) {
    const { own, other } = await bothOf(one, turns);
    if (own.why !== undefined) throw new Error(`${one.id}: this build ${own.why}`);
    const differing = differences(own.runs, other?.runs ?? []);
    unlike.push(...differing.map((text) => `${one.id}: not the same: ${text}`));
    if (other?.failed === true) unlike.push(`${one.id}: the other build ${other.why}`);
    const remark = differing.length > 0 ? "not the same" : other?.why && `the other build ${other.why}`;
    rows.push(...rowsOf(one.id, own.runs, other?.runs, remark));
  }
  return { rows, unlike };
}

async function bothOf(one: Case, turns: Turns): Promise<{ readonly own: Side; readonly other?: Side }> {
  const rounds = turns.rounds ?? one.rounds;
  const own: Measured[] = [];
  const other: Measured[] = [];
  for (let round = 0; round < rounds; round++) {
    turns.onBegin?.(one, round, rounds);
    own.push(await turns.own(one));
    // What the other build has not once it never has.
    if (turns.other !== undefined && sideOf(other).why === undefined) other.push(await turns.other(one));
  }
  return { own: sideOf(own), ...(turns.other === undefined ? {} : { other: sideOf(other) }) };
}

function sideOf(all: readonly Measured[]): Side {
  const runs: Run[] = [];
  for (const measured of all) {
    if (measured.kind === "lacks") return { runs: [], why: `lacks ${measured.what}` };
    if (measured.kind === "failed") return { runs: [], why: `failed: ${measured.message}`, failed: true };
    runs.push(measured);
  }
  return { runs };
}

/** What runs that should say the same do not: each difference once. */
function differences(own: readonly Run[], other: readonly Run[]): string[] {
  const [first] = own;
  const found = new Set<string>();
  const compare = (run: Run, name: string): void => {
    if (run.unlike !== undefined) found.add(`${name}: ${run.unlike}`);
    for (const what of Object.keys({ ...first?.says, ...run.says })) {
      const [here, there] = [first?.says[what], run.says[what]];
      if (here !== there) found.add(`${what} ${here ?? "nothing"}, ${name} ${there ?? "nothing"}`);
    }
  };
  for (const run of own) compare(run, "in this build another time");
  for (const run of other) compare(run, "in the other build");
  return [...found];
}

/** A row for each figure that either build has, in the order of this one's. */
function rowsOf(
  what: string,
  own: readonly Run[],
  other: readonly Run[] | undefined,
  remark: string | undefined,
): CampaignRow[] {
  const figures = new Map<string, Figure>();
  for (const run of [...own, ...(other ?? [])])
    for (const figure of run.figures) if (!figures.has(figure.name)) figures.set(figure.name, figure);
  return [...figures.values()].map(({ name, unit }) => {
    const [values, others] = [valuesOf(own, name), valuesOf(other ?? [], name)];
    const ratios = values.flatMap((value, round) => {
      const before = others[round];
      return value > 0 && before !== undefined && before > 0 ? [timesAsGood(unit, value, before)] : [];
    });
    return {
      ...{ what, figure: name, value: median(values), unit },
      ...(others.length === 0 ? {} : { before: median(others) }),
      ...(ratios.length === 0 || remark !== undefined ? {} : { times: spreadOf(ratios) }),
      ...(remark === undefined ? {} : { remark }),
    };
  });
}

/** A figure in each run; 0 in one that does not have it, as a call that was never made. */
function valuesOf(runs: readonly Run[], name: string): number[] {
  return runs.map(({ figures }) => figures.find((figure) => figure.name === name)?.value ?? 0);
}

function spreadOf(ratios: readonly number[]): NonNullable<CampaignRow["times"]> {
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) };
}
