// A trace as one line: what names a run over images made on the spot, of the package's own guests, of files or of a
// configuration, short enough for a report or a shell. Never holds images or guests: their digest says whether those at hand are
// the ones that were meant.
//
//   everboot/1 update nrf52840 boot-full@0123456789ab 65536 3 power,weak c34.5.all,c35.0.untouched r36.0x12-1
//
// Scenario, device, guest with the start of its digest, image size in bytes, attempts, fault models; then cuts (x in place of c:
// resets), each guest call, operation and shape, or c34.before where the call is not made, or x34.r2 after its third change of
// a retained word, or c34.q2 after question 2 to what surrounds the device; the bits that landed of each word, in hex, as
// c34.5.bits:7fff:ffffffff; then what weak reads see, each guest call and its choices, repeated ones as 0x12, and among these what such questions
// were answered by: a36.0.1, by option 1 to question 0 of call 36; then, where there are any, strikes, each guest call and the strike:
// s34.flip@0x20000.3,s35.write@5.dropped. Then each image that was given
// because it must be refused, a file with the start of its digest: bad=evil.bin@0123456789ab. Last, where a configuration was there, its
// path: config=everboot.config.json. In a guest and a path, blanks and % stand as %20 and %25.
import { MisuseError } from "../../core/errors.js";
import { type FaultName, parseFaults } from "./fault-models.js";
import { type Cut, type FaultPlan, LANDED_MAX, type WeakReads, type WorldAnswer } from "./fault-plan.js";
import { type ShapeName, shapeNumber } from "./shapes.js";
import { type PlacedStrike, formatStrike, parseStrike } from "./strikes.js";

const PREFIX = "everboot/1";
const BAD = "bad=";
const CONFIG = "config=";
const NONE = "-";
/** Characters of a digest. */
const DIGEST_SIZE = 12;
/** Choices that one call can make (assembly/device/map.ts). */
const CHOICES_MAX = 0x10000;

/** A file that a line names. */
export interface NamedFile {
  readonly file: string;
  /** The first characters of its SHA-256, in hex. */
  readonly digest: string;
}

/** What a line says. */
export interface TraceLine {
  readonly scenario: string;
  readonly device: string;
  readonly guest: string;
  /** The first characters of the guest pair's SHA-256, in hex. */
  readonly digest: string;
  readonly imageSizeBytes: number;
  readonly attempts: number;
  readonly models: readonly FaultName[];
  readonly faults: FaultPlan;
  /** Images that were given because they must be refused; none when absent. */
  readonly bad?: readonly NamedFile[];
  /** Path of the configuration that names are looked up in; none when absent. */
  readonly config?: string;
}

/** Whether a text is meant as such a line. */
export function isTraceLine(text: string): boolean {
  return text.startsWith(`${PREFIX} `);
}

/** Writes a line; digests are cut to what it takes. */
export function formatTraceLine(line: TraceLine): string {
  const { cuts, reads, strikes = [], answers = [] } = line.faults;
  return [
    PREFIX,
    line.scenario,
    line.device,
    `${asWord(line.guest)}@${line.digest.slice(0, DIGEST_SIZE)}`,
    line.imageSizeBytes,
    line.attempts,
    line.models.join(","),
    cuts.map(formatCut).join(",") || NONE,
    [
      ...reads.map(({ call, choices }) => `r${call}.${formatChoices(choices)}`),
      ...answers.map(formatAnswer),
    ].join(",") || NONE,
    ...(strikes.length === 0
      ? []
      : [strikes.map(({ call, strike }) => `s${call}.${formatStrike(strike)}`).join(",")]),
    ...(line.bad ?? []).map(({ file, digest }) => `${BAD}${asWord(file)}@${digest.slice(0, DIGEST_SIZE)}`),
    ...(line.config === undefined ? [] : [CONFIG + asWord(line.config)]),
  ].join(" ");
}

/** A text without blanks, which fromWord() reads back. */
function asWord(text: string): string {
  return text.replace(/[%\s]/g, encodeURIComponent);
}

function fromWord(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    throw new MisuseError(`trace line: expected %20 and the like for blanks, found ${word}`);
  }
}

/**
 * Reads a line back.
 * @throws {MisuseError} naming the part that does not fit.
 */
export function parseTraceLine(text: string): TraceLine {
  const words = text.trim().split(/\s+/);
  const config = words.at(-1)?.startsWith(CONFIG) === true ? words.at(-1)?.slice(CONFIG.length) : undefined;
  const named = config === undefined ? words : words.slice(0, -1);
  const end = named.findIndex((word) => word.startsWith(BAD));
  const parts = end === -1 ? named : named.slice(0, end);
  const bad = end === -1 ? [] : named.slice(end).map(badIn);
  const [prefix, scenario, device, guestAt, size, attempts, models, cuts, reads, strikes = NONE] = parts;
  if (parts.length < 9 || parts.length > 10 || prefix !== PREFIX || reads === undefined)
    throw new MisuseError(
      `expected a trace line of nine or ten parts that begins with ${PREFIX}, found ${parts.length}`,
    );
  const [, guest, digest] = NAMED.exec(guestAt ?? "") ?? [];
  if (guest === undefined || digest === undefined)
    throw new MisuseError(`trace line: expected a guest and twelve digits of its digest, found ${guestAt}`);
  return {
    scenario: scenario ?? "",
    device: device ?? "",
    guest: fromWord(guest),
    digest,
    imageSizeBytes: numberIn(size, "image size"),
    attempts: numberIn(attempts, "attempts"),
    models: parseFaults(models ?? ""),
    faults: {
      cuts: listIn(cuts ?? "", parseCut),
      ...readsAndAnswers(reads),
      strikes: listIn(strikes, parsePlaced),
    },
    ...(bad.length === 0 ? {} : { bad }),
    ...(config === undefined ? {} : { config: fromWord(config) }),
  };
}

