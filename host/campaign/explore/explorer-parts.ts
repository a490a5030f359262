// What an explorer is made of, put together for one device and scene. Explores nothing.
import type { Device } from "../../device/device.js";
import type { Scene } from "../plan/scenario.js";
import { Endings } from "../play/ending.js";
import { sinceFault } from "../play/giving-up.js";
import { Identifier } from "../play/identify.js";
import { Player } from "../play/player.js";
import { Calls } from "./calls.js";
import { WayBack } from "./crew/way-back.js";
import { Cuts } from "./cuts.js";
import { Expander } from "./expander.js";
import type { ExploreOptions } from "./exploration.js";
import { Findings } from "./findings.js";
import { Arrivals } from "./states/arrivals.js";
import { faultsOf } from "./states/edge.js";
import { WORLD_MODELS } from "../plan/fault-models.js";
import { Losses } from "./seen-around.js";
import { Frontier } from "./states/frontier.js";
import { Moments } from "./states/moments.js";
import { StateStore } from "./states/state-store.js";
import { StrikeLists } from "./strikes/strike-lists.js";
import { Striker } from "./strikes/striker.js";
import { Walker } from "./walker.js";
import { WorkItems } from "./work-items.js";

const WAYS_MAX = 1 << 16;

/** The parts of one explorer. */
export interface Parts {
  readonly device: Device;
  readonly player: Player;
  readonly calls: Calls;
  readonly moments: Moments;
  readonly states: StateStore;
  readonly frontier: Frontier;
  readonly arrivals: Arrivals;
  readonly findings: Findings;
  readonly cuts: Cuts;
  readonly walker: Walker;
  /** Where there are strikes. */
  readonly striker: Striker | undefined;
  readonly expander: Expander;
  readonly endings: Endings;
  readonly losses: Losses;
}

/** What the explorer does itself. */
interface Hooks {
  /** Counts faults judged in a state, one where it is not said. */
  count(state: number, faults?: number): void;
  /** Tells how far the exploration has come, and asks whether it is to go on. */
  goesOn(): boolean;
}

/** Puts an explorer's parts together; the device's states are its own from now on. */
export function partsOf(
  device: Device,
  scene: Scene,
  options: ExploreOptions,
  { count, goesOn }: Hooks,
): Parts {
  const { faults, crew, from, onCut, strikes, waysMax = WAYS_MAX, depth, audit = 0 } = options;
  const identifier = new Identifier(device, scene.images);
  const player = new Player(device, scene, identifier, faults.losses.includes("reset"));
  const calls = new Calls(device, player, waysMax, faults.models);
  const moments = new Moments(device);
  const states = new StateStore(device.newStates(crew?.seat), crew?.seat);
  const frontier = new Frontier(states, crew);
  device.exports.keepErases(faults.erases.reduce((shapes, shape) => shapes | (1 << shape), 0));
  const arrivals = new Arrivals({
    ...{ device, states, frontier, moments, limits: player.limits },
    hasCrew: crew !== undefined,
  });
  const isAnswered = WORLD_MODELS.some((model) => faults.models.includes(model));
  const findings = new Findings(states, faults.judged, {
    sets: device.openSets,
    // Their runs are told by who begins anew.
    onlyWhether: crew !== undefined || from !== undefined,
    isAhead: isAnswered,
  });
  const items = new WorkItems(shareOf(options));
  const cuts = new Cuts({
    ...{ device, faults, onCut, states, player, calls, moments, findings, count },
    visit: (position, edge) => arrivals.afterFault(position, edge),
    known: (state, faults) => arrivals.known(state, faults),
    visitAt: (at, position, edge, moment) =>
      arrivals.visitAt(at, position, { edge, faults: faultsOf(edge), since: sinceFault(position), moment }),
  });
  const walker = new Walker({ device, player, states, moments, cuts });
  const striker =
    strikes === undefined || !faults.strikes
      ? undefined
      : new Striker({
          ...{ device, player, calls, moments, findings, frontier, items, states, count, goesOn },
          lists: new StrikeLists(device, scene, identifier, calls, strikes),
          powerUps: strikes.powerUps,
          visit: (position, edge) => arrivals.afterFault(position, edge),
          happen: (next) => walker.happen(next),
        });
  const endings = new Endings();
  const losses = new Losses();
  const expander = new Expander({
    ...{ player, calls, moments, walker, states, arrivals, frontier, items, cuts, striker, findings },
    ...{ endings, losses, depth, audit, hasCuts: faults.losses.length > 0 },
    isAnswered,
    count,
    wayBack: new WayBack({ device, faults, player, calls, states, moments, walker }),
  });
  return {
    ...{ device, player, calls, moments, states, frontier, arrivals, findings, cuts, walker },
    ...{ striker, expander, endings, losses },
  };
}

/** Which first faults are an explorer's: its share of the share that its crew has. */
function shareOf({ share = { index: 0, count: 1 }, crew }: ExploreOptions): {
  readonly index: number;
  readonly count: number;
} {
  const { explorer, size } = crew?.seat ?? { explorer: 0, size: 1 };
  return { index: share.index + share.count * explorer, count: share.count * size };
}
