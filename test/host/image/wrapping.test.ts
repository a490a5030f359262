// Which files are taken for something else than a raw binary, by how they begin. Never unwraps one.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { wrappingOf } from "../../../host/image/wrapping.js";
import { sample } from "./samples.js";

const text = (content: string) => new TextEncoder().encode(content);
const bytes = (...values: readonly number[]) => Uint8Array.from(values);

/** A block as uf2conv.py writes it: magics, flags, address, and 256 bytes of payload. */
function uf2(): Uint8Array {
  const block = new Uint8Array(512);
  const view = new DataView(block.buffer);
  view.setUint32(0, 0x0a324655, true);
  view.setUint32(4, 0x9e5d5157, true);
  view.setUint32(508, 0x0ab16f30, true);
  return block;
}

const zip = bytes(...[0x50, 0x4b, 3, 4], ...new Array<number>(60).fill(0), ...[0x50, 0x4b, 5, 6, 0, 0]);

describe("a file that is no raw binary", () => {
  it.each([
    ["an ELF file", bytes(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0)],
    ["an ELF file", readFileSync(process.execPath).subarray(0, 64)],
    ["an Intel HEX file", text(":020000040000FA\r\n:00000001FF\r\n")],
    ["an Intel HEX file", text(":00000001ff")],
    ["an Intel HEX file", text("\uFEFF:00000001FF\n")],
    ["an Intel HEX file", text("\r\n; made by hand\n :00000001FF\t\n")],
    ["an Intel HEX file", bytes(0xff, 0xfe, ...[...text(":00000001FF\n")].flatMap((byte) => [byte, 0]))],
    ["an Intel HEX file", bytes(0xfe, 0xff, ...[...text(":00000001FF\n")].flatMap((byte) => [0, byte]))],
    ["a Motorola S-record file", text("$$ t.o\n  main $0\n$$ \nS00600004844521B\n")],
    ["a Motorola S-record file", text("S00600004844521B\nS9030000FC\n")],
    ["a UF2 file", uf2()],
    ["a UF2 file", bytes(...uf2(), 0x0a)],
    ["an ar archive", text("!<arch>\nmain.o/")],
    ["an ar archive", text("!<thin>\n")],
    ["a zip file", zip],
    ["a wasm module", bytes(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)],
    ["a PEM file", text("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n")],
  ])("is recognised as %s", (name, content) => {
    expect(wrappingOf(content)?.name).toBe(name);
  });
});

describe("a raw binary", () => {
  it.each([
    ["that is empty", bytes()],
    ["that begins with a colon", bytes(0x3a, 0x00, 0x20, 0x00, 0x01)],
    ["whose HEX record has a wrong checksum", text(":020000040000FB\n")],
    ["whose HEX record is cut", text(":020000040000\n")],
    ["whose HEX record goes on behind its checksum", text(":00000001FF00\n")],
    ["whose HEX record has an unknown type", text(":00000006FA\n")],
    ["of a colon and digits without an end", text(`:${"00".repeat(400)}`)],
    ["whose S-record has a wrong checksum", text("S00600004844521C\n")],
    ["whose S-record is shorter than it says", text("S0070000484452\n")],
    ["that begins with the letter S", text("Status of the device\n")],
    ["that begins like ELF", bytes(0x7f, 0x45, 0x4c, 0x46, 9, 9, 9)],
    ["that begins like a zip file", bytes(0x50, 0x4b, 3, 4, 0, 0)],
    ["with the first two words of UF2 alone", uf2().fill(0, 508)],
    ["of a part of a UF2 block", uf2().subarray(0, 500)],
    ["that is a sample's payload", sample("app.bin")],
    ["that is a signed sample", sample("app-ed25519-signed.bin")],
  ])("%s is none of these", (_, content) => {
    expect(wrappingOf(content)).toBeUndefined();
  });
});
