// The states module in several threads at once, each with an instance of its own over one memory: every key is added once, all are told the
// same number for it, and its record is as it was written by who added it. The threads are real ones: only so do they get into each other's way.
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { StateTable } from "../../../host/campaign/explore/states/state-table.js";
import { numberOf, sharedStatesMemory, statesOf } from "../../../host/device/states-module.js";
import { deviceModule } from "../../support/scenes.js";

/** Keys that every thread adds, a power of two: so that an odd stride comes to each of them once. */
const KEYS = 1 << 18;
/** In which order each of the threads does: the first two in the same, side by side. */
const STRIDES = [1, 1, 7919, 104_729];

/** The key with a number: four in a row would like to have the same slot, of the same part of the table. */
const KEY_OF = `(number) => [
  Math.imul(number >>> 2, 0x9e3779b1) >>> 0, (number >>> 2) << 5, (number >>> 2) & 0xffff, number,
]`;
const keyOf = new Function(`return ${KEY_OF}`)() as (number: number) => number[];

/** Where the parts of the table stand, and what is in one: slots less one, their place, keys, a lock (assembly/states/map.ts). */
const PARTS = 0x2000;
const PART_COUNT = 64;
const PART_WORDS = 16;
/** Slots of a part to begin with (table.ts). */
const START_SLOTS = 256;

/** Plain text, as a thread runs it: adds all keys, and says which number it was told for each; then asks for each once more. */
const ADDER = `
const { parentPort, workerData } = require("node:worker_threads");
const { module, memory, gate, explorer, stride, size, keyCount } = workerData;
const keyOf = ${KEY_OF};
const states = new WebAssembly.Instance(module, { env: { memory } }).exports;
const meet = (at) => {
  Atomics.add(gate, at, 1);
  Atomics.notify(gate, at);
  for (let here = Atomics.load(gate, at); here < size; here = Atomics.load(gate, at)) Atomics.wait(gate, at, here, 20);
};
const begun = states.begin(explorer);
const told = new Int32Array(keyCount);
const found = new Int32Array(keyCount);
let added = 0;
meet(0);
for (let turn = 0; turn < keyCount; turn++) {
  const number = Math.imul(turn, stride) & (keyCount - 1);
  const place = states.nextPlace() >>> 2;
  const words = new Uint32Array(memory.buffer);
  words.set(keyOf(number), place);
  words.set([explorer, number, ++added], place + 4);
  told[number] = states.add();
  if (words[(states.keyPlace() >>> 2) + 4] === told[number]) throw new Error("the next number is one that is given");
  if (told[number] < 0) throw new Error("no room");
  const chunk = words[(states.DIRECTORY.value >>> 2) + (told[number] >>> 12)];
  const record = (chunk >>> 2) + (told[number] & 4095) * (states.RECORD_SIZE.value >>> 2);
  if (record !== place) added--;
}
meet(1);
for (let number = 0; number < keyCount; number++) {
  new Uint32Array(memory.buffer).set(keyOf(number), states.keyPlace() >>> 2);
  found[number] = states.findAt();
}
parentPort.postMessage({ begun, told, found, added });
`;

/** The same, one that adds a key that is there. */
const WAITER = `
const { parentPort, workerData } = require("node:worker_threads");
const { module, memory, gate } = workerData;
const states = new WebAssembly.Instance(module, { env: { memory } }).exports;
states.begin(1);
new Uint32Array(memory.buffer).set([42, 42, 7, 7], states.nextPlace() >>> 2);
Atomics.store(gate, 0, 1);
Atomics.notify(gate, 0);
parentPort.postMessage(states.add());
`;

