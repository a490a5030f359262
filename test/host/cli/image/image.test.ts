// `everboot image` as processes: signs byte for byte as imgtool does, verifies, shows and makes keys; bad input is one line and an
// exit code. Never runs an image.
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ED25519_SAMPLES, SAMPLES, SEED_FILE, sample } from "../../image/samples.js";
import { everboot, temporaryFolder, type Outcome } from "../run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

const PUBLIC_KEY = `${SAMPLES}/ed25519-pub.pem`;
const SIGNED = `${SAMPLES}/app-ed25519-signed.bin`;
const LAYOUT_FLAGS = [
  ...["--header-size", "0x200", "--pad-header", "--align", "8", "--max-align", "8"],
  ...["--slot-size", "0x20000", "--version", "1.2.3+4", "--security-counter", "7"],
];
const APP_FLAGS = ["--key", SEED_FILE, ...LAYOUT_FLAGS];
const APP = `${SAMPLES}/app.bin`;

function expectOneLine(outcome: Outcome, code: number, message: RegExp): void {
  expect(outcome.stderr).toMatch(/^everboot: [^\n]+\n$/);
  expect(outcome.stderr).toMatch(message);
  expect(outcome.code).toBe(code);
  expect(outcome.stdout).toBe("");
}

describe("image sign", () => {
  const ofApp = ED25519_SAMPLES.filter(({ payload }) => payload === "app.bin");

  it.each(ofApp)("writes imgtool's $name byte for byte", async ({ name, flags }) => {
    const output = folder.path(`${name}.bin`);
    expect(await everboot("image", "sign", ...APP_FLAGS, ...flags, APP, output)).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect(Buffer.compare(readFileSync(output), sample(`${name}.bin`))).toBe(0);
  });

  it.each([
    [
      "an image larger than the slot",
      ["--slot-size", "0x8000"],
      /slot size: expected room for .*, found 0x8000/,
    ],
    ["a version that is none", ["--version", "1.2.x"], /version: expected .*, found "1.2.x"/],
    ["a number that is none", ["--header-size", "0x2z"], /--header-size.*0x2z/],
    ["an alignment that imgtool does not have", ["--align", "3"], /--align.*3/],
    [
      "a key that is not there",
      ["--key", "missing.pem"],
      /missing\.pem: expected a private key, found no such file/,
    ],
    ["a public key", ["--key", PUBLIC_KEY], /ed25519-pub\.pem: expected a private key.*found "PUBLIC KEY"/],
    [
      "half a custom TLV",
      ["--custom-tlv", "0x00a0 0xabc"],
      /custom TLV: expected pairs of hexadecimal digits/,
    ],
    ["an option that does not exist", ["--frobnicate"], /unknown option '--frobnicate'/],
  ])("ends with 2 and one line for %s, and writes nothing", { tags: "slow" }, async (_, flags, message) => {
    const output = folder.path("refused.bin");
    expectOneLine(await everboot("image", "sign", ...APP_FLAGS, ...flags, APP, output), 2, message);
    expect(existsSync(output)).toBe(false);
  });

  it("ends with 2 when an option is missing, or a payload or folder is not there", async () => {
    const outcomes = await Promise.all([
      everboot("image", "sign", "--key", SEED_FILE, APP, folder.path("x.bin")),
      everboot("image", "sign", ...APP_FLAGS, "missing.bin", folder.path("x.bin")),
      everboot("image", "sign", ...APP_FLAGS, APP, folder.path("no/such/x.bin")),
    ]);
    expectOneLine(outcomes[0], 2, /--header-size/);
    expectOneLine(outcomes[1], 2, /missing\.bin: expected a raw binary, found no such file/);
    expectOneLine(outcomes[2], 2, /x\.bin: expected a place to write, found no such folder/);
  });

  it("keeps the custom TLV apart from the files that follow it", async () => {
    const output = folder.path("custom.bin");
    const outcome = await everboot(
      "image",
      "sign",
      ...APP_FLAGS,
      "--custom-tlv",
      "0xa1",
      "text",
      APP,
      output,
    );
    expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
    const info = JSON.parse((await everboot("image", "info", "--json", output)).stdout) as InfoJson;
    expect(info.tlvs).toContainEqual(
      expect.objectContaining({ type: 0xa1, data: Buffer.from("text").toString("hex") }),
    );
  });
});

