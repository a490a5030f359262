#!/usr/bin/env node
// The command line's entry. Does no work of its own.
import { EXIT_MISUSE, complain } from "../app/terminal/exit.js";
import { runCommandLine } from "./program.js";

// A reader that closes the pipe early (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  complain(`standard output: ${error.message}`);
  process.exit(EXIT_MISUSE);
});

await runCommandLine(process.argv);
