#!/usr/bin/env node
// The command line's entry. Does no work of its own.
import { runCommandLine } from "./program.js";

// A reader that closes the pipe early (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

await runCommandLine(process.argv);
