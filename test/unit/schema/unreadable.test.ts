/** What is not known is refused, with what is wrong and where. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refused } from "./read.ts";

describe("parseObject refuses", () => {
  for (const [sql, what, at] of [
    ["", "expected CREATE and found the end", ""],
    ["SELECT 1", 'expected CREATE and found "SELECT"', "SELECT 1"],
    ["CREATE FUNCTION f", 'expected TABLE, INDEX, VIEW or TRIGGER and found "FUNCTION"', "FUNCTION f"],
    ["CREATE TEMP INDEX i ON t (a)", 'expected TABLE, INDEX, VIEW or TRIGGER and found "INDEX"', "INDEX i ON t (a)"],
    ["CREATE TABLE table (a)", 'expected a name and found "table"', "table (a)"],
    ["CREATE TABLE t AS SELECT 1", "only SQLite knows the columns of AS SELECT", "AS SELECT 1"],
    ["CREATE TABLE t (a", 'expected ")" and found the end', ""],
    ["CREATE TABLE t (a,)", 'expected a column and found ")"', ")"],
    ["CREATE TABLE t ()", 'expected a column and found ")"', ")"],
    ["CREATE TABLE t (CHECK (1))", 'expected a column and found "CHECK"', "CHECK (1))"],
    ["CREATE TABLE t (a, CHECK (1), b)", 'expected a constraint and found "b"', "b)"],
    ["CREATE TABLE t (a b(10) c)", 'expected ")" and found "c"', "c)"],
    ["CREATE TABLE t (a b(x))", 'expected a number and found "x"', "x))"],
    ["CREATE TABLE t (a DEFAULT)", 'expected a value and found ")"', ")"],
    ["CREATE TABLE t (a DEFAULT - x)", 'expected a value and found "x"', "x)"],
    ["CREATE TABLE t (a CHECK ())", 'expected an expression and found ")"', "))"],
    ["CREATE TABLE t (a CHECK (1)", 'expected ")" and found the end', ""],
    ["CREATE TABLE t (a CHECK (f(1)", "this parenthesis is never closed", "(f(1)"],
    [
      "CREATE TABLE t (a NOT NULL ON CONFLICT PANIC)",
      'expected ROLLBACK, ABORT, FAIL, IGNORE or REPLACE and found "PANIC"',
      "PANIC)",
    ],
    ["CREATE TABLE t (a REFERENCES p ON DELETE NOTHING)", 'expected an action and found "NOTHING"', "NOTHING)"],
    ["CREATE TABLE t (a DEFERRABLE INITIALLY x)", 'expected DEFERRED or IMMEDIATE and found "x"', "x)"],
    ["CREATE TABLE t (a COLLATE left)", 'expected a collation and found "left"', "left)"],
    ["CREATE TABLE t (a AS (1) 'stored')", `expected ")" and found "'stored'"`, "'stored')"],
    ["CREATE TABLE t (a, UNIQUE (a + 1))", "an expression stands where only a column can", "a + 1))"],
    ["CREATE TABLE t (a, UNIQUE (b))", 'there is no column "b"', "b))"],
    ["CREATE TABLE t (a, FOREIGN KEY (a, b) REFERENCES p)", 'there is no column "b"', "b) REFERENCES p)"],
    ["CREATE TABLE t (a PRIMARY KEY, PRIMARY KEY (a))", "a second primary key", "PRIMARY KEY (a))"],
    ["CREATE TABLE t (a) WITHOUT", "expected ROWID and found the end", ""],
    ["CREATE TABLE t (a) FAST", 'expected STRICT or WITHOUT ROWID and found "FAST"', "FAST"],
    ['CREATE TABLE t (a) "STRICT"', 'expected STRICT or WITHOUT ROWID and found ""STRICT""', '"STRICT"'],
    ["CREATE TABLE t (a) STRICT WITHOUT ROWID", 'expected "," and found "WITHOUT"', "WITHOUT ROWID"],
    ["CREATE TABLE t (a); SELECT 1", 'expected STRICT or WITHOUT ROWID and found ";"', "; SELECT 1"],
    ["CREATE INDEX i ON t (a NULLS FIRST)", 'expected ")" and found "NULLS"', "NULLS FIRST)"],
    ["CREATE INDEX i ON t (a) b", 'expected the end and found "b"', "b"],
    ["CREATE INDEX i ON t (a,)", 'expected an expression and found ")"', ")"],
    ["CREATE INDEX i ON t (a) WHERE", "expected an expression and found the end", ""],
    ["CREATE VIEW v AS DELETE FROM t", 'expected a query and found "DELETE"', "DELETE FROM t"],
    [
      "CREATE TRIGGER r ON t BEGIN SELECT 1; END",
      'expected INSERT, UPDATE or DELETE and found "ON"',
      "ON t BEGIN SELECT 1; END",
    ],
    ["CREATE TRIGGER r INSERT ON t BEGIN SELECT 1;", 'expected END and found "1"', "1;"],
    ["CREATE TRIGGER r INSERT ON t BEGIN END", 'expected END and found "END"', "END"],
    ["CREATE VIRTUAL TABLE v USING m(a", 'expected ")" and found the end', ""],
    ["CREATE VIRTUAL TABLE v USING m(a) b", 'expected the end and found "b"', "b"],
    ["CREATE TABLE t (a 'b)", "this string is never closed", "'b)"],
    ["CREATE TABLE t (a ! b)", 'the character "!" has no meaning in SQL', "! b)"],
  ] as const) {
    it(sql === "" ? "nothing" : sql, () => {
      const { what: said, offset } = refused(sql);
      assert.equal(said, what);
      assert.equal(sql.slice(offset), at);
    });
  }

  it("a very long token in a few words", () => {
    const { what } = refused(`CREATE TABLE t (a) ${"x".repeat(1000)}`);
    assert.equal(what, `expected STRICT or WITHOUT ROWID and found "${"x".repeat(40)}…"`);
  });
});
