// Which single faults a device does not survive, over many campaigns: fields and reasons, without images' names and slots'
// letters, so that the same cause is one line. Judges nothing.
import type { CampaignReport } from "../campaign/report.js";

/** A field whose faults are not all survived. */
export interface Loss {
  readonly kind: string;
  /** "active slot: payload", "keys", "floor counter". */
  readonly field: string;
  readonly lost: number;
  readonly total: number;
  /** How the device ends then, most frequent first. */
  readonly endings: readonly string[];
}

/** The losses of reports, by kind and field; pairs of flips are left out, as each is two of these. */
export function lossesOf(reports: readonly CampaignReport[]): Loss[] {
  const found = new Map<string, { lost: number; total: number; endings: Map<string, number> }>();
  for (const field of reports.flatMap(({ survival }) => survival?.fields ?? [])) {
    if (field.kind === "pair") continue;
    const key = `${field.kind}\n${classOf(field.field)}`;
    const known = found.get(key) ?? { lost: 0, total: 0, endings: new Map<string, number>() };
    found.set(key, known);
    known.lost += field.total - field.survived;
    known.total += field.total;
    if (field.survived === field.total) continue;
    for (const { ending, count } of field.otherwise) {
      if (/ runs, /.test(ending)) continue; // an image runs: survived
      known.endings.set(ending, (known.endings.get(ending) ?? 0) + count);
    }
  }
  return [...found]
    .filter(([, { lost }]) => lost > 0)
    .map(([key, { lost, total, endings }]) => {
      const [kind = "", field = ""] = key.split("\n");
      const ordered = [...endings].sort((a, b) => b[1] - a[1]).map(([ending]) => ending);
      return { kind, field, lost, total, endings: ordered };
    })
    .sort((a, b) => (a.kind + a.field < b.kind + b.field ? -1 : 1));
}

/** "active slot A, v1 for slot A: header, magic" → "active slot: header, magic". */
function classOf(field: string): string {
  return field
    .replace(/^((?:in)?active |)slot [AB], (?:no image|behind the image)$/, (whole, role: string) =>
      whole.endsWith("no image") ? `${role}slot without an image` : `${role}slot behind the image`,
    )
    .replace(/^((?:in)?active |)slot [AB], .*?: /, "$1slot: ");
}
