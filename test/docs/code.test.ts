/** The TypeScript in the documentation is TypeScript: fragments parse, and everything else has the types that it says. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { it } from "node:test";
import { workspace } from "../support/workspace.ts";
import { readPages, root, type Fence } from "./support/page.ts";

/** A fence with TypeScript. */
interface Code {
  /** A folder for each section, so that its files find one another. */
  readonly folder: string;
  readonly fence: Fence;
}

const codes: readonly Code[] = readPages().flatMap(({ file, sections }) =>
  sections.flatMap(({ fences }, index) =>
    fences
      .filter(({ language, flags }) => language === "ts" && !flags.has("broken"))
      .map((fence) => ({
        folder: `${file}/section-${index}`,
        fence,
      })),
  ),
);

it("every fragment of TypeScript can be parsed", () => {
  const fragments = codes.filter(({ fence }) => fence.flags.has("fragment"));
  assert.equal(compile(fragments, { noCheck: true }), "");
});

it("every other piece of TypeScript has the types that it says", () => {
  const pieces = codes.filter(({ fence }) => !fence.flags.has("fragment"));
  assert.equal(compile(pieces, {}), "");
});

/** What the compiler says to all of them at once, in a folder where lockstep is installed; empty where nothing is wrong. */
function compile(pieces: readonly Code[], more: object): string {
  const space = workspace({ "package.json": '{ "type": "module" }' });
  for (const name of ["lockstep", "better-sqlite3", "@types/node", "@types/better-sqlite3", "undici-types"]) {
    mkdirSync(dirname(space.path("node_modules", name)), { recursive: true });
    const target = name === "lockstep" ? root : join(root, "node_modules", name);
    symlinkSync(target, space.path("node_modules", name), "junction");
  }
  for (const { folder, fence } of pieces) {
    space.write({ [`${folder}/${fence.title ?? `line-${fence.line}.ts`}`]: `${fence.body}\n` });
  }
  const configuration = { compilerOptions: { ...compilerOptions, ...more }, include: ["**/*.ts"] };
  space.write({ "tsconfig.json": JSON.stringify(configuration) });
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  return spawnSync(process.execPath, [tsc, "-p", space.root], { encoding: "utf8" }).stdout;
}

/** What a careful user has. */
const compilerOptions = {
  target: "es2023",
  module: "nodenext",
  types: ["node"],
  noEmit: true,
  allowImportingTsExtensions: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
};
