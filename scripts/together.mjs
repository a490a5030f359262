// Runs npm scripts of this package, as many at a time as there are cores, two at most: `node scripts/together.mjs typecheck lint`.
// Prints what each has said when it has ended, whole, so that nothing is mixed. Ends with 1 if any of them failed, after all have ended.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

const AT_ONCE = Math.min(2, availableParallelism());

/** Runs one script; answers whether it succeeded. */
function run(name) {
  const npm = process.env["npm_execpath"];
  const [command, ...words] = npm === undefined ? ["npm"] : [process.execPath, npm];
  const child = spawn(command, [...words, "run", "--silent", name], { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => said.push(data));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      process.stdout.write(`${name}: ${code === 0 ? "passed" : "FAILED"}\n${Buffer.concat(said)}`);
      resolve(code === 0);
    });
  });
}

const waiting = process.argv.slice(2);
const passed = [];
async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) passed.push(await run(name));
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
process.exitCode = passed.every((is) => is) ? 0 : 1;