/** The same, one that looks for keys that nobody adds, each where the next key that is added goes; answers how many it took for one that is there. */
const SEEKER = `
const { parentPort, workerData } = require("node:worker_threads");
const { module, memory, gate } = workerData;
const states = new WebAssembly.Instance(module, { env: { memory } }).exports;
states.begin(1);
const words = new Uint32Array(memory.buffer);
const key = states.keyPlace() >>> 2;
let wrong = 0;
Atomics.store(gate, 0, 1);
Atomics.notify(gate, 0);
while (Atomics.load(gate, 1) === 0) {
  const next = Atomics.load(gate, 2);
  words[key] = 9;
  words[key + 1] = next * 2;
  words[key + 2] = 7;
  words[key + 3] = 9;
  for (let tries = 0; tries < 8; tries++) if (states.findAt() !== -1) wrong++;
}
parentPort.postMessage(wrong);
`;

interface Told {
  readonly begun: number;
  readonly told: Int32Array;
  readonly found: Int32Array;
  /** States that were added by this one. */
  readonly added: number;
}

/** Lets a thread for each stride add all keys to one memory at the same time. */
async function together(memory: WebAssembly.Memory, strides: readonly number[]): Promise<readonly Told[]> {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  return Promise.all(
    strides.map((stride, explorer) => {
      const size = strides.length;
      const given = { memory, gate, explorer, stride, size, keyCount: KEYS };
      const worker = new Worker(ADDER, {
        eval: true,
        workerData: { ...given, module: deviceModule.statesShared },
      });
      return new Promise<Told>((resolve, reject) => {
        worker.on("message", resolve);
        worker.on("error", reject);
      });
    }),
  );
}

