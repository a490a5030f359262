// `bench crypto`: the builds of the crypto modules against other implementations, algorithm by algorithm. Never prints
// a figure of an implementation that answers wrongly.
import type { LmsHeight } from "../image/lms/tree.js";
import { interleave, median, medianRatio, type Effort } from "./measure.js";
import { ourSubject } from "./ours.js";
import type { Peer } from "./peers.js";
import { BUILDS, type BenchRow, type Build, ED25519_BUILDS } from "./rows.js";
import { ed25519Sample, hashSample, lmsSample, p256Sample, rsaSample, type Sample } from "./samples.js";

/** The figures that the command line asks for: the shorter a sample, the less often another process falls into it. */
export const CRYPTO_EFFORT: Effort = { rounds: 601, sampleMicros: 200, warmUpMicros: 300_000 };

export interface CryptoBenchOptions {
  readonly modules: Readonly<Record<Build, WebAssembly.Module>>;
  readonly peers: readonly Peer[];
  readonly effort: Effort;
  /** Height of the LMS tree; its key takes 8 s at 10. */
  readonly lmsHeight: LmsHeight;
}

/** Measures every algorithm; rows in the order of the algorithms, builds and peers. */
export function benchCrypto({ modules, peers, effort, lmsHeight }: CryptoBenchOptions): BenchRow[] {
  const samples: (() => Sample)[] = [
    () => hashSample("sha256"),
    () => hashSample("sha512"),
    ed25519Sample,
    p256Sample,
    () => rsaSample(2048),
    () => rsaSample(3072),
    () => lmsSample(lmsHeight),
  ];
  return samples.flatMap((make) => benchSample(make(), modules, peers, effort));
}

/** One algorithm: its builds and its peers in turns. */
function benchSample(
  sample: Sample,
  modules: CryptoBenchOptions["modules"],
  peers: readonly Peer[],
  effort: Effort,
): BenchRow[] {
  const others = peers.flatMap(({ name, subject }) => {
    const run = subject(sample);
    if (run === undefined) return [];
    if (!isRight(run(), sample)) throw new Error(`${sample.what}: ${name} answers wrongly`);
    return [{ name, run }];
  });
  const builds: readonly Build[] = sample.algorithm === "ed25519" ? ED25519_BUILDS : BUILDS;
  const ours = builds.map((build) => {
    const { run, isRight } = ourSubject(modules[build], sample);
    run();
    if (!isRight()) throw new Error(`${sample.what}: our ${build} build answers wrongly`);
    return { build, run };
  });
  const samples = interleave(
    [...ours, ...others].map(({ run }) => run),
    effort,
  );
  return ours.flatMap(({ build }, index): BenchRow[] => {
    const mine = samples[index] as number[];
    const { what } = sample;
    if (others.length === 0) return [{ what, build, value: median(mine) / 1000, unit: "ms" }];
    return others.map(({ name }, other) => {
      const theirs = samples[ours.length + other] as number[];
      return {
        ...{ what, build, against: name, timeRatio: medianRatio(mine, theirs) },
        ...{ micros: median(mine), againstMicros: median(theirs) },
      };
    });
  });
}

/** Whether a peer gave the right digest, or accepted the signature. */
function isRight(result: unknown, sample: Sample): boolean {
  if (!("digest" in sample)) return result === true;
  return result instanceof Uint8Array && Buffer.compare(result, sample.digest) === 0;
}
