/** What is read of a column: its name, its type, and all that stands behind it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutPlaces } from "../../support/schema-project.ts";
import { read, readBody, readColumn } from "./read.ts";

describe("the name of a column", () => {
  for (const [written, name] of [
    ["a", "a"],
    ['"a b"', "a b"],
    ['"a""b"', 'a"b'],
    ["`a``b`", "a`b"],
    ["[a b]", "a b"],
    ["'it''s'", "it's"],
    ["key", "key"],
    ["replace", "replace"],
    ["left", "left"],
    ["indexed", "indexed"],
    ["généré", "généré"],
  ] as const) {
    it(`is ${name} where it is written ${written}`, () => assert.equal(readColumn(written).name, name));
  }
});

describe("the type of a column", () => {
  for (const [written, type] of [
    ["a", ""],
    ["a integer", "INTEGER"],
    ["a Any", "ANY"],
    ["a varchar(10, 2)", "varchar(10, 2)"],
    ["a UNSIGNED  BIG INT", "UNSIGNED  BIG INT"],
    ["a decimal(-1,+2.5e3)", "decimal(-1,+2.5e3)"],
    ["a int /* four bytes */ eger", "int /* four bytes */ eger"],
    ['a "INTEGER"', "INTEGER"],
    ['a "my type" too', "my type"],
    ["a 'text'", "TEXT"],
    ["a [odd name](3)", "odd name](3"],
    ["a key action", "key action"],
    ["a INT GENERATED", "INT GENERATED"],
    ["a INT GENERATED ALWAYS AS (1)", "INT"],
    ["a GENERATED ALWAYS AS (1)", ""],
    ["a generated as (1)", "generated"],
    ["a INT always", "INT always"],
    // SQLite takes both words for names first, and cuts them off afterwards.
    ["a INT GENERATED ALWAYS", "INT"],
    ["a LONG TYPE NAME ALWAYS", "LONG TYPE NAME"],
    ["a INT generated /* why */ always AS (1)", "INT generated /* why */"],
  ] as const) {
    it(`is "${type}" for ${written}`, () => assert.equal(readBody(`${written}, b`).columns[0]?.type, type));
  }

  it("ends where the first constraint begins", () => {
    const { sql, columns } = readBody("a VARCHAR (10) NOT NULL");
    const type = columns[0]?.source.type;
    assert.equal(sql.slice(type?.start, type?.end), "VARCHAR (10)");
  });
});

describe("the default of a column", () => {
  for (const [written, text, form] of [
    ["DEFAULT 5", "5", "literal"],
    ["DEFAULT - /* minus */ 5", "- /* minus */ 5", "literal"],
    ["DEFAULT +1.5e3", "+1.5e3", "literal"],
    ["DEFAULT 'it''s'", "'it''s'", "literal"],
    ["DEFAULT x'00'", "x'00'", "literal"],
    ["DEFAULT NULL", "NULL", "literal"],
    ["DEFAULT current_timestamp", "current_timestamp", "literal"],
    ["DEFAULT true", "true", "literal"],
    ["DEFAULT anything", "anything", "literal"],
    ['DEFAULT "x"', '"x"', "literal"],
    ["DEFAULT ( 1 + (2) )", "1 + (2)", "expression"],
    ["DEFAULT (/* one */ 1)", "/* one */ 1", "expression"],
    // The last one counts.
    ["DEFAULT 1 DEFAULT 2", "2", "literal"],
    ["DEFAULT 5 NOT NULL", "5", "literal"],
  ] as const) {
    it(`is ${text} for ${written}`, () => {
      const { default: value } = readColumn(`a ${written}`);
      assert.equal(value?.text, text);
      assert.equal(value?.form, form);
    });
  }

  it("has its parentheses in its place, not in its text", () => {
    const { sql, columns } = readBody("a DEFAULT ( 1 ) NOT NULL");
    const { value } = columns[0]?.default?.source ?? {};
    assert.equal(sql.slice(value?.start, value?.end), "( 1 )");
  });
});

describe("the constraints of a column", () => {
  for (const [written, ...expected] of [
    ["NOT NULL ON CONFLICT IGNORE", { kind: "not_null", conflict: "IGNORE" }],
    ["CONSTRAINT n NOT NULL", { kind: "not_null", name: "n" }],
    ["NULL", { kind: "null" }],
    ["UNIQUE", { kind: "unique", level: "column", columns: [{ kind: "column", name: "a", order: "ASC" }] }],
    [
      "PRIMARY KEY DESC ON CONFLICT REPLACE",
      {
        kind: "primary_key",
        level: "column",
        columns: [{ kind: "column", name: "a", order: "DESC" }],
        autoincrement: "no",
        conflict: "REPLACE",
      },
    ],
    ["CHECK (a > (1))", { kind: "check", level: "column", expression: "a > ( 1 )" }],
    ["COLLATE 'NoCase'", { kind: "collate", collation: "NoCase" }],
    ["AS (a || ')') STORED", { kind: "generated", expression: "a || ')'", storage: "stored" }],
    ["GENERATED ALWAYS AS (1) virtual", { kind: "generated", expression: "1", storage: "virtual" }],
    ["AS (1) NOT NULL", { kind: "generated", expression: "1", storage: "virtual" }, { kind: "not_null" }],
    ["CONSTRAINT n", { kind: "name_only", name: "n" }],
    ["CONSTRAINT n CONSTRAINT m NULL", { kind: "name_only", name: "n" }, { kind: "null", name: "m" }],
    ["DEFERRABLE INITIALLY DEFERRED", { kind: "deferral", timing: "deferred" }],
  ] as const) {
    it(`are read from ${written}`, () => {
      assert.deepEqual(withoutPlaces(readBody(`a INT ${written}`).columns[0]?.constraints), expected);
    });
  }

  it("are read in any number and order, each at its place", () => {
    const { sql, columns } = readBody(
      "a INT UNIQUE/**/CHECK(a)NOT NULL DEFAULT 1 COLLATE binary CONSTRAINT n CHECK (1)",
    );
    assert.deepEqual(
      columns[0]?.constraints.map(({ source: { span } }) => sql.slice(span.start, span.end)),
      ["UNIQUE", "CHECK(a)", "NOT NULL", "DEFAULT 1", "COLLATE binary", "CONSTRAINT n CHECK (1)"],
    );
  });
});

describe("whether a column refuses NULL", () => {
  for (const [sql, nulls] of [
    ["CREATE TABLE t (a)", "allowed"],
    ["CREATE TABLE t (a NOT NULL)", "refused"],
    ["CREATE TABLE t (a TEXT PRIMARY KEY)", "allowed"],
    ["CREATE TABLE t (a INTEGER PRIMARY KEY)", "allowed"],
    ["CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ROWID", "refused"],
    ["CREATE TABLE t (a TEXT, PRIMARY KEY (A)) STRICT", "refused"],
    ["CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT", "allowed"],
  ] as const) {
    it(`is "${nulls}" in ${sql}`, () => assert.equal(read("table", sql).columns[0]?.nulls, nulls));
  }
});
