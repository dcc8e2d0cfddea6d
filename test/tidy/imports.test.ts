/** Rules: imports run one way, files do not import each other in circles, and the core is pure. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { importsOf, readTree, withoutStrings, type ImportOf, type TextFile } from "../support/source-tree.ts";

/**
 * The layers of src, from the ground up: a file imports from its own unit and from lower layers. A unit is a folder, or a file
 * that stands alone. Units of one layer do not know each other.
 */
const LAYERS: readonly (readonly string[])[] = [
  ["core"],
  ["error-code", "event", "report", "options", "package-version", "node"],
  ["error", "hash", "mode", "database-path"],
  ["describe-event", "check-options", "driver", "source", "history"],
  ["database-error"],
  ["session"],
  ["lock"],
  ["inspect"],
  ["look", "apply"],
  ["scratch"],
  ["start"],
  ["operations"],
  ["runner", "migrate", "inspect-database"],
  ["index"],
  ["cli"],
];

/** What the core must not touch, since the same input has to give the same output everywhere. */
const IMPURE =
  /\b(?:Date|process|performance|globalThis|console|Buffer|crypto|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|Math\.random|Intl|toLocale\w+|localeCompare)\b/;

function unitOf(path: string): string {
  return path.split("/")[1]?.replace(/\.ts$/, "") ?? "";
}

function layerOf(path: string): number {
  const layer = LAYERS.findIndex((units) => units.includes(unitOf(path)));
  assert.notEqual(layer, -1, `${path} belongs to no layer: say in LAYERS where it stands`);
  return layer;
}

/** The imports of a file that go up, or sideways into another unit of the same layer. */
function wrongWay(importer: TextFile): readonly ImportOf[] {
  return importsOf(importer).filter(({ target, kind }) => {
    if (!target.startsWith("src/") || kind !== "value") return false;
    return unitOf(target) !== unitOf(importer.path) && layerOf(target) >= layerOf(importer.path);
  });
}

/** The first circle of imports that are there at run time, as paths; undefined where there is none. */
function findCycle(files: readonly TextFile[]): readonly string[] | undefined {
  const targets = new Map(
    files.map((one) => [
      one.path,
      importsOf(one)
        .filter(({ kind }) => kind === "value")
        .map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    for (const target of targets.get(path) ?? []) {
      const cycle = visit(target, [...trail, path]);
      if (cycle !== undefined) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of targets.keys()) {
    const cycle = visit(path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

function file(path: string, text: string): TextFile {
  return { path, text };
}

const source = readTree("src");
const core = source.filter(({ path }) => path.startsWith("src/core/"));

describe("imports", () => {
  for (const one of source) {
    it(`${one.path} imports only from below, and only files that are there`, () => {
      assert.deepEqual(wrongWay(one), []);
      for (const { target } of importsOf(one)) {
        if (target.startsWith("src/"))
          assert.ok(
            source.some(({ path }) => path === target),
            `${target} is not there`,
          );
      }
    });
  }

  it("go round in no circle", () => {
    assert.equal(findCycle(source), undefined);
  });

  it("of the library name nothing but Node itself and the two drivers", () => {
    const packages = source
      .flatMap((one) => importsOf(one).filter(({ kind }) => kind !== "type"))
      .map(({ target }) => target)
      .filter((target) => !target.startsWith("src/") && !target.startsWith("node:"));
    assert.deepEqual(packages, []);
  });

  it("of the command line go to the public API, to what is pure and to paths, not past it", () => {
    const known = new Set(["cli", "index", "core", "node", "database-path", "package-version"]);
    const past = source
      .filter(({ path }) => unitOf(path) === "cli")
      .flatMap((one) => importsOf(one).filter(({ target }) => target.startsWith("src/") && !known.has(unitOf(target))));
    assert.deepEqual(past, []);
  });
});

describe("the core", () => {
  for (const one of core) {
    it(`${one.path} imports nothing from outside the core and touches nothing that is not a value`, () => {
      for (const { target } of importsOf(one)) assert.ok(target.startsWith("src/core/"), `it imports ${target}`);
      assert.doesNotMatch(withoutStrings(one.text), IMPURE);
    });
  }

  it("is there", () => {
    assert.ok(core.length > 10);
  });
});

describe("the rule itself", () => {
  it("reads every way to import", () => {
    const text = `/** import { no } from "./comment.ts"; */
import { a } from "./a.ts";
import type { B } from "../b.ts";
import { type C, type D } from "./c.ts";
import { type E, e } from "./e.ts";
import * as f from "./f.ts";
import "./g.ts";
import {
  h,
  type I,
} from "node:fs";
export { j } from "./j.ts";
export type { K } from "./k.ts";
export * from "./l.ts";
// import { no } from "./comment.ts";
const m = await import("./m.ts");
type N = typeof import("./n.ts");
`;
    assert.deepEqual(
      importsOf(file("src/x/y.ts", text)).map(({ target, kind }) => `${kind} ${target}`),
      [
        "value src/x/a.ts",
        "type src/b.ts",
        "type src/x/c.ts",
        "value src/x/e.ts",
        "value src/x/f.ts",
        "value node:fs",
        "value src/x/j.ts",
        "type src/x/k.ts",
        "value src/x/l.ts",
        "value src/x/g.ts",
        "lazy src/x/m.ts",
        "type src/x/n.ts",
      ],
    );
  });

  it("notices an import that goes up, and one that goes sideways", () => {
    assert.equal(wrongWay(file("src/core/a.ts", 'import { b } from "../error.ts";')).length, 1);
    assert.equal(wrongWay(file("src/source/a.ts", 'import { b } from "../history/read.ts";')).length, 1);
    assert.equal(
      wrongWay(file("src/apply/a.ts", 'import { b } from "../core/task.ts";\nimport { c } from "./c.ts";')).length,
      0,
    );
  });

  it("notices a file of which nobody has said where it stands", () => {
    assert.throws(() => wrongWay(file("src/new-thing.ts", 'import { b } from "./error.ts";')), /belongs to no layer/);
  });

  it("notices a circle, also a long one, and none where only types go round", () => {
    const a = file("src/a.ts", 'import { b } from "./b.ts";');
    const b = file("src/b.ts", 'import { c } from "./c.ts";');
    assert.deepEqual(findCycle([a, b, file("src/c.ts", 'import { a } from "./a.ts";')]), [
      "src/a.ts",
      "src/b.ts",
      "src/c.ts",
      "src/a.ts",
    ]);
    assert.equal(findCycle([a, b, file("src/c.ts", 'import type { A } from "./a.ts";')]), undefined);
  });

  it("notices a clock, a chance, a process and a locale, and not their names in text", () => {
    for (const code of [
      "new Date()",
      "Date.now()",
      "process.env",
      "Math.random()",
      "performance.now()",
      "a.localeCompare(b)",
      "a.toLocaleUpperCase()",
    ]) {
      assert.match(withoutStrings(`const x = ${code};`), IMPURE);
    }
    assert.doesNotMatch(withoutStrings('// process\n/* Date */ const a = "performance";'), IMPURE);
  });
});
