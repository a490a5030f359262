// Markdown of reports and of a matrix, over samples: headings, tables and folds that no text can break. Never renders it.
import { describe, expect, it } from "vitest";
import {
  type MatrixCell,
  matrixCell,
  matrixMarkdown,
  reportsMarkdown,
} from "../../../host/report/markdown.js";
import { REPORTS, SAMPLES, hostileReport, reportOf } from "./samples.js";

/** Cells of every line that is a table's row, split as GitHub Flavored Markdown does: at unescaped pipes. */
function rows(markdown: string): string[][] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe("Markdown of reports", () => {
  it("has a heading and a verdict for each", () => {
    const lines = reportsMarkdown(REPORTS).split("\n");
    expect(lines.filter((line) => line === "### update on nrf52840")).toHaveLength(REPORTS.length);
    expect(lines).toContain("**clean for up to 2 faults in a run under power**");
  });

  it("has a row per oracle", () => {
    expect(rows(reportsMarkdown([SAMPLES.violated])).slice(0, 4)).toEqual([
      ["oracle", "verdict", "states"],
      ["---", "---", "---"],
      ["no-brick", "**VIOLATED**", "9"],
      ["authentic", "holds", ""],
    ]);
  });

  it("folds violations, with how to replay them", () => {
    expect(reportsMarkdown([SAMPLES.violated])).toContain(
      [
        "<details><summary>no-brick (last fault: firmware, program): 9 states</summary>",
        "",
        "```",
        "everboot replay .everboot/traces/update.json",
        "update nrf52840 boot 0:3:half",
        "```",
        "",
        "</details>",
        "",
      ].join("\n"),
    );
  });

  it("has a table of survival", () => {
    expect(rows(reportsMarkdown([SAMPLES.survives])).slice(-4)).toEqual([
      ["---", "---", "---", "---"],
      [
        "rest",
        "slot A: TLV SHA256",
        "934 of 1000 (93.4 %)",
        "boot halts: DIGEST (60), boot halts: HEADER (6)",
      ],
      ["offer", "erase of slot B", "300 of 300 (100.0 %)", ""],
      ["all", "", "1234 of 1300 (94.9 %)", ""],
    ]);
  });

  it("keeps its tables, headings and folds whatever texts contain", () => {
    const markdown = reportsMarkdown([hostileReport("a|b\\|c\n# d\r\n</details><script>`x` *y* _z_ ````")]);
    for (const row of rows(markdown)) expect([3, 4]).toContain(row.length);
    const fence = "`".repeat(5);
    const [before, , after] = markdown.split(`\n${fence}\n`) as [string, string, string];
    expect(after).toBeDefined();
    expect(`${before}${after}`.match(/<[^>]*>/g)).toEqual([
      "<details>",
      "<summary>",
      "</summary>",
      "</details>",
    ]);
    expect(`${before}\n${after}`.match(/^#/gm)).toHaveLength(1);
    expect(rows(markdown).at(-2)?.[0]).toBe(
      "a\\|b\\\\\\|c # d &lt;/details&gt;&lt;script&gt;\\`x\\` \\*y\\* \\_z\\_ \\`\\`\\`\\`",
    );
  });
});

describe("Markdown of a matrix", () => {
  const cells: MatrixCell[] = [
    matrixCell(SAMPLES.proved),
    matrixCell(SAMPLES["proved-under"]),
    matrixCell(reportOf({ scenario: "revert", verdict: "violated" })),
    matrixCell(reportOf({ device: "a|b", verdict: "incomplete" }), "rest|pair"),
  ];

  it("has a row per scenario and device and a column per set of fault models", () => {
    expect(rows(matrixMarkdown(cells))).toEqual([
      ["scenario", "device", "power", "power, weak", "rest\\|pair"],
      ["---", "---", "---", "---", "---"],
      [
        "update",
        "nrf52840",
        "proved<br>321 states, 2.3 s",
        "proved under decided-seal<br>321 states, 2.3 s",
        "–",
      ],
      ["revert", "nrf52840", "**violated**<br>321 states, 2.3 s", "–", "–"],
      ["update", "a\\|b", "–", "–", "**incomplete**<br>321 states, 2.3 s"],
    ]);
  });

  it("shows every campaign, also where two are of one cell", () => {
    const [, , row] = rows(matrixMarkdown([matrixCell(SAMPLES.proved), matrixCell(SAMPLES.clean)]));
    expect(row?.[2]).toBe("proved<br>321 states, 2.3 s<br>clean to depth 2<br>321 states, 2.3 s");
  });

  it("ends with what it comes to", () => {
    expect(matrixMarkdown(cells)).toMatch(
      /\n\n4 campaigns \(1 proved, 1 proved-under, 1 violated, 1 incomplete\); 20000 fault points judged\.\n$/,
    );
    expect(matrixMarkdown([])).toMatch(/\n\n0 campaigns; 0 fault points judged\.\n$/);
  });
});
