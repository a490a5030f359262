// Into which shares a campaign is cut: by shard for several machines, by worker for several cores, and finer than that, so that
// one that is ended early has something to keep. Pure.
import {
  type FaultName,
  STRIKE_MODELS,
  WORLD_MODELS,
  parseFaults,
} from "../../campaign/plan/fault-models.js";
import type { CampaignReport } from "../../campaign/report.js";
import type { Share } from "../../campaign/options.js";
import { NOBODY } from "../../device/states-module.js";
import type { CampaignJob } from "./job.js";

/** A share of a campaign for one machine, from 1. */
export type Shard = NonNullable<CampaignReport["shard"]>;

/** Up to this depth shares have little in common. */
const SHALLOW_DEPTH = 2;
/** Shares of a shallow campaign, whoever explores them: each costs a twentieth of a second besides. */
const SHALLOW_SHARES = 16;

/** Threads that explore one share together, at the most; and where nobody says how many: no machine with more cores was measured. */
const CREW_MOST = NOBODY;
const CREW_UNASKED = 4;

/** Models under which nobody explores together: strikes, and answers, by which a state is found two faults ahead. */
const ALONE: readonly FaultName[] = [...STRIKE_MODELS, ...WORLD_MODELS];

/** What decides how a campaign is divided. */
export type Divided = Pick<CampaignJob, "depth" | "faults">;

/** Whether shares repeat little of one another's work. */
export function isShallow({ depth }: Divided): boolean {
  return depth !== "fixpoint" && depth <= SHALLOW_DEPTH;
}

/**
 * Threads that explore each share together: all of them to a fixpoint, else one. Not under strikes, as which states are struck again depends
 * on the order in which they are found.
 */
export function crewFor({ depth, faults }: Divided, workers: number): number {
  const isTogether = depth === "fixpoint" && !parseFaults(faults).some((name) => ALONE.includes(name));
  return isTogether ? Math.min(workers, CREW_MOST) : 1;
}

/**
 * Worker threads where nobody says how many: as many as can divide the work. What shares of another deep campaign meet, all of them would explore.
 */
export function workersFor(job: Divided, cores: number): number {
  if (isShallow(job)) return Math.min(Math.max(cores, 1), SHALLOW_SHARES);
  return crewFor(job, Math.min(Math.max(cores, 1), CREW_UNASKED));
}

/**
 * The shares of a campaign, or of a shard of it. A shallow one always has the same, however many workers and shards there
 * are: of a violation one run is reported for each cause, and which one is found first depends on what else a share holds.
 */
export function sharesOf(job: Divided, workers: number, shard: Shard | null): Share[] {
  const { index, count: shards } = shard ?? { index: 1, count: 1 };
  const apart = Math.max(1, Math.floor(workers / crewFor(job, workers)));
  const count = isShallow(job) ? Math.max(SHALLOW_SHARES, shards) : shards * apart;
  return indexesOf(count, { index, count: shards }).map((at) => ({ index: at, count }));
}

/** Whether shares are those of a campaign or shard: each of it once. */
export function areWhole(shares: readonly Share[], shard: Shard | null): boolean {
  const count = shares[0]?.count ?? 0;
  const wanted = new Set(indexesOf(count, shard ?? { index: 1, count: 1 }));
  return (
    shares.length > 0 &&
    shares.length === wanted.size &&
    shares.every((share) => share.count === count && wanted.delete(share.index))
  );
}

/** Whether shards that are whole each are so together, though they may be cut into more or fewer shares. */
export function fitTogether(counts: readonly number[], shards: number): boolean {
  return counts.every((count) => count === counts[0]) || counts.every((count) => count % shards === 0);
}

/** "2/3" of a shard. */
export function shardWords({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** Which of `count` shares are a shard's. */
function indexesOf(count: number, { index, count: shards }: Shard): number[] {
  const size = Math.max(0, Math.ceil((count - (index - 1)) / shards));
  return Array.from({ length: size }, (_, at) => index - 1 + shards * at);
}
