// Into which shares a campaign is cut: by shard for several machines, by worker for several cores, and finer than that, so that
// one that is ended early has something to keep. Pure.
import type { CampaignReport } from "../campaign/report.js";
import type { Share } from "../campaign/campaign.js";
import type { CampaignJob } from "./job.js";

/** A share of a campaign for one machine, from 1. */
export type Shard = NonNullable<CampaignReport["shard"]>;

/** Up to this depth shares have little in common, and each costs a tenth of a second. */
const SHALLOW_DEPTH = 2;
/** Shares of a shallow campaign, at least. */
const SHALLOW_SHARES = 16;

/** Whether shares repeat little of one another's work. */
export function isShallow({ depth }: Pick<CampaignJob, "depth">): boolean {
  return depth !== "fixpoint" && depth <= SHALLOW_DEPTH;
}

/** Worker threads where nobody says how many: what a deep campaign's shares meet, all of them would explore. */
export function workersFor(job: Pick<CampaignJob, "depth">, cores: number): number {
  return isShallow(job) ? Math.min(Math.max(cores, 1), SHALLOW_SHARES) : 1;
}

/** The shares of a campaign, or of a shard of it, for so many workers. */
export function sharesOf(job: Pick<CampaignJob, "depth">, workers: number, shard: Shard | null): Share[] {
  const each = isShallow(job) ? Math.max(workers, SHALLOW_SHARES) : workers;
  const { index: first, count } = shard ?? { index: 1, count: 1 };
  return Array.from({ length: each }, (_, at) => ({
    index: first - 1 + count * at,
    count: count * each,
  }));
}

/** Whether shares are those of a campaign or shard: each of it once. */
export function areWhole(shares: readonly Share[], shard: Shard | null): boolean {
  const { index: first, count } = shard ?? { index: 1, count: 1 };
  const wanted = new Set(shares.map((_, at) => first - 1 + count * at));
  return (
    shares.length > 0 &&
    shares.every((share) => share.count === count * shares.length && wanted.delete(share.index))
  );
}

/** "2/3" of a shard. */
export function shardWords({ index, count }: Shard): string {
  return `${index}/${count}`;
}