interface InfoJson {
  readonly header: { readonly version: string };
  readonly tlvs: readonly { readonly name: string; readonly data: string }[];
  readonly extentBytes: number;
  readonly trailingBytes: number;
  readonly trailer: unknown;
}

describe("image verify", () => {
  it("accepts a sample with its key, and among several keys", async () => {
    const [one, several] = await Promise.all([
      everboot("image", "verify", "--key", PUBLIC_KEY, SIGNED),
      everboot(
        "image",
        "verify",
        "--key",
        `${SAMPLES}/p256-pub.pem`,
        "--key",
        PUBLIC_KEY,
        "--floor",
        "7",
        SIGNED,
      ),
    ]);
    expect(one.stdout).toMatch(
      /^images\/imgtool\/app-ed25519-signed\.bin: accepted\n {2}version +1\.2\.3\+4\n/,
    );
    expect([one.code, one.stderr, several.code]).toEqual([0, "", 0]);
  });

  it("says in JSON what it accepted and what it refused", async () => {
    const [accepted, refused] = await Promise.all([
      everboot("image", "verify", "--json", "--key", PUBLIC_KEY, `${SAMPLES}/app-ed25519-romfixed.bin`),
      everboot("image", "verify", "--json", "--key", PUBLIC_KEY, "--floor", "8", SIGNED),
    ]);
    expect(accepted.code).toBe(0);
    expect(JSON.parse(accepted.stdout)).toMatchObject({
      accepted: true,
      version: "1.2.3+4",
      linkedOffset: 0x20000,
    });
    expect([refused.code, refused.stderr]).toEqual([1, ""]);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      accepted: false,
      reason: 18,
      reasonName: "FLOOR",
      offset: 0x9e44,
    });
  });

  const changedPlaces = [
    ["the magic", 1, /MAGIC/],
    ["the version", 20, /DIGEST/],
    ["the header's padding", 0x1ff, /DIGEST/],
    ["the first payload byte", 0x200, /DIGEST/],
    ["the last payload byte", 0x9e3f, /DIGEST/],
    ["the security counter", 0x9e48, /DIGEST/],
    ["the key hash", 0x9e80, /KEY_UNKNOWN/],
    ["the signature", 0x9eb0, /SIGNATURE/],
  ] as const;

  it.each(changedPlaces)("refuses a change in %s", { tags: "slow" }, async (_, offset, reason) => {
    const file = folder.path(`changed-${offset}.bin`);
    const image = sample("app-ed25519-signed.bin");
    image[offset] = (image[offset] ?? 0) ^ 0x40;
    writeFileSync(file, image);
    expectOneLine(await everboot("image", "verify", "--key", PUBLIC_KEY, file), 1, reason);
  });

  const image = sample("app-ed25519-signed.bin");
  const set = (offset: number, ...bytes: readonly number[]) => {
    const changed = Uint8Array.from(image);
    changed.set(bytes, offset);
    return changed;
  };
  it.each([
    ["no image at all", sample("app.bin"), /expected magic/],
    ["an empty file", new Uint8Array(0), /expected an image, found 0 bytes/],
    ["half a header", image.subarray(0, 16), /expected a header of 32 bytes, found 16/],
    ["half a payload", image.subarray(0, 20000), /expected an image within 20000 bytes/],
    ["half the TLVs", image.subarray(0, 0x9e60), /TLV area/],
    ["a payload size that overflows", set(12, 0xff, 0xff, 0xff, 0xff), /IMAGE_SIZE/],
    ["a header size past the end", set(8, 0xfc, 0xff).subarray(0, 0xa000), /HEADER_SIZE/],
    ["a TLV area past the end", set(0x9e4e, 0xff, 0xff).subarray(0, 0xa000), /TLV_AREA/],
    ["a TLV entry past its area", set(0x9e52, 0xff, 0xff), /TLV_ENTRY/],
  ])("ends with 1 and one line for %s", async (what, bytes, message) => {
    const file = folder.path(`${what.replaceAll(" ", "-")}.bin`);
    writeFileSync(file, bytes);
    expectOneLine(await everboot("image", "verify", "--key", PUBLIC_KEY, file), 1, message);
  });

  it("ends with 1 for another's key, another slot and an encrypted image", async () => {
    const [key, slot, encrypted] = await Promise.all([
      everboot("image", "verify", "--key", `${SAMPLES}/p256-pub.pem`, SIGNED),
      everboot(
        "image",
        "verify",
        "--key",
        PUBLIC_KEY,
        "--slot-offset",
        "0",
        `${SAMPLES}/app-ed25519-romfixed.bin`,
      ),
      everboot("image", "verify", "--key", PUBLIC_KEY, `${SAMPLES}/app-ed25519-encx25519.bin`),
    ]);
    expectOneLine(key, 1, /KEY_UNKNOWN/);
    expectOneLine(slot, 1, /expected an image linked for 0x0, found one linked for 0x20000 .*WRONG_SLOT/);
    expectOneLine(encrypted, 1, /ENCRYPTED_AES128/);
  });

  it.each([
    [
      "a file that is not there",
      ["--key", PUBLIC_KEY, "missing.bin"],
      /missing\.bin: expected an image, found no such file/,
    ],
    ["a folder", ["--key", PUBLIC_KEY, SAMPLES], /expected an image, found a folder/],
    ["a device", ["--key", PUBLIC_KEY, "/dev/zero"], /expected an image, found a device/],
    ["a name with a line break", ["--key", PUBLIC_KEY, "two\nlines"], /two lines/],
    ["a key that is not there", ["--key", "missing.pem", SIGNED], /missing\.pem: expected a public key/],
    ["a key that is none", ["--key", APP, SIGNED], /app\.bin: expected a PEM key/],
    ["a key that signs nothing", ["--key", `${SAMPLES}/x25519-pub.pem`, SIGNED], /found x25519/],
    ["no key", [SIGNED], /--key/],
    ["no file", ["--key", PUBLIC_KEY], /missing required argument 'file'/],
    ["two files", ["--key", PUBLIC_KEY, SIGNED, SIGNED], /too many arguments/],
    ["a floor that is no number", ["--key", PUBLIC_KEY, "--floor", "-1", SIGNED], /--floor/],
  ])("ends with 2 and one line for %s", { tags: "slow" }, async (_, argv, message) => {
    expectOneLine(await everboot("image", "verify", ...argv), 2, message);
  });
});

