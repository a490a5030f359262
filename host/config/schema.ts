// The zod schema of a configuration: shapes, ranges, no unknown keys. What refers from one place to another, and what
// the package has already, is checked in parse.ts.
import { z } from "zod";
import { COUNTER_COUNT } from "../../assembly/abi.js";
import { FAULT_MODELS } from "../campaign/plan/fault-models.js";
import { ORACLES } from "../campaign/plan/oracles.js";
import type { OwnOracle } from "../campaign/play/own-oracle.js";
import { SPOILS, STEPS_MAX } from "../campaign/plan/scenario.js";
import type {
  CampaignConfig,
  CounterConfig,
  CpuConfig,
  DamageConfig,
  DeviceConfig,
  EccConfig,
  EverbootConfig,
  GuestConfig,
  ImageConfig,
  LayoutConfig,
  LimitsConfig,
  OfferConfig,
  PutConfig,
  RecordDamageConfig,
  RegionConfig,
  ScenarioConfig,
  SectorsConfig,
  SelfTestConfig,
  StartConfig,
  StepConfig,
  WearConfig,
  WholeDeviceConfig,
} from "./config.js";
import { CPU_CORES } from "../device/profile.js";
import { FLASH_MAX_BYTES, PROGRAM_MAX_BYTES, SECTORS_MAX } from "./device.js";
import {
  U32_MAX,
  byName,
  bytes,
  choose,
  fields,
  flag,
  imageName,
  integer,
  list,
  name,
  oneOf,
  text,
} from "./shapes.js";
import { HALT_NAME, isHaltNumber } from "../core/halts.js";
import {
  CLIENT_LINE_MAX,
  CLIENT_LINE_MIN,
  CLIENT_REQUESTS_MAX,
  CLIENT_TRIES_MAX,
  CLIENT_WINDOW_MAX,
  CLOCK_VALUES_MAX,
  type ClientConfig,
  type ClockWindowConfig,
  INPUT_NAMES,
  REQUESTS,
  type WorldConfig,
} from "./world.js";

/** One schema for each field of an interface: a field that is missing here, or too many, is a compile error. */
type Shape<Of> = { readonly [Field in keyof Required<Of>]: z.ZodType<Of[Field]> };

const IMAGES_MAX = 256;

/** The oracles that may be violated when a scenario rests otherwise than expected. */
export const OTHERWISE = ["update-completes", "trial-reverts", "ends-as-expected"] as const;

const micros = integer(0, U32_MAX);

const region = fields({ offset: bytes(0), size: bytes(1) } satisfies Shape<RegionConfig>);

const layout = fields({
  keys: region,
  slotA: region,
  slotB: region,
  record: region,
} satisfies Shape<LayoutConfig>);

const sectors = fields({
  count: integer(1, SECTORS_MAX),
  sizeBytes: integer(1, FLASH_MAX_BYTES),
  eraseTypicalMicros: micros,
  eraseMaxMicros: micros,
} satisfies Shape<SectorsConfig>);

const ecc = fields({
  unitBytes: integer(1, PROGRAM_MAX_BYTES),
  erasedFaults: flag.optional(),
} satisfies Shape<EccConfig>);

const cpu = fields({
  core: oneOf(CPU_CORES),
  clockHz: integer(10_000, U32_MAX),
  waitStates: integer(0, 255).optional(),
  cache: oneOf(["on", "none"]).optional(),
} satisfies Shape<CpuConfig>);

const deviceShape = {
  title: text("a title").optional(),
  sectors: list(sectors, "runs of sectors", [1, SECTORS_MAX]),
  programMin: integer(1, PROGRAM_MAX_BYTES),
  programMax: integer(1, PROGRAM_MAX_BYTES),
  programTypicalMicros: micros,
  programMaxMicros: micros,
  endurance: integer(1, U32_MAX),
  rule: oneOf(["and", "once", "once-or-zero", "twice"]),
  ecc: ecc.nullable().optional(),
  record: oneOf(["sealed", "refreshed"]),
  assumes: oneOf(["decided-seal", "nothing"]).optional(),
  erasedByte: z.literal([0xff, 0], { error: "expected 255 (0xFF) or 0" }),
  ramBytes: integer(1024, U32_MAX).optional(),
  counterMax: integer(1, U32_MAX).optional(),
  layout,
  cpu: cpu.optional(),
  notes: list(text("a note"), "notes").optional(),
} satisfies Shape<WholeDeviceConfig>;

