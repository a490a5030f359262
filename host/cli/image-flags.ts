// Options that say which images a command plays with, alike wherever there are such.
import type { Command } from "commander";
import { DEFAULT_ATTEMPTS } from "../campaign/plan/defaults.js";
import { REQUIRE_HELP, collect, keyTypes, positive, size } from "./values.js";

/** Adds the options that say which images are played with. */
export function addImageOptions(command: Command): Command {
  return command
    .option("--from <image>", "signed image that the device starts with; made on the spot when absent")
    .option(
      "--to <image>",
      "signed image that is offered; twice for a pair linked for A and B",
      collect(String),
    )
    .option(
      "--key <file>",
      "public key (PEM) of --from and --to; may be given several times",
      collect(String),
    )
    .option("--require <types>", REQUIRE_HELP, keyTypes)
    .option(
      "--attempts <count>",
      `boots that an unconfirmed image gets, 1 to 255 (default: ${DEFAULT_ATTEMPTS})`,
      positive(255),
    )
    .option("--image-size <bytes>", "whole size of the images made on the spot", size);
}
