// The campaign report as a zod schema: reads reports back, and publishes them as JSON Schema. Opens no file.
// Traces within are read loosely here; who replays one reads it with host/campaign/plan/trace.ts.
import { foundWords, isObject, issueWords } from "./schema-errors.js";
import { z } from "zod";
import { FAULT_MODELS } from "../campaign/plan/fault-models.js";
import { ORACLES } from "../campaign/plan/oracles.js";
import { CAMPAIGN_SCHEMA, type CampaignReport, type VerdictKind } from "../campaign/report.js";
import { MisuseError } from "../core/errors.js";
import { nothingIn } from "../campaign/unseen.js";
import { verdictOf } from "../campaign/verdict.js";

const VERDICTS = [
  "proved",
  "proved-under",
  "clean",
  "survives",
  "violated",
  "incomplete",
] as const satisfies readonly VerdictKind[];

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const textOrNull = z.union([z.string(), z.null()], { error: "a string or null" });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: "64 hexadecimal digits" });
const faultName = z.enum(FAULT_MODELS.map(({ name }) => name));
const oracleName = z.enum(ORACLES.map(({ name }) => name));

const declared = z
  .strictObject({
    objects: count,
    bytes: count,
    touching: count.describe("Objects that the next one touches: an overflow into it does not show."),
  })
  .nullable();

const violation = z.strictObject({
  oracle: z.string().describe("One of the package's oracles, or one of one's own."),
  cause: z.string().describe('What was struck last; "own oracle" for an oracle of one\'s own.'),
  states: count.describe(
    "Persistent states from which it is violated with no further fault; for one's own, runs that violate it.",
  ),
  says: z
    .string()
    .exactOptional()
    .describe("What an oracle of one's own says of the run, or which bound is passed, and by how much."),
  trace: z.looseObject({ schema: z.string() }).describe("All that replays the run."),
  replay: z.string().describe("The command that replays it; empty where the trace was not written."),
  line: textOrNull.describe("The run as one line, where guest and images are the package's own."),
});

const sectorWear = z.strictObject({
  erases: count.describe("Of the sector that is erased most often."),
  sector: count.nullable().describe("Its number; null: none is erased."),
  offset: count.nullable().describe("Its offset in bytes."),
  bound: count.describe("Erases that one sector may have there."),
});

const survivalField = z.strictObject({
  kind: z.string().describe("The fault model's part."),
  field: z.string().describe("Where the faults struck."),
  total: count,
  survived: count.describe("An image that may run runs at rest, or it is as the scenario says."),
  asExpected: count.describe("As the scenario says."),
  otherwise: z
    .array(z.strictObject({ ending: z.string(), count }))
    .describe("How the device rests where a fault is not survived, with how often."),
  places: z.array(z.string()).describe("Places that are not survived, smallest first; may be cut short."),
});

const survival = z.strictObject({
  total: count,
  survived: count,
  asExpected: count,
  sampled: count.describe("Of the total, those that were sampled with the seed; the others are exhaustive."),
  unread: count.describe("Single flips beyond the total: of words that nothing asks for."),
  fields: z.array(survivalField),
});

const canary = z.strictObject({ name: z.string(), fault: faultName, caughtBy: z.array(z.string()) });

const packedShare = z.strictObject({
  index: count.describe("From 0: units of work whose number leaves this rest."),
  count: z.int().positive(),
  done: z.boolean(),
  data: z
    .string()
    .describe(
      "Base64 of deflated bytes: its outcome where it is done, else what it goes on with, or nothing.",
    ),
});

const effort = z
  .strictObject({
    cpuSeconds: seconds,
    wallSeconds: seconds,
    bootsCovered: count.describe("Boots that the faults judged would have taken without the memo."),
    bootsExecuted: count,
    callsAudited: count,
    runsAudited: count,
    workers: count,
  })
  .describe("What it cost: the only figures that differ from run to run.");

