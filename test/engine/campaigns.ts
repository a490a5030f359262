// Campaigns of foreign guests as their owners run them, by the command line: bugs of the gallery and small guests of test/host, never a
// canary of ours (those go along in every campaign). What a campaign comes to is its exit code and its verdict.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../support/compile.js";
import type { Tree } from "./tree.js";

const MAIN = "dist/host/cli/main.js";

interface Campaign {
  /** A guest of test/host/campaign/soundness, or a module of dist/gallery. */
  readonly guest: string;
  readonly words: string;
}

const small = "--device tiny --image-size 512";
const equal = "--floor equal";
const CAMPAIGNS: readonly Campaign[] = [
  { guest: "g5", words: `update ${small} --faults power` },
  { guest: "asks-cause-often", words: `update ${small} ${equal} --faults power,reset` },
  { guest: "half-in-counter", words: `update ${small} ${equal} --faults power,weak` },
  {
    guest: "12-both-copies-agree-fixed",
    words: "update --device stm32l476 --image-size 512 --faults power,weak,ecc",
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
  { guest: "16-single-copy-fixed", words: `update ${small} --faults power --depth fixpoint` },
  { guest: "16-single-copy-fixed", words: `revert ${small} --faults power,reset --depth 2` },
  {
    guest: "16-single-copy-fixed",
    words: `update ${small} --faults power,flip --flips rest --where record --samples 1 --depth 2`,
  },
  {
    guest: "18-wrapped-counter-bad",
    words: "update --device stm32l476 --image-size 512 --faults power,ecc --depth 300",
  },
  { guest: "g1", words: `update ${small} ${equal} --faults power --tears dense` },
];

/** Compiles the guests into the copy, once, and names them in its configuration. */
export async function placeGuests({ folder }: Tree): Promise<void> {
  const guests: Record<string, { readonly boot: string; readonly agent: string }> = {};
  for (const name of new Set(CAMPAIGNS.map(({ guest }) => guest))) {
    const file = isOfGallery(name) ? `./dist/gallery/${name}.wasm` : `./${name}.wasm`;
    guests[name] = { boot: file, agent: file };
    if (isOfGallery(name)) continue;
    const binary = await compile(`test/host/campaign/soundness/${name}.ts`);
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
  for (const { guest, words } of CAMPAIGNS) {
    const options = [
      "--guest",
      guest,
      "--workers",
      "1",
      "--progress",
      "none",
      "--time-limit",
      "150",
      "--audit",
      "0.3",
      "--json",
      "-",
    ];
    const { code, output } = await tree.node(MAIN, "campaign", ...words.split(" "), ...options);
    found.push(`${guest}, ${words}: ${code} ${verdictIn(output)}`);
    if (wanted !== undefined && found.at(-1) !== wanted[found.length - 1]) break;
  }
  return found;
}

function verdictIn(output: string): string {
  return /"verdict": "([^"]*)"/.exec(output)?.[1] ?? "none";
}
