// Right guests that the project's explorer once took for wrong ones, each the smallest that shows it: the plain explorer found nothing wrong with them.
import { describe, expect, it } from "vitest";
import { type Mutation, compile } from "../../support/compile.js";
import { pairOf } from "../../support/scenes.js";
import { WORLDS } from "../../support/world.js";
import { type Case, saidByEngine, saidPlainly } from "./compare.js";

const DRAWN = "assembly/canary/world/challenge-drawn.ts";
const RESETS = "assembly/canary/world/resets-if-safe.ts";

async function violated(entry: string, one: Case, changes: readonly Omit<Mutation, "file">[]) {
  const mutations = changes.map((change) => ({ ...change, file: entry }));
  const binary = await compile(entry, mutations);
  const pair = pairOf(entry, binary, binary);
  return { engine: saidByEngine(one, pair).violated, plain: saidPlainly(one, pair).violated };
}

describe("a right guest that was taken for a wrong one", () => {
  it(
    "draws a nonce anew as often as there are names, while the client still answers an old one",
    { tags: ["slow"] },
    async () => {
      const said = await violated(DRAWN, { models: ["link"], world: WORLDS.challenged }, [
        { from: ", scratchRead, scratchWrite }", to: " }" },
        {
          from: "    scratchWrite(0, nonce(NONCE_CURRENT, 0));\n    scratchWrite(1, nonce(NONCE_CURRENT, 1));\n",
          to: "",
        },
        {
          from: "scratchRead(0), scratchRead(1));",
          to: "nonce(NONCE_CURRENT, 0), nonce(NONCE_CURRENT, 1));",
        },
        { from: "scratchRead(0) != 0 && linkRead32(12) == scratchRead(0)", to: "linkRead32(12) != 0" },
        {
          from: " && linkRead32(16) == scratchRead(1);",
          to: " && linkRead32(12) == nonce(NONCE_CURRENT, 0);",
        },
        { from: "  scratchWrite(0, 0);\n  scratchWrite(1, 0);\n", to: "  if (isMeant) nonceNew();\n" },
      ]);
      expect(said).toEqual({ engine: [], plain: [] });
    },
  );

  it("keeps count in its scratch alone while it asks for more", async () => {
    const counts = "const n = scratchRead(0); if (n < 3) { scratchWrite(0, n + 1); return 0; }";
    const said = await violated(RESETS, { models: ["power"], world: WORLDS.inputs }, [
      { from: "{ resetIfSafe }", to: "{ input, scratchRead, scratchWrite }" },
      { from: "  if (remembered(1) != 0", to: `  ${counts}\n  if (remembered(1) != 0` },
      { from: "&& remembered(2) != 0", to: "|| input(1) == 0" },
      { from: "  resetIfSafe();", to: "" },
    ]);
    expect(said).toEqual({ engine: [], plain: [] });
  });
});
