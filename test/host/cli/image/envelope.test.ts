// `everboot image envelope` as processes: makes, shows and verifies; what a person sees of it at 80 columns; a refused envelope is one line and
// exit code 1, bad input one line and exit code 2.
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateKey } from "../../../../host/image/keys.js";
import { screenOf } from "../../../support/screens.js";
import { vector } from "../../image/envelope/page.js";
import { RFC6979_KEY, RFC8032_KEY, RFC8032_SEED } from "../../image/envelope/published.js";
import { SAMPLES, sample } from "../../image/samples.js";
import { everboot, temporaryFolder, type Outcome } from "../run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const IMAGE = `${SAMPLES}/app-ed25519-signed.bin`;
const OTHER = `${SAMPLES}/app2-ed25519-signed.bin`;
const WITH_IDS = `${SAMPLES}/app-ed25519-alltlv.bin`;
const SEED = folder.path("seed.hex");
const PUBLIC = folder.path("pub.pem");
const PATCH = folder.path("app.patch");
const BILL = folder.path("bill.json");
const NEW_COPY = folder.path("new.bin");
const OLD_COPY = folder.path("old.bin");
const PLAIN = folder.path("plain.cose");
const FULL = folder.path("full.cose");
const MAKE = ["image", "envelope", "make", "--key", SEED];
const IDS = ["--vendor", "example.com", "--class", "board-a"];
const DELTA = ["--image", WITH_IDS, "--base", IMAGE, "--transfer", PATCH, "--bill", BILL];

/** A screen without the folder that no two runs share. */
const screen = (text: string) => screenOf(text.replaceAll(`${folder.path("")}/`, ""));

function expectOneLine(outcome: Outcome, code: number, message: RegExp): void {
  expect(outcome.stderr).toMatch(/^everboot: [^\n]+\n$/);
  expect(outcome.stderr).toMatch(message);
  expect([outcome.code, outcome.stdout]).toEqual([code, ""]);
}

const verify = (file: string, ...flags: readonly string[]) =>
  everboot("image", "envelope", "verify", "--key", PUBLIC, ...flags, file);

beforeAll(async () => {
  writeFileSync(SEED, RFC8032_SEED);
  writeFileSync(PUBLIC, RFC8032_KEY.publicKey.pem);
  writeFileSync(PATCH, Buffer.alloc(1000, "patch"));
  writeFileSync(BILL, "{}");
  writeFileSync(NEW_COPY, readFileSync(WITH_IDS));
  writeFileSync(OLD_COPY, readFileSync(IMAGE));
  const made = await Promise.all([
    everboot(...MAKE, ...IDS, "--image", IMAGE, "--kind", "security", "--out", PLAIN),
    everboot(...MAKE, ...DELTA, "--kind", "both", "--block-size", "256", "--out", FULL),
  ]);
  for (const outcome of made) expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
});

describe("image envelope make", () => {
  it("makes the page's vector", () => {
    expect(readFileSync(PLAIN).equals(Buffer.from(vector("ed25519")))).toBe(true);
  });

  it.each([
    ["no kind", ["--image", IMAGE, ...IDS], /--kind/],
    [
      "a kind that there is not",
      ["--image", IMAGE, ...IDS, "--kind", "feature"],
      /did you mean "features"\?/,
    ],
    [
      "an image that says no vendor",
      ["--image", IMAGE, "--kind", "both"],
      /vendor: expected one, as the image says 0/,
    ],
    [
      "a class by name without a vendor",
      ["--image", IMAGE, "--class", "board-a", "--kind", "both"],
      /class id: expected a UUID, or a vendor/,
    ],
    [
      "another vendor than the image's",
      ["--image", WITH_IDS, "--vendor", "example.org", "--kind", "both"],
      /vendor: expected the image's/,
    ],
    [
      "blocks of 1000 bytes",
      ["--image", WITH_IDS, "--kind", "both", "--block-size", "1000"],
      /block size: expected a power of two/,
    ],
    [
      "a base without a transfer",
      ["--image", WITH_IDS, "--kind", "both", "--base", IMAGE],
      /transfer: expected one beside a base/,
    ],
    [
      "an image that is not there",
      ["--image", "missing.bin", "--kind", "both"],
      /missing\.bin: expected an image, found no such file/,
    ],
    [
      "a bill that is a folder",
      ["--image", WITH_IDS, "--kind", "both", "--bill", SAMPLES],
      /expected a bill, found a folder/,
    ],
  ])("ends with 2 and one line for %s, and writes nothing", { tags: "slow" }, async (_, flags, message) => {
    const out = folder.path("none.cose");
    expectOneLine(await everboot(...MAKE, ...flags, "--out", out), 2, message);
    expect(existsSync(out)).toBe(false);
  });

  it("ends with 2 for a key that signs no envelopes, and with 1 for a damaged image", async () => {
    const rsa = folder.path("rsa.pem");
    writeFileSync(rsa, generateKey("rsa-2048").pem);
    const damaged = folder.path("damaged.bin");
    writeFileSync(damaged, Uint8Array.from(sample("app-ed25519-alltlv.bin")).fill(0, 0x300, 0x310));
    const out = folder.path("none.cose");
    const [key, image] = await Promise.all([
      everboot(
        "image",
        "envelope",
        "make",
        "--key",
        rsa,
        "--image",
        WITH_IDS,
        "--kind",
        "both",
        "--out",
        out,
      ),
      everboot(...MAKE, "--image", damaged, "--kind", "both", "--out", out),
    ]);
    expectOneLine(key, 2, /envelope: expected a key of type ed25519 or ecdsa-p256, found rsa-2048/);
    expectOneLine(image, 1, /damaged\.bin: refused: .*reason 13 DIGEST/);
    expect(existsSync(out)).toBe(false);
  });
});

