// The crypto API as a whole: hashes, misuse, builds, and the package's own object as docs/crypto.md uses it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { digest as otherSha256 } from "@chainsafe/as-sha256";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { MisuseError } from "../../../host/core/errors.js";
import { CRYPTO_BUILDS, CryptoArgumentError, createCrypto } from "../../../host/crypto/crypto.js";
import { hssSignature } from "../../assembly/crypto/lms-forge.js";
import { caseCount, compiledModule } from "../../assembly/crypto/module.js";
import { bytesOf } from "../../support/bytes.js";
import { api } from "./samples.js";

const HASHES = ["sha256", "sha384", "sha512"] as const;

describe.each(CRYPTO_BUILDS)("the hashes of build %s", (build) => {
  it.each(HASHES)("are node:crypto's for messages of any size (%s)", (name) => {
    const sizes = fc.oneof(fc.nat(300), fc.integer({ min: 65530, max: 65540 }), fc.nat(200_000));
    fc.assert(
      fc.property(sizes, fc.nat(), (size, seed) => {
        const message = bytesOf(seed, size);
        const expected = createHash(name).update(message).digest("hex");
        expect(Buffer.from(api[name](message, { build })).toString("hex")).toBe(expected);
      }),
      { numRuns: caseCount(60) },
    );
  });

  it("are as-sha256's for every message to 1100 bytes", () => {
    for (let size = 0; size <= 1100; size++) {
      const message = bytesOf(size, size);
      expect(Buffer.from(api.sha256(message, { build })).equals(otherSha256(message))).toBe(true);
    }
  });

  it("are new arrays each time, and leave the message alone", () => {
    const message = bytesOf(1, 70_000);
    const copy = Buffer.from(message);
    const first = api.sha512(message, { build });
    const kept = Buffer.from(first);
    api.sha512(bytesOf(2, 10), { build });
    expect(kept.equals(first)).toBe(true);
    expect(first.buffer.byteLength).toBe(64);
    expect(copy.equals(message)).toBe(true);
  });
});

