// The glossary is read from Markdown, written as a list or as a table.
import { expect, it } from "vitest";
import { termsOf } from "../../../host/report/glossary.js";

it.each([
  ["a list", "- **cut** — a loss of power\n- **part** — a chip\n"],
  ["a list with lines that go on", "* **cut** — a loss\n  of power\n\n* **part**: a chip\n\nMore prose.\n"],
  ["lines without marks", "**cut** — a loss of power\n\n**part** — a chip\n"],
  ["a table", "| word | means |\n| --- | --- |\n| **cut** | a loss of power |\n| **part** | a chip |\n"],
])("%s", (_, page) => {
  expect(termsOf(`# Words\n\nThe **glossary**.\n\n## The device\n${page}`)).toEqual([
    { term: "cut", meaning: "a loss of power", chapter: "The device" },
    { term: "part", meaning: "a chip", chapter: "The device" },
  ]);
});

it("takes Markdown's marks away", () => {
  expect(termsOf("- **`Hal`** — see [the page](docs/hal.md), `read32`, *not* **all**\n")).toEqual([
    { term: "Hal", meaning: "see the page, read32, not all", chapter: "" },
  ]);
});
