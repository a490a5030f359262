// The part of a document that a command makes.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { checkMarks, marksOf, writeBetween } from "../../../../host/app/workspace/marked.js";
import { temporaryFolder } from "../../cli/run.js";

const folder = temporaryFolder();
afterAll(folder.remove);
const MARKS = marksOf("bench campaign");
const file = folder.path("page.md");

describe("what stands between the marks of a document", () => {
  it("is replaced, and nothing else", () => {
    const [start, end] = ["<!-- everboot bench campaign -->", "<!-- /everboot bench campaign -->"];
    writeFileSync(file, `before\n${start}\nold\n${end}\nafter\n`);
    checkMarks(file, MARKS);
    writeBetween(file, MARKS, "new\n");
    writeBetween(file, MARKS, "newer\n");
    expect(readFileSync(file, "utf8")).toBe(`before\n${start}\nnewer\n${end}\nafter\n`);
  });

  it.each([["no mark"], [`${MARKS.end}\n${MARKS.start}`], [MARKS.start]])("is not found in %j", (text) => {
    writeFileSync(file, text);
    expect(() => checkMarks(file, MARKS)).toThrow(
      `${file}: expected the marks <!-- everboot bench campaign --> and <!-- /everboot bench campaign -->`,
    );
  });
});
