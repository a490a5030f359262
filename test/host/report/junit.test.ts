// JUnit XML, over sample reports, read back by a foreign reader: counts, names, times, and texts that XML cannot carry. Never runs
// a campaign.
import { type TestSuite, type TestSuites, parse } from "junit2json";
import { describe, expect, it } from "vitest";
import { ORACLES } from "../../../host/campaign/plan/oracles.js";
import { junitXml } from "../../../host/report/junit.js";
import { verdictWords } from "../../../host/report/verdict.js";
import { REPORTS, SAMPLES, hostileReport, reportOf } from "./samples.js";

/** The document as a viewer reads it; it throws where the document is not well-formed. */
async function read(xml: string): Promise<TestSuites> {
  return (await parse(xml)) as TestSuites;
}

/** What a suite's testcases come to, counted. */
function counted({ testcase = [] }: TestSuite) {
  const having = (key: "failure" | "error" | "skipped") =>
    testcase.filter((each) => each[key] !== undefined).length;
  return {
    tests: testcase.length,
    failures: having("failure"),
    errors: having("error"),
    skipped: having("skipped"),
  };
}

describe("JUnit XML", () => {
  it("has a testsuite per report, whose counts are those of its testcases", async () => {
    const { testsuite = [], ...root } = await read(junitXml(REPORTS));
    expect(testsuite).toHaveLength(REPORTS.length);
    for (const suite of testsuite) expect(suite).toMatchObject(counted(suite));
    const sum = (key: "tests" | "failures" | "errors") =>
      testsuite.reduce((total, suite) => total + (suite[key] ?? 0), 0);
    expect(root).toMatchObject({
      name: "everboot",
      tests: sum("tests"),
      failures: sum("failures"),
      errors: sum("errors"),
    });
  });

  it.each([
    ["proved", { tests: ORACLES.length, failures: 0, errors: 0, skipped: 1 }],
    ["survives", { tests: ORACLES.length, failures: 0, errors: 0, skipped: 1 }],
    ["violated", { tests: ORACLES.length, failures: 2, errors: 0, skipped: 1 }],
    ["incomplete", { tests: ORACLES.length + 1, failures: 0, errors: 1, skipped: 1 }],
    ["canary free", { tests: ORACLES.length + 1, failures: 0, errors: 1, skipped: 1 }],
    ["violated shard", { tests: ORACLES.length + 1, failures: 1, errors: 1, skipped: 1 }],
  ] as const)("counts a report that is %s", async (name, counts) => {
    const { testsuite: [suite] = [] } = await read(junitXml([SAMPLES[name]]));
    expect(suite).toMatchObject({ name: "update on nrf52840", ...counts });
    expect(counted(suite as TestSuite)).toEqual(counts);
    expect(suite?.["system-out"]).toEqual([verdictWords(SAMPLES[name])]);
  });

  it("names testcases after oracles and shows causes, replay commands and lines", async () => {
    const { testsuite: [suite] = [] } = await read(junitXml([SAMPLES.violated]));
    expect(suite?.testcase?.map(({ name }) => name)).toEqual(ORACLES.map(({ name }) => name));
    expect(suite?.testcase?.[0]).toMatchObject({
      name: "no-brick",
      classname: "everboot.update.nrf52840",
      failure: [
        {
          type: "no-brick",
          message: "violated from 9 states on; last fault: firmware, program; boot, erase",
          inner:
            "last fault: firmware, program\neverboot replay .everboot/traces/update.json\nupdate nrf52840 boot 0:3:half\n\n" +
            "last fault: boot, erase\neverboot replay .everboot/traces/update.json",
        },
      ],
    });
  });

  it("says why a report is incomplete in a testcase of its own", async () => {
    const { testsuite: [suite] = [] } = await read(junitXml([SAMPLES.incomplete]));
    expect(suite?.testcase?.at(-1)).toMatchObject({
      name: "complete",
      classname: "everboot.update.nrf52840",
      error: [{ type: "incomplete", message: "time limit of 5 s reached" }],
    });
  });

  it("takes times from the effort: the testcases' add up to the suite's", async () => {
    const { testsuite: [suite] = [], time } = await read(junitXml([SAMPLES.proved]));
    expect([time, suite?.time]).toEqual([2.25, 2.25]);
    const sum = suite?.testcase?.reduce((total, each) => total + (each.time ?? NaN), 0);
    expect(sum).toBeCloseTo(2.25, 1);
  });

  it("is well-formed whatever texts contain, and loses only what XML cannot carry", async () => {
    const text = `</failure>]]>&amp; "'<!--\t\r\n\u00e9\u{1f600}`;
    const lost = "\u0000\u0008\u000b\u001f\udfff\ud800\ufffe\uffff";
    const xml = junitXml([hostileReport(`${lost}${text}${lost}`)]);
    expect(xml).not.toMatch(/[^\P{C}\t\n]/u); // controls and lone surrogates
    expect(xml).not.toMatch(/="[^"]*[\t\n\r]/); // a reader that follows XML makes spaces of these
    const { testsuite: [suite] = [] } = await read(xml);
    expect(suite?.name).toBe(`${text} on ${text}`);
    expect(suite?.testcase?.[0]?.failure?.[0]).toMatchObject({
      message: `violated from 9 states on; last fault: ${text}`,
      inner: `last fault: ${text}\n${text}\n${text}`,
    });
    expect(suite?.testcase?.at(-1)?.error?.[0]?.message).toBe(text);
    expect(counted(suite as TestSuite)).toEqual({
      tests: ORACLES.length + 1,
      failures: 1,
      errors: 1,
      skipped: 1,
    });
  });

  it("is a document without testsuites where there are no reports", async () => {
    expect(await read(junitXml([]))).toMatchObject({ tests: 0, failures: 0, errors: 0, time: 0 });
  });

  it("says in properties what a report depends on", async () => {
    const report = reportOf({ shard: { index: 2, count: 3 } });
    const { testsuite: [suite] = [] } = await read(junitXml([report]));
    expect(suite?.properties).toEqual(
      expect.arrayContaining([
        { name: "verdict", value: "proved" },
        { name: "identity", value: "feedc0de" },
        { name: "seed", value: 7 },
        { name: "shard", value: "2/3" },
      ]),
    );
  });
});
