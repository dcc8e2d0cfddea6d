/** Definitions are taken out of a text and written into it, and nothing else changes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { addDefinition, applyEdits, removeConstraint, removeDefinition } from "../../../src/core/schema/edit.ts";
import { read } from "./read.ts";

/** The text without the definition at this place, counted from 0. */
function without(sql: string, place: number): string {
  const table = read("table", sql);
  const definition = table.definitions[place];
  assert.ok(definition !== undefined);
  const edited = applyEdits(sql, removeDefinition(table, definition));
  assert.equal(read("table", edited).definitions.length, table.definitions.length - 1);
  return edited;
}

/** The text with a definition behind the one at this place. */
function withBehind(sql: string, place: number, text: string): string {
  const table = read("table", sql);
  const definition = table.definitions.at(place);
  assert.ok(definition !== undefined);
  const edited = applyEdits(sql, addDefinition(table, definition, text));
  assert.equal(read("table", edited).definitions.length, table.definitions.length + 1);
  return edited;
}

describe("removeDefinition", () => {
  const lines = "CREATE TABLE t (\n  a INT, -- x\n  -- about b\n  b INT, -- y\n  c INT -- z\n) STRICT";
  const leading = "CREATE TABLE t (\n  a INT -- x\n  -- about b\n  , b INT -- y\n  , c INT -- z\n)";
  for (const [about, sql, place, expected] of [
    ["the first of several lines", lines, 0, "CREATE TABLE t (\n  -- about b\n  b INT, -- y\n  c INT -- z\n) STRICT"],
    ["one in the middle, with its comments", lines, 1, "CREATE TABLE t (\n  a INT, -- x\n  c INT -- z\n) STRICT"],
    [
      "the last, and the comma before it",
      lines,
      2,
      "CREATE TABLE t (\n  a INT, -- x\n  -- about b\n  b INT -- y\n) STRICT",
    ],
    ["the first on one line", "CREATE TABLE t (a INT, b INT, c INT)", 0, "CREATE TABLE t ( b INT, c INT)"],
    ["one in the middle of a line", "CREATE TABLE t (a INT, b INT, c INT)", 1, "CREATE TABLE t (a INT, c INT)"],
    ["the last on a line", "CREATE TABLE t (a INT, b INT, c INT)", 2, "CREATE TABLE t (a INT, b INT)"],
    ["the first where commas lead", leading, 0, "CREATE TABLE t (\n  -- about b\n   b INT -- y\n  , c INT -- z\n)"],
    ["one in the middle where commas lead", leading, 1, "CREATE TABLE t (\n  a INT -- x\n  , c INT -- z\n)"],
    ["the last where commas lead", leading, 2, "CREATE TABLE t (\n  a INT -- x\n  -- about b\n  , b INT -- y\n)"],
    ["a constraint without a comma", "CREATE TABLE t (a, CHECK (1) CHECK (2))", 1, "CREATE TABLE t (a, CHECK (2))"],
    [
      "the last constraint without a comma",
      "CREATE TABLE t (a, CHECK (1) CHECK (2))",
      2,
      "CREATE TABLE t (a, CHECK (1))",
    ],
    [
      "what follows a line comment, and keeps its line end",
      "CREATE TABLE t (a, -- x\nb)",
      1,
      "CREATE TABLE t (a -- x\n)",
    ],
    ["what stands between line comments", "CREATE TABLE t (a -- x\n, b, c)", 1, "CREATE TABLE t (a -- x\n, c)"],
    ["with Windows line ends", "CREATE TABLE t (\r\n  a INT,\r\n  b INT\r\n)", 0, "CREATE TABLE t (\r\n  b INT\r\n)"],
  ] as const) {
    it(`takes out ${about}`, () => assert.equal(without(sql, place), expected));
  }
});

