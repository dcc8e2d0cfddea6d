/** The splitter, case by case. test/property/sql-splitter.test.ts holds it against SQLite. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { splitStatements, type SplitResult } from "../../../src/core/sql/splitter.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

function split(text: string): SplitResult {
  return splitStatements(text, tokenize(text).tokens);
}

const trigger = "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END";

const cases: readonly (readonly [name: string, text: string, statements: readonly string[]])[] = [
  ["nothing in an empty text", "", []],
  ["nothing in semicolons, comments and white space", " ;; -- a;\n /* b; */ ; \n", []],
  ["one statement without a semicolon", "SELECT 1", ["SELECT 1"]],
  [
    "statements without the comments around them",
    "-- a\nSELECT 1 -- b\n; /* c */ SELECT 2 /* d",
    ["SELECT 1", "SELECT 2"],
  ],
  ["comments inside a statement", "SELECT /* ; */ 1 -- ;\n, 2;", ["SELECT /* ; */ 1 -- ;\n, 2"]],
  [
    "semicolons in strings and quoted names",
    `SELECT ';', ";", [;], \`;\`; SELECT 2`,
    [`SELECT ';', ";", [;], \`;\``, "SELECT 2"],
  ],
  ["a semicolon in a Tcl parameter", "SELECT $a(;); SELECT 2", ["SELECT $a(;)", "SELECT 2"]],
  ["a trigger as one statement", `${trigger}; SELECT 4`, [trigger, "SELECT 4"]],
  ["a trigger at the end without a semicolon", `SELECT 0;${trigger}`, ["SELECT 0", trigger]],
  [
    "a temporary trigger",
    `${trigger.replace("TRIGGER", "/* t */ temp\nTrigger")};SELECT 4`,
    [trigger.replace("TRIGGER", "/* t */ temp\nTrigger"), "SELECT 4"],
  ],
  [
    "a TEMPORARY trigger",
    `${trigger.replace("TRIGGER", "TEMPORARY TRIGGER")};`,
    [trigger.replace("TRIGGER", "TEMPORARY TRIGGER")],
  ],
  ["an explained trigger", `EXPLAIN ${trigger};SELECT 4`, [`EXPLAIN ${trigger}`, "SELECT 4"]],
  [
    "an explained trigger's query plan",
    `explain query plan ${trigger};SELECT 4`,
    [`explain query plan ${trigger}`, "SELECT 4"],
  ],
  [
    "a trigger with a comment before END",
    "CREATE TRIGGER r BEGIN SELECT 1; -- x\n END /* y */ ;",
    ["CREATE TRIGGER r BEGIN SELECT 1; -- x\n END"],
  ],
  ["END as a transaction's end", "BEGIN; SELECT 1; END; SELECT 2", ["BEGIN", "SELECT 1", "END", "SELECT 2"]],
  [
    "semicolons in the arguments of a virtual table",
    "CREATE VIRTUAL TABLE v USING m(sep=;, (;)); EXPLAIN CREATE VIRTUAL TABLE w USING m(;); SELECT 1",
    ["CREATE VIRTUAL TABLE v USING m(sep=;, (;))", "EXPLAIN CREATE VIRTUAL TABLE w USING m(;)", "SELECT 1"],
  ],
  [
    "a virtual table without arguments",
    "CREATE VIRTUAL TABLE v USING m; SELECT (1)",
    ["CREATE VIRTUAL TABLE v USING m", "SELECT (1)"],
  ],
  ["a table named trigger", "CREATE TABLE trigger (a); SELECT 1", ["CREATE TABLE trigger (a)", "SELECT 1"]],
  ["a quoted word that is no keyword", 'CREATE "TRIGGER"; SELECT 1', ['CREATE "TRIGGER"', "SELECT 1"]],
  [
    "END as a name inside a trigger",
    "CREATE TRIGGER r BEGIN SELECT 1; end x; END; SELECT 2",
    ["CREATE TRIGGER r BEGIN SELECT 1; end x; END", "SELECT 2"],
  ],
];

describe("splitStatements", () => {
  for (const [name, text, expected] of cases) {
    it(`finds ${name}`, () => {
      const { statements, problem } = split(text);
      assert.equal(problem, undefined);
      assert.deepEqual(
        statements.map((statement) => statement.text),
        expected,
      );
    });
  }

  it("gives each statement its offset, line, column and tokens, all relative to the text", () => {
    const text = "-- first\r\nSELECT 1;\r\n  SELECT\r\n 22 ;";
    const [first, second, ...rest] = split(text).statements;
    assert.deepEqual(rest, []);
    assert.deepEqual([first?.offset, first?.line, first?.column], [10, 2, 1]);
    assert.deepEqual([second?.offset, second?.line, second?.column], [23, 3, 3]);
    assert.deepEqual(second?.tokens, [
      { kind: "word", text: "SELECT", offset: 23 },
      { kind: "number", text: "22", offset: 32 },
    ]);
    assert.deepEqual(second?.directives, []);
  });

  it("says where each statement ends: at its semicolon, or behind its last token", () => {
    assert.deepEqual(split("SELECT 1 ; SELECT 2 -- x").ends, [9, 19]);
  });

  for (const text of [
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1;",
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1 END;",
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END CREATE TABLE u (a);",
    "CREATE TEMP TRIGGER",
    "CREATE TRIGGER r AFTER INSERT ON t; SELECT 1;",
  ]) {
    it(`refuses a trigger that never ends: ${text}`, () => {
      const { statements, problem } = split(`SELECT 0;\n${text}`);
      assert.equal(problem?.offset, 10);
      assert.match(problem?.message ?? "", /trigger that begins here is never closed/);
      assert.equal(statements.length, 2);
    });
  }
});
