// Files are read and replaced whole, also behind a link and also by whoever comes second; what cannot be read or written is an
// error of one line. Never asserts what is in them.
import { lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import {
  FileError,
  readBytes,
  readText,
  writeBytes,
  writeFirstPrivateKey,
  writePrivateKey,
} from "../../../../host/app/workspace/files.js";
import { temporaryFolder } from "../../cli/run.js";

const folder = temporaryFolder();
afterAll(folder.remove);

describe("files", () => {
  it("are written whole, replaced whole and read back", () => {
    const path = folder.path("a.bin");
    writeBytes(path, Uint8Array.of(1, 2, 3));
    writeBytes(path, Uint8Array.of(4));
    expect(readBytes(path, "bytes")).toEqual(Uint8Array.of(4));
    expect(readdirSync(folder.path("."))).toEqual(["a.bin"]);
  });

  it("are replaced behind a link, which stays a link", () => {
    writeFileSync(folder.path("behind.txt"), "old");
    symlinkSync("behind.txt", folder.path("link.txt"));
    writeBytes(folder.path("link.txt"), "new");
    expect(readFileSync(folder.path("behind.txt"), "utf8")).toBe("new");
    expect(lstatSync(folder.path("link.txt")).isSymbolicLink()).toBe(true);
  });

  it("that are folders or devices are neither read nor replaced", () => {
    mkdirSync(folder.path("folder"));
    expect(() => readBytes(folder.path("folder"), "x")).toThrow(/expected x, found a folder/);
    expect(() => writeBytes(folder.path("folder"), "x")).toThrow(/expected a file to write, found a folder/);
    expect(() => writeBytes("/dev/null", "x")).toThrow(/found a device/);
    expect(() => writePrivateKey("/dev/null", "x", { overwrite: true })).toThrow(FileError);
  });

  it("that are private keys of whoever comes first stay his, and leave nothing else behind", () => {
    mkdirSync(folder.path("first"));
    writeFirstPrivateKey(folder.path("first/key"), "one");
    writeFirstPrivateKey(folder.path("first/key"), "two");
    expect(readText(folder.path("first/key"), "a key")).toBe("one");
    expect(lstatSync(folder.path("first/key")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path("first"))).toEqual(["key"]);
    expect(() => writeFirstPrivateKey(folder.path("nowhere/key"), "x")).toThrow(
      /expected a place for a new key, found no such folder/,
    );
  });

  it("under a file, or not there at all, are FileErrors of one line", () => {
    writeFileSync(folder.path("file"), "");
    expect(() => readText(folder.path("file/below"), "a key")).toThrow(
      /expected a key, found (no such file|a file where)/,
    );
    expect(() => readText(folder.path("nothing"), "a key")).toThrow(
      /nothing: expected a key, found no such file$/,
    );
    expect(() => readText("", "a key")).toThrow(FileError);
  });
});
