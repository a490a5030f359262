// When an application has its turn, and that whatever becomes of its call the firmware's step comes.
import { describe, expect, it } from "vitest";
import type { FaultName } from "../../../../host/campaign/plan/fault-models.js";
import type { FaultPlan } from "../../../../host/campaign/plan/fault-plan.js";
import { type OracleName, oracleNames } from "../../../../host/campaign/plan/oracles.js";
import type { GuestPair } from "../../../../host/campaign/plan/trace.js";
import { runPlain } from "../../../../host/campaign/play/plain.js";
import { actorAt } from "../../../../host/campaign/play/position.js";
import type { Scene } from "../../../../host/campaign/plan/scenario.js";
import { partById } from "../../../../host/device/parts.js";
import { imageFields } from "../../../../host/image/fields.js";
import { compile } from "../../../support/compile.js";
import { prepared } from "../../../support/exploration.js";
import { sceneOn } from "../../../support/guests.js";
import { ownPairFor, pairOf, wasm } from "../../../support/scenes.js";
import { WORLDS, worldGuest, worldScene } from "../../../support/world.js";

const PART = partById("tiny");
const TAKES = "assembly/canary/world/takes-packets.ts";

/** The calls of the agent alone: it answers its request, has nothing more to do, and finds that so once more. */
const ALONE = "bffbf";

interface Told {
  /** Who made each call, by its first letter, and how it ended where that was no return. */
  readonly calls: string;
  readonly violated: readonly OracleName[];
  readonly ending: string;
}

function told(pair: GuestPair, models: readonly FaultName[], faults?: FaultPlan, inputs = 0): Told {
  const scene = worldScene(PART, { ...WORLDS.oneRequest, inputs });
  const { device, start } = prepared({ part: PART, pair, scene, models, attempts: 1 });
  const calls: string[] = [];
  const { violations, ending } = runPlain(device, scene, start, {
    ...(faults === undefined ? {} : { faults }),
    onCall: ({ position, result: { end } }) => {
      const who = actorAt(position).charAt(0);
      calls.push(["returned", "jumped"].includes(end.kind) ? who : `${who}(${end.kind})`);
    },
  });
  device.exports.rollback();
  return { calls: calls.join(""), violated: oracleNames(violations), ending };
}

/** The agent `acts-once` beside an application that does this. */
async function beside(body: string, imports: string): Promise<GuestPair> {
  const binary = await compile(TAKES, [
    { file: TAKES, from: "import { linkRelease, linkSize }", to: `import { ${imports} }` },
    { file: TAKES, from: "  if (linkSize() != 0) linkRelease();\n  linkSize();", to: body },
  ]);
  return pairOf("beside", wasm("acts-once"), wasm("acts-once"), binary);
}

