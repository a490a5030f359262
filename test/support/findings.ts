// What a campaign finds, as lines of text that are committed beside the tests: a change of the house must not change them.
// With keys made on the spot every digest would differ, so these are of keys that everyone can derive. Test helper only.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CampaignReport } from "../../host/campaign/report.js";
import type { GalleryRow } from "../../host/report/tables/gallery-table.js";

/** Puts the keys of the demo images into a folder in which commands are about to run: seeds that protect nothing. */
export function placeFixedKeys(folder: string): void {
  const keys = join(folder, ".everboot/keys");
  mkdirSync(keys, { recursive: true });
  for (const name of ["demo", "foreign"]) {
    const seed = createHash("sha256").update(`everboot findings ${name}`).digest("hex");
    writeFileSync(join(keys, `${name}-ed25519.pem`), `${seed}\n`, { mode: 0o600 });
  }
}

/** One line for each campaign: its verdict, the fault points judged, the states and their digest, canaries, violated oracles. */
export function findingsOf(reports: readonly CampaignReport[]): string {
  return reports.map((report) => `${findingOf(report)}\n`).join("");
}

function findingOf(report: CampaignReport): string {
  const { points, states, canaries } = report;
  const violated = [...new Set(report.violations.map(({ oracle }) => oracle))];
  return [
    `${report.scenario} on ${report.device} under ${report.faults.join(",")}, depth ${report.depth.requested}`,
    `${report.verdict}, ${points.judged} of ${points.planned} points`,
    `${states.distinct} states, ${states.all} in all, digest ${states.digest}`,
    `canaries ${canaries.caught} of ${canaries.planted}`,
    ...(violated.length === 0 ? [] : [`violated: ${violated.join(" ")}`]),
  ].join("; ");
}

/** One line for each bug of the gallery: what caught it, after how many executed boots, and what its twin was judged by. */
export function galleryFindingsOf(rows: readonly GalleryRow[]): string {
  return rows.map((row) => `${galleryFindingOf(row)}\n`).join("");
}

function galleryFindingOf({ name, caught, fixed }: GalleryRow): string {
  const how =
    caught === null
      ? "not caught"
      : `${caught.oracle} in ${caught.scenario} on ${caught.device}, ${caught.faults} faults, ${caught.bootsExecuted} boots`;
  return `${name}: ${how}; fixed: ${fixed.judged} points judged, ${fixed.caught.length} caught, ${fixed.incomplete.length} incomplete`;
}
