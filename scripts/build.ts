/** Builds the package: bundles into dist/, and a declaration file for each source. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown, type InputOptions, type Plugin } from "rolldown";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");
rmSync(dist, { recursive: true, force: true });

/** The command line uses the library as its users do: as the package's entry, not as a copy of it. */
const publicApi: Plugin = {
  name: "public-api",
  resolveId: (id, importer) =>
    importer !== undefined && id.endsWith("/index.ts") ? { id: "./index.js", external: true } : undefined,
};

// Few files, since each costs a start as much as its whole work. The entry holds what every start needs; what only a run
// needs is behind its `import()` (docs/decisions/0003-bundled-build.md).
await bundle({ input: { index: "src/index.ts" } });
await bundle({ input: { cli: "src/cli/main.ts" }, plugins: [publicApi] });
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")],
  {
    stdio: "inherit",
  },
);

async function bundle(options: InputOptions): Promise<void> {
  const built = await rolldown({ cwd: root, platform: "node", external: [/^node:/, "better-sqlite3"], ...options });
  await built.write({ dir: dist, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name].js" });
  await built.close();
}
