// Campaigns of foreign guests as their owners run them, by the command line: bugs of the gallery and small guests of test/host, never a
// canary of ours (those go along in every campaign). What a campaign comes to is its exit code, its verdict and that of each oracle.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutation, compile } from "../support/compile.js";
import type { Tree } from "./tree.js";

const SOUNDNESS = "test/host/campaign/soundness";
const MAIN = "dist/host/cli/main.js";

interface Campaign {
  /** A guest of test/host/campaign/soundness, or a module of dist/gallery. */
  readonly guest: string;
  readonly words: string;
}

/** Guests that are others with a change. */
const CHANGED: Readonly<Record<string, { readonly of: string; readonly changes: readonly Mutation[] }>> = {
  "g1-raised": {
    of: "g1",
    changes: [
      {
        file: `${SOUNDNESS}/kit.ts`,
        from: "counterAdvance(COUNTER_FLOOR, FLOOR)",
        to: "counterAdvance(COUNTER_FLOOR, running() == 1 ? 2 : 1)",
      },
    ],
  },
  "breaks-rules": {
    of: "retained-choice",
    changes: [
      {
        file: `${SOUNDNESS}/retained-choice.ts`,
        from: "export function boot(): void {\n",
        to: "export function boot(): void {\n  if (!isReady()) {\n    put(slot(1) + 1, 0);\n    read32(0xfffffff0);\n  }\n",
      },
      { file: `${SOUNDNESS}/retained-choice.ts`, from: "running }", to: "running, slot }" },
      {
        file: `${SOUNDNESS}/retained-choice.ts`,
        from: "import { retainedRead",
        to: "import { read32, retainedRead",
      },
    ],
  },
  // Each takes more than may be, on the part tiny, with three attempts and one offer.
  "too-many-steps": slow("STEPS", 257),
  "too-many-power-ups": slow("POWER_UPS", 13),
  // In so many ways that not all are followed, where the counter is weak.
  "reads-counter-often": {
    of: "reads-counter-twice",
    changes: [
      {
        file: `${SOUNDNESS}/reads-counter-twice.ts`,
        from: "  if ((u32(counterRead(WRITTEN)) == 1) != isWritten) halt(REASON_COUNTER_READ);\n",
        to: `  if (times == 100) halt(REASON_COUNTER_READ);\n`,
      },
      {
        file: `${SOUNDNESS}/reads-counter-twice.ts`,
        from: "  const isWritten = u32(counterRead(WRITTEN)) == 1;\n",
        to: `  let times: u32 = 0;
  for (let asked: u32 = 0; asked < 17; asked++) if (u32(counterRead(WRITTEN)) == 1) times++;
  const isWritten = times == 17;\n`,
      },
    ],
  },
  "same-units": {
    of: "same-words",
    changes: [{ file: `${SOUNDNESS}/same-words.ts`, from: "APART: u32 = 4", to: "APART: u32 = 256" }],
  },
  "traps-at-many": {
    of: "two-words",
    changes: [
      {
        file: `${SOUNDNESS}/two-words.ts`,
        from: "  run(read32(record()) == READY && read32(record() + 4) == SEAL ? 1 : 0);",
        to: `  const ready = read32(record());
  const seal = read32(record() + 4);
  if ((ready & ~READY) == 0x18 && (seal & ~SEAL) == 0xa1) unreachable();
  run(ready == READY && seal == SEAL ? 1 : 0);`,
      },
    ],
  },
  "traps-at-four": {
    of: "two-words",
    changes: [
      {
        file: `${SOUNDNESS}/two-words.ts`,
        from: "  if (hasNothingToInstall()) return confirm();",
        to: `  if (popcnt(ready & ~READY) == 1 && popcnt(seal & ~SEAL) == 3) unreachable();
  if (hasNothingToInstall()) return confirm();`,
      },
    ],
  },
};

/** The guest that is slow after a cut, with so much to do then. */
function slow(what: string, amount: number) {
  const file = `${SOUNDNESS}/slow-after-cut.ts`;
  const changes = [{ file, from: `const ${what}: u32 = 0;`, to: `const ${what}: u32 = ${amount};` }];
  return { of: "slow-after-cut", changes };
}

