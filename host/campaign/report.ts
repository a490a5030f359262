// What a campaign came to, as plain JSON: the same whether it ran in one piece, on several workers, or in shards that were
// merged; only `effort` differs then. host/report/ makes tables, JUnit and Markdown of it.
import type { Declared } from "../core/watch.js";
import type { Survival } from "./explore/strikes/survival.js";
import type { FaultName } from "./plan/fault-models.js";
import type { Torn } from "./plan/faults.js";
import type { BadImage } from "./plan/scenario.js";
import type { OracleName } from "./plan/oracles.js";
import type { Trace } from "./plan/trace.js";
import type { Wear } from "./play/wear.js";

export const CAMPAIGN_SCHEMA = "everboot.campaign/5";

/** The cause of every violation of an oracle of one's own: nobody knows what it looks at. */
export const OWN_CAUSE = "own oracle";

/** One kind of violation: the shortest run that shows it, and how many faults lead to the like. */
export interface Violation {
  /** One of the package's (OracleName), or one of one's own. */
  readonly oracle: string;
  /** What was struck last: "firmware, program"; for an oracle of one's own OWN_CAUSE. */
  readonly cause: string;
  /** Persistent states from which the oracle is violated with no further fault; for one's own, runs that violate it. */
  readonly states: number;
  /** What an oracle of one's own says of the run, or which bound of the package's is passed, and by how much. */
  readonly says?: string;
  readonly trace: Trace;
  /** The command that replays it; empty where its trace is written nowhere. */
  readonly replay: string;
  /** The run as one line, where names are enough: images made on the spot in the part's own layout; null where they are not. */
  readonly line: string | null;
}

/** What a campaign has seen of the link: where it is nothing, nothing was tried. */
export interface LinkSeen {
  /** States of the client that there are among the states, by its content. */
  readonly clientStates: number;
  /** Judged calls in which a packet to the device, or a reply of its, was lost: each call once, however many were. */
  readonly losses: number;
}

/** A run that was taken for a violation and that playing it again does not show. */
export type Unreplayed = Pick<Violation, "oracle" | "cause" | "trace">;

/** What a campaign shows, in one word. */
export type VerdictKind = "proved" | "proved-under" | "clean" | "survives" | "violated" | "incomplete";

/** What a campaign came to; the JSON of `--json`. */
export interface CampaignReport {
  readonly schema: typeof CAMPAIGN_SCHEMA;
  readonly scenario: string;
  readonly device: string;
  readonly guest: {
    readonly name: string;
    readonly sha256: string;
    /** The package's agent that ran as its firmware, as the guest brings none; absent where it has its own. */
    readonly agent?: string;
    /** An application ran beside its firmware; absent where none did. */
    readonly application?: true;
  };
  readonly faults: readonly FaultName[];
  /** What is assumed of the part beyond its rules; empty where nothing is. */
  readonly assumptions: readonly string[];
  /** How torn programs were taken, by region; null where nothing is torn. */
  readonly torn: Torn | null;
  /** Digest of all that the campaign depends on: guest, device, layout, scenario, images, options, ABI. */
  readonly identity: string;
  readonly seed: number;
  readonly verdict: VerdictKind;
  readonly depth: {
    readonly requested: number | "fixpoint";
    /** Faults in a row after which the last new state was found. */
    readonly reached: number;
    /** Every state's every fault was judged: any number of them is covered. */
    readonly fixpoint: boolean;
  };
  /** Faults: pairs of a state's operation and a shape of its cut, flips, failed writes. */
  readonly points: { readonly planned: number; readonly judged: number };
  readonly states: {
    /** Persistent states at power-on, oracles' memory included. */
    readonly distinct: number;
    /** These and the states between guest calls, where power-ups join. */
    readonly all: number;
    /** Over the distinct states, in any order. */
    readonly digest: string;
  };
  /** Power-ups from a run's last fault to rest, of all runs that come to rest: the most, 0 where no fault was judged; and the bound. */
  readonly powerUpsToRest: { readonly most: number; readonly bound: number };
  /** The sectors that the run without faults erases most often; null where it was not played. */
  readonly wear: Wear | null;
  readonly survival: Survival | null;
  /** What was seen of the link; absent without that fault model. */
  readonly link?: LinkSeen;
  readonly violations: readonly Violation[];
  /** Found, and not shown by playing it again: defects of ours; absent where there are none. */
  readonly unreplayed?: readonly Unreplayed[];
  readonly canaries: {
    readonly planted: number;
    readonly caught: number;
    readonly each: readonly {
      readonly name: string;
      readonly fault: FaultName;
      readonly caughtBy: readonly string[];
    }[];
  };
  readonly notApplicable: readonly OracleName[];
  /** What the guests declare of their memory; null: nothing, and nobody looks where they write. */
  readonly memory: { readonly boot: Declared | null; readonly agent: Declared | null };
  /** Images that were brought along because they must be refused, each offered; absent where there are none. */
  readonly badImages?: readonly BadImage[];
  /** What may explain a violation and is no fault of the policy's, in a sentence each; absent where there is nothing of the kind. */
  readonly hints?: readonly string[];
  /** Whole runs that oracles of one's own were shown; absent where there are no such oracles. */
  readonly ownRuns?: number;
  readonly incomplete: string | null;
  /** Which share of a campaign this is, from 1; null: the whole. */
  readonly shard: { readonly index: number; readonly count: number } | null;
  readonly notModelled: readonly string[];
  /** What it cost: the only figures that differ from run to run. */
  readonly effort: {
    readonly cpuSeconds: number;
    readonly wallSeconds: number;
    /** Boots that the faults judged would have taken without the memo. */
    readonly bootsCovered: number;
    readonly bootsExecuted: number;
    readonly callsAudited: number;
    /** Whole runs that were played from the start and held against what was explored. */
    readonly runsAudited: number;
    readonly workers: number;
  };
  /** Only in a report that is a share of the whole or was ended early: what merge and resume go on from. */
  readonly shares?: readonly PackedShare[];
  /** The option values of the campaign, in the same reports; host/app/campaign/job.ts reads them. */
  readonly job?: Readonly<Record<string, unknown>>;
}

/** A share of a campaign's work, packed. */
export interface PackedShare {
  /** From 0: the work items n with n % count = index. */
  readonly index: number;
  readonly count: number;
  /** Its work is complete; if not, it was ended early or never begun. */
  readonly done: boolean;
  /**
   * Base64 of deflated bytes: its outcome (share-bytes.ts) where it is done; else what it can be gone on with (suspended-bytes.ts), or
   * nothing: then it starts over.
   */
  readonly data: string;
}
