// Reading reports: what was written comes back, what is spoilt or contradicts itself is refused with its place, and the published
// JSON Schema says the same. Never makes a report.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { MisuseError } from "../../../host/core/errors.js";
import { campaignJsonSchema, readReport } from "../../../host/report/report-schema.js";
import { REPORTS, SAMPLES, SURVIVAL } from "./samples.js";

const SCHEMA_FILE = new URL("../../../host/report/campaign-report.schema.json", import.meta.url);

const validate = new Ajv2020({ allErrors: true }).compile(
  JSON.parse(readFileSync(SCHEMA_FILE, "utf8")) as Record<string, unknown>,
);

type Json = Record<string, unknown>;

/** A copy as it comes out of a file, to be spoilt. */
function copyOf(report: unknown): Json {
  return JSON.parse(JSON.stringify(report)) as Json;
}

/** What readReport says of data, without its origin; undefined where it accepts. */
function complaint(data: unknown): string | undefined {
  try {
    readReport(data, "report.json");
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(MisuseError);
    const { message } = error as Error;
    expect(message).not.toMatch(/[\r\n]/);
    expect(message.startsWith("report.json: ")).toBe(true);
    return message.slice("report.json: ".length);
  }
}

/** Calls back with every place in a value, outside of traces, whose form the schema leaves open. */
function eachPlace(value: unknown, visit: (holder: Json, key: string) => void): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    const holder = value as Json;
    visit(holder, key);
    if (key !== "trace") eachPlace(holder[key], visit);
  }
}

describe("reading a report", () => {
  it.each(Object.entries(SAMPLES))("gives back what was written: %s", (_, report) => {
    expect(readReport(copyOf(report), "report.json")).toEqual(report);
  });

  it.each([
    [null, "expected a campaign report, found null"],
    [[], "expected a campaign report, found an array"],
    [{}, 'expected a campaign report with schema "everboot.campaign/5", found nothing'],
    [
      { schema: "everboot.campaign/2", points: "of old" },
      'expected a campaign report with schema "everboot.campaign/5", found "everboot.campaign/2"',
    ],
  ])("names first that %o is not of this schema", (data, expected) => {
    expect(complaint(data)).toBe(expected);
  });

  it.each([
    ["points.judged", "12", 'expected a number, found "12"'],
    ["points.judged", 1.5, "expected a whole number, found 1.5"],
    ["points.judged", -1, "expected a number of at least 0, found -1"],
    ["points.judged", undefined, "expected a number, found nothing"],
    ["points", null, "expected an object, found null"],
    ["seed", 2 ** 53, "expected a number of at most 9007199254740991, found 9007199254740992"],
    ["depth.requested", "deep", 'expected a whole number or "fixpoint", found "deep"'],
    ["guest.sha256", "AB", 'expected 64 hexadecimal digits, found "AB"'],
    ["identity", 7, "expected a string, found 7"],
    ["incomplete", 3, "expected a string or null, found 3"],
    ["violations[0].oracle", 7, "expected a string, found 7"],
    ["violations[0].trace.schema", undefined, "expected a string, found nothing"],
    ["violations[0].trace", "t".repeat(100), `expected an object, found "${"t".repeat(60)}…"`],
    ["effort.cpuSeconds", [], "expected a number, found an array"],
    ["depth.fixpoint", {}, "expected true or false, found an object"],
    ["notModelled", {}, "expected an array, found an object"],
    ["verdict", "fine", /^expected one of "proved", .*, found "fine"$/],
    ["effort.note", "x", 'expected no such field, found "x"'],
    ['"a\\nb"', 1, "expected no such field, found 1"],
  ])("says what is wrong with %s = %o", (path, value, expected) => {
    const data = copyOf(SAMPLES.violated);
    const keys = path.startsWith('"') ? [JSON.parse(path) as string] : path.split(/[.[\]]+/);
    const holder = keys.slice(0, -1).reduce((at, key) => at[key] as Json, data);
    const last = keys.at(-1) as string;
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else holder[last] = value;
    const [, found, rest] = /^(\S+): (.*)$/.exec(complaint(data) ?? "") ?? [];
    expect(found).toBe(path);
    if (typeof expected === "string") expect(rest).toBe(expected);
    else expect(rest).toMatch(expected);
  });

  it("refuses a field named __proto__", () => {
    const text = JSON.stringify(SAMPLES.proved).replace("{", '{"__proto__":{"x":1},');
    expect(complaint(JSON.parse(text))).toBe("__proto__: expected no such field, found an object");
  });

  it.each([
    [{ ...SAMPLES.violated, verdict: "proved" }, /^verdict: expected "violated" by .*, found "proved"$/],
    [{ ...SAMPLES.proved, violations: SAMPLES.violated.violations }, /^verdict: expected "violated"/],
    [
      { ...SAMPLES.proved, canaries: { ...SAMPLES["canary free"].canaries, planted: 1 } },
      /^canaries.planted: expected 2 /,
    ],
    [
      { ...SAMPLES.proved, canaries: { ...SAMPLES["canary free"].canaries, caught: 2 } },
      /^canaries.caught: expected 1 .*, found 2$/,
    ],
    [
      { ...SAMPLES["violated shard"], shard: { index: 5, count: 4 } },
      /^shard.index: expected at most 4 .*, found 5$/,
    ],
    [
      { ...SAMPLES.linked, link: { clientStates: 41, losses: 0 } },
      /^incomplete: expected "under the model link no packet and no reply was lost" by .*, found null$/,
    ],
    [{ ...SAMPLES.linked, faults: ["power"] }, /^link: expected nothing by .*, found an object$/],
    [{ ...SAMPLES.proved, faults: ["link"] }, /^link: expected an object by .*, found nothing$/],
    [
      { ...SAMPLES.survives, survival: { ...SURVIVAL, survived: 1301 } },
      /^survival.survived: expected at most 1300/,
    ],
    [
      { ...SAMPLES.survives, survival: { ...SURVIVAL, sampled: 1301 } },
      /^survival.sampled: expected at most 1300/,
    ],
    [
      {
        ...SAMPLES.survives,
        survival: {
          ...SURVIVAL,
          fields: [{ ...SURVIVAL.fields[0], survived: 1001 }],
        },
      },
      /^survival.fields\[0\].survived: expected at most 1000/,
    ],
  ])("refuses a report that contradicts itself (%#)", (data, expected) => {
    expect(complaint(copyOf(data))).toMatch(expected);
  });
});

