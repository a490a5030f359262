// Violations as files that `everboot replay` takes, and as lines where names, guests at hand and images made on the spot are enough.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CampaignOptions } from "../../campaign/options.js";
import type { CampaignReport } from "../../campaign/report.js";
import type { NameTrace } from "../../campaign/violations.js";
import type { Trace } from "../../campaign/plan/trace.js";
import type { Scene, SceneImage } from "../../campaign/plan/scenario.js";
import { type NamedFile, formatTraceLine } from "../../campaign/plan/trace-line.js";
import { attempt, writeBytes } from "../workspace/files.js";
import type { CampaignJob } from "./job.js";
import { defaultImageSizeBytes } from "../../scene/make.js";
import { sha256Hex, signedBy } from "../workspace/modules.js";
import { WORK_FOLDER, demoKeys } from "../workspace/scene.js";

const NAME_MAX_CHARACTERS = 60;
const TRACES_FOLDER = join(WORK_FOLDER, "traces");

/** A run that was taken for a violation and is none when it is played again, and the file with its trace. */
export interface DefectTrace {
  readonly oracle: string;
  readonly file: string;
}

/** Says where the traces of a campaign's violations go, and how they are replayed. */
export function traceNames(job: CampaignJob, options: CampaignOptions): NameTrace {
  const { scene, part, guest, attempts } = options;
  const campaign = { scenario: scene.scenario.name, device: part.id, guest };
  const config = job.config === undefined ? "" : ` --config ${job.config}`;
  return (oracle, index, faults) => ({
    replay: `everboot replay ${traceFile(campaign, oracle, index)}${config}`,
    line: !isNamed(job)
      ? null
      : formatTraceLine({
          ...{
            ...campaign,
            guest: guest.name,
            digest: guest.sha256,
            attempts,
            models: options.faults,
            faults,
          },
          imageSizeBytes: job.imageSize ?? defaultSizeOf(job, options),
          ...(scene.bad === undefined ? {} : { bad: scene.bad.map(({ file }) => namedFile(file, scene)) }),
          ...(job.config === undefined ? {} : { config: job.config }),
        }),
  });
}

/**
 * Writes a trace for each violation of a report where its name says, and for each run that was taken for one.
 * @returns the latter
 */
export function writeTraces(report: CampaignReport): readonly DefectTrace[] {
  const written = new Map<string, number>();
  for (const { oracle, trace } of report.violations) {
    const index = written.get(oracle) ?? 0;
    written.set(oracle, index + 1);
    writeTrace(traceFile(report, oracle, index), trace);
  }
  return (report.unreplayed ?? []).map(({ oracle, trace }, index) => {
    const file = traceFile(report, `defect-${oracle}`, index);
    writeTrace(file, trace);
    return { oracle, file };
  });
}

/** File for the trace of a campaign's `index`-th run of this name. */
function traceFile(
  {
    scenario,
    device,
    guest,
  }: Pick<CampaignReport, "scenario" | "device"> & { readonly guest: { readonly name: string } },
  name: string,
  index: number,
): string {
  const words = [scenario, device, guest.name, name];
  return traceFileNamed(index === 0 ? words : [...words, String(index + 1)]);
}

/** Where a trace goes whose file is named by these words, joined by hyphens. */
export function traceFileNamed(words: readonly string[]): string {
  return join(TRACES_FOLDER, `${words.map(fileName).join("-")}.json`);
}

/** Writes a trace; the folder is made where it is not there. */
export function writeTrace(file: string, trace: Trace): void {
  attempt(`${TRACES_FOLDER}: expected a folder for traces`, () =>
    mkdirSync(TRACES_FOLDER, { recursive: true }),
  );
  writeBytes(file, `${JSON.stringify(trace)}\n`);
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
