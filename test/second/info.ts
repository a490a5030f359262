// What info() answers, field by field.
import type { Machine, Offered } from "./machine.js";
import { ABI_VERSION, INFO, NOWHERE, RULES } from "./numbers.js";

/** What depends on the call that asks. */
export interface Asked {
  readonly booted: number;
  /** None for boot. */
  readonly offers: readonly Offered[];
  readonly cause: () => number;
}

/** The answer, as a signed word. */
export function infoAt(machine: Machine, field: number, index: number, asked: Asked): number {
  return (
    (field <= INFO.sectorAt ? sectorInfo(machine, field, index) : otherInfo(machine, field, index, asked)) | 0
  );
}

function sectorInfo(machine: Machine, field: number, index: number): number {
  const sector = machine.sectors[index];
  switch (field) {
    case INFO.abi:
      return ABI_VERSION;
    case INFO.flashSize:
      return machine.flashSize;
    case INFO.sectorCount:
      return machine.sectors.length;
    case INFO.sectorOffset:
      return sector?.offset ?? NOWHERE;
    case INFO.sectorSize:
      return sector?.size ?? NOWHERE;
    default:
      return index < machine.flashSize ? machine.sectorAt(index) : NOWHERE;
  }
}

function otherInfo(machine: Machine, field: number, index: number, asked: Asked): number {
  const { part, attempts } = machine.world;
  switch (field) {
    case INFO.programMin:
      return part.programMin;
    case INFO.programMax:
      return part.programMax;
    case INFO.erasedWord:
      return part.erasedByte === 0 ? 0 : NOWHERE;
    case INFO.programRule:
      return RULES[part.rule];
    case INFO.resetCause:
      return asked.cause();
    case INFO.bootedOffset:
      return asked.booted;
    case INFO.offerCount:
      return asked.offers.length;
    case INFO.offerOffset:
      return asked.offers[index]?.offset ?? NOWHERE;
    case INFO.offerSize:
      return asked.offers[index]?.size ?? NOWHERE;
    case INFO.slotOffset:
      return part.slots[index]?.offset ?? NOWHERE;
    case INFO.slotSize:
      return part.slots[index]?.size ?? NOWHERE;
    case INFO.recordOffset:
      return part.record.offset;
    case INFO.recordSize:
      return part.record.size;
    case INFO.keysOffset:
      return part.keys.offset;
    case INFO.keysSize:
      return part.keys.size;
    case INFO.attempts:
      return attempts;
    case INFO.counterMax:
      return part.counterMax;
    default:
      return NOWHERE;
  }
}