const small = "--device tiny --image-size 512";
const sector = "--image-size 256";
const equal = "--floor equal";
const CAMPAIGNS: readonly Campaign[] = [
  { guest: "g3", words: `update ${small} ${equal} --faults power` },
  { guest: "reads-counter-twice", words: `update ${small} ${equal} --faults power,weak` },
  { guest: "reads-counter-often", words: `update ${small} ${equal} --faults power,weak` },
  { guest: "same-words", words: `first-boot --device rp2040-w25q ${sector} ${equal} --faults power` },
  { guest: "same-units", words: `first-boot --device lpc55s69 ${sector} ${equal} --faults power,ecc` },
  { guest: "notes-cause", words: `first-boot ${small} ${equal} --faults reset --depth 2` },
  {
    guest: "half-word",
    words: `update --device rp2040-w25q ${sector} ${equal} --faults power --tears dense`,
  },
  {
    guest: "traps-at-many",
    words: `update --device rp2040-w25q ${sector} ${equal} --faults power --tears dense`,
  },
  {
    guest: "traps-at-four",
    words: `update --device rp2040-w25q ${sector} ${equal} --faults power --tears dense`,
  },
  {
    guest: "written-over",
    words: `first-boot --device tiny ${sector} --faults power --tears dense --depth 2`,
  },
  {
    guest: "too-many-steps",
    words: `update --device tiny ${sector} ${equal} --faults power --depth fixpoint`,
  },
  {
    guest: "too-many-power-ups",
    words: `update --device tiny ${sector} ${equal} --faults power --depth fixpoint`,
  },
  { guest: "g5", words: `update ${small} ${equal} --faults flip --flips offer` },
  { guest: "13-torn-word-traps-bad", words: "update --device stm32l476 --image-size 512 --faults power,ecc" },
  { guest: "16-single-copy-fixed", words: `update ${small} --faults power --depth fixpoint` },
  { guest: "16-single-copy-fixed", words: `first-boot ${small} --faults power --depth fixpoint --workers 2` },
  { guest: "asks-cause-often", words: `update ${small} ${equal} --faults power,reset` },
  { guest: "half-in-counter", words: `update ${small} ${equal} --faults power,weak` },
  {
    guest: "12-both-copies-agree-fixed",
    words: "double-update --device stm32l476 --image-size 512 --faults power,weak,ecc",
  },
  {
    guest: "12-both-copies-agree-fixed",
    words: "update --device lpc55s69 --image-size 512 --faults power,ecc",
  },
  { guest: "retained-choice", words: `update ${small} ${equal} --faults power,reset` },
  { guest: "weak-circle", words: `update ${small} ${equal} --faults power,weak` },
  { guest: "g1", words: `update ${small} ${equal} --faults power` },
  { guest: "half-told", words: `update ${small} ${equal} --faults reset` },
  {
    guest: "confirms-in-counter",
    words: `update ${small} ${equal} --faults power --attempts 1 --depth 2`,
  },
  { guest: "04-one-swap-too-many-bad", words: `revert ${small} --faults power` },
  {
    guest: "11-read-twice-bad",
    words: "first-boot --device stm32l476 --image-size 512 --faults power,double-fetch",
  },
  { guest: "16-single-copy-fixed", words: `double-update ${small} --faults power,reset` },
  { guest: "16-single-copy-fixed", words: `double-update ${small} --faults power,weak` },
  {
    guest: "16-single-copy-fixed",
    words: `update ${small} --faults power,flip --flips rest --where record --samples 1 --depth 2`,
  },
  { guest: "g5", words: `update ${small} --faults power` },
  { guest: "g1-raised", words: `update ${small} --faults power` },
  { guest: "breaks-rules", words: `update ${small} ${equal} --faults power` },
  {
    guest: "18-wrapped-counter-bad",
    words: "update --device stm32l476 --image-size 512 --faults power,ecc --depth 300",
  },
  { guest: "16-single-copy-fixed", words: `update ${small} --faults power --tears dense` },
];

/** Compiles the guests into the copy, once, and names them in its configuration. */
export async function placeGuests({ folder }: Tree): Promise<void> {
  const guests: Record<string, { readonly boot: string; readonly agent: string }> = {};
  for (const name of new Set(CAMPAIGNS.map(({ guest }) => guest))) {
    const file = isOfGallery(name) ? `./dist/gallery/${name}.wasm` : `./${name}.wasm`;
    guests[name] = { boot: file, agent: file };
    if (isOfGallery(name)) continue;
    const { of, changes } = CHANGED[name] ?? { of: name, changes: [] };
    const binary = await compile(`${SOUNDNESS}/${of}.ts`, changes);
    writeFileSync(join(folder, `${name}.wasm`), binary);
  }
  writeFileSync(join(folder, "everboot.config.json"), JSON.stringify({ guests }));
}

function isOfGallery(name: string): boolean {
  return /^\d/.test(name);
}

/** What each campaign comes to in the copy; ends early where `wanted` says otherwise of one. */
export async function campaignsIn(tree: Tree, wanted?: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const campaign of CAMPAIGNS) {
    found.push(await oneIn(tree, campaign));
    if (wanted !== undefined && found.at(-1) !== wanted[found.length - 1]) break;
  }
  return found;
}

/** What one campaign comes to in the copy. */
async function oneIn(tree: Tree, { guest, words }: Campaign): Promise<string> {
  const options = ["--guest", guest, "--workers", "1", "--progress", "none", "--time-limit", "150"];
  const more = ["--audit", "0.3", "--json", "-"];
  const { code, output } = await tree.node(MAIN, "campaign", ...options, ...more, ...words.split(" "));
  return `${guest}, ${words}: ${code} ${verdictIn(output)}`;
}

function verdictIn(output: string): string {
  const verdict = /"verdict": "([^"]*)"/.exec(output)?.[1] ?? "none";
  const violated = [...output.matchAll(/"oracle": "([^"]*)"/g)].map(([, name]) => name);
  return [verdict, ...new Set(violated)].join(" ");
}
