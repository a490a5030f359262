// The command line as a user meets it: campaigns, replay, run, devices, and bad input.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const MAIN = join(ROOT, "dist/host/cli/main.js");
const SAMPLES = join(ROOT, "images/imgtool");
const folder = mkdtempSync(join(tmpdir(), "everboot-"));

afterAll(() => rmSync(folder, { recursive: true }));

function everboot(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const sample = (name: string) => join(SAMPLES, name);
const KEY = ["--key", sample("ed25519-pub.pem")];

describe("everboot campaign", () => {
  it("prints a report whose points are all judged and whose canaries are all caught", () => {
    const { status, stdout } = everboot("campaign", "update", "--device", "tiny", "--json", "-");
    const report = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report).toMatchObject({
      schema: "everboot.campaign/5",
      scenario: "update",
      device: "tiny",
      violations: [],
      canaries: { planted: 2, caught: 2 },
      incomplete: null,
    });
    expect(report.points.planned).toBeGreaterThan(10_000);
    expect(report.points.judged).toBe(report.points.planned);
    expect(report.depth).toEqual({ requested: 1, reached: 1, fixpoint: false });
    expect([report.faults, report.assumptions]).toEqual([["power"], []]);
  });

  it("proves any number of cuts, and says under which assumption", { tags: "slow" }, () => {
    const size = ["--image-size", "2KiB", "--device", "nrf52840"];
    const deep = ["--depth", "fixpoint", "--audit", "0.05", "--faults"];
    const power = everboot("campaign", "revert", ...size, ...deep, "power");
    expect(power.status).toBe(0);
    expect(power.stdout).toMatch(
      /^proved for any number of faults under power in nine shapes; the last new state\n {2}took \d+ faults in a row$/m,
    );
    expect(power.stdout).toMatch(/canaries: 2 of 2 caught/);
    const weak = everboot("campaign", "update", ...size, ...deep, "power,weak", "--json", "-");
    const report = JSON.parse(weak.stdout);
    expect(weak.status).toBe(0);
    expect(report).toMatchObject({
      violations: [],
      assumptions: ["decided-seal"],
      canaries: { planted: 3, caught: 3 },
      incomplete: null,
    });
    expect(report.depth.fixpoint).toBe(true);
    expect(report.effort.callsAudited).toBeGreaterThan(0);
  });

  it(
    "finds the flickering seal where the assumption is not made, in one line that replays",
    { tags: "slow" },
    () => {
      const { status, stdout } = everboot(
        ...["campaign", "update", "--device", "nrf52840", "--image-size", "1KiB"],
        ...["--faults", "power,weak", "--depth", "1", "--assume", "none", "--json", "-"],
      );
      expect(status).toBe(1);
      const { violations, assumptions } = JSON.parse(stdout);
      expect(assumptions).toEqual([]);
      const [{ line, oracle }] = violations;
      expect(line.length).toBeLessThan(200);
      const replay = everboot("replay", line);
      expect(replay.status).toBe(1);
      expect(replay.stdout).toMatch(new RegExp(`^violated: .*${oracle}`, "m"));
    },
  );

  it.each([
    [1, 1],
    [2, 2],
    [100, 3],
  ])("strikes in as many power-ups as asked for: %i", { tags: "slow" }, (asked, struck) => {
    const words = ["--faults", "flip", "--flips", "rest", "--where", "record", "--power-ups", String(asked)];
    const size = ["--device", "tiny", "--image-size", "400"];
    const { status, stdout } = everboot("campaign", "first-boot", ...size, ...words, "--json", "-");
    expect(status).toBe(0);
    const { survival, points } = JSON.parse(stdout);
    // Every bit of three areas of 256 bytes, in each power-up that is struck.
    expect(survival.total + survival.unread).toBe(struck * 3 * 256 * 8);
    expect(points.judged).toBe(survival.total);
  });

  it("is incomplete beyond so many states, with a valid report and exit 3", () => {
    const { status, stdout } = everboot(
      ...["campaign", "--device", "tiny", "--depth", "fixpoint", "--max-states", "500", "--json", "-"],
    );
    expect(status).toBe(3);
    const report = JSON.parse(stdout);
    expect(report.incomplete).toBe("more than 500 states");
    expect(report.depth.fixpoint).toBe(false);
  });

  it("is clean over imgtool's own images", { tags: "slow" }, () => {
    const files = ["--from", sample("app-ed25519-signed.bin"), "--to", sample("app2-ed25519-signed.bin")];
    const { status, stdout } = everboot(
      "campaign",
      ...files,
      ...KEY,
      "--device",
      "rp2040-w25q",
      "--json",
      "-",
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout).violations).toEqual([]);
  });

  it("finds a violation in single-flag, exits 1, and replay shows the same verdict", () => {
    const { status, stdout } = everboot(
      "campaign",
      "update",
      "--guest",
      "single-flag",
      "--device",
      "tiny",
      "--json",
      "-",
    );
    expect(status).toBe(1);
    const { violations } = JSON.parse(stdout);
    const found = violations.find((violation: { oracle: string }) => violation.oracle === "no-brick");
    const [, , file] = found.replay.split(" ");
    const replay = everboot("replay", file);
    expect(replay.status).toBe(1);
    expect(replay.stdout).toContain("POWER LOST");
    expect(replay.stdout).toContain("halts: RECORD_WRITE");
    expect(replay.stdout).toMatch(/violated: no-brick.*as the trace says/);
  });
});

