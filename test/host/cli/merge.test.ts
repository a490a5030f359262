// `everboot merge`: shards put together equal the whole, and what cannot be put together is refused by name.
// @module-tag slow: whole campaigns in shares, by the command line; share-result.test.ts shows the merging itself.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CampaignReport } from "../../../host/campaign/report.js";
import { SMALL, workplace } from "./campaign-cli.js";

const place = workplace();
afterAll(place.remove);

const shardFile = (index: number) => `${index}.json`;
const ALL = [1, 2, 3].map(shardFile);

beforeAll(async () => {
  await place.run("campaign", ...SMALL, "--json", "whole.json");
  await Promise.all(
    [1, 2, 3].map((index) =>
      place.run("campaign", ...SMALL, "--shard", `${index}/3`, "--json", shardFile(index)),
    ),
  );
});

/** Writes a shard's report with something changed. */
function spoilt(name: string, change: (report: CampaignReport) => object): string {
  const report = place.report(shardFile(2));
  place.write(name, JSON.stringify({ ...report, ...change(report) }));
  return name;
}

async function complaint(...args: readonly string[]): Promise<string> {
  const { code, stderr, stdout } = await place.run("merge", ...args);
  expect([code, stdout, stderr.trim().split("\n").length]).toEqual([2, "", 1]);
  return stderr;
}

describe("shards", () => {
  it("put together in any order equal the whole but for effort", async () => {
    const { code, stdout } = await place.run("merge", "3.json", "1.json", "2.json", "--json", "merged.json");
    expect(code).toBe(0);
    expect(stdout).toContain("clean for up to 1 fault");
    expect(place.textOf("merged.json")).toBe(place.textOf("whole.json"));
  });

  it("of a violated campaign equal the whole, traces included", async () => {
    // Found in one piece, one of these violations is shown by another run.
    const args = ["campaign", ...SMALL, "--guest", "single-flag", "--attempts", "2"];
    await Promise.all([
      place.run(...args, "--json", "bad.json"),
      place.run(...args, "--shard", "1/2", "--json", "bad1.json"),
      place.run(...args, "--shard", "2/2", "--json", "bad2.json"),
    ]);
    const { code } = await place.run("merge", "bad1.json", "bad2.json", "--json", "bad-merged.json");
    expect(code).toBe(1);
    expect(place.report("bad.json").verdict).toBe("violated");
    expect(place.textOf("bad-merged.json")).toBe(place.textOf("bad.json"));
  });
});

describe("merge refuses", () => {
  it("what is no report, or none of this schema", async () => {
    place.write("no.json", "{");
    expect(await complaint("no.json")).toMatch(/no\.json: expected a campaign report in JSON/);
    const old = spoilt("old.json", () => ({ schema: "everboot.campaign/1" }));
    expect(await complaint(old)).toMatch(/old\.json: expected a campaign report with schema "everboot.camp/);
    expect(await complaint("nowhere.json")).toMatch(/nowhere\.json: .*found no such file/);
    expect(await complaint("whole.json")).toMatch(/whole\.json: expected a shard's report/);
  });

  it("damaged shares", async () => {
    const withData = (name: string, change: (data: string) => string) =>
      spoilt(name, ({ shares = [] }) => ({
        shares: shares.map((part, at) => (at === 3 ? { ...part, data: change(part.data) } : part)),
      }));
    const cut = withData("cut.json", (data) => Buffer.from(data, "base64").subarray(9).toString("base64"));
    expect(await complaint("1.json", cut, "3.json")).toMatch(
      /cut\.json: share 10\/16: expected deflated bytes/,
    );
    const odd = withData("odd.json", (data) => `${data.slice(0, 20)}%${data.slice(20)}`);
    expect(await complaint("1.json", odd, "3.json")).toMatch(/odd\.json: share 10\/16: expected base64/);
    const [first] = place.report("2.json").shares ?? [];
    const twice = withData("twice.json", () => first?.data ?? "");
    expect(await complaint("1.json", twice, "3.json")).toMatch(
      /twice\.json: share 10\/16: expected its own data as it was written/,
    );
    const fewer = spoilt("fewer.json", ({ shares = [] }) => ({ shares: shares.slice(1) }));
    expect(await complaint("1.json", fewer, "3.json")).toMatch(/fewer\.json: shares: expected each share of/);
  });

  it("another campaign, naming what differs", async () => {
    await place.run("campaign", ...SMALL, "--depth", "2", "--shard", "2/3", "--json", "deep.json");
    expect(await complaint("1.json", "deep.json", "3.json")).toMatch(
      /deep\.json: another campaign: expected depth 1 as in 1\.json, found 2/,
    );
    const guest = spoilt("guest.json", () => ({
      identity: "x",
      guest: { name: "mine", sha256: "0".repeat(64) },
    }));
    expect(await complaint("1.json", guest)).toMatch(/expected guest boot-full .*, found mine \(0{12}\)/);
    const device = spoilt("device.json", () => ({ identity: "x", device: "huge" }));
    expect(await complaint("1.json", device)).toMatch(/expected device tiny as in 1\.json, found huge/);
    const images = spoilt("images.json", () => ({ identity: "x" }));
    expect(await complaint("1.json", images)).toMatch(
      /layout, images, keys, options, .* differ from 1\.json/,
    );
    await place.run("campaign", ...SMALL, "--shard", "2/4", "--json", "of4.json");
    expect(await complaint("1.json", "of4.json")).toMatch(/expected a shard of 3 as in 1\.json, found 2\/4/);
  });

  it("the right campaign over other images than at hand", async () => {
    const other = workplace();
    for (const file of ALL) other.write(file, place.read(file));
    const { code, stderr } = await other.run("merge", ...ALL);
    other.remove();
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /1\.json: of another guest, device, ABI or image than at hand; .*\.everboot\/keys/,
    );
  });

  it("overlapping, missing and unfinished shards, saying which", async () => {
    expect(await complaint("1.json", "2.json", "2.json")).toMatch(/2\.json overlaps|overlaps 2\.json: both/);
    expect(await complaint("2.json")).toMatch(/expected every shard, missing 1\/3, 3\/3/);
    const open = spoilt("open.json", ({ shares = [] }) => ({
      incomplete: "interrupted",
      verdict: "incomplete",
      shares: shares.map((part, at) => (at === 0 ? { ...part, done: false, data: "" } : part)),
    }));
    expect(await complaint("1.json", open, "3.json")).toMatch(
      /open\.json: shard 2\/3 is unfinished: everboot campaign --resume open\.json/,
    );
  });
});
