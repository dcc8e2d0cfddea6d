/** Which comment is about which definition. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { read } from "./read.ts";

/** For each definition its name and its comments, and those of the table behind a "-". */
function shares(sql: string): readonly string[] {
  const { definitions, comments } = read("table", sql);
  const text = (all: readonly { readonly text: string }[]): string => all.map((comment) => comment.text).join(" ");
  return [
    ...definitions.map(({ span, comments: own }) => `${sql.charAt(span.start)}: ${text(own)}`.trim()),
    ...(comments.length === 0 ? [] : [`- ${text(comments)}`]),
  ];
}

describe("a comment is about", () => {
  for (const [about, sql, ...expected] of [
    ["the definition at whose line it ends", "CREATE TABLE t (\n a INT, -- x\n b INT -- y\n)", "a: -- x", "b: -- y"],
    ["the definition below it", "CREATE TABLE t (\n -- x\n -- y\n a,\n /* z */\n b)", "a: -- x -- y", "b: /* z */"],
    ["the definition that it stands in", "CREATE TABLE t (a /* x */ INT -- y\n NOT NULL, b)", "a: /* x */ -- y", "b:"],
    ["the one in front of the comma", "CREATE TABLE t (a /* x */, b)", "a: /* x */", "b:"],
    ["the one behind the comma, on one line", "CREATE TABLE t (a, /* x */ b)", "a:", "b: /* x */"],
    ["the one in front of it, at the end of the line", "CREATE TABLE t (a, /* x */ -- y\n b)", "a: /* x */ -- y", "b:"],
    [
      "the one in front of it, where commas lead",
      "CREATE TABLE t (\n  a -- x\n  -- y\n, b -- z\n)",
      "a: -- x",
      "b: -- y -- z",
    ],
    [
      "the next of two constraints without a comma",
      "CREATE TABLE t (a, CHECK(1) /* x */ CHECK(2))",
      "a:",
      "C:",
      "C: /* x */",
    ],
    ["the table, behind the opening parenthesis", "CREATE TABLE t ( -- x\n -- y\n a)", "a: -- y", "- -- x"],
    ["the first definition, on the line of the parenthesis", "CREATE TABLE t (/* x */ a)", "a: /* x */"],
    [
      "the table, below the last definition",
      "CREATE TABLE t (\n a -- x\n -- y\n /* z */)",
      "a: -- x",
      "- -- y /* z */",
    ],
    [
      "the table, outside of the parentheses",
      "CREATE /* x */ TABLE t /* y */ (a) /* z */",
      "a:",
      "- /* x */ /* y */ /* z */",
    ],
  ] as const) {
    it(about, () => assert.deepEqual(shares(sql), expected));
  }

  it("the column, which has it too", () => {
    const [column] = read("table", "CREATE TABLE t (a INT -- the a\n)").columns;
    assert.deepEqual(column?.comments, [{ text: "-- the a", offset: 22 }]);
  });
});
