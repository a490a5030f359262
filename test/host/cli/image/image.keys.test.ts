// The command line with every kind of key: LMS keys over their state files, images signed twice, demands, and runs and
// campaigns with such images.
// @module-tag slow: command line processes that make, damage and use keys; the tests of host/image show that by calls.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "../../../support/bytes.js";
import { everboot, temporaryFolder, type Outcome } from "../run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const { path } = folder;
const LAYOUT = ["--header-size", "0x20", "--pad-header", "--slot-size", "0x1e00", "--max-sectors", "8"];
const usedLeaves = () => /"used":"(\d+)"/.exec(readFileSync(path("lms.json"), "utf8"))![1];

function expectOneLine(outcome: Outcome, code: number, message: RegExp): void {
  expect(outcome.stderr).toMatch(/^everboot: [^\n]+\n$/);
  expect(outcome.stderr).toMatch(message);
  expect(outcome.code).toBe(code);
  expect(outcome.stdout).toBe("");
}

const sign = (keys: readonly string[], version: number, out: string, ...flags: readonly string[]) =>
  everboot(
    ...["image", "sign", ...keys.flatMap((key) => ["--key", path(key)]), ...LAYOUT],
    ...["--version", `${version}.0.0`, "--security-counter", `${version}`, ...flags, path("raw"), path(out)],
  );

beforeAll(async () => {
  writeFileSync(path("raw"), bytesOf(1, 1500));
  const lms = ["--type", "lms", "--lms-parameters", "h5w4"];
  const made = await Promise.all([
    everboot("image", "keygen", "--key", path("ed.pem")),
    everboot("image", "keygen", "--key", path("lms.json"), ...lms),
  ]);
  expect(made.map(({ code }) => code)).toEqual([0, 0]);
  expect(made[1]!.stdout).toMatch(/lms\.json: lms, key hash [0-9a-f]{64}\n$/);
  for (const [key, pub] of [
    ["ed.pem", "ed-pub.pem"],
    ["lms.json", "lms-pub.pem"],
  ])
    expect((await everboot("image", "getpub", "--key", path(key!), "--output", path(pub!))).code).toBe(0);
  for (const [version, out] of [
    [1, "both-1.bin"],
    [2, "both-2.bin"],
  ] as const)
    expect(await sign(["ed.pem", "lms.json"], version, out)).toEqual({ code: 0, stdout: "", stderr: "" });
});

const keyFlags = (...names: readonly string[]) => names.flatMap((name) => ["--key", path(name)]);
const BOTH = ["--require", "ed25519,lms"];

