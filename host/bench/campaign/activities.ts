// Which activity of an exploration a sample of a profiler belongs to: that of the innermost function on its stack that stands in
// the list below; the device module and the guests have no line of their own, as they run for whoever calls them. Runs nothing.

/** One node of a profile's call tree, as node:inspector gives it. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[] | undefined;
}

/** A CPU profile: each sample is the node that was running, with the microseconds since the sample before. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

/** What functions do: all of a file or folder of the harness, or some functions of it. */
interface Rule {
  readonly activity: string;
  /** Below host/, without an ending; a folder ends with a slash. */
  readonly place: string;
  readonly functions?: readonly string[];
}

/** The first that fits a function counts. */
export const RULES: readonly Rule[] = [
  { activity: "guest calls executed", place: "campaign/play/call", functions: ["executeCall"] },
  { activity: "outcomes told apart", place: "campaign/explore/memo/outcomes" },
  { activity: "memo", place: "campaign/explore/memo/" },
  { activity: "memo", place: "campaign/explore/calls" },
  { activity: "states: key, lookup, add", place: "campaign/explore/states/arrivals" },
  { activity: "states: key, lookup, add", place: "campaign/explore/states/state-store" },
  { activity: "states: key, lookup, add", place: "campaign/explore/states/state-table" },
  { activity: "states: key, lookup, add", place: "campaign/explore/states/ways-in" },
  { activity: "states: key, lookup, add", place: "core/data/" },
  { activity: "cuts", place: "campaign/explore/cuts" },
  { activity: "cuts", place: "campaign/explore/twins" },
  { activity: "cuts", place: "campaign/explore/landings" },
  { activity: "whole steps, ways there", place: "campaign/explore/walker" },
  { activity: "whole steps, ways there", place: "campaign/explore/crew/way-back" },
  { activity: "judge", place: "campaign/play/player" },
  { activity: "judge", place: "campaign/play/judge" },
  { activity: "futures", place: "campaign/explore/liveness" },
  { activity: "futures", place: "campaign/explore/graph" },
];

const GARBAGE = "garbage collection";
const REST = "rest of the exploration";
/** What the profiler calls what is no function. */
const COLLECTOR = "(garbage collector)";
const IDLE = "(idle)";

/** All activities, in the order in which they are shown. */
export const ACTIVITIES: readonly string[] = [
  ...new Set(RULES.map(({ activity }) => activity)),
  GARBAGE,
  REST,
];

/** Each activity's share of a profile's time, 0 to 1; what was sampled while nothing ran is left out. */
export function sharesOf({
  nodes,
  samples = [],
  timeDeltas = [],
}: Profile): Readonly<Record<string, number>> {
  const activityOf = new Map<number, string>();
  const parents = new Map<number, ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const activityAt = (id: number): string => {
    const known = activityOf.get(id);
    if (known !== undefined) return known;
    const node = byId.get(id);
    const parent = parents.get(id);
    const own = node === undefined ? REST : ownActivity(node);
    const found = own ?? (parent === undefined ? REST : activityAt(parent.id));
    activityOf.set(id, found);
    return found;
  };
  const micros = new Map<string, number>();
  samples.forEach((id, index) => {
    if (byId.get(id)?.callFrame.functionName === IDLE) return;
    const activity = activityAt(id);
    // The profiler's clock may step back a little.
    micros.set(activity, (micros.get(activity) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  });
  const all = [...micros.values()].reduce((sum, value) => sum + value, 0);
  return Object.fromEntries(
    ACTIVITIES.map((activity) => [activity, all === 0 ? 0 : (micros.get(activity) ?? 0) / all]),
  );
}

function ownActivity({ callFrame: { functionName, url } }: ProfileNode): string | undefined {
  if (functionName === COLLECTOR) return GARBAGE;
  return RULES.find(
    ({ place, functions }) =>
      (place.endsWith("/") ? url.includes(`/host/${place}`) : url.endsWith(`/host/${place}.js`)) &&
      (functions?.some((name) => functionName === name || functionName.endsWith(`.${name}`)) ?? true),
  )?.activity;
}
