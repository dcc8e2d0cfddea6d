/** Which indexes SQLite makes for the constraints of a table. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { automaticIndexes } from "../../../src/core/schema/automatic-index.ts";
import { read } from "./read.ts";

/** `1 unique: a, b DESC nocase` */
function indexes(sql: string): readonly string[] {
  return automaticIndexes(read("table", sql)).map(({ name, origin, columns, conflict }) => {
    const terms = columns.map((column) =>
      [
        column.name,
        ...(column.order === "DESC" ? ["DESC"] : []),
        ...(column.collation === "BINARY" ? [] : [column.collation]),
      ].join(" "),
    );
    const number = name.replace("sqlite_autoindex_t_", "");
    return `${number} ${origin}: ${terms.join(", ")}${conflict === undefined ? "" : ` (${conflict})`}`;
  });
}

describe("automaticIndexes", () => {
  for (const [sql, ...expected] of [
    ["CREATE TABLE t (a INTEGER PRIMARY KEY, b)"],
    ["CREATE TABLE t (a INT PRIMARY KEY)", "1 primary_key: a"],
    ["CREATE TABLE t (a TEXT PRIMARY KEY DESC COLLATE nocase)", "1 primary_key: a DESC nocase"],
    ["CREATE TABLE t (a UNIQUE, b UNIQUE ON CONFLICT IGNORE)", "1 unique: a", "2 unique: b (IGNORE)"],
    ["CREATE TABLE t (a, b COLLATE x, UNIQUE (b DESC, a COLLATE y))", "1 unique: b DESC x, a y"],
    // Those on the same columns share one.
    ["CREATE TABLE t (a UNIQUE UNIQUE, b, UNIQUE (A), UNIQUE (a, b))", "1 unique: a", "2 unique: a, b"],
    ["CREATE TABLE t (a UNIQUE PRIMARY KEY ON CONFLICT FAIL)", "1 primary_key: a (FAIL)"],
    ["CREATE TABLE t (a UNIQUE, UNIQUE (a COLLATE nocase), UNIQUE (a DESC))", "1 unique: a", "2 unique: a nocase"],
    // Without a rowid the key that would be one comes last, and has each column once.
    ["CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE) WITHOUT ROWID", "1 unique: b", "2 primary_key: a"],
    ["CREATE TABLE t (a INTEGER PRIMARY KEY, UNIQUE (a)) WITHOUT ROWID", "1 primary_key: a"],
    ["CREATE TABLE t (a INTEGER, PRIMARY KEY (a COLLATE nocase DESC)) WITHOUT ROWID", "1 primary_key: a DESC"],
    ["CREATE TABLE t (a, b, PRIMARY KEY (a, b, a, a COLLATE x)) WITHOUT ROWID", "1 primary_key: a, b, a x"],
    ["CREATE TABLE t (a, b, PRIMARY KEY (a, b, a))", "1 primary_key: a, b, a"],
  ] as const) {
    it(`are ${expected.join(" and ") || "none"} for ${sql}`, () => assert.deepEqual(indexes(sql), expected));
  }
});