describe("an LMS key", () => {
  it("is a state file for its owner only, whose public half is PEM, raw or C", async () => {
    expect(statSync(path("lms.json")).mode & 0o777).toBe(0o600);
    expect(readFileSync(path("lms-pub.pem"), "utf8")).toMatch(
      /^-----BEGIN PUBLIC KEY-----\nME4wDQYLKoZIhvcNAQkQAxEDPQ/,
    );
    const c = await everboot("image", "getpub", "--key", path("lms.json"), "--encoding", "lang-c");
    expect(c.stdout).toMatch(/^const unsigned char lms_public_key\[\] = \{\n {4}0x30, 0x4e/);
    expect(c.stdout).toMatch(/_len = 80;\n$/);
    const raw = path("lms.der");
    await everboot("image", "getpub", "--key", path("lms-pub.pem"), "--encoding", "raw", "--output", raw);
    expect(readFileSync(raw)).toHaveLength(80);
  });

  it("uses up a leaf with each signature and none with an image that does not fit", async () => {
    const before = Number(usedLeaves());
    await sign(["lms.json"], 3, "third.bin");
    expect(Number(usedLeaves())).toBe(before + 1);
    const small = await sign(["lms.json"], 3, "fourth.bin", "--slot-size", "0x900");
    expectOneLine(small, 2, /slot size: expected room for/);
    expectOneLine(
      await sign(["lms.json"], 3, "fourth.bin", "--pure"),
      2,
      /pure: expected an ed25519 key, found lms/,
    );
    expect(existsSync(path("fourth.bin"))).toBe(false);
    expect(Number(usedLeaves())).toBe(before + 1);
  });

  it.each([
    ["replaces no file", ["--type", "lms"], "lms.json", /expected no file yet/],
    ["replaces none by force either", ["--type", "lms", "--force"], "lms.json", /expected no --force/],
    ["needs a folder", ["--type", "lms"], "no/such.json", /such\.json: expected a place.*no such folder/],
    [
      "has known parameters",
      ["--type", "lms", "--lms-parameters", "h7w8"],
      "x",
      /LMS parameters: .*found "h7w8"/,
    ],
    [
      "has at most three levels",
      ["--type", "lms", "--lms-parameters", "h5w8,h5w8,h5w8,h5w8"],
      "x",
      /levels: .*found 4/,
    ],
    ["alone has parameters", ["--lms-parameters", "h5w8"], "x", /expected --type lms, found ed25519/],
  ])("%s", async (_, flags, name, message) => {
    const before = usedLeaves();
    expectOneLine(await everboot("image", "keygen", "--key", path(name), ...flags), 2, message);
    expect(usedLeaves()).toBe(before);
    expect(existsSync(path("x"))).toBe(false);
  });

  it("that is damaged, or in use elsewhere, signs nothing", async () => {
    const state = readFileSync(path("lms.json"), "utf8");
    writeFileSync(path("old.json"), state.replace(/"used":"\d+"/, '"used":"0"'));
    expectOneLine(await sign(["old.json"], 1, "never.bin"), 2, /old\.json: expected an undamaged/);
    expectOneLine(await everboot("image", "getpub", "--key", path("old.json")), 2, /undamaged/);
    writeFileSync(path("lms.json.next"), "");
    expectOneLine(await sign(["lms.json"], 1, "never.bin"), 2, /another signer is at work/);
    expect(existsSync(path("never.bin"))).toBe(false);
    rmSync(path("lms.json.next"));
  });
});

describe("an image signed by both", () => {
  it("is accepted where both are required, by PEM or by the private key's file", async () => {
    const image = path("both-1.bin");
    const pem = await everboot(
      "image",
      "verify",
      ...keyFlags("ed-pub.pem", "lms-pub.pem"),
      ...BOTH,
      "--json",
      image,
    );
    const { signers } = JSON.parse(pem.stdout) as { signers: { keyType: string }[] };
    expect(signers.map(({ keyType }) => keyType)).toEqual(["ed25519", "lms"]);
    expect((await everboot("image", "verify", ...keyFlags("ed.pem", "lms.json"), ...BOTH, image)).code).toBe(
      0,
    );
    const alone = await everboot("image", "verify", ...keyFlags("lms-pub.pem"), image);
    expect([alone.code, alone.stdout.match(/key +lms, hash/)?.length]).toEqual([0, 1]);
    expectOneLine(
      await everboot("image", "verify", ...keyFlags("ed-pub.pem"), ...BOTH, image),
      1,
      /refused: .*reason 15 KEY_UNKNOWN/,
    );
    expectOneLine(
      await everboot("image", "verify", ...keyFlags("ed-pub.pem"), "--require", "rsa", image),
      2,
      /--require.*Expected some of ed25519,ecdsa-p256,rsa-2048,rsa-3072,lms/,
    );
  });

  it("names its LMS signature in info", async () => {
    const { stdout } = await everboot("image", "info", path("both-1.bin"));
    expect(stdout).toMatch(/^ {2}LMS +0x[0-9a-f]+ unprotected 00000000.*\(2352 bytes\)$/m);
  });

  it("boots in a run, and a campaign finds nothing and catches its canaries", async () => {
    const device = ["--device", "tiny", ...keyFlags("ed-pub.pem", "lms-pub.pem"), ...BOTH];
    const run = await everboot("run", ...device, path("both-1.bin"), path("both-2.bin"));
    expect([run.code, run.stderr]).toEqual([0, ""]);
    expect(run.stdout).toMatch(/jumps to 0x\w+ \(slot B\), v2\.0\.0\+0/);
    const images = ["--from", path("both-1.bin"), "--to", path("both-2.bin")];
    const campaign = await everboot("campaign", "update", ...device, ...images);
    expect([campaign.code, campaign.stderr]).toEqual([0, ""]);
    expect(campaign.stdout).toMatch(/canaries: 2 of 2 caught/);
  });

  it("does not run where one more is required, and --require needs images of one's own", async () => {
    const keys = keyFlags("ed-pub.pem", "lms-pub.pem");
    const demand = ["--require", "ed25519,lms,ecdsa-p256"];
    expectOneLine(
      await everboot("run", "--device", "tiny", ...keys, ...demand, path("both-1.bin")),
      1,
      /SIGNATURE_MISSING/,
    );
    expectOneLine(
      await everboot("campaign", "--require", "lms"),
      2,
      /--require: expected --from, --to and --key/,
    );
  });
});

describe("guests by name", () => {
  it("of small builds run images of their own kind", async () => {
    await everboot("image", "keygen", "--key", path("p256.pem"), "--type", "ecdsa-p256");
    await sign(["p256.pem"], 1, "p256-1.bin");
    await sign(["p256.pem"], 2, "p256-2.bin");
    const images = ["--from", path("p256-1.bin"), "--to", path("p256-2.bin"), ...keyFlags("p256.pem")];
    const own = await everboot("campaign", "--device", "tiny", "--guest", "boot-p256", ...images);
    expect(own.code).toBe(0);
    const other = await everboot("campaign", "--device", "tiny", "--guest", "boot-ed25519", ...images);
    expect(other.code).toBe(1);
  });

  it("are listed where a name is none", async () => {
    expectOneLine(
      await everboot("campaign", "--guest", "boot"),
      2,
      /boot-full, boot-ed25519, boot-p256, boot-ed25519-fast, boot-p256-fast, mcuboot-revert, single-flag, short-checksum, late-attempts/,
    );
  });
});
