// The gallery: boot and update bugs that happened, each as a small guest of test/gallery that has it and a twin that does not.
// What must be found is said here and nowhere else: the sweep is told none of it.
import type { OracleName } from "../campaign/plan/oracles.js";

/** The twins of an entry, as their files are named. */
export const TWINS = ["bad", "fixed"] as const;
export type Twin = (typeof TWINS)[number];

/** One bug. */
export interface GalleryEntry {
  /** Number in the list of known bugs, from 1. */
  readonly id: number;
  /** Folder below test/gallery. */
  readonly name: string;
  /** Product and where the bug is told of. */
  readonly reference: string;
  /** What really happened, in one line. */
  readonly happened: string;
  /** The oracle that names it. */
  readonly oracle: OracleName;
  /** Boots executed in the sweep within which it must be caught. */
  readonly bootsMax: number;
}

/** Every bug, in the order of their numbers. */
export const GALLERY: readonly GalleryEntry[] = [
  {
    id: 1,
    name: "01-torn-magic",
    reference: "MCUboot #1966",
    happened: "a cut inside the write of the magic leaves what is neither a good magic nor none",
    oracle: "no-brick",
    bootsMax: 100,
  },
  {
    id: 2,
    name: "02-state-in-ram",
    reference: "MCUboot #1588",
    happened: "state kept in RAM survives a simulated reset, and no real one: two cuts cost both copies",
    oracle: "no-brick",
    bootsMax: 5000,
  },
  {
    id: 3,
    name: "03-torn-scratch",
    reference: "MCUboot f76fba70",
    happened: "after a reset during the erase of the scratch area, what is left of its mark is believed",
    oracle: "no-brick",
    bootsMax: 100,
  },
  {
    id: 4,
    name: "04-one-swap-too-many",
    reference: "MCUboot #480",
    happened: "an interrupted revert swaps once more when it is resumed",
    oracle: "trial-reverts",
    bootsMax: 5000,
  },
  {
    id: 5,
    name: "05-trailer-remains",
    reference: "MCUboot #765",
    happened: "a reset while a bad image is erased leaves its trailer, which blocks every update",
    oracle: "update-completes",
    bootsMax: 5000,
  },
  {
    id: 6,
    name: "06-early-counter",
    reference: "MCUboot 0eaf6668",
    happened: "a resumed upgrade raises the security counter before it is confirmed: the revert is refused",
    oracle: "no-brick",
    bootsMax: 5000,
  },
  {
    id: 7,
    name: "07-floor-for-trials-only",
    reference: "MCUboot #1708",
    happened: "the downgrade check is made for a trial only, not where an image is fallen back to",
    oracle: "no-rollback",
    bootsMax: 10,
  },
  {
    id: 8,
    name: "08-unprotected-counter",
    reference: "CVE-2024-32883, MCUboot",
    happened: "a TLV that was put into the unsigned area is believed",
    oracle: "authentic",
    bootsMax: 10,
  },
  {
    id: 9,
    name: "09-header-last",
    reference: "wolfBoot #315",
    happened: "a cut while the header is written, after the update was asked for",
    oracle: "no-brick",
    bootsMax: 1000,
  },
  {
    id: 10,
    name: "10-signed-versions",
    reference: "wolfBoot F-4410",
    happened: "versions of 2^31 and more are compared as signed numbers",
    oracle: "no-rollback",
    bootsMax: 10,
  },
  {
    id: 11,
    name: "11-read-twice",
    reference: "CVE-2024-28183, ESP-IDF",
    happened: "flash changes between check and use: what was checked is read again",
    oracle: "authentic",
    bootsMax: 5000,
  },
  {
    id: 12,
    name: "12-both-copies-agree",
    reference: "ruuvi #1280, ESP-IDF",
    happened: "both copies of the slot choice name the bad slot, and no other is tried",
    oracle: "no-brick",
    bootsMax: 100,
  },
  {
    id: 13,
    name: "13-torn-word-traps",
    reference: "Trezor #5312",
    happened: "a torn word cannot be read (ECC), and its read ends every boot",
    oracle: "no-brick",
    bootsMax: 5000,
  },
  {
    id: 14,
    name: "14-erased-trailer-traps",
    reference: "MCUboot #2805",
    happened: "reading an erased trailer is a bus fault on an LPC55",
    oracle: "no-brick",
    bootsMax: 5000,
  },
  {
    id: 15,
    name: "15-power-uses-attempts",
    reference: "RAUC #683, #490",
    happened: "power cycles alone use up the attempts of a good image",
    oracle: "update-completes",
    bootsMax: 5000,
  },
  {
    id: 16,
    name: "16-single-copy",
    reference: "rBoot #33",
    happened: "one copy of the configuration, erased and then written again",
    oracle: "no-brick",
    bootsMax: 100,
  },
  {
    id: 17,
    name: "17-length-before-signature",
    reference: "CVE-2022-22819, LPC55",
    happened: "a length is used before the signature is checked, and its sum overflows",
    oracle: "in-bounds",
    bootsMax: 1000,
  },
  {
    id: 18,
    name: "18-wrapped-counter",
    reference: "Zephyr ZMS #84874",
    happened: "256 cuts in a row wrap a one-byte counter",
    oracle: "record-kept",
    bootsMax: 15_000,
  },
  {
    id: 19,
    name: "19-fallback-unchecked",
    reference: "Home Assistant OS #1016",
    happened: "attempts used up, the other slot is booted for good, whatever is in it",
    oracle: "no-brick",
    bootsMax: 5000,
  },
  {
    id: 20,
    name: "20-still-called-good",
    reference: "ESP-IDF #14808",
    happened: "a slot is still called good while a new image is written into it, and turned to",
    oracle: "no-brick",
    bootsMax: 5000,
  },
  {
    id: 21,
    name: "21-overlong-key-hash",
    reference: "CVE-2017-7932, NXP i.MX",
    happened: "what is to be verified is copied by its own length, over what says whether it was",
    oracle: "authentic",
    bootsMax: 100,
  },
  {
    id: 22,
    name: "22-full-counter",
    reference: "MCUboot #2420",
    happened:
      "that the security counter has no room left is noticed after the update: its image never boots again",
    oracle: "no-brick",
    bootsMax: 5000,
  },
];