describe("addDefinition", () => {
  for (const [about, sql, place, expected] of [
    ["behind the last on a line", "CREATE TABLE t (a INT, b INT)", -1, "CREATE TABLE t (a INT, b INT, NEW x)"],
    ["between two on a line", "CREATE TABLE t (a INT, CHECK (1))", 0, "CREATE TABLE t (a INT, NEW x, CHECK (1))"],
    [
      "on a line of its own",
      "CREATE TABLE t (\n\ta INT,\n\tb INT\n)",
      -1,
      "CREATE TABLE t (\n\ta INT,\n\tb INT,\n\tNEW x\n)",
    ],
    ["behind a comment", "CREATE TABLE t (\n  a INT -- x\n)", -1, "CREATE TABLE t (\n  a INT, -- x\n  NEW x\n)"],
    [
      "between lines",
      "CREATE TABLE t (\n  a INT, -- x\n  CHECK (1)\n)",
      0,
      "CREATE TABLE t (\n  a INT, -- x\n  NEW x,\n  CHECK (1)\n)",
    ],
    [
      "where commas lead",
      "CREATE TABLE t (\n  a -- x\n  , CHECK (1)\n)",
      0,
      "CREATE TABLE t (\n  a -- x\n  , NEW x\n  , CHECK (1)\n)",
    ],
    ["behind a line comment on the first line", "CREATE TABLE t (a -- x\n)", -1, "CREATE TABLE t (a, -- x\nNEW x\n)"],
    [
      "in front of the comment of the next",
      "CREATE TABLE t (a, /* x */ CHECK (1))",
      0,
      "CREATE TABLE t (a, NEW x, /* x */ CHECK (1))",
    ],
  ] as const) {
    it(`writes ${about}`, () => {
      // A column may not follow a constraint: what is written stands behind a column, or is the last.
      assert.equal(withBehind(sql, place, "NEW x"), expected);
    });
  }
});

describe("removeConstraint", () => {
  for (const [about, definition, place, expected] of [
    ["one of several", "a INT NOT NULL UNIQUE", 0, "a INT UNIQUE"],
    ["the last", "a INT NOT NULL UNIQUE", 1, "a INT NOT NULL"],
    ["the only one, and keeps the comment behind it", "a INT NOT NULL -- must\n", 0, "a INT -- must\n"],
    ["one below a line comment", "a INT -- must\n NOT NULL, b", 0, "a INT -- must\n , b"],
    ["the last below a line comment, and no white space stays", "a INT -- must\n NOT NULL ", 0, "a INT -- must\n"],
    ["one with its name", "a INT CONSTRAINT n CHECK (a > 0) DEFAULT 1", 0, "a INT DEFAULT 1"],
    ["one that no space follows", "a INT CHECK(a)NOT NULL", 0, "a INT NOT NULL"],
  ] as const) {
    it(`takes out ${about}`, () => {
      const sql = `CREATE TABLE t (${definition})`;
      const table = read("table", sql);
      const constraint = table.columns[0]?.constraints[place];
      assert.ok(constraint !== undefined);
      assert.equal(applyEdits(sql, removeConstraint(table, constraint)), `CREATE TABLE t (${expected})`);
    });
  }
});

describe("applyEdits", () => {
  it("makes the edits by their place, and those at one place in their order", () => {
    const edits = [
      { span: { start: 4, end: 4 }, text: "1" },
      { span: { start: 0, end: 1 }, text: "" },
      { span: { start: 4, end: 4 }, text: "2" },
    ];
    assert.equal(applyEdits("abcdef", edits), "bcd12ef");
  });

  it("refuses edits that overlap, or lie outside", () => {
    const edit = (start: number, end: number) => ({ span: { start, end }, text: "" });
    assert.throws(() => applyEdits("abc", [edit(0, 2), edit(1, 3)]), RangeError);
    assert.throws(() => applyEdits("abc", [edit(2, 4)]), RangeError);
    assert.throws(() => applyEdits("abc", [edit(2, 1)]), RangeError);
  });
});