describe("states that several explorers share", () => {
  // First, while what is compiled is what is compiled first: so it was forgotten over a wait.
  it("are known to who had to wait for them", async () => {
    const memory = sharedStatesMemory(deviceModule);
    const table = new StateTable(statesOf(deviceModule, { memory, explorer: 0 }), 0);
    for (let number = 0; number <= 42; number++) table.add(Uint32Array.of(number, number, 7, 7), 0);
    const lock = new Int32Array(memory.buffer, PARTS + 7 * PART_WORDS * 4 + 12, 1);
    Atomics.store(lock, 0, 1);
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const told = new Promise((resolve, reject) => {
      const workerData = { memory, gate, module: deviceModule.statesShared };
      const worker = new Worker(WAITER, { eval: true, workerData });
      worker.on("message", resolve);
      worker.on("error", reject);
    });
    Atomics.wait(gate, 0, 0);
    // Long enough to try often.
    Atomics.wait(gate, 0, 1, 30);
    Atomics.store(lock, 0, 0);
    expect(await told).toBe(42);
    expect(table.stateCount).toBe(43);
  });

  it("are each there once, however many add it at the same time", { tags: ["slow"] }, async () => {
    const memory = sharedStatesMemory(deviceModule);
    const bytesBefore = memory.buffer.byteLength;
    const all = await together(memory, STRIDES);

    expect(all.map(({ begun }) => begun)).toEqual(STRIDES.map(() => 0));
    const [first] = all;
    for (const { told, found } of all) {
      expect(told).toEqual(first?.told);
      expect(found).toEqual(first?.told);
    }
    expect(new Set(first?.told).size).toBe(KEYS);

    // As one more explorer sees them, who comes later.
    const states = statesOf(deviceModule, { memory, explorer: STRIDES.length });
    const table = new StateTable(states, STRIDES.length);
    const byOwner = STRIDES.map(() => 0);
    let seen = 0;
    table.forEach((words, at, state, isTwin) => {
      const [explorer = -1, number = -1, turn] = words.slice(at + 4, at + 7);
      const key = [...words.slice(at, at + 4)];
      const isRight = state === first?.told[number] && key.join() === keyOf(number).join() && !isTwin;
      if (!isRight) throw new Error(`state ${state} is not that of key ${number}`);
      if (table.ownerOf(state) !== explorer) throw new Error(`state ${state} is not its adder's`);
      byOwner[explorer] = (byOwner[explorer] ?? 0) + 1;
      // An explorer's states are numbered in the order in which it added them.
      if (byOwner[explorer] !== turn) throw new Error(`state ${state} is out of order`);
      seen++;
    });
    expect([seen, table.stateCount, table.size]).toEqual([KEYS, KEYS, KEYS]);
    expect(byOwner).toEqual(all.map(({ added }) => added));
    const chunks = Array.from({ length: table.chunkCount }, (_, chunk) => table.filledOf(chunk));
    expect(chunks.reduce((sum, filled) => sum + filled, 0)).toBe(KEYS);
    expect(memory.buffer.byteLength).toBeGreaterThan(bytesBefore);

    // Half as many slots again as keys at the least, which they did not begin with: each part grew several times.
    const parts = new Uint32Array(memory.buffer, PARTS, PART_COUNT * PART_WORDS);
    for (let part = 0; part < PART_COUNT; part++) {
      const slots = (parts[part * PART_WORDS] as number) + 1;
      const keys = parts[part * PART_WORDS + 2] as number;
      expect(slots).toBeGreaterThanOrEqual(8 * START_SLOTS);
      expect(keys).toBeLessThanOrEqual((slots * 3) / 4);
      expect(parts[part * PART_WORDS + 3]).toBe(0);
    }
  });

  it("are never taken for one that is not there, while they are added", async () => {
    const memory = sharedStatesMemory(deviceModule);
    const table = new StateTable(statesOf(deviceModule, { memory, explorer: 0 }), 0);
    const gate = new Int32Array(new SharedArrayBuffer(12));
    const wrong = new Promise((resolve, reject) => {
      const workerData = { memory, gate, module: deviceModule.statesShared };
      const worker = new Worker(SEEKER, { eval: true, workerData });
      worker.on("message", resolve);
      worker.on("error", reject);
    });
    Atomics.wait(gate, 0, 0);
    for (let number = 0; number < KEYS; number++) {
      Atomics.store(gate, 2, number);
      table.add(Uint32Array.of(1, number * 2, 7, 1), 0);
    }
    Atomics.store(gate, 1, 1);
    expect(await wrong).toBe(0);
  });

  it("have no twins", () => {
    const memory = sharedStatesMemory(deviceModule);
    const table = new StateTable(statesOf(deviceModule, { memory, explorer: 0 }), 0);
    const state = table.add(Uint32Array.of(1, 2, 3, 4), 0);
    const other = Uint32Array.of(5, 6, 7, 8);
    expect(() => table.getOrTwin(other, 0, state)).toThrow(/no room left for states/);
    expect([table.get(other, 0), table.size]).toEqual([-1, 1]);
  });

  it("are those of sixty-four explorers at the most", () => {
    const memory = sharedStatesMemory(deviceModule);
    const places = Array.from({ length: 64 }, (_, explorer) =>
      statesOf(deviceModule, { memory, explorer }).keyPlace(),
    );
    expect(new Set(places).size).toBe(64);
    expect(() => statesOf(deviceModule, { memory, explorer: 64 })).toThrow(/no room left for states/);
  });

  it("are numbered by chunks, of which each is one explorer's", () => {
    const memory = sharedStatesMemory(deviceModule);
    const tables = [0, 1].map((explorer) => {
      const states = statesOf(deviceModule, { memory, explorer });
      expect(numberOf(states.RECORD_SIZE)).toBe(80);
      return new StateTable(states, explorer);
    });
    const [one, other] = tables as [StateTable, StateTable];
    expect([one.add(Uint32Array.of(1, 0, 0, 0), 0), other.add(Uint32Array.of(2, 0, 0, 0), 0)]).toEqual([
      0, 4096,
    ]);
    expect([one.isOwn(0), one.isOwn(4096), other.isOwn(0), other.isOwn(4096)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    // Prepared by one while the other adds it: there is one of it, and the number is given to the next.
    const late = Uint32Array.of(3, 0, 0, 0);
    one.prepare(late, 0);
    expect(other.add(late, 0)).toBe(4097);
    expect(one.publish()).toBe(-1);
    expect(one.add(Uint32Array.of(4, 0, 0, 0), 0)).toBe(1);
    expect([one.get(late, 0), other.get(Uint32Array.of(4, 0, 0, 0), 0)]).toEqual([4097, 1]);
    expect(one.stateCount).toBe(4);
  });
});
