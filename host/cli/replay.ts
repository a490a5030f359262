// `everboot replay`: plays a trace again, every call executed, and tells what happened, operation by operation.
import type { Command } from "commander";
import { readTrace } from "../campaign/trace.js";
import { MisuseError } from "../core/errors.js";
import { partById } from "../device/parts.js";
import { EXIT_REFUSED, setExit } from "./exit.js";
import { readText } from "./files.js";
import { deviceModule, sha256Hex } from "./modules.js";
import { tell } from "./tell.js";

/** Adds the command. */
export function registerReplay(program: Command): void {
  program
    .command("replay")
    .description("replay a trace and tell it in words; exit code 1 when its violation shows again")
    .argument("<trace>", "trace file, as a campaign writes it")
    .addHelpText(
      "after",
      "\nExample:\n  everboot replay .everboot/traces/update-nrf52840-single-flag-no-brick.json",
    )
    .action((file: string) => replay(file));
}

function replay(file: string): void {
  const facts = readTrace(parse(readText(file, "a trace"), file), file, sha256Hex);
  const told = tell(
    {
      module: deviceModule(),
      part: partById(facts.device),
      layout: facts.layout,
      boot: { name: facts.guest.name, binary: facts.guest.boot },
      agent: { name: `${facts.guest.name} (agent)`, binary: facts.guest.agent },
      attempts: facts.attempts,
    },
    facts.scene,
    facts.cuts,
  );
  const cuts = facts.cuts.map(
    ({ call, operation, shape }) => `call ${call}, operation ${operation}, ${shape}`,
  );
  process.stdout.write(
    `${facts.scene.scenario.name} on ${facts.device}, guest ${facts.guest.name}; cut: ${cuts.join("; ") || "none"}\n`,
  );
  process.stdout.write(`${told.lines.join("\n")}\n`);
  const missing = facts.violations.filter((name) => !told.violations.includes(name));
  if (missing.length > 0) {
    throw new MisuseError(
      `${file}: expected ${facts.violations.join(", ")} to be violated, found ${told.violations.join(", ") || "nothing"}`,
    );
  }
  process.stdout.write(`violated: ${told.violations.join(", ") || "nothing"} (as the trace says)\n`);
  if (told.violations.length > 0) setExit(EXIT_REFUSED);
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MisuseError(`${file}: expected a trace in JSON, ${(error as Error).message}`);
  }
}
