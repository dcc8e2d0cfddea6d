/** Rules for every text in the repository: nothing left to do in a comment, one title for each page, nothing of one machine. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readTree, type TextFile } from "../support/source-tree.ts";

/** A comment that says that something is not finished. Written so that this line is none itself. */
const UNFINISHED = /(?:\/\/|\/\*|^\s*\*|#|--|<!--).*\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/;

/** What is true on one machine or in one place only, by what it is. */
const STRAY: Readonly<Record<string, RegExp>> = {
  "a path of somebody's machine": /(?<![\w.$}~-])\/(?:home|Users|root|work)\/[\w.-]+/,
  "a path of somebody's Windows machine": /\b[A-Za-z]:\\+Users\\+\w+/,
  "a package registry":
    /\b(?:registry|artifactory|nexus|verdaccio|npm-?mirror|proxy)\.[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|local|internal|cn)\b/,
  "an issue or a pull request by its number":
    /\b(?:issues|pull|pulls)\/\d+|(?<![\w&])[\w.-]+\/[\w.-]+#\d+|(?<![\w/&[(#])#\d{2,5}\b(?!["'`;\w-])/,
  "how it was written": /co-[a]uthored-by|language [m]odel|chat[b]ot|as an [a]ssistant/i,
};

/** Examples of what is refused are no breach of it. */
const OWN_PATH = "test/tidy/text.test.ts";

const texts = readTree().filter(({ path }) => path !== OWN_PATH);

/** The lines that match, as "12: the line". */
function find(text: string, pattern: RegExp): readonly string[] {
  return text
    .split("\n")
    .flatMap((line, index) => (pattern.test(line) ? [`${index + 1}: ${line.trim().slice(0, 120)}`] : []));
}

/** The titles of a page of Markdown, outside of its code. */
function titlesOf(text: string): readonly string[] {
  const prose = text.replaceAll(/^(`{3,}|~{3,})[^]*?^\1[`~]*$/gm, "");
  return prose.split("\n").filter((line) => line.startsWith("# "));
}

describe("every text", () => {
  it("says nothing is left to do", () => {
    const found = texts.flatMap(({ path, text }) => find(text, UNFINISHED).map((line) => `${path}:${line}`));
    assert.deepEqual(found, []);
  });

  for (const [what, pattern] of Object.entries(STRAY)) {
    it(`is free of ${what}`, () => {
      // The packages that the lock file names come from wherever npm is told to look.
      const found = texts
        .filter(({ path }) => !path.endsWith("package-lock.json") || what.includes("registry"))
        .flatMap(({ path, text }) => find(text, pattern).map((line) => `${path}:${line}`));
      assert.deepEqual(found, []);
    });
  }

  it("ends with one line end, and has no blanks at the ends of its lines", () => {
    const code = texts.filter(({ path }) => /\.(?:ts|md|js|json)$/.test(path));
    const found = code.filter(
      ({ text }) => text !== "" && (!text.endsWith("\n") || text.endsWith("\n\n") || /[ \t]\n/.test(text)),
    );
    assert.deepEqual(
      found.map(({ path }) => path),
      [],
    );
  });
});

describe("every page of Markdown", () => {
  const pages = texts.filter(({ path }) => path.endsWith(".md"));
  for (const { path, text } of pages) {
    it(`${path} has exactly one title, on its first line`, () => {
      assert.equal(titlesOf(text).length, 1, titlesOf(text).join("\n"));
      assert.match(text, /^# \S/);
    });
  }
});

describe("every source file", () => {
  for (const { path, text } of texts.filter(({ path: name }) => name.startsWith("src/"))) {
    it(`${path} begins with a comment that says its only job`, () => {
      const start = text.replace(/^#!.*\n/, "");
      const isTold = start.startsWith("/**") || path === "src/driver/driver.ts";
      assert.ok(isTold, "its first line is no comment");
    });
  }
});

function has(what: string, text: string): boolean {
  return find(text, STRAY[what] as RegExp).length > 0;
}

const UNFINISHED_WORDS = ["todo", "fixme", "xxx", "hack"].map((word) => word.toUpperCase());

describe("the rule itself", () => {
  it("notices a word for something unfinished, and no longer word", () => {
    for (const word of UNFINISHED_WORDS) {
      assert.deepEqual(find(`fine\n// ${word}: later`, UNFINISHED), [`2: // ${word}: later`]);
      assert.deepEqual(find(`// ${word}S\ndb.exec("${word}")`, UNFINISHED), []);
    }
  });

  const bad: Readonly<Record<string, readonly string[]>> = {
    "a path of somebody's machine": ["see /home/anna/app.db", '"/Users/anna/x"', "cd /work/main", "(/root/.npmrc)"],
    "a path of somebody's Windows machine": ["C:\\Users\\anna", "c:\\\\Users\\\\anna"],
    "a package registry": [
      "https://registry.npmjs.org/lockstep",
      "npm --registry=http://verdaccio.corp.local",
      "nexus.example.com",
    ],
    "an issue or a pull request by its number": [
      "see issues/12",
      "https://example.org/a/b/pull/3",
      "fixes #1234",
      "drizzle/orm#5782",
    ],
    "how it was written": ["Co-Authored-By: somebody"],
  };
  for (const [what, lines] of Object.entries(bad)) {
    for (const line of lines) it(`notices ${what} in: ${line}`, () => assert.ok(has(what, line)));
  }

  const good: readonly string[] = [
    "data/work/app.db",
    "${home}/home/x",
    "https://sqlite.org/howtocorrupt.html#section-2",
    "the colour #123456",
    "a ## heading",
    "src/home/page.ts",
    "[see](#errors)",
    "step #1",
    "&#39;",
    "process.env.HOME",
    "./work/main.ts",
    "https://example.org/work/main",
  ];
  for (const line of good) {
    it(`has nothing against: ${line}`, () => {
      for (const what of Object.keys(STRAY)) assert.ok(!has(what, line), what);
    });
  }

  it("counts titles, and not what looks like one in code", () => {
    assert.deepEqual(titlesOf("# One\n\n```sh\n# a comment\n```\n\n## Two\n"), ["# One"]);
    assert.deepEqual(titlesOf("# One\n# Two\n"), ["# One", "# Two"]);
    assert.deepEqual(titlesOf("````md\n```\n# no\n```\n````\n"), []);
  });

  it("reads the tree that it is in", () => {
    const paths = new Set(texts.map(({ path }: TextFile) => path));
    for (const path of ["package.json", "src/index.ts", "test/support/source-tree.ts"])
      assert.ok(paths.has(path), path);
    assert.ok(![...paths].some((path) => path.includes("node_modules")));
  });
});
