// What a campaign shows, in one word. Words for people are made in host/report/.
import type { CampaignReport, VerdictKind } from "./report.js";
import type { Survival } from "./explore/strikes/survival.js";

/** What a verdict follows from. */
export interface VerdictFacts {
  readonly violations: readonly unknown[];
  readonly incomplete: string | null;
  readonly fixpoint: boolean;
  readonly assumptions: readonly string[];
  readonly survival: Pick<Survival, "total" | "survived"> | null;
  readonly canaries: { readonly planted: number; readonly caught: number };
}

/** The verdict: a violation has a trace and so stands whatever else was left undone; it wins over incomplete. */
export function verdictOf(facts: VerdictFacts): VerdictKind {
  if (facts.violations.length > 0) return "violated";
  if (facts.incomplete !== null) return "incomplete";
  // A campaign that misses a bootloader known to be wrong may have missed as much in the guest.
  if (facts.canaries.caught < facts.canaries.planted) return "incomplete";
  if (facts.survival !== null) return "survives";
  if (facts.fixpoint) return facts.assumptions.length > 0 ? "proved-under" : "proved";
  return "clean";
}

/** Why a campaign is incomplete, in words; null when it is complete. Violated reports may be incomplete besides. */
export function whyIncomplete({
  incomplete,
  canaries,
}: Pick<CampaignReport, "incomplete" | "canaries">): string | null {
  if (incomplete !== null) return incomplete;
  if (canaries.caught >= canaries.planted) return null;
  const free = canaries.each.filter(({ caughtBy }) => caughtBy.length === 0).map(({ name }) => name);
  return `canaries not caught: ${free.join(", ")}`;
}