describe("image info", () => {
  it("shows header, TLVs and trailer as JSON", async () => {
    const { code, stdout } = await everboot("image", "info", "--json", `${SAMPLES}/app-ed25519-alltlv.bin`);
    const info = JSON.parse(stdout) as InfoJson;
    expect(code).toBe(0);
    expect(info).toMatchObject({
      header: { version: "1.2.3+4" },
      extentBytes: 0x9f7b,
      trailingBytes: 0x20000 - 0x9f7b,
    });
    expect(info.tlvs.map(({ name }) => name)).toEqual([
      ...[
        "SEC_CNT",
        "BOOT_RECORD",
        "DEPENDENCY",
        "UUID_VENDOR",
        "UUID_CLASS",
        "0x00a0",
        "SHA256",
        "KEYHASH",
        "ED25519",
      ],
    ]);
    expect(info.trailer).toEqual({ maxAlignBytes: 8, imageOk: "UNSET", copyDone: "UNSET" });
  });

  it("shows an encrypted image too, and refuses what is none", async () => {
    const [encrypted, none] = await Promise.all([
      everboot("image", "info", `${SAMPLES}/app-p256-encec256.bin`),
      everboot("image", "info", APP),
    ]);
    expect(encrypted.stdout).toMatch(/ENCRYPTED_AES128[^]*ENC_EC256/);
    expect(encrypted.code).toBe(0);
    expectOneLine(none, 1, /MAGIC/);
  });
});

