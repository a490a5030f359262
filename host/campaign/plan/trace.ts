// A Trace: all that replays a run, as plain JSON: guests, part, layout, images and keys, the cuts, and what was found.
import { ABI_VERSION } from "../../../assembly/abi.js";
import { fromBase64, toBase64 } from "../../core/base64.js";
import { concatenate } from "../../core/data/bytes.js";
import { MisuseError } from "../../core/errors.js";
import type { Layout, PartProfile } from "../../device/profile.js";
import { type FaultName, parseFaults } from "./fault-models.js";
import {
  type Cut,
  type CutInOperation,
  type FaultPlan,
  LANDED_MAX,
  NO_FAULTS,
  type WorldAnswer,
} from "./fault-plan.js";
import { shapeNumber } from "./shapes.js";
import type { Scenario, Scene, SceneImage } from "./scenario.js";
import { formatStrike, parseStrike } from "./strikes.js";

export const TRACE_SCHEMA = "everboot.trace/4";
/**
 * What 3 added: resets, cuts before a call, fuel, what a spoiled image was before; and 4: cuts with the bits that landed. What the
 * others say they mean here too.
 */
const READABLE = [TRACE_SCHEMA, "everboot.trace/3", "everboot.trace/2"];

/** A guest pair: what boots, and what the booted firmware does; and what runs beside that, where something does. */
export interface GuestPair {
  readonly name: string;
  readonly boot: Uint8Array;
  readonly agent: Uint8Array;
  readonly application?: Uint8Array;
  /** SHA-256 of bytesOfGuest(), in hex. */
  readonly sha256: string;
  /** Name of the package's agent that stands in where the guest brings none; absent where it has its own. */
  readonly standIn?: string;
}

interface TraceImage extends Omit<SceneImage, "bytes" | "sound"> {
  readonly base64: string;
  readonly soundBase64?: string;
}

/** One run, replayable. */
export interface Trace {
  readonly schema: typeof TRACE_SCHEMA;
  readonly abi: number;
  readonly scenario: Scenario;
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly attempts: number;
  readonly guest: {
    readonly name: string;
    readonly sha256: string;
    readonly boot: string;
    readonly agent: string;
    readonly application?: string;
  };
  /** Basic blocks that one guest call may execute, where the campaign said so. */
  readonly fuel?: number;
  readonly keyTable: string;
  readonly images: readonly TraceImage[];
  /** The models whose overlays the device has, and what goes wrong. */
  readonly models: readonly string[];
  readonly faults: FaultPlan;
  /** Oracles, the package's or one's own. */
  readonly violations: readonly string[];
}

export interface TraceFacts {
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly attempts: number;
  readonly guest: GuestPair;
  readonly scene: Scene;
  readonly fuel?: number;
  readonly models: readonly FaultName[];
  readonly faults: FaultPlan;
  /** Oracles, the package's or one's own. */
  readonly violations: readonly string[];
}

/** Writes a run down. */
export function traceOf(facts: TraceFacts): Trace {
  const { guest, scene } = facts;
  return {
    schema: TRACE_SCHEMA,
    abi: ABI_VERSION,
    scenario: scene.scenario,
    part: facts.part,
    layout: facts.layout,
    attempts: facts.attempts,
    guest: {
      name: guest.name,
      sha256: guest.sha256,
      boot: toBase64(guest.boot),
      agent: toBase64(guest.agent),
      ...(guest.application === undefined ? {} : { application: toBase64(guest.application) }),
    },
    ...(facts.fuel === undefined ? {} : { fuel: facts.fuel }),
    keyTable: toBase64(scene.keyTable),
    images: scene.images.map(imageOut),
    models: facts.models,
    faults: facts.faults,
    violations: facts.violations,
  };
}

/**
 * Reads a trace back.
 * @param data parsed JSON; @param where names its origin in errors; @param sha256 of bytes, in hex.
 * @throws {MisuseError} naming the field that does not fit.
 */
