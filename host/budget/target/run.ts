// Runs a built guest in QEMU on a device laid down in memory, counted, and says what it did and what it executed.
import { existsSync } from "node:fs";
import { rm, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { flashSizeOf, sectorsOf } from "../../device/layout.js";
import type { Layout, PartProfile, ProgramRule } from "../../device/profile.js";
import * as abi from "../../../assembly/abi.js";
import { PART, type TargetBuild, deviceAt } from "./build.js";
import type { TargetOperation } from "./operations.js";
import { type Disassembled, type TimingTable, blockCycles, parseDisassembly } from "./timing.js";
import { ToolError, runTool, runtimeFolder } from "./tools.js";

/** A device right before a boot. */
export interface DeviceState {
  readonly part: PartProfile;
  readonly layout: Layout;
  readonly attempts: number;
  /** The whole part as the bus shows it. */
  readonly flash: Uint8Array;
  readonly counters: readonly number[];
  readonly retained: readonly number[];
  readonly resetCause: number;
  /** The second at which the clock stands. */
  readonly clock: number;
  /** Bits 1 << MAIN_ number. */
  readonly inputs: number;
}

/** How a run ended, by the number that the runtime gives it. */
const ENDS = ["none", "jumped", "halted", "returned", "read-fault", "trapped", "reset-itself"] as const;

/** What one function executed in one phase; its calls of library code are its own. */
export interface TargetCount {
  readonly phase: number;
  readonly functionIndex: number | null;
  readonly name: string;
  /** Times that its beginning was executed. */
  readonly entered: number;
  readonly instructions: number;
  /** null without a timing table. */
  readonly cycles: number | null;
}

export interface TargetRun {
  readonly end: { readonly kind: (typeof ENDS)[number]; readonly value: number };
  readonly operations: readonly TargetOperation[];
  readonly counters: readonly number[];
  /** The whole part afterwards. */
  readonly flash: Uint8Array;
  readonly functions: readonly TargetCount[];
  readonly instructions: number;
  readonly cycles: number | null;
  readonly globals: readonly bigint[];
}

const RULES: Readonly<Record<ProgramRule, number>> = {
  and: abi.RULE_AND,
  once: abi.RULE_ONCE,
  "once-or-zero": abi.RULE_ONCE_OR_ZERO,
  twice: abi.RULE_TWICE,
};
const MAGIC = 0x45564254;
const RESULT_WORDS = 4 + abi.COUNTER_COUNT + abi.RETAINED_ALL;
const OPERATION_WORDS = 4;
const PERMISSIONS = 8192; // as in runtime/device.h
const MAY_READ = 1;
const MAY_WRITE = 2;
const RUN_SECONDS = 120;
/** Beside the guest, where the tools are run: a comma in a folder's name would end QEMU's option. */
const PLUGIN = "./plugin.so";
const OUTPUTS = ["result.bin", "after.bin", "globals.bin", "counts.txt"];

/**
 * Runs a build's boot once.
 * @param timing the core's cycle table; null: instructions alone
 * @throws {ToolError} where QEMU fails, or the run does not end within two minutes
 */
export async function runTarget(
  build: TargetBuild,
  state: DeviceState,
  timing: TimingTable | null,
): Promise<TargetRun> {
  const { folder, plan } = build;
  const plugin = await pluginIn(folder);
  for (const name of OUTPUTS) await rm(join(folder, name), { force: true });
  await writeFile(join(folder, "flash.bin"), state.flash);
  await writeFile(join(folder, "device.bin"), encodeDevice(state));
  await writeFile(join(folder, "ranges.txt"), rangesOf(build));
  await runTool(
    plan.qemu,
    [
      ...[...plan.machine, "-display", "none", "-serial", "none", "-monitor", "none", "-kernel", "guest.elf"],
      ...["-semihosting-config", "enable=on,target=native"],
      ...loader("flash.bin", plan.flashAt),
      ...loader("device.bin", deviceAt(plan)),
      ...["-plugin", `${plugin},ranges=ranges.txt,out=counts.txt`],
    ],
    folder,
    RUN_SECONDS,
  );
  const result = await resultIn(folder);
  const counts = await readFile(join(folder, "counts.txt"), "utf8");
  const disassembly =
    timing === null
      ? null
      : parseDisassembly(
          await runTool(`${plan.prefix}objdump`, ["-d", "--no-show-raw-insn", "guest.elf"], folder),
        );
  const functions = tallied(build, counts, disassembly, timing);
  const globals = build.globals.length === 0 ? [] : bigints(await readFile(join(folder, "globals.bin")));
  return {
    ...result,
    ...{ functions, globals },
    instructions: functions.reduce((sum, { instructions }) => sum + instructions, 0),
    cycles: timing === null ? null : functions.reduce((sum, { cycles }) => sum + (cycles ?? 0), 0),
  };
}

/** The counting plugin, compiled when it is first needed. */
async function pluginIn(folder: string): Promise<string> {
  if (existsSync(join(folder, PLUGIN))) return PLUGIN;
  const source = join(runtimeFolder(), "plugin.c");
  await runTool("gcc", ["-O2", "-shared", "-fPIC", "-fvisibility=hidden", source, "-o", PLUGIN], folder);
  return PLUGIN;
}

function loader(file: string, address: number): string[] {
  return ["-device", `loader,file=${file},addr=0x${address.toString(16)},force-raw=on`];
}

function encodeDevice({ part, layout, attempts, counters, retained, ...rest }: DeviceState): Uint8Array {
  const region = ({ offset, size }: { readonly offset: number; readonly size: number }) => [offset, size];
  const sectors = sectorsOf(part);
  const words = [
    ...[MAGIC, flashSizeOf(part), part.erasedByte === 0xff ? 0xffffffff : 0],
    ...[part.programMin.value, part.programMax.value, RULES[part.rule]],
    ...[layout.slotA, layout.slotB, layout.record, layout.keys].flatMap(region),
    ...[attempts, part.counterMax?.value ?? 0xffffffff, rest.resetCause, ...counters, ...retained],
    ...[rest.clock, rest.inputs],
  ];
  const tail = [sectors.length, ...sectors.flatMap(region)];
  return Buffer.concat([bytesOf(words), permissionsOf(layout), bytesOf(tail)]);
}

/** Boot reads all regions and writes only the Record, as on the simulated device. */
function permissionsOf({ slotA, slotB, record, keys }: Layout): Uint8Array {
  const permissions = new Uint8Array(PERMISSIONS);
  for (const { offset, size } of [slotA, slotB, keys, record])
    permissions.fill(MAY_READ, offset / abi.GRANULE_SIZE, (offset + size) / abi.GRANULE_SIZE);
  permissions.fill(
    MAY_READ | MAY_WRITE,
    record.offset / abi.GRANULE_SIZE,
    (record.offset + record.size) / abi.GRANULE_SIZE,
  );
  return permissions;
}

function bytesOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

function rangesOf({ functions, marks }: TargetBuild): string {
  const hex = (value: number) => value.toString(16);
  const owners = functions.flatMap(({ ranges }) => ranges);
  return [
    `begin ${hex(marks.begin)}`,
    `end ${hex(marks.end)}`,
    ...marks.phases.map((address, phase) => `phase ${phase} ${hex(address)}`),
    ...owners.map(([start, end], index) => `owner ${index} ${hex(start)} ${hex(end)}`),
    "",
  ].join("\n");
}

async function resultIn(
  folder: string,
): Promise<Pick<TargetRun, "end" | "operations" | "counters" | "flash">> {
  const bytes = await readFile(join(folder, "result.bin")).catch(() => undefined);
  if (bytes === undefined) throw new ToolError("qemu: expected a result of the run, found none");
  const words = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const [magic, endKind = 0, value = 0, count = 0] = words;
  if (magic !== MAGIC) throw new ToolError("qemu: expected a result of the run, found something else");
  const operations = Array.from({ length: count }, (_, index) => {
    const at = RESULT_WORDS + index * OPERATION_WORDS;
    const [head = 0, first = 0, size = 0, last = 0] = words.subarray(at, at + OPERATION_WORDS);
    return { kind: head & 0xff, status: head >>> 8, first, size, value: last };
  });
  return {
    end: { kind: ENDS[endKind] ?? "none", value },
    operations,
    counters: [...words.subarray(4, 4 + abi.COUNTER_COUNT)],
    flash: Uint8Array.from(await readFile(join(folder, "after.bin"))),
  };
}

/** What each function executed in each phase, from the plugin's lines. */
function tallied(
  { functions }: TargetBuild,
  counts: string,
  disassembly: ReadonlyMap<number, Disassembled> | null,
  timing: TimingTable | null,
): TargetCount[] {
  const owners = functions.flatMap((owner) => owner.ranges.map(() => owner));
  const blocks = new Map<number, readonly number[]>();
  const sums = new Map<
    string,
    { phase: number; owner: (typeof owners)[number]; entered: number; instructions: number; cycles: number }
  >();
  for (const line of counts.split("\n")) {
    const [kind, id = "", ...rest] = line.split(" ");
    if (kind === "b")
      blocks.set(
        Number(id),
        rest.map((place) => Number.parseInt(place, 16)),
      );
    if (kind !== "c") continue;
    const [phase, ownerIndex, count, taken] = rest.map(Number) as [number, number, number, number];
    const addresses = blocks.get(Number(id)) ?? [];
    const owner = owners[ownerIndex] as (typeof owners)[number];
    if (owner.name === PART) continue;
    const key = `${phase} ${owner.name} ${owner.functionIndex ?? ""}`;
    const sum = sums.get(key) ?? { phase, owner, entered: 0, instructions: 0, cycles: 0 };
    sums.set(key, sum);
    if (owner.entry === addresses[0]) sum.entered += count;
    sum.instructions += count * addresses.length;
    if (disassembly === null || timing === null) continue;
    const instructions = addresses.map(
      (address) => disassembly.get(address) ?? { mnemonic: "?", operands: "" },
    );
    const cost = blockCycles(instructions, timing);
    sum.cycles += count * cost.cycles + taken * cost.taken;
  }
  return [...sums.values()]
    .map(({ phase, owner, entered, instructions, cycles }) => ({
      ...{ phase, functionIndex: owner.functionIndex, name: owner.name, entered, instructions },
      cycles: timing === null ? null : cycles,
    }))
    .sort((a, b) => a.phase - b.phase || (a.functionIndex ?? -1) - (b.functionIndex ?? -1));
}

function bigints(bytes: Uint8Array): bigint[] {
  return [...new BigUint64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))];
}