/** The keys of a device, `extends` left out. */
export const DEVICE_KEYS: readonly string[] = Object.keys(deviceShape);

const wholeDevice = fields(deviceShape, ["extends"]);
const extendedDevice = fields({ ...z.object(deviceShape).partial().shape, extends: name });

const device = choose<DeviceConfig>((value) =>
  typeof value === "object" && value !== null && "extends" in value ? extendedDevice : wholeDevice,
);

const selfTest = choose<NonNullable<ImageConfig["selfTest"]>>((value) =>
  typeof value === "object" && value !== null
    ? fields({ afterResets: integer(1, 255) })
    : z.enum(["good", "bad"], { error: 'expected "good", "bad" or {afterResets: 1..255}' }),
);

const image = fields({
  name: imageName,
  version: integer(0, 255),
  securityCounter: integer(0, U32_MAX).optional(),
  selfTest: selfTest.optional(),
  linkedFor: oneOf(["both", "A", "B"]).optional(),
  spoiled: oneOf(SPOILS).optional(),
} satisfies Shape<ImageConfig>);

const start = fields({
  slotA: imageName,
  settled: flag.optional(),
  then: fields({ slotA: imageName.optional(), slotB: imageName.optional() }).optional(),
} satisfies Shape<StartConfig>);

const offer = fields({
  offer: imageName,
  until: oneOf(["confirmed", "ran", "refused", "begun"]).optional(),
} satisfies Shape<OfferConfig>);
const damage = fields({
  damage: z.enum(["slotA", "slotB", "running", "other"], {
    error: 'expected "slotA", "slotB", "running", "other" or "record"',
  }),
  field: text("the name of a part of the image, like payload").optional(),
  words: integer(1, 0x10000).optional(),
  seed: integer(0, U32_MAX).optional(),
} satisfies Shape<DamageConfig>);
const recordDamage = fields({ damage: z.literal("record") } satisfies Shape<RecordDamageConfig>);
const put = fields({
  put: fields({ slotA: imageName.optional(), slotB: imageName.optional() }).refine(
    ({ slotA, slotB }) => slotA !== undefined || slotB !== undefined,
    { error: "expected an image for slotA, slotB or both" },
  ),
} satisfies Shape<PutConfig>);
const failing = fields({
  selfTest: z.literal("fails", { error: 'expected "fails"' }),
  boots: integer(1, 255),
} satisfies Shape<SelfTestConfig>);
const counter = fields({
  counter: integer(0, COUNTER_COUNT - 1),
  to: integer(1, U32_MAX),
} satisfies Shape<CounterConfig>);
const STEPS = { offer, damage, put, selfTest: failing, counter };
const neverStep = z.never(`expected a step: {${Object.keys(STEPS).join("}, {")}}`);
const step = choose<StepConfig>((value) => {
  if (typeof value !== "object" || value === null) return neverStep;
  if ("damage" in value && value.damage === "record") return recordDamage;
  const found = Object.entries(STEPS).find(([key]) => key in value);
  return (found?.[1] ?? neverStep) as z.ZodType<StepConfig>;
});

const neverExpectation = z.never("expected either {runs: image} or {halts: reason}");
const halts = fields({ halts: text("a reason, like DIGEST") }, ["runs"]);
const runs = fields({ runs: imageName }, ["halts"]);
const expectation = choose<ScenarioConfig["expect"]>((value) => {
  if (typeof value !== "object" || value === null) return neverExpectation;
  if ("halts" in value && "runs" in value) return neverExpectation;
  return "halts" in value ? halts : runs;
});

