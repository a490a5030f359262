// What an exploration is told and what it comes to, as data.
import type { Faults } from "../plan/faults.js";
import type { StrikeChoice } from "../plan/strike-choice.js";
import type { Crew } from "./crew/crew.js";
import type { Findings } from "./findings.js";
import type { Order } from "./states/frontier.js";
import type { SeenAround } from "./seen-around.js";
import type { Futures } from "./liveness.js";
import type { Edge } from "./states/edge.js";
import type { StateStore } from "./states/state-store.js";
import type { Suspended } from "./states/suspended.js";
import type { SurvivalTallies } from "./strikes/survival.js";

/** How far an exploration goes and whom it tells. */
export interface ExploreOptions {
  readonly faults: Faults;
  /** Most faults in one run; Infinity: until no new state is found. */
  readonly depth: number;
  /** Which strikes there are, where the fault models have any. */
  readonly strikes?: StrikeChoice;
  /** Do only the first faults of the work items n with n % count = index; all when absent. */
  readonly share?: { readonly index: number; readonly count: number };
  /** Who explores the same scene together with this explorer; only where there are no strikes, and for any number of faults. */
  readonly crew?: Crew;
  /** A search that was ended early, to go on with. */
  readonly from?: Suspended;
  /** Share of the memo's answers that are executed and compared, 0 to 1. */
  readonly audit?: number;
  /** States after which it ends as incomplete. */
  readonly statesMax?: number;
  /** Ways to read weak bits that one call may have; more end it as incomplete. */
  readonly waysMax?: number;
  /** Asked now and then; a reason ends it early, as incomplete: then it can be gone on with, but for what `suspended` says. */
  readonly stop?: () => string | null;
  readonly onProgress?: (progress: Progress) => void;
  /** Told of every judged cut: where it came, a state with the future of the one it leads to, what the oracles say of it. */
  readonly onCut?: (edge: Edge, target: number, violations: number) => void;
  /** In which order the states of one depth have their turn. */
  readonly order?: Order;
  /** End at the first finding: it is enough to know that there is one. */
  readonly stopAtFirst?: boolean;
}

/** How far an exploration has come. */
export interface Progress {
  readonly judged: number;
  readonly depth: number;
  /** States known, and those of them whose calls are still to be made. */
  readonly states: number;
  readonly open: number;
}

/** What an exploration came to. */
export interface Exploration {
  /** Faults judged: pairs of a state's operation and a shape, and strikes. */
  readonly judged: number;
  /** The same counted otherwise: by how often each outcome was met and the shapes of its operations; lengths of lists. */
  readonly planned: number;
  readonly bootsExecuted: number;
  readonly callsAudited: number;
  /** Faults in a row after which the last new state was found. */
  readonly depthReached: number;
  /** No state is left whose faults were not judged. */
  readonly fixpoint: boolean;
  /** Some way passed a bound (giving-up.ts), which is a violation: what comes behind that is not known. */
  readonly gaveUp: boolean;
  readonly states: StateStore;
  readonly futures: Futures;
  readonly findings: Findings;
  readonly survival: SurvivalTallies;
  readonly around: SeenAround;
  /** Why it ended early; null where it did not. */
  readonly incomplete: string | null;
  /**
   * What another explorer can go on with, or begin the ends with where the search itself is complete; null where it cannot be gone on with: only a
   * search for any number of faults can, without strikes and dense tears, that has found nothing, has come beyond the run without faults,
   * and was ended between two calls.
   */
  suspend(): Suspended | null;
}
