// Situations for mutants that no other situation told from the core as it is. New ones go to the end, so that what killed a
// mutant before still comes first.
import * as abi from "../../assembly/abi.js";
import type { PartProfile } from "../../host/device/profile.js";
import { bases, viewsIn } from "./faults.js";
import { KEYS, image } from "./images.js";
import { HOME } from "./parts.js";
import type { Rig, Situation } from "./rig.js";

/** The situations of a design. */
export function corners(design: PartProfile["record"], rig: Rig): Situation[] {
  return [...counters(design, rig), ...slots(design)];
}

/** The floor counter: weak after a cut, and what would lower it. */
function counters(design: PartProfile["record"], rig: Rig): Situation[] {
  const base = bases(HOME[design])[3] as Situation;
  const { events, ram } = rig.measure(base);
  return [
    ...[0, 1].flatMap((choice) => ({
      ...base,
      name: `corners: a floor that is weak, seen as ${choice}`,
      wrong: { kind: "cut", operation: 0, shape: abi.COUNTER_WEAK } as const,
      sees: [choice, choice, choice],
      boots: 3,
    })),
    // Counter and entry change alike, so that the check over both still holds.
    ...viewsIn(ram).flatMap((at) =>
      Array.from({ length: events }, (_, event) => ({
        ...base,
        floor: 2,
        name: `corners: counter and entry at ${at} change, event ${event}`,
        wrong: { kind: "ram", event, addresses: [at + 8, at + 12], bit: 1 } as const,
      })),
    ),
  ];
}

/** Images whose counter and version are those of an image that is not there. */
function slots(design: PartProfile["record"]): Situation[] {
  const nothing = image({ version: [0, 0, 0, 1] });
  const base = { part: HOME[design], keys: KEYS };
  return [
    { ...base, name: "corners: only B, counter and version 0", slotB: nothing },
    { ...base, name: "corners: only A, counter and version 0", slotA: nothing },
  ];
}