/** A name with the start of a digest. */
const NAMED = /^(.+)@([0-9a-f]{12})$/;

function badIn(word: string): NamedFile {
  const isBad = word.startsWith(BAD);
  const [, file, digest] = (isBad ? NAMED.exec(word.slice(BAD.length)) : null) ?? [];
  if (file === undefined || digest === undefined)
    throw new MisuseError(`trace line: expected a bad image like bad=evil.bin@0123456789ab, found ${word}`);
  return { file: fromWord(file), digest };
}

function listIn<Item>(text: string, parse: (item: string) => Item): Item[] {
  return text === NONE ? [] : text.split(",").map(parse);
}

/** A cut as text, as trace lines have it: "c34.5.all", "c34.before", "x34.r2". */
export function formatCut(cut: Cut): string {
  const call = `${cut.reset === true ? "x" : "c"}${cut.call}`;
  if ("before" in cut) return `${call}.before`;
  if ("retained" in cut) return `${call}.r${cut.retained}`;
  if ("asked" in cut) return `${call}.q${cut.asked}`;
  const landed = (cut.landed ?? []).map((mask) => `:${mask.toString(16)}`).join("");
  return `${call}.${cut.operation}.${cut.shape}${landed}`;
}

/**
 * Reads a cut back.
 * @throws {MisuseError} for a text that is none.
 */
export function parseCut(text: string): Cut {
  const [, kind, at, where = ""] = /^([cx])(\d+)\.(.+)$/.exec(text) ?? [];
  const call = Number(at);
  const reset = kind === "x" ? ({ reset: true } as const) : {};
  if (where === "before") return { call, before: true, ...reset };
  const [, retained] = /^r(\d+)$/.exec(where) ?? [];
  if (retained !== undefined && kind === "x") return { call, retained: Number(retained), reset: true };
  const [, asked] = /^q(\d+)$/.exec(where) ?? [];
  if (asked !== undefined) return { call, asked: Number(asked), ...reset };
  const [, operation, shape, masks] = /^(\d+)\.([a-z-]+)((?::[0-9a-f]{1,8})*)$/.exec(where) ?? [];
  const landed =
    masks
      ?.split(":")
      .slice(1)
      .map((mask) => parseInt(mask, 16)) ?? [];
  const isBits = shape === "bits";
  if (
    operation === undefined ||
    shapeNumber(shape as ShapeName) === -1 ||
    shape === "open" ||
    isBits !== landed.length > 0 ||
    landed.length > LANDED_MAX
  )
    throw new MisuseError(`trace line: expected a cut like c34.5.all, c34.before or x34.r2, found ${text}`);
  const bits = isBits ? { landed } : {};
  return { call, operation: Number(operation), shape: shape as ShapeName, ...bits, ...reset };
}

function parsePlaced(text: string): PlacedStrike {
  const [, call, strike] = /^s(\d+)\.(.+)$/.exec(text) ?? [];
  if (strike === undefined)
    throw new MisuseError(`trace line: expected a strike like s34.flip@0x20000.3, found ${text}`);
  return { call: Number(call), strike: parseStrike(strike) };
}

/** An answer as a trace line has it. */
export function formatAnswer({ call, question, option }: WorldAnswer): string {
  return `a${call}.${question}.${option}`;
}

/** What weak reads see, and what the questions to what surrounds the device are answered by. */
function readsAndAnswers(text: string): Pick<FaultPlan, "reads" | "answers"> {
  const items = text === NONE ? [] : text.split(",");
  const answers = items.filter((item) => item.startsWith("a")).map(parseAnswer);
  const reads = items.filter((item) => !item.startsWith("a")).map(parseReads);
  return answers.length === 0 ? { reads } : { reads, answers };
}

function parseAnswer(text: string): WorldAnswer {
  const [, call, question, option] = /^a(\d+)\.(\d+)\.(\d+)$/.exec(text) ?? [];
  if (option === undefined)
    throw new MisuseError(`trace line: expected an answer like a36.0.1, found ${text}`);
  return { call: Number(call), question: Number(question), option: Number(option) };
}

function parseReads(text: string): WeakReads {
  const [, call, choices] = /^r(\d+)\.((?:\d(?:x\d+)?)(?:-\d(?:x\d+)?)*)$/.exec(text) ?? [];
  if (choices === undefined)
    throw new MisuseError(`trace line: expected weak reads like r36.0x12-1, found ${text}`);
  const runs = choices.split("-").map((run) => {
    const [value, count = "1"] = run.split("x");
    return { value: Number(value), count: Number(count) };
  });
  if (runs.reduce((sum, { count }) => sum + count, 0) > CHOICES_MAX)
    throw new MisuseError(`trace line: expected at most ${CHOICES_MAX} weak reads in a call, found ${text}`);
  return {
    call: Number(call),
    choices: runs.flatMap(({ value, count }) => new Array<number>(count).fill(value)),
  };
}

/** Choices up to the last that is not the first option, runs counted. */
function formatChoices(choices: readonly number[]): string {
  let end = choices.length;
  while (end > 0 && choices[end - 1] === 0) end--;
  const runs: string[] = [];
  for (let at = 0; at < end;) {
    let next = at;
    while (next < end && choices[next] === choices[at]) next++;
    runs.push(next - at === 1 ? `${choices[at]}` : `${choices[at]}x${next - at}`);
    at = next;
  }
  return runs.join("-") || "0";
}

function numberIn(text: string | undefined, what: string): number {
  if (text === undefined || !/^\d{1,10}$/.test(text))
    throw new MisuseError(`trace line: expected a number for ${what}, found ${text}`);
  return Number(text);
}
