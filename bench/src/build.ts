/** Turns the TypeScript of this package into JavaScript, so that no measured process pays for stripping types. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";

/** Builds every source file and gives the new directory. It lies under node_modules, where packages are found from it. */
export function build(packageDirectory: string): string {
  const source = join(packageDirectory, "src");
  const target = join(packageDirectory, "node_modules", ".cache", "build");
  rmSync(target, { recursive: true, force: true });
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const text = stripTypeScriptTypes(readFileSync(join(source, file), "utf8"));
    const path = join(target, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replaceAll(/(["'])(\.{1,2}\/[^"']+)\.ts\1/g, "$1$2.js$1"));
  }
  writeFileSync(join(target, "package.json"), '{ "type": "module" }\n');
  return target;
}
