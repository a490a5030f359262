// A budget as one page: where the slowest boot's time goes and where the bytes are, as tree maps, with the tables' figures.
// Needs nothing from anywhere else, no script either.
import { type HierarchyRectangularNode, hierarchy, treemap } from "d3-hierarchy";
import type { BootCost, BudgetReport } from "../../budget/report.js";
import { imageSizes, shortName } from "../budget/table.js";
import {
  MODELLED,
  bootSentence,
  flashTimeWords,
  grouped,
  operationWords,
  spanWords,
  timeWords,
} from "../budget/words.js";

/** A rectangle of a tree map; a leaf has a size, others have children. */
interface Area {
  readonly name: string;
  /** Said in full where the pointer rests. */
  readonly title: string;
  /** Index of its colour. */
  readonly hue: number;
  /** Marked: striped. */
  readonly marked?: boolean;
  readonly value?: number;
  readonly children?: readonly Area[];
}

const WIDTH = 1120;
const HEIGHT = 420;
const HEADING = 18;
const LABEL_HEIGHT = 13;
const LETTER_WIDTH = 6.4;
const HUES = 8;

/** The page. */
export function budgetHtml(report: BudgetReport): string {
  const { subject, terms } = report;
  const boot = report.boots[report.slowest] as BootCost;
  const title = `${subject.scenario} on ${subject.device}, ${subject.guest}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} – everboot budget</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(`${terms.core} at ${terms.clockHz / 1e6} MHz, ${terms.waitStates} wait states, cache ${terms.cache}; images of ${imageSizes(report)} bytes`)}</p>
<p class="note">${escaped(`${MODELLED}: ${terms.accuracy.join("; ")}`)}</p>
<h2>Time of the slowest boot</h2>
<p>${escaped(bootSentence(boot))}</p>
${figure(timeAreas(boot))}
<p class="note">Area is likely CPU time and typical flash time; striped: flash.</p>
<h2>Boots</h2>
${bootsTable(report)}
<h2>Phases and functions</h2>
${phasesTable(boot)}
<h2>Bytes of code</h2>
<p>${escaped(`wasm ${grouped(report.size.wasmBytes)} bytes: code ${grouped(report.size.codeBytes)}, constants ${grouped(report.size.dataBytes)}; RAM ${grouped(report.ram.linearBytes)} bytes, stack ${report.ram.stackBytes ?? "unknown"}`)}</p>
${figure(sizeAreas(report))}
${sizesTable(report)}
</body>
</html>
`;
}

function timeAreas({ phases }: BootCost): Area {
  return {
    ...{ name: "boot", title: "", hue: 0 },
    children: phases.map((phase, hue) => {
      const { cpuMicros, cycles, functions, flash } = phase;
      const perCycle = cycles.likely === 0 ? 0 : cpuMicros.likely / cycles.likely;
      const leaves = functions.map((each): Area => ({
        name: shortName(each.name),
        title: `${each.name}: ${grouped(each.cycles.likely)} cycles, ${grouped(each.calls)} calls${each.calibrated ? "" : ", uncalibrated"}`,
        ...{ hue, value: each.cycles.likely * perCycle },
      }));
      const flashed: Area[] =
        flash.typicalMicros === 0
          ? []
          : [
              {
                name: `flash: ${operationWords(flash)}`,
                title: `flash: ${flashTimeWords(flash)}`,
                hue,
                marked: true,
                value: flash.typicalMicros,
              },
            ];
      return {
        name: `${phase.phase} ${timeWords(cpuMicros.likely + flash.typicalMicros)}`,
        title: `${phase.phase}: CPU ${timeWords(cpuMicros.likely)}, flash ${flashTimeWords(flash)}`,
        hue,
        children: [...leaves, ...flashed],
      };
    }),
  };
}

/** Functions by the folder and file that their names begin with. */
function sizeAreas({ size }: BudgetReport): Area {
  const groups = new Map<string, Area[]>();
  for (const { name, bodyBytes, retainedBy, retainedBytes } of size.functions) {
    const parts = shortName(name).split("/");
    const group = parts.length > 1 ? parts.slice(0, -1).join("/") : "other";
    const area: Area = {
      name: parts.at(-1) ?? name,
      title: `${name}: ${bodyBytes} bytes; ${retainedBytes} would go with it; kept by ${retainedBy.join(" → ")}`,
      ...{ hue: 0, value: bodyBytes },
    };
    groups.set(group, [...(groups.get(group) ?? []), area]);
  }
  const folders = [...new Set([...groups.keys()].map((group) => group.split("/")[0] as string))].sort();
  return {
    ...{ name: "bytes", title: "", hue: 0 },
    children: [...groups].map(([group, leaves]) => {
      const bytes = leaves.reduce((sum, { value = 0 }) => sum + value, 0);
      const hue = folders.indexOf(group.split("/")[0] as string);
      return {
        ...{ name: `${group} ${bytes}`, title: `${group}: ${bytes} bytes`, hue },
        children: leaves.map((leaf) => ({ ...leaf, hue })),
      };
    }),
  };
}

