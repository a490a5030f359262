// The signer's state file: whatever is cut, torn, damaged or copied, no leaf is given out twice.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as nodeFiles from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  LmsStateError,
  createState,
  fileStorage,
  readState,
  takeLeaf,
  type LmsState,
  type LmsStateReason,
  type StateStorage,
} from "../../../../host/image/lms/state.js";

const STATE: LmsState = {
  levels: [
    { height: 5, window: 8 },
    { height: 10, window: 4 },
  ],
  secret: { identifier: Buffer.alloc(16, 0xa1), seed: Buffer.alloc(32, 0x5e) },
  used: 0n,
};

class PowerCut extends Error {}

/** What a signer's storage holds, name by name; what is durable is kept apart from what is only visible. */
class CuttableStorage implements StateStorage {
  private visible = new Map<string, Buffer>();
  private durable = new Map<string, Buffer>();
  /** Calls until the power fails in one; negative: never. */
  cutAfter = -1;
  /** Whether names that were not synced survive a cut. */
  keepsNames = false;
  calls = 0;

  read(path: string): Uint8Array | undefined {
    return this.visible.get(path);
  }

  create(path: string, content: Uint8Array): boolean {
    if (this.visible.has(path)) return false;
    this.step(() => this.visible.set(path, Buffer.from(content).subarray(0, content.length >> 1)));
    this.visible.set(path, Buffer.from(content));
    return true;
  }

  rename(from: string, to: string): void {
    this.step(() => undefined);
    this.visible.set(to, this.visible.get(from) as Buffer);
    this.visible.delete(from);
  }

  syncDirectory(): void {
    this.step(() => undefined);
    this.durable = new Map(this.visible);
  }

  remove(path: string): void {
    this.visible.delete(path);
  }

  /** Power comes back: what is left is there. */
  restart(): void {
    if (!this.keepsNames) this.visible = new Map(this.durable);
    this.durable = new Map(this.visible);
    this.cutAfter = -1;
  }

  private step(torn: () => unknown): void {
    this.calls++;
    if (this.cutAfter < 0) return;
    if (this.cutAfter-- > 0) return;
    torn();
    throw new PowerCut();
  }
}

const reasonOf = (action: () => unknown): LmsStateReason | undefined => {
  try {
    action();
  } catch (error) {
    if (error instanceof LmsStateError) return error.reason;
    throw error;
  }
  return undefined;
};

