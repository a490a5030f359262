import { describe, expect, it } from "vitest";
import { partById } from "../../../host/device/parts.js";
import { IN_BOOT, executeCall } from "../../../host/campaign/call.js";
import { deviceOf, ownPair, pairOf } from "../../support/scenes.js";
import { compileText } from "../../support/compile.js";

/** Only functions that are exports of a wasm instance may stand in a table of functions. */
function isWasmFunction(value: unknown): boolean {
  try {
    new WebAssembly.Table({ element: "anyfunc", initial: 1 }).set(0, value as never);
    return true;
  } catch {
    return false;
  }
}

const guest = (body: string) => `
  import { halt, jump, read32, event } from "../hal/hal";
  const STATE: usize = memory.data(4);
  let kept: u32 = 0;
  export function abiVersion(): u32 { return 1; }
  export function boot(): void { ${body} }
`;

async function deviceWith(body: string, fuel?: bigint) {
  const boot = await compileText(guest(body));
  return deviceOf(partById("tiny"), pairOf("test", boot, ownPair.agent), 3, fuel);
}

describe("a guest's imports", () => {
  it("are the device's own wasm functions, no JavaScript between", () => {
    const device = deviceOf(partById("tiny"), ownPair);
    const wired = { ...device.boot.wired, ...device.agent.wired };
    expect(Object.keys(wired)).toContain("read32");
    for (const [name, value] of Object.entries(wired)) expect(isWasmFunction(value), name).toBe(true);
    expect(isWasmFunction(() => 0)).toBe(false);
  });
});

describe("a guest call", () => {
  it("that spins is hung, after the same number of blocks each time", async () => {
    const device = await deviceWith(
      "while (load<u32>(STATE) == 0) { store<u32>(STATE, 0); } halt(1);",
      100_000n,
    );
    const first = executeCall(device, IN_BOOT, 0).end;
    const used = device.boot.fuelUsed;
    expect(first).toEqual({ kind: "hung" });
    expect(executeCall(device, IN_BOOT, 0).end).toEqual({ kind: "hung" });
    expect(device.boot.fuelUsed).toBe(used);
  });

  it("that traps is trapped, one that returns has returned, one that reads outside flash has a read fault", async () => {
    expect(executeCall(await deviceWith("unreachable();"), IN_BOOT, 0).end).toMatchObject({
      kind: "trapped",
    });
    expect(executeCall(await deviceWith("event(1, 2);"), IN_BOOT, 0).end).toMatchObject({ kind: "returned" });
    const reading = await deviceWith("event(1, read32(0x4000));");
    expect(executeCall(reading, IN_BOOT, 0)).toMatchObject({
      end: { kind: "read-fault", offset: 0x4000 },
      denials: 1,
    });
  });

  it("starts with memory and globals as new: nothing in RAM survives a reset", async () => {
    const device = await deviceWith(
      "kept += 1; store<u32>(STATE, load<u32>(STATE) + 1); halt(kept + 16 * load<u32>(STATE));",
    );
    for (let i = 0; i < 3; i++)
      expect(executeCall(device, IN_BOOT, 0).end).toEqual({ kind: "halted", reason: 17 });
  });

  it("starts in memory of the first size, though the guest grew it", async () => {
    const device = await deviceWith("memory.grow(2); halt(memory.size());");
    for (let i = 0; i < 3; i++)
      expect(executeCall(device, IN_BOOT, 0).end).toEqual({ kind: "halted", reason: 3 });
  });
});

describe("a guest that cannot be wired is refused by name", () => {
  const refused = async (text: string, message: RegExp) => {
    const boot = await compileText(text);
    expect(() => deviceOf(partById("tiny"), pairOf("stranger", boot, ownPair.agent))).toThrow(message);
  };

  it("for an import that the Hal does not have", () =>
    refused(
      `@external("hal", "format") declare function format(): void;
       export function abiVersion(): u32 { return 1; } export function boot(): void { format(); }`,
      /stranger: unknown import "hal"."format"/,
    ));

  it("for a missing boot", () =>
    refused(
      `export function abiVersion(): u32 { return 1; }`,
      /stranger: expected an exported function "boot", found none/,
    ));

  it("for another ABI version", () =>
    refused(
      `export function abiVersion(): u32 { return 9; } export function boot(): void {}`,
      /stranger: expected ABI version 1, found 9/,
    ));
});
