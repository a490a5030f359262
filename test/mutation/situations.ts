// All situations in which a core is compared with the one that it is a mutant of, the fewest and most telling first.
import type { PartProfile } from "../../host/device/profile.js";
import { corners } from "./corners.js";
import * as faults from "./faults.js";
import * as format from "./format.js";
import * as keys from "./keys.js";
import * as records from "./records.js";
import type { Rig, Situation } from "./rig.js";

/**
 * The situations for a design of the Record.
 * @param rig the core as it is: what it reads and does says what can go wrong
 */
export function situationsFor(design: PartProfile["record"], rig: Rig): Situation[] {
  const around = [
    ...records.policy(design),
    ...records.geometries(design),
    ...records.areas(design),
    ...faults.ram(design, rig),
    ...faults.words(design),
    ...faults.writes(design, rig),
    ...faults.reads(design, rig),
  ];
  const last = corners(design, rig);
  if (design === "refreshed") return [...around, ...last];
  return [
    ...keys.signatures(),
    ...format.headers(),
    ...format.protectedAreas(),
    ...format.dependencies(),
    ...format.unprotectedAreas(),
    ...keys.keyTables(),
    ...format.flips(),
    ...around,
    ...faults.undone(rig),
    ...format.samples(),
    ...last,
  ];
}
