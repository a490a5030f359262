// The tests of the engine, as one suite by name (npm run test:engine): what must fail where the explorer has a mistake. In stages,
// cheapest first: most mistakes end in the first.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Test files, in stages. */
export const ENGINE_SUITE: readonly (readonly string[])[] = [
  [
    "test/host/campaign/plan/faults.test.ts",
    "test/host/campaign/play/giving-up.test.ts",
    "test/host/campaign/play/history.test.ts",
    "test/host/campaign/play/player.ignores.test.ts",
    "test/host/campaign/explore/liveness.test.ts",
    "test/host/campaign/explore/crew",
    "test/host/campaign/explore/states",
    "test/host/campaign/explore/memo/memo.test.ts",
    "test/host/campaign/campaign.unreplayed.test.ts",
    "test/host/campaign/verdict.test.ts",
    "test/assembly/device",
    "test/assembly/states",
  ],
  [
    "test/host/campaign/campaign.soundness.test.ts",
    "test/host/campaign/play/trials.test.ts",
    "test/host/campaign/play/trials.resets.test.ts",
    "test/host/campaign/explore/explorer.bounds.test.ts",
  ],
  ["test/host/device/open-sets.test.ts", "test/second"],
  [
    "test/host/campaign/explore/explorer.test.ts",
    "test/host/campaign/canaries.test.ts",
    "test/host/campaign/campaign.dense.test.ts",
    "test/random/random-guests.test.ts",
  ],
  ["test/host/campaign/share-result.test.ts", "test/host/campaign/plan/trace.replays.test.ts"],
  ["test/host/app/campaign/shares.test.ts"],
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [vitest, "run", ...ENGINE_SUITE.flat()], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
