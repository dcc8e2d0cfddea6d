/** Runs the tests on the oldest Node that lockstep supports, brought from the npm registry into a temporary folder. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLOOR = "22.18.0";

const folder = mkdtempSync(join(tmpdir(), "lockstep-floor-"));
try {
  // The package puts its binary in place with an install script, which npm runs for packages that are named here only.
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, allowScripts: { node: true } }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `node@${FLOOR}`], {
    cwd: folder,
    stdio: "inherit",
  });
  const node = join(folder, "node_modules", "node", "bin", "node");
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  if (version !== `v${FLOOR}`) throw new Error(`expected Node ${FLOOR}, got ${version}`);
  const args = ["--test", "--test-concurrency=2", "test/**/*.test.ts"];
  const { status } = spawnSync(node, args, { cwd: join(import.meta.dirname, ".."), stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