describe("takeLeaf", () => {
  const path = "/keys/state";

  it("gives out each leaf once, in order", () => {
    const storage = new CuttableStorage();
    createState(path, STATE, storage);
    for (let used = 0n; used < 5n; used++) expect(takeLeaf(path, storage).used).toBe(used);
    expect(readState(path, storage)).toEqual({ ...STATE, used: 5n });
  });

  it("gives no leaf out twice when the power fails before, in or after any call", () => {
    for (const keepsNames of [true, false]) {
      for (let cutAfter = 0; cutAfter < 12; cutAfter++) {
        const storage = new CuttableStorage();
        storage.keepsNames = keepsNames;
        createState(path, STATE, storage);
        const released: bigint[] = [];
        const signUntilCut = (): void => {
          for (let count = 0; count < 4; count++) released.push(takeLeaf(path, storage).used);
        };
        storage.cutAfter = cutAfter;
        expect(signUntilCut).toThrow(PowerCut);
        storage.restart();
        // A cut may leave the file beside the state; only that stops the signer, until it is removed.
        if (storage.read(`${path}.next`) !== undefined) {
          expect(reasonOf(() => takeLeaf(path, storage))).toBe("busy");
          storage.remove(`${path}.next`);
        }
        for (let count = 0; count < 3; count++) released.push(takeLeaf(path, storage).used);
        expect([keepsNames, cutAfter, new Set(released).size]).toEqual([
          keepsNames,
          cutAfter,
          released.length,
        ]);
        expect(released.at(-1)! - BigInt(released.length - 1)).toBeLessThanOrEqual(1n); // at most one skipped
      }
    }
  });

  it("gives a leaf out only after the state beyond it is durable", () => {
    const storage = new CuttableStorage();
    createState(path, STATE, storage);
    takeLeaf(path, storage);
    storage.restart();
    expect(readState(path, storage).used).toBe(1n);
  });

  it("refuses while another signer is at work, and when the state changed under it", () => {
    const storage = new CuttableStorage();
    createState(path, STATE, storage);
    storage.create(`${path}.next`, Buffer.from("another's"));
    expect(reasonOf(() => takeLeaf(path, storage))).toBe("busy");
    storage.remove(`${path}.next`);
    const other: StateStorage = {
      read: (name) => storage.read(name),
      create: (name, content) => {
        takeLeaf(path, storage); // another signer, between reading and creating
        return storage.create(name, content);
      },
      rename: (from, to) => storage.rename(from, to),
      syncDirectory: () => storage.syncDirectory(),
      remove: (name) => storage.remove(name),
    };
    expect(reasonOf(() => takeLeaf(path, other))).toBe("busy");
    expect(takeLeaf(path, storage).used).toBe(1n);
  });

  it("refuses when the last leaf was used, and a missing or an existing file", () => {
    const storage = new CuttableStorage();
    expect(reasonOf(() => takeLeaf(path, storage))).toBe("missing");
    createState(path, { ...STATE, used: 2n ** 15n - 1n }, storage);
    expect(reasonOf(() => createState(path, STATE, storage))).toBe("exists");
    expect(takeLeaf(path, storage).used).toBe(2n ** 15n - 1n);
    expect(reasonOf(() => takeLeaf(path, storage))).toBe("exhausted");
    expect(readState(path, storage).used).toBe(2n ** 15n);
  });

  it("refuses a state with any bit flipped, any byte gone or added", () => {
    const storage = new CuttableStorage();
    createState(path, { ...STATE, used: 123n }, storage);
    const bytes = Buffer.from(storage.read(path)!);
    const attempt = (content: Buffer): LmsStateReason | undefined => {
      storage.remove(path);
      storage.create(path, content);
      return reasonOf(() => takeLeaf(path, storage));
    };
    fc.assert(
      fc.property(fc.nat(8 * bytes.length - 1), (bit) => {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        expect(attempt(flipped)).toBe("damaged");
        expect(attempt(bytes.subarray(0, bit >> 3))).toBe("damaged");
      }),
    );
    expect(attempt(Buffer.concat([bytes, Buffer.of(10)]))).toBe("damaged");
    expect(attempt(bytes)).toBeUndefined();
  });

  it.each([
    ["no levels", { levels: [] }],
    ["four levels", { levels: new Array(4).fill({ height: 5, window: 8 }) as LmsState["levels"] }],
    ["an unknown height", { levels: [{ height: 6, window: 8 }] as unknown as LmsState["levels"] }],
    ["an unknown window", { levels: [{ height: 5, window: 3 }] as unknown as LmsState["levels"] }],
    ["a short seed", { secret: { ...STATE.secret, seed: Buffer.alloc(31) } }],
    ["a long identifier", { secret: { ...STATE.secret, identifier: Buffer.alloc(17) } }],
    ["a negative count", { used: -1n }],
  ])("refuses a state with %s, though its check is right", (_, change) => {
    const storage = new CuttableStorage();
    createState(path, { ...STATE, ...change }, storage);
    expect(reasonOf(() => takeLeaf(path, storage))).toBe("damaged");
  });

  it.each(["null", "[]", "1", "{", '"text"', "", "{}"])("refuses the file %s", (text) => {
    const storage = new CuttableStorage();
    storage.create(path, Buffer.from(text));
    expect(reasonOf(() => takeLeaf(path, storage))).toBe("damaged");
  });
});

describe("fileStorage", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "everboot-lms-"));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it("keeps the state in a file for its owner only, and leaves nothing beside it", () => {
    const path = join(directory, "private");
    createState(path, STATE, fileStorage());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(takeLeaf(path, fileStorage()).used).toBe(0n);
    expect(takeLeaf(path, fileStorage()).used).toBe(1n);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["private"]);
    expect(readFileSync(path, "utf8")).toMatch(/^{"format":"everboot HSS state 1",.*"used":"2",.*}\n$/);
    expect(reasonOf(() => createState(path, STATE, fileStorage()))).toBe("exists");
    writeFileSync(`${path}.next`, "");
    expect(reasonOf(() => takeLeaf(path, fileStorage()))).toBe("busy");
  });

  it("syncs the new file before it takes the old one's name, and the directory after", () => {
    const path = join(directory, "order");
    createState(path, STATE, fileStorage());
    const log: string[] = [];
    const opened = new Map<number, string>();
    const name = (file: number): string => opened.get(file) ?? "?";
    const files = {
      ...nodeFiles,
      openSync: (target: string, flags: string, mode?: number): number => {
        const file = nodeFiles.openSync(target, flags, mode);
        opened.set(file, target === directory ? "directory" : target.slice(path.length));
        return file;
      },
      writeFileSync: (file: number, content: Uint8Array): void => {
        log.push(`write ${name(file)}`);
        nodeFiles.writeFileSync(file, content);
      },
      fsyncSync: (file: number): void => {
        log.push(`sync ${name(file)}`);
        nodeFiles.fsyncSync(file);
      },
      renameSync: (from: string, to: string): void => {
        log.push(`rename ${from.slice(path.length)}`);
        nodeFiles.renameSync(from, to);
      },
    };
    takeLeaf(path, fileStorage(files as unknown as typeof nodeFiles));
    expect(log).toEqual(["write .next", "sync .next", "rename .next", "sync directory"]);
  });

  it("removes a new file that could not be written whole, and passes the error on", () => {
    const path = join(directory, "full");
    createState(path, STATE, fileStorage());
    const full = {
      ...nodeFiles,
      writeFileSync: (): void => {
        throw new Error("no space left");
      },
    };
    expect(() => takeLeaf(path, fileStorage(full))).toThrow("no space left");
    expect(takeLeaf(path, fileStorage()).used).toBe(0n);
  });
});