describe("everboot run", () => {
  it("installs app2 over app and tells every flash operation", () => {
    const { status, stdout } = everboot(
      "run",
      ...KEY,
      sample("app-ed25519-signed.bin"),
      sample("app2-ed25519-signed.bin"),
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/programs 0x88000\.\.0x[0-9a-f]+ \(slot B\), \d+ units of 4 bytes/);
    expect(stdout).toContain("reads the Record: slot B on trial, attempts left 3");
    expect(stdout).toContain("raises counter 0 to 8");
    expect(stdout).toContain("At rest after 4 power-ups");
  });
});

describe("everboot faults", () => {
  it("lists each model with what it lets happen and its sources, and what is assumed of which part", () => {
    const { models, assumptions } = JSON.parse(everboot("faults", "--json").stdout);
    expect(models.map(({ name }: { name: string }) => name)).toEqual([
      ...["power", "reset", "weak", "ecc", "flip", "write", "misdirected", "double-fetch"],
      ...["link", "clock", "inputs", "application"],
    ]);
    for (const { lets, sources } of models) expect(Math.min(lets.length, sources.length)).toBeGreaterThan(0);
    expect(assumptions.map(({ device, name }: Record<string, string>) => `${device} ${name}`)).toEqual(
      ["nrf52840", "stm32l476", "stm32h743", "lpc55s69"].map((device) => `${device} decided-seal`),
    );
    const { status, stdout } = everboot("faults");
    expect(status).toBe(0);
    for (const words of [
      "power: ",
      "reset: ",
      "weak: ",
      "ecc: ",
      "double-fetch: ",
      "  source: ",
      "unless --assume none",
    ])
      expect(stdout).toContain(words);
  });
});

describe("everboot devices", () => {
  it("lists the seven parts, every figure with source and mark", () => {
    const parts = JSON.parse(everboot("devices", "--json").stdout);
    expect(parts.map(({ id }: { id: string }) => id)).toEqual([
      "nrf52840",
      "stm32l476",
      "stm32f407",
      "stm32h743",
      "rp2040-w25q",
      "lpc55s69",
      "tiny",
    ]);
    for (const part of parts) {
      expect(part.programMin.source).not.toBe("");
      expect(["seen", "recalled", "unsure"]).toContain(part.programMin.mark);
    }
  });
});

/** Bad input that a quick test gives to a process; the others show their words, of which most have tests of their own below host/. */
const QUICK_CASES = new Set([
  "an unknown device",
  "a guest that is no wasm",
  "a changed image",
  "half a trace line",
]);

