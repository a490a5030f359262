// images/ENVELOPE.md as data: its vectors and its numbers of reasons. Test helper only.
import { readFileSync } from "node:fs";

const PAGE = readFileSync("images/ENVELOPE.md", "utf8");

/** The bytes of a vector of the page. */
export function vector(name: "ed25519" | "es256"): Uint8Array {
  const [, digits] = new RegExp(`^\`\`\`text vector="${name}"$([^\`]*)^\`\`\`$`, "m").exec(PAGE) ?? [];
  if (digits === undefined) throw new Error(`images/ENVELOPE.md: no vector ${name}`);
  return Uint8Array.from(Buffer.from(digits.replace(/\s/g, ""), "hex"));
}

/** The page's numbers of reasons. */
export function pageReasons(): Readonly<Record<string, number>> {
  const cells = [...PAGE.matchAll(/\| (\d+) \| `([A-Z_]+)` (?=\|)/g)];
  return Object.fromEntries(cells.map(([, number, name]) => [name!, Number(number)]));
}

/** Names of reasons that the page's table of checks has. */
export function checkedReasons(): readonly string[] {
  const [, checks = ""] = /## Order of the checks([^]*?)Numbers are append-only/.exec(PAGE) ?? [];
  return [...checks.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!);
}

/** What the page gives as the largest size of an envelope of format 1. */
export function largestSaid(): number {
  return Number(/The largest of format 1 has (\d+)/.exec(PAGE)?.[1]);
}
