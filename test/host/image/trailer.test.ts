// The trailer at the end of a slot: sizes as imgtool keeps them, flags read back as signing wrote them. Never swaps an image.
import { describe, expect, it } from "vitest";
import { signImage } from "../../../host/image/sign.js";
import {
  MAX_ALIGNMENTS,
  imageOkOffset,
  readTrailer,
  trailerMagic,
  trailerSizeBytes,
} from "../../../host/image/trailer.js";
import { APP_OPTIONS, sample, seedKey } from "./samples.js";

describe("the trailer", () => {
  it.each([
    [8, 24, "77c295f360d2ef7f3552500f2cb67980"],
    [16, 32, "10002de15d29410b8d77679c110f1f8a"],
    [32, 64, "20002de15d29410b8d77679c110f1f8a"],
  ] as const)(
    "for alignment %d has image_ok %d bytes before the end and its own magic",
    (alignment, distance, magic) => {
      expect(imageOkOffset(0x1000, alignment)).toBe(0x1000 - distance);
      expect(Buffer.from(trailerMagic(alignment)).toString("hex")).toBe(magic);
    },
  );

  it("is found in the samples, and only in those that are padded", () => {
    expect(readTrailer(sample("app-ed25519-signed.bin"))).toEqual({
      maxAlignBytes: 8,
      imageOk: "UNSET",
      copyDone: "UNSET",
    });
    expect(readTrailer(sample("app-ed25519-confirmed.bin"))).toMatchObject({
      imageOk: "SET",
      copyDone: "UNSET",
    });
    expect(readTrailer(sample("app-ed25519-encx25519.bin"))).toBeUndefined();
    expect(readTrailer(new Uint8Array(0))).toBeUndefined();
  });

  it.each(MAX_ALIGNMENTS)("that signing writes for alignment %d is read back", (maxAlignBytes) => {
    const image = signImage(sample("app.bin"), seedKey(), { ...APP_OPTIONS, confirm: true, maxAlignBytes });
    expect(readTrailer(image)).toEqual({ maxAlignBytes, imageOk: "SET", copyDone: "UNSET" });
  });

  it("knows a flag that is neither set nor erased", () => {
    const image = sample("app-ed25519-confirmed.bin");
    image[imageOkOffset(image.length, 8)] = 0x03;
    expect(readTrailer(image)).toMatchObject({ imageOk: "BAD" });
  });

  it.each([
    [{ alignBytes: 8, maxAlignBytes: 8, maxSectors: 128, isOverwriteOnly: false }, 3072 + 32 + 16],
    [{ alignBytes: 4, maxAlignBytes: 16, maxSectors: 10, isOverwriteOnly: false }, 120 + 64 + 16],
    [{ alignBytes: 8, maxAlignBytes: 32, maxSectors: 128, isOverwriteOnly: true }, 64 + 32],
  ] as const)("takes the room that imgtool keeps for %o", (shape, sizeBytes) => {
    expect(trailerSizeBytes(shape)).toBe(sizeBytes);
  });
});
