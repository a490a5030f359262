// Versions as text, their order, and the counter made of one. Never reads an image.
import { describe, expect, it } from "vitest";
import {
  automaticSecurityCounter,
  compareVersions,
  formatVersion,
  parseVersion,
} from "../../../host/image/version.js";

describe("versions", () => {
  it.each([
    ["1.2.3+4", "1.2.3+4"],
    ["1.2.3", "1.2.3+0"],
    ["1.2", "1.2.0+0"],
    ["1", "1.0.0+0"],
    ["255.255.65535+4294967295", "255.255.65535+4294967295"],
  ])("%s reads as %s", (text, full) => {
    expect(formatVersion(parseVersion(text))).toBe(full);
  });

  it.each([
    "",
    "v1",
    "1.",
    "1.2.3.4",
    "01.2",
    "1.2+3",
    "-1",
    "1.2.3+",
    "256.0.0",
    "0.256",
    "0.0.65536",
    "0.0.0+4294967296",
  ])("%j is none", (text) => {
    expect(() => parseVersion(text)).toThrow(/^version: expected .*, found ".*"/);
  });

  it("are ordered by major, minor and revision, not by build", () => {
    const compare = (left: string, right: string) =>
      Math.sign(compareVersions(parseVersion(left), parseVersion(right)));
    expect(compare("1.0.0", "2.0.0")).toBe(-1);
    expect(compare("2.1.0", "2.0.9")).toBe(1);
    expect(compare("2.1.9", "2.1.10")).toBe(-1);
    expect(compare("2.1.9+1", "2.1.9+2")).toBe(0);
  });

  it("make the automatic security counter without overflow", () => {
    expect(automaticSecurityCounter(parseVersion("255.255.65535+9"))).toBe(0xffffffff);
  });
});
