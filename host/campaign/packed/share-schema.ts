// The form of a packed share: every field with its type and range, as bytes from a file are checked before any of them is believed.
import { z } from "zod";
import { WORLD_MODELS } from "../plan/fault-models.js";
import { ORACLES } from "../plan/oracles.js";

/** Counts up with every change of the form; a share of another version is not read. */
export const VERSION = 8;
/** Words of a state's key. */
export const KEY_WORDS = 4;

const count = z.int().nonnegative();
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, { error: "expected bytes" });

const plan = z.strictObject({
  /** As trace lines write them. */
  cuts: z.array(z.string()),
  reads: z.array(z.strictObject({ call: count, choices: z.array(count) })),
  strikes: z.array(z.strictObject({ call: count, strike: z.string() })).exactOptional(),
  answers: z.array(z.strictObject({ call: count, question: count, option: count })).exactOptional(),
});

const finding = z.strictObject({
  oracle: z.enum(ORACLES.map(({ name }) => name)),
  cause: z.string(),
  faults: count,
  item: count,
  plan,
});

const sectorWear = z.strictObject({
  erases: count,
  sector: count.nullable(),
  offset: count.nullable(),
  bound: count,
});

export const packedSchema = z.strictObject({
  version: z.literal(VERSION),
  index: count,
  count: z.int().positive(),
  states: z.strictObject({
    keys: bytes,
    depths: bytes,
    powerOn: bytes,
    judged: bytes,
    lost: bytes,
    violations: bytes,
  }),
  findings: z.array(finding),
  unreplayed: z.array(finding),
  survival: z.strictObject({
    unread: count,
    fields: z.array(
      z.strictObject({
        kind: z.string(),
        field: z.string(),
        total: count,
        sampled: count,
        survived: count,
        asExpected: count,
        endings: z.record(z.string(), count),
        flips: z.strictObject({ offsets: bytes, masks: bytes }),
        places: z.array(z.string()),
      }),
    ),
  }),
  around: z.strictObject({
    met: z.array(z.enum(WORLD_MODELS)),
    clients: z.array(z.string().regex(/^[0-9a-f]{32}$/)),
  }),
  planned: count,
  cuts: count,
  fixpoint: z.boolean(),
  gaveUp: z.boolean(),
  powerUpsToRest: count,
  wear: z.strictObject({ slots: sectorWear, record: sectorWear }).nullable(),
  incomplete: z.string().nullable(),
  own: z
    .strictObject({
      runs: count,
      findings: z.array(z.strictObject({ oracle: z.string(), says: z.string(), plan, runs: count })),
    })
    .exactOptional(),
  wholeRuns: z.array(
    z.strictObject({
      plan,
      states: z.array(z.string().regex(/^[0-9a-f]{32}$/)),
      violations: z.array(z.enum(ORACLES.map(({ name }) => name))),
    }),
  ),
  effort: z.strictObject({
    cpuSeconds: z.number().nonnegative(),
    wallSeconds: z.number().nonnegative(),
    bootsExecuted: count,
    callsAudited: count,
  }),
});

const counted = z.strictObject({
  judged: count,
  planned: count,
  bootsExecuted: count,
  callsAudited: count,
});

/** A search to go on with. */
export const suspendedSchema = z.strictObject({
  version: z.literal(VERSION),
  depth: z.int().positive(),
  counted,
  records: bytes,
  lists: bytes,
});

export type PackedSuspended = z.infer<typeof suspendedSchema>;
export type Packed = z.infer<typeof packedSchema>;
export type PackedFinding = z.infer<typeof finding>;
export type PackedPlan = z.infer<typeof plan>;
export type PackedField = Packed["survival"]["fields"][number];