describe("an application", () => {
  it("runs before each step, and never before boot", () => {
    expect(told(worldGuest("acts-once"), ["power"]).calls).toBe(ALONE);
    const { calls, violated, ending } = told(worldGuest("acts-once", "takes-packets"), ["power"]);
    // It takes the packet, and the same each time that it is sent once more; then the client is gone.
    expect(calls).toMatch(/^(b(af)+)+$/);
    expect({ violated, ending }).toEqual({ violated: [], ending: "rested" });
  });

  it("waits under its model where nothing goes wrong, and runs where an answer says so", () => {
    const pair = worldGuest("acts-once", "takes-packets");
    const calm = told(pair, ["application"]);
    expect(calm.calls).toBe(ALONE.replaceAll("f", "af"));
    const answers = [{ call: 1, question: 0, option: 1 }];
    const struck = told(pair, ["application"], { cuts: [], reads: [], answers });
    expect(struck.calls).not.toBe(calm.calls);
    expect(struck.violated).toEqual([]);
  });

  it.each([
    ["traps", "event(0, 0); unreachable();", "event", "trapped"],
    ["jumps", "jump(0);", "jump", "refused"],
    ["halts", "halt(1);", "halt", "refused"],
    ["resets the device", "resetNow();", "resetNow", "refused"],
    ["reads what it may not", "read32(info(19, 0));", "info, read32", "read-fault"],
  ] as const)("that %s while somebody is treated is over, and no more", async (_, body, imports, end) => {
    const pair = await beside(body, imports);
    const { calls, violated, ending } = told(pair, ["power"], undefined, 1);
    expect(calls).toBe(ALONE.replaceAll("f", `a(${end})f`));
    expect({ violated, ending }).toEqual({ violated: [], ending: "rested" });
  });

  it("that has moved something lets a step that changes nothing come once more, before anything comes by itself", async () => {
    const file = "assembly/canary/world/acts-once.ts";
    const from = "  const nothing = withoutRequest();";
    const agent = await compile(file, [{ file, from, to: `  if (_input != 9) return STEP_MORE;\n${from}` }]);
    const { calls } = told(pairOf("waits", agent, agent, wasm("takes-packets")), ["power"]);
    // The packet is taken, and twice more when it is sent again; then the client is gone; a power-up like the one before ends it.
    expect(calls).toBe(`b${"afaf".repeat(3)}afbafbaf`);
  });

  it("takes none of the steps that an agent has without a change of flash", async () => {
    const file = "assembly/canary/world/acts-once.ts";
    const most = 4 * PART.sectors.reduce((sum, { count }) => sum + count.value, 0);
    const counting = (steps: number) =>
      compile(file, [
        { file, from: "import { acted }", to: "import { acted, scratchRead, scratchWrite }" },
        {
          file,
          from: "  const nothing = withoutRequest();",
          to: `  const done = scratchRead(0);
  if (done < ${steps}) { scratchWrite(0, done + 1); return STEP_MORE; }
  const nothing = withoutRequest();`,
        },
      ]);
    for (const [steps, violated] of [
      [most, []],
      [most + 1, ["converges"]],
    ] as const) {
      const agent = await counting(steps);
      const pair = pairOf("counts", agent, agent, wasm("takes-packets"));
      expect([steps, told(pair, ["power"]).violated]).toEqual([steps, violated]);
    }
  });

  it("has no turn, and no packet stands, in the power-up that follows on damage to the slot that runs", async () => {
    const { scenario, images, keyTable } = sceneOn(PART, "update", 68);
    const scene: Scene = {
      images: images.map((image) => ({ ...image, fields: imageFields(image.bytes) })),
      keyTable,
      scenario: {
        ...scenario,
        world: WORLDS.oneRequest,
        steps: [
          { offer: "v2", until: "ran" },
          { damage: "running", field: "payload" },
          { offer: "v2", until: "confirmed" },
        ],
      },
    };
    const own = ownPairFor(PART);
    const { application } = await beside("linkSize();", "linkSize");
    const pair = pairOf("beside", own.boot, own.agent, application);
    const { device, start } = prepared({ part: PART, pair, scene, models: ["power"] });
    const starts: (readonly [turn: number, stands: boolean])[] = [];
    let boots = 0;
    const { powerUps } = runPlain(device, scene, start, {
      onPowerUp: ({ history }) => starts.push([history.turn, history.world?.standing !== null]),
      onCall: ({ position }) => (boots += actorAt(position) === "boot" ? 1 : 0),
    });
    expect(new Set(starts.map(String))).toEqual(new Set(["0,false"]));
    expect(boots).toBe(powerUps);
  });

  it("that hangs is over, too", { tags: ["slow"] }, async () => {
    const { calls } = told(await beside("while (true) info(0, 0);", "info"), ["power"]);
    expect(calls).toBe(ALONE.replaceAll("f", "a(hung)f"));
  });

  it("that breaks rules of the flash and is denied violates nothing", async () => {
    const pair = await beside(
      "erase(1); program(3, 3); erase(info(15, 1)); counterAdvance(0, 7);",
      "counterAdvance, erase, info, program",
    );
    expect(told(pair, ["power"])).toMatchObject({ violated: [], ending: "rested" });
  });

  it("that answers in the agent's place is believed by the client", async () => {
    const lies = "linkWrite32(0, linkRead32(0)); linkWrite32(4, linkRead32(4)); linkSend(20);";
    const pair = await beside(
      `if (linkSize() != 0) { ${lies} }`,
      "linkRead32, linkSend, linkSize, linkWrite32",
    );
    expect(told(pair, ["power"]).violated).toEqual(["answers-are-true"]);
  });
});
