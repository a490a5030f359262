// `everboot replay`: plays a trace again, every call executed, and tells what happened, operation by operation.
import type { Command } from "commander";
import type { Cut, FaultPlan } from "../campaign/plan/fault-plan.js";
import { formatStrike } from "../campaign/plan/strikes.js";
import { type NamedFile, type TraceLine, isTraceLine, parseTraceLine } from "../campaign/plan/trace-line.js";
import { type TraceFacts, readTrace } from "../campaign/plan/trace.js";
import { MisuseError } from "../core/errors.js";
import { ORACLES } from "../campaign/plan/oracles.js";
import type { ParsedConfig } from "../config/parse.js";
import { CONFIG_HELP, VERBOSE_HELP } from "./campaign-flags.js";
import { loadConfig } from "../app/workspace/config.js";
import { EXIT_REFUSED, setExit } from "../app/terminal/exit.js";
import { readBytes, readText } from "../app/workspace/files.js";
import { deviceModule, guestPair, sha256Hex, signedBy } from "../app/workspace/modules.js";
import { demoKeys, demoScene, scenarioOf, targetOf } from "../app/workspace/scene.js";
import { screenColumns } from "../app/terminal/columns.js";
import { tellTrace } from "../report/run/tell.js";
import { screenLine } from "../report/run/teller.js";
import { wrap } from "../report/wrap.js";

const INDENT = 2;

interface ReplayFlags {
  readonly config?: string;
  readonly verbose?: boolean;
}

/** Adds the command. */
export function registerReplay(program: Command): void {
  program
    .command("replay")
    .description("replay a trace and tell it in words; exit code 1 when a violation shows")
    .argument("<trace>", "trace file as a campaign writes it, or the one line that it prints (in quotes)")
    .addHelpText(
      "after",
      '\nExamples:\n  everboot replay .everboot/traces/update-nrf52840-single-flag-no-brick.json\n  everboot replay "everboot/1 update tiny single-flag@… 6144 3 power c26.1.one-only -"\n\nA line that ends with config=… is of a guest, device or scenario in that configuration; --config says another place.',
    )
    .option("--config <file>", CONFIG_HELP)
    .option("--verbose", VERBOSE_HELP)
    .action(async (trace: string, flags: ReplayFlags) => {
      const line = isTraceLine(trace) ? parseTraceLine(trace) : undefined;
      const config = await loadConfig(flags.config ?? line?.config, process.cwd());
      const facts = line === undefined ? factsOfFile(trace) : factsOfLine(line, config);
      replay(facts, line === undefined ? trace : "trace line", { config, verbose: flags.verbose });
    });
}

function factsOfFile(file: string): TraceFacts {
  return readTrace(parse(readText(file, "a trace"), file), file, sha256Hex);
}

/** A line's run, with the guest and the images at hand. */
function factsOfLine(line: TraceLine, config: ParsedConfig | undefined): TraceFacts {
  const { scenario, device, guest, digest, imageSizeBytes, attempts, models, faults, bad = [] } = line;
  const fuel = config?.limits.fuel;
  const target = targetOf(device, undefined, config);
  const pair = guestPair(guest, target.part, config);
  if (!pair.sha256.startsWith(digest))
    throw new MisuseError(
      `trace line: expected guest ${guest} with digest ${digest}…, found ${pair.sha256.slice(0, digest.length)}…`,
    );
  for (const image of bad) checkBad(image);
  const files = bad.map(({ file }) => file);
  const scene = demoScene(scenarioOf(scenario, config), target, {
    ...{ imageSizeBytes, bad: files },
    keys: demoKeys(signedBy(guest)),
  });
  return {
    part: target.part,
    layout: target.layout,
    attempts,
    guest: pair,
    ...(fuel === undefined ? {} : { fuel }),
    scene,
    models,
    faults,
    violations: [],
  };
}

/** A bad image at hand is the one that was meant. */
function checkBad({ file, digest }: NamedFile): void {
  const found = sha256Hex(readBytes(file, "an image")).slice(0, digest.length);
  if (found !== digest)
    throw new MisuseError(`trace line: expected ${file} with digest ${digest}…, found ${found}…`);
}

interface ReplayOptions {
  readonly config: ParsedConfig | undefined;
  readonly verbose: boolean | undefined;
}

function replay(facts: TraceFacts, where: string, { config, verbose = false }: ReplayOptions): void {
  checkOracles(facts, where, config);
  const told = tellTrace(facts, deviceModule(), { oracles: config?.oracles ?? [], verbose });
  const [missed] = told.missed;
  if (missed !== undefined) throw new MisuseError(`${where}: expected ${missed}`);
  const { scene, guest, part } = facts;
  const width = screenColumns(process.stdout);
  const print = (words: string) => process.stdout.write(`${wrap(words, width, INDENT)}\n`);
  print(`${scene.scenario.name} on ${part.id}, guest ${guest.name}; ${planWords(facts.faults)}`);
  process.stdout.write(`${told.lines.map((line) => screenLine(line, width)).join("\n")}\n`);
  const missing = facts.violations.filter((name) => !told.violations.includes(name));
  if (missing.length > 0) {
    throw new MisuseError(
      `${where}: expected ${facts.violations.join(", ")} to be violated, found ${told.violations.join(", ") || "nothing"}`,
    );
  }
  const said = facts.violations.length > 0 ? " (as the trace says)" : "";
  print(`violated: ${told.violations.join(", ") || "nothing"}${said}`);
  for (const words of told.demands) print(`  ${words}`);
  print(`\n${told.ending}`);
  if (told.violations.length > 0) setExit(EXIT_REFUSED);
}

/** Only a configuration knows the oracles that are not the package's. */
function checkOracles({ violations }: TraceFacts, where: string, config: ParsedConfig | undefined): void {
  const known = [...ORACLES, ...(config?.oracles ?? [])].map(({ name }): string => name);
  const unknown = violations.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new MisuseError(
      `${where}: expected a configuration (--config) with oracle "${unknown}", found none`,
    );
}

function planWords({ cuts, reads, strikes = [], answers = [] }: FaultPlan): string {
  const words = cuts.map(cutWords);
  const struck = strikes.map(({ call, strike }) => `call ${call}, ${formatStrike(strike)}`);
  const weak = reads.length === 0 ? "" : `; weak reads in calls ${reads.map(({ call }) => call).join(", ")}`;
  const also = struck.length === 0 ? "" : `; strikes: ${struck.join("; ")}`;
  const calls = [...new Set(answers.map(({ call }) => call))];
  const heard = calls.length === 0 ? "" : `; otherwise answered in calls ${calls.join(", ")}`;
  return `cut: ${words.join("; ") || "none"}${weak}${also}${heard}`;
}

function cutWords(cut: Cut): string {
  const kind = cut.reset === true ? ", reset" : "";
  if ("before" in cut) return `before call ${cut.call}${kind}`;
  if ("asked" in cut)
    return `call ${cut.call}, after question ${cut.asked} to what surrounds the device${kind}`;
  if ("retained" in cut) return `call ${cut.call}, after change ${cut.retained} of a retained word${kind}`;
  return `call ${cut.call}, operation ${cut.operation}, ${cut.shape}${kind}`;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MisuseError(`${file}: expected a trace in JSON, ${(error as Error).message}`);
  }
}