describe("bad input is one line and an exit code", () => {
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  /** The trace of a violation on tiny, by power cuts, with another shape. */
  const traceWith = (shape: string) => {
    everboot("campaign", "update", "--guest", "single-flag", "--device", "tiny");
    const trace = JSON.parse(
      readFileSync(join(folder, ".everboot/traces/update-tiny-single-flag-no-brick.json"), "utf8"),
    );
    trace.faults.cuts[0].shape = shape;
    return JSON.stringify(trace);
  };
  const app = sample("app-ed25519-signed.bin");
  const changed = () => {
    const bytes = readFileSync(app);
    bytes[0x300]! ^= 1;
    return write("changed.bin", bytes);
  };
  const cases: readonly [string, number, () => string[], RegExp][] = [
    [
      "an unknown device",
      2,
      () => ["campaign", "--device", "z80"],
      /unknown device "z80", expected one of nrf52840/,
    ],
    [
      "an unknown scenario",
      2,
      () => ["campaign", "upgrade"],
      /unknown scenario "upgrade", expected one of update, revert/,
    ],
    ["an unknown guest", 2, () => ["campaign", "--guest", "nobody"], /nobody: expected the name of a guest/],
    [
      "a guest that is no wasm",
      2,
      () => ["campaign", "--guest", write("no.wasm", "text")],
      /no\.wasm: expected a wasm module/,
    ],
    [
      "an image that is no image",
      1,
      () => ["run", ...KEY, write("no.bin", "not an image, but long enough for a header")],
      /no\.bin: MAGIC/,
    ],
    ["a changed image", 1, () => ["run", ...KEY, changed()], /changed\.bin: DIGEST/],
    ["a foreign key", 1, () => ["run", "--key", sample("p256-pub.pem"), app], /KEY_UNKNOWN/],
    [
      "a missing file",
      2,
      () => ["run", ...KEY, "nowhere.bin"],
      /nowhere\.bin: expected an image, found no such file/,
    ],
    ["a bad key", 2, () => ["run", "--key", write("bad.pem", "no key"), app], /bad\.pem/],
    [
      "an image larger than the slot",
      2,
      () => ["run", ...KEY, "--device", "tiny", app],
      /expected at most 7680 bytes/,
    ],
    [
      "an image for the other slot",
      2,
      () => [
        "run",
        ...KEY,
        "--device",
        "stm32f407",
        "--layout",
        write("swapped.json", SWAPPED),
        sample("app-ed25519-romfixed.bin"),
      ],
      /linked for 0x20000/,
    ],
    [
      "a layout that overlaps",
      2,
      () => ["campaign", "--device", "tiny", "--layout", write("over.json", OVERLAPPING)],
      /overlaps/,
    ],
    [
      "a layout with an unknown region",
      2,
      () => ["campaign", "--layout", write("odd.json", '{"slotC":{}}')],
      /unknown region "slotC"/,
    ],
    ["a trace that is none", 2, () => ["replay", write("trace.json", "{}")], /expected a trace with schema/],
    ["--from alone", 2, () => ["campaign", "--from", app], /expected --from, --to and --key together/],
    [
      "an unknown fault model",
      2,
      () => ["campaign", "--faults", "power,heat"],
      /unknown fault model "heat", expected some of power, reset, weak, ecc/,
    ],
    [
      "weak bits without power cuts or resets",
      2,
      () => ["campaign", "--faults", "weak"],
      /expected power or reset with them, found weak/,
    ],
    [
      "a depth that is no number",
      2,
      () => ["campaign", "--depth", "deep"],
      /--depth.*Expected a number of faults from 1 on, or fixpoint/,
    ],
    ["an unknown assumption", 2, () => ["campaign", "--assume", "all"], /--assume.*Expected "none"/],
    ["an audit of more than all", 2, () => ["campaign", "--audit", "2"], /--audit/],
    [
      "half a trace line",
      2,
      () => ["replay", "everboot/1 update tiny"],
      /expected a trace line of nine or ten parts/,
    ],
    [
      "a trace line of another guest",
      2,
      () => ["replay", "everboot/1 update tiny boot-full@000000000000 3072 3 power c1.0.all -"],
      /expected guest boot-full with digest 000000000000…, found/,
    ],
    [
      "a trace line with an unknown shape",
      2,
      () => ["replay", "everboot/1 update tiny boot-full@000000000000 3072 3 power c1.0.most -"],
      /expected a cut like c34\.5\.all, c34\.before or x34\.r2, found c1\.0\.most/,
    ],
    [
      "a trace with the shape of a model that it does not have",
      2,
      () => ["replay", write("shape.json", traceWith("half-unreadable"))],
      /cut shape "half-unreadable": expected one of power on this device/,
    ],
    ["zero attempts", 2, () => ["campaign", "--attempts", "0"], /Expected an integer 1\.\.255/],
  ];
  for (const [what, code, args, message] of cases) {
    it(`${what}: exit ${code}`, { tags: QUICK_CASES.has(what) ? [] : "slow" }, () => {
      const { status, stderr } = everboot(...args());
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
      expect(status).toBe(code);
    });
  }

  it("a trace whose guest was exchanged is refused", { tags: "slow" }, () => {
    everboot("campaign", "update", "--guest", "single-flag", "--device", "tiny");
    const file = join(folder, ".everboot/traces/update-tiny-single-flag-no-brick.json");
    const trace = JSON.parse(readFileSync(file, "utf8"));
    trace.guest.agent = trace.guest.boot;
    const { status, stderr } = everboot("replay", write("exchanged.json", JSON.stringify(trace)));
    expect(status).toBe(2);
    expect(stderr).toMatch(/expected guest [0-9a-f]{64}, found/);
  });
});

const SWAPPED = JSON.stringify({
  keys: { offset: "0x10000", size: "0x10000" },
  slotA: { offset: "0x80000", size: "0x60000" },
  slotB: { offset: "0x20000", size: "0x60000" },
  record: { offset: "0x4000", size: "0xc000" },
});
const OVERLAPPING = JSON.stringify({
  keys: { offset: 0, size: 256 },
  slotA: { offset: 1024, size: 7680 },
  slotB: { offset: 2048, size: 7680 },
  record: { offset: 256, size: 768 },
});
