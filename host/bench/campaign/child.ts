// The child process of `bench campaign`: measures one case of one build and sends what it has measured to the process
// that forked it. Arguments: the build's dist folder, the case as JSON. What it measures is loaded from that folder alone.
import { LacksError } from "./build.js";
import type { Case } from "./cases.js";
import { measureCase } from "./measure-case.js";
import type { Measured } from "./measured.js";

const [dist = "", text = ""] = process.argv.slice(2);
let measured: Measured;
try {
  measured = await measureCase(dist, JSON.parse(text) as Case);
} catch (error) {
  measured =
    error instanceof LacksError
      ? { kind: "lacks", what: error.message }
      : { kind: "failed", message: (error as Error).message };
}
process.send?.(measured);
