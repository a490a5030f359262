// Violations as files that `everboot replay` takes, and as lines where names, guests at hand and images made on the spot are enough.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CampaignOptions } from "../../campaign/options.js";
import type { CampaignReport, Violation } from "../../campaign/report.js";
import type { Scene, SceneImage } from "../../campaign/plan/scenario.js";
import { type NamedFile, formatTraceLine } from "../../campaign/plan/trace-line.js";
import { complain } from "../terminal/exit.js";
import { attempt, writeBytes } from "../workspace/files.js";
import type { CampaignJob } from "./job.js";
import { defaultImageSizeBytes } from "../../scene/make.js";
import { sha256Hex, signedBy } from "../workspace/modules.js";
import { WORK_FOLDER, demoKeys } from "../workspace/scene.js";

const NAME_MAX_CHARACTERS = 60;

/** Writes a trace for each violation of a report, and notes in the report how to replay it. */
export function writeTraces(report: CampaignReport, job: CampaignJob, options: CampaignOptions): void {
  for (const violation of report.violations) writeTrace(violation, report, job, options);
  report.unreplayed?.forEach(({ oracle, trace }, index) => {
    const file = traceFile(report, `defect-${oracle}`, index);
    writeBytes(file, `${JSON.stringify(trace)}\n`);
    complain(
      `a defect of this program: ${oracle} was found violated and playing the run again does not show it; please report it with ${file}`,
    );
  });
}

/** Where the trace of a report's `index`-th run of this name goes; its folder is there then. */
function traceFile(report: CampaignReport, name: string, index: number): string {
  const words = [report.scenario, report.device, report.guest.name, name];
  return traceFileNamed(index === 0 ? words : [...words, String(index + 1)]);
}

/** Where a trace goes whose file is named by these words, joined by hyphens; its folder is there then. */
export function traceFileNamed(words: readonly string[]): string {
  const folder = join(WORK_FOLDER, "traces");
  attempt(`${folder}: expected a folder for traces`, () => mkdirSync(folder, { recursive: true }));
  return join(folder, `${words.map(fileName).join("-")}.json`);
}

function writeTrace(
  violation: Violation,
  report: CampaignReport,
  job: CampaignJob,
  options: CampaignOptions,
): void {
  const { scene, attempts } = options;
  const cause = report.violations.filter(({ oracle }) => oracle === violation.oracle).indexOf(violation);
  const file = traceFile(report, violation.oracle, cause);
  writeBytes(file, `${JSON.stringify(violation.trace)}\n`);
  violation.replay = `everboot replay ${file}${job.config === undefined ? "" : ` --config ${job.config}`}`;
  if (!isNamed(job)) return;
  violation.line = formatTraceLine({
    scenario: report.scenario,
    device: report.device,
    guest: report.guest.name,
    digest: report.guest.sha256,
    imageSizeBytes: job.imageSize ?? defaultSizeOf(job, options),
    attempts,
    models: report.faults,
    faults: violation.trace.faults,
    ...(scene.bad === undefined ? {} : { bad: scene.bad.map(({ file }) => namedFile(file, scene)) }),
    ...(job.config === undefined ? {} : { config: job.config }),
  });
}

/** Size that the images made on the spot were asked to have: what came out may be less, where signatures have several sizes. */
function defaultSizeOf({ guest }: CampaignJob, { scene, layout }: CampaignOptions): number {
  const images = scene.scenario.images.slice(0, scene.scenario.images.length - (scene.bad?.length ?? 0));
  return defaultImageSizeBytes({ images }, layout, demoKeys(signedBy(guest)));
}

/** A bad image of the scene, by its file and the digest of its bytes. */
function namedFile(file: string, { images, bad = [] }: Scene): NamedFile {
  const index = bad.findIndex((image) => image.file === file);
  const { bytes } = images[images.length - bad.length + index] as SceneImage;
  return { file, digest: sha256Hex(bytes) };
}

/** Whether a line says all that a run is made of: names, and what is made on the spot. */
function isNamed({ layout, from, floor }: CampaignJob): boolean {
  return from === undefined && layout === undefined && floor !== "equal";
}

function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-NAME_MAX_CHARACTERS);
}
