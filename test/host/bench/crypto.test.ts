// The shape of `bench crypto`: which rows there are and what stands in them, with as few rounds as can be. Asserts no time.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { benchCrypto, type CryptoBenchOptions } from "../../../host/bench/crypto.js";
import { loadPeers, type Peer } from "../../../host/bench/peers.js";
import {
  rowsAsJson,
  rowsAsTable,
  type BenchRow,
  type RatioRow,
  type ValueRow,
} from "../../../host/bench/rows.js";

const moduleOf = (build: string): WebAssembly.Module =>
  new WebAssembly.Module(
    readFileSync(join(import.meta.dirname, "../../../dist/wasm", `crypto-${build}.wasm`)) as BufferSource,
  );

const options = (peers: readonly Peer[]): CryptoBenchOptions => ({
  modules: {
    ...{ fast: moduleOf("fast"), small: moduleOf("small") },
    "small-square": moduleOf("small-square"),
  },
  peers,
  effort: { rounds: 2, sampleMicros: 0, warmUpMicros: 0 },
  lmsHeight: 5,
});

/** The peers of each algorithm; LMS has none. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "sha256-64kib": ["node:crypto", "@noble/hashes", "@chainsafe/as-sha256", "hash-wasm"],
  "sha512-64kib": ["node:crypto", "@noble/hashes", "hash-wasm", "libsodium-wrappers"],
  "ed25519-verify": ["node:crypto", "@noble/curves", "libsodium-wrappers"],
  "p256-verify": ["node:crypto", "@noble/curves"],
  "rsa-pss-2048-verify": ["node:crypto"],
  "rsa-pss-3072-verify": ["node:crypto"],
};

const isRatio = (row: BenchRow): row is RatioRow => "against" in row;

describe("bench crypto", () => {
  it("has a row for each algorithm, build and peer, and plain milliseconds for LMS", async () => {
    const missing: string[] = [];
    const rows = benchCrypto(options(await loadPeers((line) => missing.push(line))));
    expect(missing).toEqual([]);
    const expected = Object.entries(EXPECTED).flatMap(([what, peers]) =>
      (what === "ed25519-verify" ? ["fast", "small-square", "small"] : ["fast", "small"]).flatMap((build) =>
        peers.map((against) => ({ what, build, against })),
      ),
    );
    const ratios = rows.filter(isRatio);
    expect(ratios.map(({ what, build, against }) => ({ what, build, against }))).toEqual(expected);
    for (const { timeRatio, micros, againstMicros } of ratios) {
      for (const figure of [timeRatio, micros, againstMicros]) expect(figure).toBeGreaterThan(0);
    }
    const values = rows.filter((row): row is ValueRow => !isRatio(row) && !("figure" in row));
    expect(values.map(({ what, build }) => ({ what, build }))).toEqual(
      ["fast", "small"].map((build) => ({ what: "lms-h5-w8-verify", build })),
    );
    for (const row of values) expect(row).toEqual({ ...row, unit: "ms", value: expect.any(Number) });
    const parsed = JSON.parse(rowsAsJson(rows)) as { schema: string; rows: unknown };
    expect(parsed).toEqual({ schema: "everboot.bench/1", rows });
    const table = rowsAsTable(rows);
    for (const head of ["what", "build", "against", "ours ÷ theirs"]) expect(table).toContain(head);
  });

  it("refuses to measure a peer that answers wrongly", () => {
    for (const answer of [false, undefined, new Uint8Array(32)]) {
      const liar: Peer = { name: "liar", subject: () => () => answer };
      expect(() => benchCrypto(options([liar]))).toThrow("sha256-64kib: liar answers wrongly");
    }
  });

  it("tells in one line of a peer that is not installed and goes on without it", async () => {
    const name = "no-such-package";
    const lines: string[] = [];
    const peers = await loadPeers((line) => lines.push(line), {
      [name]: async () => ((await import(name)) as { subject: Peer["subject"] }).subject,
    });
    expect(peers.map((peer) => peer.name)).toEqual(["node:crypto"]);
    expect(lines).toEqual([`${name} is not installed, its rows are left out (npm ci installs it)`]);
  });
});
