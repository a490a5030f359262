// The width of what is printed: the terminal's within bounds, and 80 elsewhere.
import { expect, it } from "vitest";
import { screenColumns } from "../../../../host/app/terminal/columns.js";

it.each([
  ["a pipe", {}, 80],
  ["a pipe that says columns", { columns: 100 }, 80],
  ["a terminal", { isTTY: true, columns: 100 }, 100],
  ["a terminal that does not know", { isTTY: true, columns: 0 }, 80],
  ["a wide terminal", { isTTY: true, columns: 300 }, 120],
  ["a tiny terminal", { isTTY: true, columns: 10 }, 40],
])("%s has its columns", (_, stream, columns) => {
  expect(screenColumns(stream)).toBe(columns);
});
