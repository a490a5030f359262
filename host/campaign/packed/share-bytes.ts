// A share's outcome as bytes and back, so that it can wait in a file for the others. CBOR (RFC 8949); columns of numbers are
// byte strings, little-endian whatever the machine. Compresses nothing and opens no file.
import { encode } from "cborg";
import {
  VERSION,
  KEY_WORDS,
  packedSchema,
  type Packed,
  type PackedFinding,
  type PackedPlan,
  type PackedField,
} from "./share-schema.js";
import { DigestTable } from "../../core/data/digest-table.js";
import { MisuseError } from "../../core/errors.js";
import type { FaultPlan } from "../plan/fault-plan.js";
import type { ShareFinding, ShareResult, ShareStates } from "../share-result.js";
import { bytesOf, unpacked, wordsOf } from "./packed-bytes.js";
import { formatStrike, parseStrike } from "../plan/strikes.js";
import type { FieldTally } from "../explore/strikes/survival.js";
import { formatCut, parseCut } from "../plan/trace-line.js";

/** A share's outcome as bytes. */
export function packShare(result: ShareResult): Uint8Array {
  const { index, count: shares, states, findings, unreplayed, survival, around, own, effort } = result;
  const { planned, cuts, fixpoint, gaveUp, powerUpsToRest, wear, incomplete } = result;
  const packed: Packed = {
    version: VERSION,
    ...{ index, count: shares, planned, cuts, fixpoint, gaveUp, powerUpsToRest, wear, incomplete },
    states: {
      keys: bytesOf(states.keys),
      depths: bytesOf(states.depths),
      powerOn: states.powerOn,
      judged: bytesOf(states.judged),
      lost: bytesOf(states.lost),
      violations: bytesOf(states.violations),
    },
    findings: findings.map(findingOut),
    unreplayed: unreplayed.map(findingOut),
    survival: { unread: survival.unread, fields: survival.fields.map(fieldOut) },
    around: { met: [...around.met], clients: [...around.clients] },
    ...(own === undefined
      ? {}
      : {
          own: {
            runs: own.runs,
            findings: own.findings.map((one) => ({ ...one, plan: planOut(one.plan) })),
          },
        }),
    wholeRuns: result.wholeRuns.map(({ plan: faults, states: keys, violations }) => ({
      plan: planOut(faults),
      states: [...keys],
      violations: [...violations],
    })),
    effort: { ...effort },
  };
  return encode(packed);
}

/**
 * Reads a share's outcome back.
 * @param data as packShare() made it
 * @param where names its origin in errors
 * @throws {MisuseError} in one line, naming what is wrong with it.
 */
export function unpackShare(data: Uint8Array, where: string): ShareResult {
  const packed = unpacked(packedSchema, data, where);
  const { index, count: shares, planned, cuts, fixpoint, gaveUp, incomplete, own, effort } = packed;
  const { powerUpsToRest, wear, around } = packed;
  if (index >= shares) throw new MisuseError(`${where}: expected a share below ${shares}, found ${index}`);
  return {
    index,
    count: shares,
    suspended: null,
    states: statesIn(packed.states, where),
    findings: packed.findings.map((one) => findingIn(one, where)),
    unreplayed: packed.unreplayed.map((one) => findingIn(one, where)),
    survival: {
      unread: packed.survival.unread,
      fields: packed.survival.fields.map((field) => fieldIn(field, where)),
    },
    ...{ around, planned, cuts, fixpoint, gaveUp, powerUpsToRest, wear, incomplete },
    ...(own === undefined
      ? {}
      : {
          own: {
            runs: own.runs,
            findings: own.findings.map(({ oracle, says, plan: faults, runs }) => ({
              oracle,
              says,
              plan: planIn(faults, where),
              runs,
            })),
          },
        }),
    wholeRuns: packed.wholeRuns.map(({ plan: faults, states, violations }) => ({
      plan: planIn(faults, where),
      states,
      violations,
    })),
    effort,
  };
}

function statesIn(packed: Packed["states"], where: string): ShareStates {
  const depths = wordsOf(packed.depths, `${where}: states.depths`);
  const size = depths.length;
  const column = (name: "keys" | "judged" | "lost" | "violations", width: number): Uint32Array => {
    const words = wordsOf(packed[name], `${where}: states.${name}`);
    const isLeftOut = name === "lost" && words.length === 0;
    if (!isLeftOut) checkLength(`${where}: states.${name}`, size * width, words.length);
    return words;
  };
  checkLength(`${where}: states.powerOn`, size, packed.powerOn.length);
  const keys = column("keys", KEY_WORDS);
  const table = new DigestTable();
  for (let row = 0; row < size; row++) table.getOrSet(keys, row * KEY_WORDS, row);
  if (table.size !== size)
    throw new MisuseError(`${where}: states.keys: expected each key once, found ${size - table.size} twice`);
  return {
    keys,
    depths,
    powerOn: packed.powerOn.slice(),
    judged: column("judged", 1),
    lost: column("lost", 1),
    violations: column("violations", 1),
  };
}

function findingOut({ plan: smallest, ...rest }: ShareFinding): PackedFinding {
  return { ...rest, plan: planOut(smallest) };
}

function findingIn(
  { oracle, cause, faults, item, plan: smallest }: PackedFinding,
  where: string,
): ShareFinding {
  return { oracle, cause, faults, item, plan: planIn(smallest, where) };
}

function fieldOut({ flips, endings, places, ...rest }: FieldTally): PackedField {
  return {
    ...rest,
    endings: { ...endings },
    flips: {
      offsets: bytesOf(Uint32Array.from(flips, ([offset]) => offset)),
      masks: bytesOf(Uint32Array.from(flips, ([, mask]) => mask)),
    },
    places: [...places],
  };
}

function fieldIn({ flips, ...rest }: PackedField, where: string): FieldTally {
  const offsets = wordsOf(flips.offsets, `${where}: flips.offsets`);
  const masks = wordsOf(flips.masks, `${where}: flips.masks`);
  checkLength(`${where}: flips.masks`, offsets.length, masks.length);
  return {
    ...rest,
    flips: Array.from(offsets, (offset, at): readonly [number, number] => [offset, masks[at] as number]),
  };
}

function planOut({ cuts, reads, strikes, answers }: FaultPlan): PackedPlan {
  return {
    cuts: cuts.map(formatCut),
    reads: reads.map(({ call, choices }) => ({ call, choices: [...choices] })),
    ...(strikes === undefined
      ? {}
      : { strikes: strikes.map(({ call, strike }) => ({ call, strike: formatStrike(strike) })) }),
    ...(answers === undefined ? {} : { answers: answers.map((answer) => ({ ...answer })) }),
  };
}

/** Spelled out, field by field: a report's text depends on their order. */
function planIn({ cuts, reads, strikes, answers }: PackedPlan, where: string): FaultPlan {
  return {
    cuts: cuts.map((cut) => told(where, () => parseCut(cut))),
    reads: reads.map(({ call, choices }) => ({ call, choices })),
    ...(strikes === undefined
      ? {}
      : {
          strikes: strikes.map(({ call, strike }) => ({
            call,
            strike: told(where, () => parseStrike(strike)),
          })),
        }),
    ...(answers === undefined
      ? {}
      : { answers: answers.map(({ call, question, option }) => ({ call, question, option })) }),
  };
}

/** What `parse` reads; its error names the share's origin. */
function told<Value>(where: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new MisuseError(`${where}: ${(error as Error).message}`);
  }
}

function checkLength(what: string, expected: number, found: number): void {
  if (found !== expected) throw new MisuseError(`${what}: expected ${expected} entries, found ${found}`);
}