describe("image keygen and getpub", () => {
  it.each(["ed25519", "ecdsa-p256"])(
    "make a %s key that signs what its public half verifies",
    async (type) => {
      const [key, publicKey, signed] = ["key", "pub", "signed"].map((name) =>
        folder.path(`${type}-${name}`),
      ) as [string, string, string];
      expect((await everboot("image", "keygen", "--key", key, "--type", type)).code).toBe(0);
      expect(statSync(key).mode & 0o777).toBe(0o600);
      expect((await everboot("image", "getpub", "--key", key, "--output", publicKey)).code).toBe(0);
      await everboot("image", "sign", ...LAYOUT_FLAGS, "--key", key, APP, signed);
      expect((await everboot("image", "verify", "--key", publicKey, signed)).code).toBe(0);
      expectOneLine(await everboot("image", "verify", "--key", PUBLIC_KEY, signed), 1, /KEY_UNKNOWN/);
    },
  );

  it("never replace a key unless they are forced to, and leave no other file behind", async () => {
    const key = folder.path("once/key.pem");
    expectOneLine(await everboot("image", "keygen", "--key", key), 2, /found no such folder/);
    const own = temporaryFolder();
    await everboot("image", "keygen", "--key", own.path("key.pem"));
    const before = readFileSync(own.path("key.pem"), "utf8");
    expectOneLine(
      await everboot("image", "keygen", "--key", own.path("key.pem")),
      2,
      /--force.*found a file there already/,
    );
    expect(readFileSync(own.path("key.pem"), "utf8")).toBe(before);
    chmodSync(own.path("key.pem"), 0o644);
    expect((await everboot("image", "keygen", "--force", "--key", own.path("key.pem"))).code).toBe(0);
    expect(readFileSync(own.path("key.pem"), "utf8")).not.toBe(before);
    expect(statSync(own.path("key.pem")).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(own.path("key.pem")))).toEqual(["key.pem"]);
    own.remove();
  });

  it("print the sample's public key from the seed, as PEM and as a C array", async () => {
    const [pem, c] = await Promise.all([
      everboot("image", "getpub", "--key", SEED_FILE),
      everboot("image", "getpub", "--key", SEED_FILE, "--encoding", "lang-c"),
    ]);
    expect(pem.stdout).toBe(readFileSync(PUBLIC_KEY, "utf8"));
    expect(c.stdout).toMatch(/^const unsigned char ed25519_public_key\[\] = \{\n {4}0x30, 0x2a, 0x30/);
    expect(c.stdout).toMatch(/_len = 44;\n$/);
  });
});

describe("the program", () => {
  it("shows help with examples and ends with 0", async () => {
    const commands = ["keygen", "getpub", "sign", "verify", "info"];
    const outcomes = await Promise.all(commands.map((command) => everboot("image", command, "--help")));
    for (const { code, stdout, stderr } of outcomes) {
      expect(stdout).toMatch(/Examples?:\n {2}everboot image/);
      expect([code, stderr]).toEqual([0, ""]);
    }
  });

  it.each([
    [["image"], /expected a command, found none \(see everboot image --help\)/],
    [["frobnicate"], /unknown command 'frobnicate' \(see everboot --help\)/],
    [["image", "frobnicate"], /unknown command 'frobnicate' \(see everboot image --help\)/],
    [["--frobnicate"], /unknown option '--frobnicate'/],
  ])("ends with 2 and one line for %j", async (argv, message) => {
    expectOneLine(await everboot(...argv), 2, message);
  });

  it("tells its version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await everboot("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});