export function readTrace(data: unknown, where: string, sha256: (bytes: Uint8Array) => string): TraceFacts {
  const trace = data as (Partial<Omit<Trace, "schema">> & { readonly schema?: string }) | null;
  if (typeof trace !== "object" || trace === null || !READABLE.includes(trace.schema ?? "")) {
    throw new MisuseError(
      `${where}: expected a trace with schema "${TRACE_SCHEMA}", found ${JSON.stringify(trace?.schema ?? null)}`,
    );
  }
  if (trace.abi !== ABI_VERSION)
    throw new MisuseError(`${where}: expected ABI ${ABI_VERSION}, found ${trace.abi ?? "none"}`);
  const { scenario, part, guest, layout, images, keyTable } = trace;
  if (
    scenario === undefined ||
    part === undefined ||
    guest === undefined ||
    layout === undefined ||
    images === undefined ||
    keyTable === undefined
  ) {
    throw new MisuseError(`${where}: expected scenario, part, guest, layout, images and keyTable`);
  }
  const faults = trace.faults ?? NO_FAULTS;
  for (const cut of faults.cuts) checkCut(cut, where);
  for (const answer of faults.answers ?? []) checkAnswer(answer, where);
  const strikes = faults.strikes ?? [];
  for (const { strike } of strikes) parseStrike(formatStrike(strike));
  const boot = bytesOf(guest.boot, `${where}: guest.boot`);
  const agent = bytesOf(guest.agent, `${where}: guest.agent`);
  const application =
    guest.application === undefined
      ? {}
      : { application: bytesOf(guest.application, `${where}: guest.application`) };
  const found = sha256(bytesOfGuest({ boot, agent, ...application }));
  if (found !== guest.sha256)
    throw new MisuseError(`${where}: expected guest ${guest.sha256}, found ${found}`);
  return {
    part,
    layout,
    attempts: trace.attempts ?? 0,
    guest: { name: guest.name, sha256: guest.sha256, boot, agent, ...application },
    ...(trace.fuel === undefined ? {} : { fuel: trace.fuel }),
    scene: {
      scenario,
      images: images.map((image) => imageIn(image, where)),
      keyTable: bytesOf(keyTable, `${where}: keyTable`),
    },
    models: parseFaults((trace.models ?? []).join(",")),
    faults: {
      ...{ cuts: faults.cuts, reads: faults.reads ?? [], strikes },
      ...(faults.answers === undefined ? {} : { answers: faults.answers }),
    },
    violations: trace.violations ?? [],
  };
}

/** An answer has the numbers of a call, of a question in it, and of an option. */
function checkAnswer({ call, question, option }: WorldAnswer, where: string): void {
  for (const number of [call, question, option])
    if (!Number.isInteger(number) || number < 0)
      throw new MisuseError(
        `${where}: expected an answer by call, question and option, numbers from 0, found ${JSON.stringify({ call, question, option })}`,
      );
}

/** Each cut says one thing: where in an operation, before a call, after which change of a retained word, or after which question. */
function checkCut(cut: Cut, where: string): void {
  const places = ["shape", "before", "retained", "asked"].filter((place) => place in cut);
  if (places.length !== 1)
    throw new MisuseError(
      `${where}: expected a cut with a shape, before, retained or asked, found ${JSON.stringify(cut)}`,
    );
  if (!("shape" in cut)) return;
  if (shapeNumber(cut.shape) === -1) throw new MisuseError(`${where}: unknown cut shape "${cut.shape}"`);
  checkLanded(cut, where);
}

/** Shape "bits" says what landed, a mask for each word that a program can have; no other shape does. */
function checkLanded({ shape, landed }: CutInOperation, where: string): void {
  if ((shape === "bits") !== (landed !== undefined) || shape === "open")
    throw new MisuseError(
      `${where}: expected shape "bits" with the bits that landed, found shape "${shape}"`,
    );
  const isMask = (mask: unknown) =>
    Number.isInteger(mask) && (mask as number) >= 0 && (mask as number) < 2 ** 32;
  if (landed !== undefined && (!Array.isArray(landed) || landed.length > LANDED_MAX || !landed.every(isMask)))
    throw new MisuseError(`${where}: landed: expected up to ${LANDED_MAX} masks of 32 bits`);
}

/** What a guest pair's digest covers: boot ‖ agent; and where there is an application, that and its length besides, which tell the three apart. */
export function bytesOfGuest({
  boot,
  agent,
  application,
}: Pick<GuestPair, "boot" | "agent" | "application">): Uint8Array {
  if (application === undefined) return concatenate([boot, agent]);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, application.length, true);
  return concatenate([boot, agent, application, length]);
}

function imageOut({ bytes, sound, ...rest }: SceneImage): TraceImage {
  return {
    ...rest,
    base64: toBase64(bytes),
    ...(sound === undefined ? {} : { soundBase64: toBase64(sound) }),
  };
}

function imageIn({ base64, soundBase64, ...rest }: TraceImage, where: string): SceneImage {
  return {
    ...rest,
    bytes: bytesOf(base64, `${where}: image`),
    ...(soundBase64 === undefined ? {} : { sound: bytesOf(soundBase64, `${where}: sound image`) }),
  };
}

function bytesOf(text: string, where: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw new MisuseError(`${where}: expected base64`);
  }
}