function figure(areas: Area): string {
  const root = hierarchy(areas)
    .sum(({ value = 0 }) => value)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const laid = treemap<Area>()
    .size([WIDTH, HEIGHT])
    .paddingInner(2)
    .paddingOuter(2)
    .paddingTop(HEADING)
    .round(true)(root);
  const shapes = laid
    .descendants()
    .filter(({ depth, value = 0 }) => depth > 0 && value > 0)
    .map(shape);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"><defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" class="stripe"/></pattern></defs>${shapes.join("")}</svg>`;
}

function shape({ x0, y0, x1, y1, data, children, depth }: HierarchyRectangularNode<Area>): string {
  const [width, height] = [x1 - x0, y1 - y0];
  const isGroup = children !== undefined || depth === 1;
  const letters = Math.floor((width - 8) / LETTER_WIDTH);
  const label =
    data.name.length <= letters ? data.name : letters > 4 ? `${data.name.slice(0, letters - 1)}…` : "";
  const text =
    label === "" || height < LABEL_HEIGHT + 2
      ? ""
      : `<text x="${x0 + 4}" y="${y0 + LABEL_HEIGHT}" class="${isGroup ? "group" : ""}">${escaped(label)}</text>`;
  const rectangle = (kind: string) =>
    `<rect x="${x0}" y="${y0}" width="${width}" height="${height}" class="${kind}"/>`;
  const marked =
    data.marked === true
      ? `<rect x="${x0}" y="${y0}" width="${width}" height="${height}" fill="url(#stripes)"/>`
      : "";
  return `<g><title>${escaped(data.title)}</title>${rectangle(`${isGroup ? "frame" : "leaf"} hue${data.hue % HUES}`)}${marked}${text}</g>`;
}

function bootsTable({ boots, slowest }: BudgetReport): string {
  const rows = boots.map((boot, index) => [
    index === slowest ? `${boot.powerUp} (slowest)` : String(boot.powerUp),
    boot.what,
    spanWords(boot.cpuMicros, timeWords),
    flashTimeWords(boot.flash),
    timeWords(boot.bootMicros.likely),
    operationWords(boot.flash),
  ]);
  return table(["power-up", "what", "CPU", "flash typ/max", "boot", "operations"], rows, [2, 3, 4]);
}

function phasesTable({ phases }: BootCost): string {
  const rows = phases.flatMap(
    ({ phase, wasmInstructions, instructions, cycles, cpuMicros, flash, functions }) => [
      [
        phase,
        "",
        "",
        grouped(wasmInstructions),
        grouped(instructions),
        spanWords(cycles, grouped),
        timeWords(cpuMicros.likely),
        flashTimeWords(flash),
      ],
      ...functions.map((each) => [
        "",
        shortName(each.name),
        grouped(each.calls),
        grouped(each.wasmInstructions),
        grouped(each.instructions),
        spanWords(each.cycles, grouped),
        each.calibrated ? "" : "uncalibrated",
        "",
      ]),
    ],
  );
  return table(
    ["phase", "function", "calls", "wasm instr.", "instr.", "cycles", "CPU", "flash typ/max"],
    rows,
    [2, 3, 4, 5, 6, 7],
  );
}

function sizesTable({ size }: BudgetReport): string {
  const rows = size.functions.map(({ name, bodyBytes, retainedBytes, retainedBy }) => [
    shortName(name),
    grouped(bodyBytes),
    grouped(retainedBytes),
    retainedBy.map(shortName).join(" → "),
  ]);
  return `<details><summary>All functions</summary>${table(["function", "bytes", "would go", "kept by"], rows, [1, 2])}</details>`;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const cells = (row: readonly string[], tag: string) =>
    row
      .map(
        (cell, index) => `<${tag}${right.includes(index) ? ' class="number"' : ""}>${escaped(cell)}</${tag}>`,
      )
      .join("");
  const body = rows
    .map((row) => `<tr${row[0] === "" ? "" : ' class="first"'}>${cells(row, "td")}</tr>`)
    .join("\n");
  return `<table><thead><tr>${cells(head, "th")}</tr></thead><tbody>${body}</tbody></table>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

const COLOURS = [210, 28, 150, 330, 260, 60, 185, 0];
const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 1160px; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.note { opacity: 0.75; font-size: 0.87rem; }
svg { width: 100%; height: auto; display: block; }
text { font: 11.5px system-ui, sans-serif; fill: light-dark(#111, #eee); pointer-events: none; }
text.group { font-weight: 600; }
rect { stroke: light-dark(#fff, #16181c); stroke-width: 1; }
.stripe { fill: light-dark(#0005, #fff5); stroke: none; }
${COLOURS.map((hue, index) => `.frame.hue${index} { fill: light-dark(hsl(${hue} 45% 90%), hsl(${hue} 25% 20%)); } .leaf.hue${index} { fill: light-dark(hsl(${hue} 55% 76%), hsl(${hue} 32% 32%)); }`).join("\n")}
table { border-collapse: collapse; font-size: 0.87rem; width: 100%; }
th, td { text-align: left; padding: 0.15rem 0.6rem 0.15rem 0; vertical-align: top; }
th { border-bottom: 1px solid #8888; } tr.first td { border-top: 1px solid #8884; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
@media print { details { display: block; } }
`;