const reportSchema = z.strictObject({
  schema: z.literal(CAMPAIGN_SCHEMA),
  scenario: z.string(),
  device: z.string(),
  guest: z.strictObject({
    name: z.string(),
    sha256,
    agent: z
      .string()
      .exactOptional()
      .describe(
        "The package's agent that ran as its firmware, as the guest brings none; absent where it has its own.",
      ),
    application: z.literal(true).exactOptional().describe("An application ran beside its firmware."),
  }),
  faults: z.array(faultName),
  assumptions: z.array(z.string()).describe("What is assumed of the part beyond its rules."),
  torn: z
    .strictObject({ slots: z.string(), elsewhere: z.string() })
    .nullable()
    .describe("How torn programs were taken, by region; null: nothing is torn."),
  identity: z.string().describe("Digest of all that the campaign depends on."),
  seed: count,
  verdict: z.enum(VERDICTS),
  depth: z.strictObject({
    requested: z.union([count, z.literal("fixpoint")], { error: 'a whole number or "fixpoint"' }),
    reached: count.describe("Faults in a row after which the last new state was found."),
    fixpoint: z.boolean().describe("Every state's every fault was judged: any number of them is covered."),
  }),
  points: z.strictObject({ planned: count, judged: count }).describe("Faults."),
  states: z.strictObject({
    distinct: count.describe("Persistent states at power-on, oracles' memory included."),
    all: count.describe("These and the states between guest calls."),
    digest: z.string().describe("Over the distinct states, in any order."),
  }),
  powerUpsToRest: z
    .strictObject({ most: count, bound: count })
    .describe(
      "Power-ups from a run's last fault to rest, of all runs that come to rest: the most (0: no fault was judged), and the bound.",
    ),
  wear: z
    .strictObject({ slots: sectorWear, record: sectorWear })
    .nullable()
    .describe("The sectors that the run without faults erases most often; null: it was not played."),
  survival: survival.nullable(),
  link: z
    .strictObject({
      clientStates: count.describe("States of the client that there are among the states, by its content."),
      losses: count.describe(
        "Judged calls in which a packet to the device, or a reply of its, was lost: each call once.",
      ),
    })
    .exactOptional()
    .describe("What was seen of the link; absent without that fault model."),
  violations: z.array(violation),
  unreplayed: z
    .array(violation.pick({ oracle: true, cause: true, trace: true }))
    .exactOptional()
    .describe("Found, and not shown by playing it again: defects of everboot's own."),
  canaries: z.strictObject({ planted: count, caught: count, each: z.array(canary) }),
  notApplicable: z.array(oracleName),
  memory: z
    .strictObject({ boot: declared, agent: declared })
    .describe("What the guests declare of their memory; null: nothing, and nobody looks where they write."),
  badImages: z
    .array(z.strictObject({ file: z.string(), reason: z.string() }))
    .exactOptional()
    .describe("Images given with --bad, and why the host refuses each; absent where there are none."),
  hints: z
    .array(z.string())
    .exactOptional()
    .describe(
      "What may explain a violation and is no fault of the policy's; absent where there is nothing of the kind.",
    ),
  ownRuns: count
    .exactOptional()
    .describe("Whole runs that oracles of one's own were shown; absent where there are none."),
  incomplete: textOrNull.describe("Why the campaign is incomplete; null: it is complete."),
  shard: z.strictObject({ index: count, count: z.int().positive() }).nullable(),
  notModelled: z.array(z.string()),
  effort,
  shares: z.array(packedShare).exactOptional().describe("What merge and resume go on from."),
  job: z.record(z.string(), z.unknown()).exactOptional().describe("The campaign's option values, likewise."),
});

/** The type as zod infers it: nothing is readonly, and traces are loose. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? {
        -readonly [Key in keyof T]: Key extends "trace"
          ? z.infer<typeof violation.shape.trace>
          : Plain<T[Key]>;
      }
    : T;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** The schema; where it and the TypeScript type differ, this line does not compile. */