const seconds = integer(0, U32_MAX);
const client = fields({
  requests: list(oneOf(REQUESTS), "requests", [1, CLIENT_REQUESTS_MAX]),
  window: integer(1, CLIENT_WINDOW_MAX).optional(),
  sequences: integer(1, 256).optional(),
  tries: integer(0, CLIENT_TRIES_MAX).optional(),
  line: integer(CLIENT_LINE_MIN, CLIENT_LINE_MAX).optional(),
} satisfies Shape<ClientConfig>);
const world = fields({
  clock: seconds.optional(),
  clockValues: list(seconds, "seconds", [1, CLOCK_VALUES_MAX]).optional(),
  window: fields({
    from: integer(0, U32_MAX - 1),
    to: seconds,
  } satisfies Shape<ClockWindowConfig>).optional(),
  inputs: list(oneOf(INPUT_NAMES), "inputs", [0, INPUT_NAMES.length]).optional(),
  client: client.optional(),
} satisfies Shape<WorldConfig>);

const scenario = fields({
  name,
  title: text("a title").optional(),
  images: list(image, "images", [1, IMAGES_MAX]),
  start,
  steps: list(step, "steps", [0, STEPS_MAX]).optional(),
  expect: expectation,
  otherwise: oneOf(OTHERWISE).optional(),
  wearMax: fields({
    slots: integer(0, U32_MAX).optional(),
    record: integer(0, U32_MAX).optional(),
  } satisfies Shape<WearConfig>).optional(),
  notApplicable: list(oneOf(namesOf(ORACLES)), "oracles").optional(),
  world: world.optional(),
} satisfies Shape<ScenarioConfig>);

const HALT_NAME_RULE =
  "expected a reason's name: upper case letters, digits and underscores, a letter first, at most 40 characters";
const HALTS_RULE = "expected an object: numbers 0..4294967295 and names of reasons";
const haltNames = z.record(
  z.string(HALTS_RULE).refine(isHaltNumber, HALTS_RULE),
  z.string(HALT_NAME_RULE).regex(HALT_NAME, HALT_NAME_RULE),
  { error: HALTS_RULE },
);

const guest = fields({
  boot: text("the path of a wasm module"),
  agent: text("the path of a wasm module").optional(),
  application: text("the path of a wasm module").optional(),
  attempts: integer(1, 255).optional(),
  halts: haltNames.optional(),
} satisfies Shape<GuestConfig>);

const oracle = fields({
  name,
  demands: text("what it demands, in one sentence"),
  judge: z.custom<OwnOracle["judge"]>((value) => typeof value === "function", {
    error: "expected a function of a run",
  }),
} satisfies Shape<OwnOracle>);

const limits = fields({
  maxStates: integer(1, U32_MAX).optional(),
  timeLimitSeconds: integer(1, U32_MAX).optional(),
  workers: integer(1, 256).optional(),
  ownOracleRuns: integer(0, U32_MAX).optional(),
  fuel: integer(1, Number.MAX_SAFE_INTEGER).optional(),
} satisfies Shape<LimitsConfig>);

const depth = choose<NonNullable<CampaignConfig["depth"]>>((value) =>
  typeof value === "number"
    ? integer(1, U32_MAX)
    : z.literal("fixpoint", { error: `expected an integer 1..${U32_MAX} or "fixpoint"` }),
);

const campaign = fields({
  device: name.optional(),
  faults: list(oneOf(namesOf(FAULT_MODELS)), "fault models", [1, FAULT_MODELS.length]).optional(),
  depth: depth.optional(),
  guest: text("a guest's name or the path of a wasm module").optional(),
  imageSize: bytes(1).optional(),
  seed: integer(0, U32_MAX).optional(),
} satisfies Shape<CampaignConfig>);

/** The shape of a whole configuration; what it lets through may still not fit together. */
export const configSchema: z.ZodType<EverbootConfig> = fields({
  devices: byName(device, "devices").optional(),
  layouts: byName(layout, "layouts").optional(),
  scenarios: list(scenario, "scenarios").optional(),
  guests: byName(guest, "guests").optional(),
  oracles: list(oracle, "oracles").optional(),
  limits: limits.optional(),
  campaign: campaign.optional(),
} satisfies Shape<EverbootConfig>);

/** The names of a list, as the non-empty tuple that zod wants. */
function namesOf<Name extends string>(items: readonly { readonly name: Name }[]): [Name, ...Name[]] {
  return items.map((item) => item.name) as [Name, ...Name[]];
}