describe("image envelope make --out", () => {
  it.each([
    ["--key", SEED],
    ["--image", NEW_COPY],
    ["--base", OLD_COPY],
    ["--transfer", PATCH],
    ["--bill", BILL],
  ])("does not replace the file of %s, by a link neither", async (flag, file) => {
    const before = readFileSync(file);
    const link = `${folder.path("link")}${flag}.cose`;
    symlinkSync(resolve(file), link);
    const flags = [...MAKE, "--image", NEW_COPY, "--base", OLD_COPY, "--transfer", PATCH, "--bill", BILL];
    const message = new RegExp(`expected another file than ${flag}'s`);
    for (const out of [file, link])
      expectOneLine(await everboot(...flags, "--kind", "both", "--out", out), 2, message);
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe("image envelope show", () => {
  it.each([
    ["envelope-plain", PLAIN],
    ["envelope-full", FULL],
  ])("is as the screen %s", async (name, file) => {
    const { code, stdout, stderr } = await everboot("image", "envelope", "show", file);
    expect([code, stderr]).toEqual([0, ""]);
    await expect(screen(stdout)).toMatchFileSnapshot(`../screens/${name}.txt`);
  });

  it("shows an encryption", async () => {
    const file = folder.path("es256.cose");
    writeFileSync(file, vector("es256"));
    const { stdout } = await everboot("image", "envelope", "show", file);
    expect(stdout).toMatch(/^ {2}cipher +aes-128-ctr, its key wrapped by x25519$/m);
    expect(stdout).toMatch(/^ {2}transfer +1000 bytes, encrypted, a patch of the base$/m);
  });

  it("prints JSON, absent fields as null, and says that it judges no signature", async () => {
    const { code, stdout } = await everboot("image", "envelope", "show", "--json", PLAIN);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      signatureJudged: false,
      algorithm: "EdDSA",
      imageSizeBytes: 40668,
      kind: "security",
      baseDigest: null,
      encryption: null,
      billDigest: null,
    });
  });

  it("ends with 1 and the reason for what is no envelope, and with 2 for no file", async () => {
    const [image, missing, json] = await Promise.all([
      everboot("image", "envelope", "show", IMAGE),
      everboot("image", "envelope", "show", "missing.cose"),
      everboot("image", "envelope", "show", "--json", BILL),
    ]);
    expectOneLine(image, 1, /refused: expected an envelope of at most 512 bytes.*reason 1 SIZE_LIMIT/);
    expectOneLine(missing, 2, /missing\.cose: expected an envelope, found no such file/);
    expect([json.code, json.stderr]).toEqual([1, ""]);
    expect(JSON.parse(json.stdout)).toMatchObject({ accepted: false, reasonName: "HEAD" });
  });
});

describe("image envelope verify", () => {
  it.each([
    ["envelope-verified", PLAIN, ["--image", IMAGE]],
    ["envelope-verified-delta", FULL, DELTA],
    ["envelope-verified-part", FULL, ["--image", WITH_IDS]],
  ])("is as the screen %s", async (name, file, flags) => {
    const { code, stdout, stderr } = await verify(file, ...flags);
    expect([code, stderr]).toEqual([0, ""]);
    await expect(screen(stdout)).toMatchFileSnapshot(`../screens/${name}.txt`);
  });

  it("is as the screen envelope-verified-encrypted for one that says an encryption", async () => {
    const file = folder.path("es256.cose");
    writeFileSync(file, vector("es256"));
    const key = folder.path("p256.pem");
    writeFileSync(key, RFC6979_KEY.publicKey.pem);
    const { code, stdout } = await everboot("image", "envelope", "verify", "--key", key, ...DELTA, file);
    expect(code).toBe(0);
    await expect(screen(stdout)).toMatchFileSnapshot("../screens/envelope-verified-encrypted.txt");
  });

  it("says in one line which claims do not hold", async () => {
    const [other, base] = await Promise.all([
      verify(PLAIN, "--image", OTHER),
      verify(FULL, "--image", WITH_IDS, "--base", OTHER),
    ]);
    expectOneLine(
      other,
      1,
      /refused: expected size 40668, found 52668; expected digest [0-9a-f]{64}, found [0-9a-f]{64}; expected version 1\.2\.3\+4, found 2\.0\.0\+0; expected counter 7, found 8; expected blocks /,
    );
    expectOneLine(base, 1, /refused: expected base [0-9a-f]{64}, found [0-9a-f]{64}$/m);
  });

  it("says the same in JSON, claim by claim", async () => {
    const { code, stdout, stderr } = await verify(PLAIN, "--image", OTHER, "--json");
    expect([code, stderr]).toEqual([1, ""]);
    const told = JSON.parse(stdout) as { readonly accepted: boolean; readonly claims: readonly unknown[] };
    expect(told.accepted).toBe(false);
    expect(told.claims).toContainEqual({ claim: "counter", outcome: "fails", said: "7", found: "8" });
    expect(told.claims).toContainEqual(expect.objectContaining({ claim: "vendor", outcome: "unsaid" }));
  });

  it("refuses a changed envelope, another's key and an image that is none", async () => {
    const changed = folder.path("changed.cose");
    writeFileSync(changed, Uint8Array.from(vector("ed25519")).fill(3, 200, 201));
    const foreign = folder.path("foreign.pem");
    writeFileSync(foreign, generateKey("ecdsa-p256").publicKey.pem);
    const [signature, key, image] = await Promise.all([
      verify(changed, "--image", IMAGE),
      everboot("image", "envelope", "verify", "--key", foreign, "--image", IMAGE, PLAIN),
      verify(PLAIN, "--image", BILL),
    ]);
    expectOneLine(
      signature,
      1,
      /changed\.cose: refused: expected a valid EdDSA signature.*reason 19 SIGNATURE/,
    );
    expectOneLine(key, 1, /plain\.cose: refused: .*reason 18 SIGNER_UNKNOWN/);
    expectOneLine(image, 1, /bill\.json: refused: expected an image, found 2 bytes .*reason 1 MAGIC/);
  });

  it("prints a refused image or base as JSON, too, and says which of both it was", async () => {
    const [image, base] = await Promise.all([
      verify(PLAIN, "--image", BILL, "--json"),
      verify(FULL, "--image", WITH_IDS, "--base", BILL, "--json"),
    ]);
    for (const { code, stderr } of [image, base]) expect([code, stderr]).toEqual([1, ""]);
    const refused = { accepted: false, reason: 1, reasonName: "MAGIC", offset: 0 };
    expect(JSON.parse(image.stdout)).toMatchObject({ file: PLAIN, of: "image", ...refused });
    expect(JSON.parse(base.stdout)).toMatchObject({ file: FULL, of: "base", ...refused });
  });

  it("says in JSON whether all was judged that a file says", async () => {
    const [full, part, unsaid] = await Promise.all([
      verify(FULL, ...DELTA, "--json"),
      verify(FULL, "--image", WITH_IDS, "--json"),
      verify(PLAIN, "--image", IMAGE, "--json"),
    ]);
    const complete = [full, part, unsaid].map(({ stdout }) => JSON.parse(stdout) as unknown);
    expect(complete).toMatchObject([
      { accepted: true, complete: true },
      { accepted: true, complete: false },
      { accepted: true, complete: false },
    ]);
  });

  it("ends with 2 without key or image", async () => {
    const [image, key] = await Promise.all([
      verify(PLAIN),
      everboot("image", "envelope", "verify", "--image", IMAGE, PLAIN),
    ]);
    expectOneLine(image, 2, /--image/);
    expectOneLine(key, 2, /--key/);
  });
});
