// A package registry on this machine that has exactly what this repository's node_modules has, so that `npm install` is itself tested
// without a network. Test helper only.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
}

/** Every installed copy of a package: at the top, and inside packages that need another version. */
function copiesOf(modules: string, name: string): string[] {
  const own = join(modules, name);
  const scopes = readdirSync(modules).flatMap((entry) =>
    entry.startsWith("@") ? readdirSync(join(modules, entry)).map((inner) => join(entry, inner)) : [entry],
  );
  const nested = scopes
    .map((entry) => join(modules, entry, "node_modules"))
    .filter((inner) => existsSync(inner));
  return [
    ...(existsSync(join(own, "package.json")) ? [own] : []),
    ...nested.flatMap((inner) => copiesOf(inner, name)),
  ];
}

/** Serves the packages of `modules`; `close` ends it. */
export async function serveRegistry(modules: string) {
  const archives = mkdtempSync(join(tmpdir(), "everboot-registry-"));
  const folders = new Map<string, string>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? "/").slice(1));
    const folder = folders.get(path);
    if (folder !== undefined) {
      const archive = join(archives, path.replaceAll("/", "-"));
      // Each entry of the archive begins with "package/", and no package brings what is installed inside it.
      const args = ["-czf", archive, "--exclude", "./node_modules", "--transform", "s,^\\.,package,"];
      execFileSync("tar", [...args, "-C", folder, "."]);
      response.end(readFileSync(archive));
      return;
    }
    const { port } = server.address() as AddressInfo;
    const versions = copiesOf(modules, path).map((copy) => {
      const manifest = JSON.parse(readFileSync(join(copy, "package.json"), "utf8")) as Manifest;
      const file = `${manifest.name}/-/${manifest.version}.tgz`;
      folders.set(file, copy);
      return { ...manifest, dist: { tarball: `http://127.0.0.1:${port}/${file}` } };
    });
    response.statusCode = versions.length === 0 ? 404 : 200;
    response.end(
      JSON.stringify({
        name: path,
        "dist-tags": { latest: versions[0]?.version },
        versions: Object.fromEntries(versions.map((manifest) => [manifest.version, manifest])),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      rmSync(archives, { recursive: true, force: true });
    },
  };
}