describe("the published JSON Schema", () => {
  // After a change of the report: npx vitest run test/host/report/report-schema.test.ts -u
  it("is the one that the zod schema gives", async () => {
    const options = await resolveConfig(SCHEMA_FILE);
    const text = await format(JSON.stringify(campaignJsonSchema()), { ...options, parser: "json" });
    await expect(text).toMatchFileSnapshot(SCHEMA_FILE.pathname);
  });

  it("is of draft 2020-12", () => {
    expect(campaignJsonSchema()["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
  });

  it.each(Object.entries(SAMPLES))("accepts the sample %s", (_, report) => {
    expect(validate(copyOf(report)), JSON.stringify(validate.errors)).toBe(true);
  });

  it("refuses what reading refuses, wherever a report is spoilt", () => {
    let spoilt = 0;
    for (const report of REPORTS) {
      const data = copyOf(report);
      const check = () => {
        spoilt++;
        const said = complaint(data);
        // Fields that contradict each other are beyond what a JSON Schema can say.
        if (said?.includes("by the report's other fields") === true) return;
        expect(validate(data), said).toBe(said === undefined);
      };
      eachPlace(data, (holder, key) => {
        const before = holder[key];
        for (const value of [null, "", "text", -1, 0.5, 3, true, [], {}, [{}], { odd: 1 }]) {
          holder[key] = value;
          check();
        }
        holder[key] = before;
        if (Array.isArray(holder)) return;
        // In place and back again, so that the order of keys does not matter.
        Reflect.deleteProperty(holder, key);
        check();
        holder[key] = before;
        holder["odd"] = 1;
        check();
        Reflect.deleteProperty(holder, "odd");
      });
    }
    expect(spoilt).toBeGreaterThan(1000);
  });
});
