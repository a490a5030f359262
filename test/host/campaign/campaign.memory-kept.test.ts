// The oracle memory-kept: a small overflow out of a buffer of our own core shows in a build with guards, in any scenario; without them
// only what reaches beyond all objects; and nobody claims more than that.
// @module-tag slow: whole campaigns over memory that is kept, once for each overflow.
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { beforeAll, describe, expect, it } from "vitest";
import { compileModule } from "../../../host/build/compile.js";
import type { CampaignReport } from "../../../host/campaign/report.js";
import type { GuestPair } from "../../../host/campaign/plan/trace.js";
import { OBJECTS_SECTION } from "../../../host/core/watch.js";
import { partById } from "../../../host/device/parts.js";
import { campaignTable } from "../../../host/report/tables/campaign-table.js";
import { violationStory } from "../../../host/report/run/story.js";
import { type Mutation, compileTarget } from "../../support/compile.js";
import { deviceModule, ownPair, pairOf, smallScene } from "../../support/scenes.js";
import { campaign } from "../../support/soundness.js";

const ROOT = join(import.meta.dirname, "../../..");
/** What asc gives a shadow stack. */
const STACK_BYTES = 32_768;
const part = partById("tiny");
const HASH = "readBytes(at, KEY_HASH, length)";
const KEY = "const reason = findKey(KEY_HASH, digestType, type, KEY, KEY_SIZE);";

const inSignature = (from: string, to: string): Mutation => ({
  file: "assembly/image/signature.ts",
  from,
  to,
});
/** 200 bytes too many are copied out of flash; what is read right is right. */
const hash = inSignature(HASH, "readBytes(at, KEY_HASH, DIGEST_MAX + 200)");
/** Zeros are written over the end of the key's buffer. */
const zeros = inSignature(KEY, `memory.fill(KEY, 0, KEY_ENCODING_MAX + 200); ${KEY}`);
/** Within the object behind it. */
const small = inSignature(HASH, "readBytes(at, KEY_HASH, DIGEST_MAX + 16)");
const far = inSignature(KEY, `memory.fill(KEY + 40000, 1, 4); ${KEY}`);

async function bootWith(mutations: readonly Mutation[], hasGuards = true): Promise<GuestPair> {
  const boot = await compileTarget("boot-full", mutations, hasGuards);
  return pairOf("boot-full", boot, ownPair.agent);
}

function reportOf(guest: GuestPair): CampaignReport {
  return campaign({ part, guest, scene: smallScene("update", "tiny", 300), faults: ["power"], depth: 1 });
}

const violated = ({ violations }: CampaignReport) => [...new Set(violations.map(({ oracle }) => oracle))];

describe("a build of our own core with guards", () => {
  it("is clean", async () => {
    const guest = { ...(await bootWith([])), agent: await compileTarget("agent-full", [], true) };
    const report = reportOf(guest);
    expect(report.verdict).toBe("clean");
    // Constants have no guard: nobody writes there.
    const { objects = 0, touching = 0 } = report.memory?.boot ?? {};
    expect(objects - touching).toBeGreaterThan(20);
  });

  it("shows what is written beyond all objects where a word reads differently the second time, and nowhere else", async () => {
    const read = `if (!${HASH}) return REASON_UNREADABLE;`;
    const guest = await bootWith([
      inSignature(
        read,
        `${read} const first = load<u32>(KEY_HASH); ${read} if (load<u32>(KEY_HASH) != first) memory.fill(KEY + 40000, 1, 4);`,
      ),
    ]);
    expect(violated(reportOf(guest))).toEqual([]);
    const scene = smallScene("update", "tiny", 300);
    const report = campaign({ part, guest, scene, faults: ["double-fetch"], depth: 1 });
    expect(violated(report)).toContain("memory-kept");
  });

  it.each([
    ["200 bytes out of the key hash", hash],
    ["200 zeros out of the key", zeros],
    ["four bytes far away", far],
  ])("shows an overflow: %s", async (_, mutation) => {
    const report = reportOf(await bootWith([mutation]));
    expect(violated(report)).toEqual(["memory-kept"]);
    const [violation] = report.violations;
    expect(violation?.trace.faults).toMatchObject({ cuts: [] });
    expect(violationStory(violation!, deviceModule)).toMatch(
      /boot {5}changes 0x[0-9a-f]+ of its memory, outside the objects it declares/,
    );
  });
});

describe("the build that ships", () => {
  let near: CampaignReport;
  beforeAll(async () => {
    near = reportOf(await bootWith([small], false));
  });

  it("shows what is written beyond all of its objects", async () => {
    expect(violated(reportOf(await bootWith([far], false)))).toEqual(["memory-kept"]);
  });

  it("does not show an overflow from one object into the next, and says so", () => {
    expect(violated(near)).not.toContain("memory-kept");
    expect(near.memory?.boot?.touching).toBeGreaterThan(0);
    expect(campaignTable(near, 1000)).toMatch(
      /^memory: boot declares \d+ objects of \d+ bytes, constants included, of which \d+ lie directly before another: an overflow from one into the next does not show; agent/m,
    );
  });
});

describe("the pass over what the compiler has compiled", () => {
  const compiled = async (body: string) => {
    const source = `export function boot(): void { ${body} }`;
    const read = (name: string, file: string | null) => (name === "guest.ts" ? source : file);
    const binary = await compileModule({ root: ROOT, target: "boot-ed25519", entry: "guest.ts", read });
    const module = new WebAssembly.Module(binary as BufferSource);
    const [section] = WebAssembly.Module.customSections(module, OBJECTS_SECTION);
    return new Uint32Array(section ?? new ArrayBuffer(0));
  };

  /** The section of a guest as asc compiles it where nobody says which run time is meant: it has a shadow stack. */
  const compiledAlone = async (body: string) => {
    let binary: Uint8Array | undefined;
    const { error } = await asc.main(
      ["guest.ts", "-o", "guest.wasm", "--transform", join(ROOT, "dist/host/build/objects.js")],
      {
        readFile: (name) => (name === "guest.ts" ? `export function boot(): void { ${body} }` : null),
        writeFile: (_, content) => {
          binary = content as unknown as Uint8Array;
        },
        listFiles: () => [],
      },
    );
    if (binary === undefined) throw error ?? new Error("no output");
    const [section] = WebAssembly.Module.customSections(
      new WebAssembly.Module(binary as BufferSource),
      OBJECTS_SECTION,
    );
    return new Uint32Array(section ?? new ArrayBuffer(0));
  };

  it("declares static memory, and all that lies behind it where the guest allocates", async () => {
    const staticAlone = await compiled("store<u8>(memory.data(40, 8), 1);");
    expect([...staticAlone.slice(-1)]).toEqual([40]);
    const withStack = await compiledAlone("store<u8>(memory.data(40, 8), 1);");
    expect([...withStack.slice(-2)]).toEqual([withStack.at(-4)! + 40, STACK_BYTES + 15]);
    const allocating = await compiled("store<u8>(changetype<usize>(new Uint8Array(100)), 1);");
    const [address = 0, size = 0] = allocating.slice(-2);
    expect(address + size).toBe(0xffffffff);
  });
});