const campaignSchema = reportSchema satisfies Same<
  z.infer<typeof reportSchema>,
  Plain<CampaignReport>
> extends true
  ? z.ZodType
  : never;

/** The published JSON Schema (draft 2020-12) of a campaign report; host/report/campaign-report.schema.json is its text. */
export function campaignJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(campaignSchema, { target: "draft-2020-12" });
  return {
    $schema,
    title: `everboot campaign report, ${CAMPAIGN_SCHEMA}`,
    description: "What a campaign came to, as everboot writes it with --json.",
    ...schema,
  };
}

/**
 * Reads a campaign report.
 * @param data parsed JSON
 * @param where names its origin in errors
 * @returns the report; its traces are not read further than their `schema`
 * @throws {MisuseError} in one line: the field, what was expected there and what was found.
 */
export function readReport(data: unknown, where: string): CampaignReport {
  if (!isObject(data))
    throw new MisuseError(`${where}: expected a campaign report, found ${foundWords(data)}`);
  // Before all else: a report of another version differs in many fields, and none of them is the reason.
  if (data["schema"] !== CAMPAIGN_SCHEMA) {
    throw new MisuseError(
      `${where}: expected a campaign report with schema "${CAMPAIGN_SCHEMA}", found ${foundWords(data["schema"])}`,
    );
  }
  const parsed = campaignSchema.safeParse(data);
  if (!parsed.success) throw new MisuseError(`${where}: ${issueWords(parsed.error.issues[0], data)}`);
  const report = parsed.data as unknown as CampaignReport; // a trace is checked by who replays it
  const contradiction = contradictionIn(report);
  if (contradiction !== null) throw new MisuseError(`${where}: ${contradiction}`);
  return report;
}

/** What in a report cannot be true together, in one line; null where nothing is: a damaged or edited report is not shown. */
function contradictionIn(report: CampaignReport): string | null {
  const { canaries, survival: share, shard } = report;
  const caught = canaries.each.filter(({ caughtBy }) => caughtBy.length > 0).length;
  const verdict = verdictOf({ ...report, fixpoint: report.depth.fixpoint });
  if (canaries.planted !== canaries.each.length)
    return differs("canaries.planted", canaries.each.length, canaries.planted);
  if (canaries.caught !== caught) return differs("canaries.caught", caught, canaries.caught);
  if (shard?.index === 0) return "shard.index: expected at least 1, found 0";
  if (shard !== null && shard.index > shard.count) return exceeds("shard.index", shard.count, shard.index);
  if (share !== null && share.survived > share.total)
    return exceeds("survival.survived", share.total, share.survived);
  if (share !== null && share.sampled > share.total)
    return exceeds("survival.sampled", share.total, share.sampled);
  for (const [index, { total, survived }] of (share?.fields ?? []).entries())
    if (survived > total) return exceeds(`survival.fields[${index}].survived`, total, survived);
  const link = linkContradiction(report);
  if (link !== null) return link;
  if (report.verdict !== verdict) return differs("verdict", verdict, report.verdict);
  return null;
}

/** What was seen of the link stands where its model does, and is nothing in no complete report. */
function linkContradiction({ link, faults, shard, depth, incomplete }: CampaignReport): string | null {
  const isOn = faults.includes("link");
  if (isOn !== (link !== undefined)) {
    const [wanted, found] = isOn ? ["an object", "nothing"] : ["nothing", "an object"];
    return `link: expected ${wanted} by the report's other fields, found ${found}`;
  }
  const isWhole = incomplete === null && shard === null && depth.requested !== 0;
  const nothing = isWhole && link !== undefined ? nothingIn(link) : null;
  return nothing === null ? null : differs("incomplete", nothing, null);
}

function differs(path: string, expected: unknown, found: unknown): string {
  return `${path}: expected ${JSON.stringify(expected)} by the report's other fields, found ${JSON.stringify(found)}`;
}

function exceeds(path: string, most: number, found: number): string {
  return `${path}: expected at most ${most} by the report's other fields, found ${found}`;
}
