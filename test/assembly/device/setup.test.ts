// Provisioning: which units count as programmed once a tool has written what stands on a device.
import { describe, expect, it } from "vitest";
import { difference } from "../../support/bytes.js";
import { marksOf } from "../../support/digests.js";
import { Hal } from "../../support/hal.js";
import { MADE, flashSize } from "./random-actions.js";

describe("provisioning", () => {
  it("marks every unit that holds data as programmed once, and no other", () => {
    for (const part of MADE.filter(({ rule }) => rule !== "and")) {
      const hal = new Hal(part);
      const { offset } = part.layout.record;
      const data = new Uint8Array(1024).fill(part.erasedByte);
      for (const at of [0, 5, 6, 100, 101, 103, 1023]) data[at] = 0x5a;
      hal.device.provision(offset, data);
      hal.device.exports.markProvisioned();
      const unitSize = part.programMin.value;
      const wanted = new Uint8Array(flashSize(hal) / unitSize);
      data.forEach((byte, at) => {
        if (byte !== part.erasedByte) wanted[Math.floor((offset + at) / unitSize)] = 1;
      });
      expect(difference(marksOf(hal.device), wanted), part.id).toBeUndefined();
      expect(difference(hal.device.flash(offset, 1024), data)).toBeUndefined();
    }
  });
});