describe("the crypto API", () => {
  const bytes = new Uint8Array(32);
  const untyped = api as unknown as Record<string, (...parameters: unknown[]) => unknown>;

  it.each([
    ["a string to hash", () => untyped["sha256"]!("abc"), 'message: expected a Uint8Array, found "abc"'],
    ["nothing to hash", () => untyped["sha512"]!(), "message: expected a Uint8Array, found undefined"],
    ["an array", () => untyped["sha256"]!([1, 2]), "found [object Array]"],
    ["an ArrayBuffer", () => untyped["sha256"]!(bytes.buffer), "found [object ArrayBuffer]"],
    ["wider elements", () => untyped["sha256"]!(new Uint16Array(2)), "found [object Uint16Array]"],
    [
      "a build",
      () => untyped["sha256"]!(bytes, { build: "tiny" }),
      'build: expected fast, small, found "tiny"',
    ],
    ["an algorithm", () => untyped["verify"]!("rsa", bytes, bytes, bytes), "algorithm: expected ed25519, "],
    [
      "a name of Object's",
      () => untyped["verify"]!("constructor", bytes, bytes, bytes),
      'found "constructor"',
    ],
    ["a key", () => untyped["verify"]!("lms", "key", bytes, bytes), "publicKey: expected a Uint8Array"],
    [
      "a message",
      () => untyped["verify"]!("lms", bytes, null, bytes),
      "message: expected a Uint8Array, found null",
    ],
    [
      "a signature",
      () => untyped["verify"]!("lms", bytes, bytes, 7),
      "signature: expected a Uint8Array, found 7",
    ],
  ])("throws CryptoArgumentError for %s that it does not take", (_, attempt, message) => {
    expect(attempt).toThrow(CryptoArgumentError);
    expect(attempt).toThrow(message);
  });

  it("takes a Uint8Array of another realm", () => {
    const foreign = runInNewContext("Uint8Array.of(97, 98, 99)") as Uint8Array;
    expect(foreign instanceof Uint8Array).toBe(false);
    const expected = createHash("sha256").update("abc").digest();
    expect(expected.equals(api.sha256(foreign))).toBe(true);
  });

  it("takes as many bytes as there are at first, whatever a message says of its length later", () => {
    const { message, publicKey, signature } = hssSignature([{ lmsType: 5, otsType: 4, leaf: 3 }]);
    let asked = 0;
    const growing = Object.defineProperty(Uint8Array.from(message), "length", {
      get: () => message.length + 16 * asked++,
    });
    expect(api.verify("lms", publicKey, growing, signature)).toBe(true);
    expect(api.sha256(growing)).toEqual(api.sha256(message));
  });

  it("asks for each build's module when it is first used, and once", () => {
    const asked: string[] = [];
    const { sha256, verify } = createCrypto((build) => {
      asked.push(build);
      return compiledModule(`crypto-${build}`);
    });
    expect(asked).toEqual([]);
    for (const options of [undefined, {}, { build: "fast" }, { build: undefined }] as const)
      sha256(bytes, options);
    expect(asked).toEqual(["fast"]);
    verify("ed25519", bytes, bytes, new Uint8Array(64), { build: "small" });
    sha256(bytes, { build: "small" });
    expect(asked).toEqual(["fast", "small"]);
  });

  it("keeps its instance for the next call, but not one whose memory a large message has grown", () => {
    const instances = vi.spyOn(WebAssembly.Module, "imports"); // asked for before each instantiation
    try {
      const { sha256, verify } = createCrypto(() => compiledModule("crypto-fast"));
      for (let count = 0; count < 3; count++) sha256(bytesOf(count, 500_000));
      expect(instances).toHaveBeenCalledTimes(1);
      const { message, publicKey, signature } = hssSignature([{ lmsType: 5, otsType: 3, leaf: 0 }]);
      for (const large of [message, Buffer.alloc(500_000)]) verify("lms", publicKey, large, signature);
      expect(instances).toHaveBeenCalledTimes(1);
      for (let count = 0; count < 3; count++) sha256(bytes);
      expect(instances).toHaveBeenCalledTimes(2);
    } finally {
      instances.mockRestore();
    }
  });

  it.each(["device", "crypto-field-fast"])("refuses %s.wasm, which is no crypto module", (name) => {
    const other = createCrypto(() => compiledModule(name));
    expect(() => other.sha256(bytes)).toThrow(MisuseError);
    expect(() => other.sha256(bytes)).toThrow(/^crypto module: expected/);
  });
});

describe("the package's root", () => {
  const run = (program: string): string =>
    execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });

  it("does what the document's snippet says", () => {
    const snippet = /```js\n([^]*?)```/.exec(readFileSync("docs/crypto.md", "utf8"))?.[1] ?? "";
    const said = [...snippet.matchAll(/\/\/ prints (.*)/g)].map(([, text]) => text);
    expect(said.length).toBeGreaterThan(2);
    expect(run(snippet).trimEnd().split("\n")).toEqual(said);
  });

  it("has both builds and the named errors", () => {
    const program = `
      import { crypto, CryptoArgumentError, InvalidKeyError } from "everboot";
      const hex = (bytes) => Buffer.from(bytes).toString("hex");
      console.log(hex(crypto.sha384(Buffer.from("abc"))) === hex(crypto.sha384(Buffer.from("abc"), { build: "small" })));
      const none = new Uint8Array();
      try { crypto.verify("lms", none, none, none); } catch (error) { console.log(error instanceof InvalidKeyError); }
      try { crypto.verify("dsa", none, none, none); } catch (error) { console.log(error instanceof CryptoArgumentError); }`;
    expect(run(program)).toBe("true\ntrue\ntrue\n");
  });

  it("can be imported where there is no Node.js, and says so when a module would have to be read", () => {
    const program = `
      const { log } = console;
      delete globalThis.process;
      const { crypto } = await import("everboot");
      try { crypto.sha256(new Uint8Array()); } catch (error) { log(error.message); }`;
    expect(run(program)).toBe("crypto: expected Node.js to read the modules, found none; use createCrypto\n");
  });
});
