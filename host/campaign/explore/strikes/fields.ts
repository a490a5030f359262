// Names the field (of a header, a Record, a key table) that an offset of flash belongs to, for reports of flips. Reads the device, changes nothing.
import type { Device } from "../../../device/device.js";
import type { Region } from "../../../device/profile.js";
import { recordAreaBytes, recordUnitBytes, unitOffsetBytes } from "../../../device/record-area.js";
import { sectorsOf } from "../../../device/layout.js";
import type { Identifier } from "../../play/identify.js";

/** Names every place of a device's flash as it stands now. */
export class Fields {
  readonly #ranges: { readonly from: number; readonly to: number; readonly name: string }[] = [];

  /** @param running offset that boot jumps to when nothing goes wrong: tells the active slot; null where it does not */
  constructor(device: Device, identifier: Identifier, running: number | null = null) {
    const { layout } = device;
    [layout.slotA, layout.slotB].forEach((slot, index) => {
      const isActive = running !== null && running >= slot.offset && running < slot.offset + slot.size;
      const role = running === null ? "" : isActive ? "active " : "inactive ";
      const name = `${role}slot ${index === 0 ? "A" : "B"}`;
      const image = identifier.inSlot(index)[0];
      for (const field of image?.fields ?? [])
        this.#add(
          { offset: slot.offset + field.offset, size: field.size },
          `${name}, ${image?.name}: ${field.name}`,
        );
      this.#add(slot, image === undefined ? `${name}, no image` : `${name}, behind the image`);
    });
    this.#addRecord(device);
    this.#add(layout.keys, "keys");
  }

  /** The field that holds the byte at `offset`. */
  at(offset: number): string {
    return this.#ranges.find(({ from, to }) => offset >= from && offset < to)?.name ?? "elsewhere";
  }

  #add({ offset, size }: Region, name: string): void {
    this.#ranges.push({ from: offset, to: offset + size, name });
  }

  #addRecord({ part, layout: { record } }: Device): void {
    const sector = sectorsOf(part).find(({ offset }) => offset === record.offset);
    const area = recordAreaBytes(part, sector?.size ?? record.size);
    const unit = part.record === "refreshed" ? "mark" : "seal";
    for (let index = 0; index < 2; index++) {
      const start = record.offset + index * area;
      this.#add({ offset: start, size: unitOffsetBytes(part) }, `Record area ${index}: body`);
      this.#add(
        { offset: start + unitOffsetBytes(part), size: recordUnitBytes(part) },
        `Record area ${index}: ${unit}`,
      );
    }
    this.#add(record, "Record: unused");
  }
}
