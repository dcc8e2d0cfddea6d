/** The pure parts of a check: differences of texts, rows and schemas, and annotations. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderAnnotation } from "../../src/cli/render/annotation.ts";
import { compareRows } from "../../src/core/check/compare-rows.ts";
import { findingCodes } from "../../src/core/check/finding.ts";
import { unifiedDiff } from "../../src/core/check/unified-diff.ts";
import { readPage } from "../docs/support/page.ts";

describe("a unified diff", () => {
  const cases: Readonly<Record<string, readonly [string, string, readonly string[]]>> = {
    "of nothing": ["", "", []],
    "of the same": ["a\nb", "a\nb", [" a", " b"]],
    "of a line that is changed": ["a\nb\nc", "a\nx\nc", [" a", "-b", "+x", " c"]],
    "of a line more at the end": ["a", "a\nb", [" a", "+b"]],
    "of a line less at the beginning": ["a\nb", "b", ["-a", " b"]],
    "with nothing on one side": ["", "a\nb", ["+a", "+b"]],
  };
  for (const [what, [left, right, lines]] of Object.entries(cases)) {
    it(what, () => assert.deepEqual(unifiedDiff(left, right), lines));
  }
});

describe("rows", () => {
  const rows = (...list: readonly (readonly [string, ...string[]])[]) => ({
    columns: ["a", "b"],
    identity: "numbered" as const,
    rows: list.map(([id, ...values]) => ({ id, values })),
  });
  const kinds = (...sides: readonly [ReturnType<typeof rows>, ReturnType<typeof rows>]): readonly string[] =>
    compareRows(...sides).map(({ kind }) => kind);

  it("that are the same do not differ, in whatever order they stand", () => {
    assert.deepEqual(kinds(rows(["1", "1", "2"], ["2", "3", "4"]), rows(["2", "3", "4"], ["1", "1", "2"])), []);
  });
  it("are lost, added, changed or renumbered", () => {
    assert.deepEqual(kinds(rows(["1", "1", "2"]), rows()), ["lost"]);
    assert.deepEqual(kinds(rows(), rows(["1", "1", "2"])), ["added"]);
    assert.deepEqual(kinds(rows(["1", "1", "2"]), rows(["1", "1", "'2'"])), ["changed"]);
    assert.deepEqual(kinds(rows(["1", "1", "2"]), rows(["7", "1", "2"])), ["renumbered"]);
  });
  it("that are there twice count twice", () => {
    assert.deepEqual(kinds(rows(["", "1", "2"], ["", "1", "2"]), rows(["", "1", "2"])), ["lost"]);
  });
});

describe("an annotation", () => {
  it("has what GitHub reads escaped", () => {
    const text = renderAnnotation({
      code: "drift",
      problem: "100%\nof: it",
      fix: "a,b",
      file: "a,b:c.sql",
      line: 3,
      column: 4,
    });
    assert.equal(text, "::error file=a%2Cb%3Ac.sql,line=3,col=4,title=lockstep%3A drift::100%25%0Aof: it%0Afix: a,b");
  });
  it("has the rule of the linter in its title", () => {
    const text = renderAnnotation({
      code: "hazard",
      problem: "p",
      fix: "f",
      lint: { code: "drop_table", level: "danger" },
    });
    assert.equal(text, "::error title=lockstep%3A hazard drop_table (danger)::p%0Afix: f");
  });
  it("needs no file", () => {
    const text = renderAnnotation({ code: "drift", problem: "p", fix: "f" });
    assert.equal(text, "::error title=lockstep%3A drift::p%0Afix: f");
  });
});

it("every code of a finding has its entry in docs/check.md, in the same order, and no other", () => {
  const titles = readPage("docs/check.md").headings.filter(({ depth }) => depth === 3);
  assert.deepEqual(
    titles.map(({ text }) => text),
    findingCodes,
  );
});
