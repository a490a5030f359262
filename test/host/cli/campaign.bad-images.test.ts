// `--bad`: images that must never boot, on the command line: they are offered and refused, every report names them, and what violates
// an oracle replays from its trace and from its line.
// @module-tag slow: whole campaigns of bad images by the command line; bad.test.ts shows the images themselves.
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey } from "../../../host/image/keys.js";
import { signImage } from "../../../host/image/sign.js";
import { parseVersion } from "../../../host/image/version.js";
import { bytesOf } from "../../support/bytes.js";
import { SMALL, workplace } from "./campaign-cli.js";

const place = workplace();
afterAll(place.remove);

const own = generateKey("ed25519");
const BAD = ["--bad", "bad one.bin", "--bad", "junk.bin"];
const CAMPAIGN = ["campaign", ...SMALL, ...BAD, "--progress", "none"];

beforeAll(() => {
  const image = (name: string, version: string, key = own) => {
    const options = {
      headerSizeBytes: 0x20,
      padHeader: true,
      version: parseVersion(version),
      securityCounter: 1,
    };
    writeFileSync(place.path(name), signImage(bytesOf(3, 64), key, options));
  };
  image("app.bin", "1.0.0");
  image("next.bin", "2.0.0");
  image("bad one.bin", "2.1.0", generateKey("ed25519"));
  writeFileSync(place.path("junk.bin"), bytesOf(9, 333));
  writeFileSync(place.path("pub.pem"), own.publicKey.pem);
});

describe("bad images", () => {
  it("are refused by our own core under every power cut, and every report names them", async () => {
    const outputs = ["--json", "r.json", "--junit", "r.xml", "--markdown", "r.md"];
    const { code, stdout } = await place.run(...CAMPAIGN, ...outputs);
    expect(code).toBe(0);
    expect(stdout).toContain("bad images, each offered first: bad one.bin (KEY_UNKNOWN), junk.bin (MAGIC)\n");
    expect(place.report("r.json")).toMatchObject({
      verdict: "clean",
      violations: [],
      badImages: [
        { file: "bad one.bin", reason: "KEY_UNKNOWN" },
        { file: "junk.bin", reason: "MAGIC" },
      ],
    });
    expect(place.read("r.xml")).toContain('name="bad-images" value="bad one.bin, junk.bin"');
    expect(place.read("r.md")).toContain("bad one.bin (KEY\\_UNKNOWN)");
  });

  it("make other campaigns of other files: shards go together with the same ones alone", async () => {
    const shard = (index: number, ...more: readonly string[]) =>
      place.run(
        "campaign",
        ...SMALL,
        ...more,
        "--progress",
        "none",
        "--shard",
        `${index}/2`,
        "--json",
        `s${index}.json`,
      );
    await shard(1, ...BAD);
    await shard(2, ...BAD);
    const whole = await place.run("merge", "s1.json", "s2.json", "--json", "m.json");
    expect([whole.code, whole.stderr]).toEqual([0, ""]);
    expect(place.report("m.json").states.digest).toBe(place.report("r.json").states.digest);
    await shard(2, "--bad", "junk.bin");
    expect((await place.run("merge", "s1.json", "s2.json", "--json", "m.json")).code).toBe(2);
  });

  it("that boot are a violation, whose line and file name them and replay it", async () => {
    const { code } = await place.run(...CAMPAIGN, "--guest", "hasty", "--json", "h.json");
    expect(code).toBe(1);
    const found = place.report("h.json").violations.find(({ oracle }) => oracle === "authentic");
    expect(found?.line).toMatch(/ bad=bad%20one\.bin@[0-9a-f]{12} bad=junk\.bin@[0-9a-f]{12}$/);
    for (const trace of [found?.line ?? "", found?.replay.replace("everboot replay ", "") ?? ""]) {
      const { code: ended, stdout } = await place.run("replay", trace);
      expect(stdout).toMatch(/^violated: .*authentic/m);
      expect(ended).toBe(1);
    }
    const other = await place.run("replay", (found?.line ?? "").replace("bad=junk.bin", "bad=app.bin"));
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /^everboot: trace line: expected app\.bin with digest [0-9a-f]{12}…, found /,
    );
  });

  it("stand beside one's own images, too, in a campaign and in a run that is told", async () => {
    const images = ["--device", "tiny", "--key", "pub.pem"];
    const campaign = ["--from", "app.bin", "--to", "next.bin", "--progress", "none", "--json", "o.json"];
    expect((await place.run("campaign", "update", ...images, ...campaign, ...BAD)).code).toBe(0);
    expect(place.report("o.json").badImages).toHaveLength(2);
    const { code, stdout } = await place.run("run", ...images, "app.bin", "next.bin", ...BAD);
    expect(code).toBe(0);
    expect(stdout).toContain("firmware refuses the offer: KEY_UNKNOWN\n");
    expect(stdout).toContain("(slot B), v2.0.0+0\n");
  });
});
