// Mistakes in what several explorers do together, and in how states are kept and handed out.
import { type EngineMutant, mutant } from "./mutant.js";

const ARRIVALS = "host/campaign/explore/states/arrivals.ts";
const FRONTIER = "host/campaign/explore/states/frontier.ts";
const WAY_BACK = "host/campaign/explore/crew/way-back.ts";

export const CREW_MUTANTS: readonly EngineMutant[] = [
  mutant(
    "retained words count as persistent operations on the way back",
    WAY_BACK,
    "if (isPersistent) persistent++;",
    "persistent++;",
  ),
  mutant(
    "what a torn operation has touched is forgotten on the way back",
    WAY_BACK,
    "isMarked ? touched | kept.touched : touched",
    "touched",
  ),
  mutant(
    "the run without faults is walked by the first of a crew alone",
    ARRIVALS,
    "if (!hasCrew || frontier.depth > 0 ||",
    "if (!hasCrew || frontier.depth >= 0 ||",
  ),
  mutant(
    "the last state of a take is left",
    FRONTIER,
    "index < Math.min(at + most, count);",
    "index < Math.min(at + most - 1, count);",
  ),
  mutant(
    "what is brought forward to a depth that is gone on with has its turn twice",
    FRONTIER,
    "filter((state) => this.#states.isOpen(state, depth))",
    "filter(() => true)",
  ),
  mutant(
    "a state is brought forward by as many faults",
    "host/campaign/explore/states/state-store.ts",
    "if ((before & ~FAULT_LED_HERE) <= depth) return false;",
    "if ((before & ~FAULT_LED_HERE) < depth) return false;",
  ),
  mutant(
    "all of a crew judge the same first faults",
    "host/campaign/explore/explorer-parts.ts",
    "index: share.index + share.count * explorer,",
    "index: share.index + share.count * explorer * 0,",
  ),
  mutant(
    "a state's future is known before those of its followers",
    "host/campaign/explore/liveness.ts",
    "if (follower !== REST && isDone[follower] === 0) return false;",
    "if (follower !== REST && isDone[follower] === 2) return false;",
  ),
  mutant(
    "lanes of keys are added up beside one another",
    "host/core/data/key-sum.ts",
    "this.#low + a + (b << 32n)",
    "this.#low + a + (b << 31n)",
  ),
];
