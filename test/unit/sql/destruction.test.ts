/** What a statement takes away without naming rows, what it renames, and what it carries over. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Aliases } from "../../../src/core/sql/aliases.ts";
import { carriesOf, carriesRowsOf } from "../../../src/core/sql/carry.ts";
import { destructionOf, type Destruction } from "../../../src/core/sql/destruction.ts";
import { parseSql } from "../../../src/core/sql/migration-file.ts";
import type { Statement } from "../../../src/core/sql/script.ts";

function statement(sql: string): Statement {
  const parsed = parseSql(sql);
  const first = parsed.kind === "parsed" ? parsed.up.statements[0] : undefined;
  return first ?? assert.fail(`no statement in ${sql}`);
}

describe("what a statement destroys", () => {
  const cases: readonly (readonly [sql: string, expected: Destruction | undefined])[] = [
    ["DROP TABLE a", { code: "drop_table", table: "a" }],
    ['drop table if exists main."a b"', { code: "drop_table", table: "a b" }],
    ["DROP TABLE temp.a", undefined],
    ["DROP VIEW a", undefined],
    ["DROP INDEX a", undefined],
    ["ALTER TABLE a DROP COLUMN b", { code: "drop_column", table: "a", column: "b" }],
    ["ALTER TABLE a DROP [b c]", { code: "drop_column", table: "a", column: "b c" }],
    ["ALTER TABLE a DROP CONSTRAINT b", undefined],
    ["ALTER TABLE a RENAME COLUMN b TO c", undefined],
    ["DELETE FROM a", { code: "delete_all_rows", table: "a" }],
    ["DELETE FROM a RETURNING (SELECT 1 WHERE 1)", { code: "delete_all_rows", table: "a" }],
    ["WITH b AS (SELECT 1 WHERE 1) DELETE FROM a", { code: "delete_all_rows", table: "a" }],
    ["DELETE FROM a WHERE 1", undefined],
    ["DELETE FROM other.a", undefined],
    ["EXPLAIN DELETE FROM a", undefined],
    ["CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM a; END", undefined],
    ["UPDATE a SET b = NULL", undefined],
    ["SELECT 'DROP TABLE a'", undefined],
  ];
  for (const [sql, expected] of cases) it(sql, () => assert.deepEqual(destructionOf(statement(sql)), expected));
});

describe("the columns that a statement copies as they are", () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    "INSERT INTO n (x, y) SELECT a, b FROM o": ["o.a>x", "o.b>y"],
    'INSERT OR IGNORE INTO n ("X Y") SELECT t."A" AS z FROM O AS t': ["o.a>x y"],
    "INSERT INTO n SELECT a, b FROM o": ["o.a>0", "o.b>1"],
    "INSERT INTO n (x, y, z) SELECT lower(a), NULL, b FROM o": ["o.b>z"],
    "INSERT INTO n (x, y) SELECT * FROM o": [],
    "INSERT INTO n (x) SELECT a FROM o WHERE a > 1": [],
    "INSERT INTO n VALUES (1)": [],
    "UPDATE o SET x = a, y = a || b, z = (SELECT 1)": ["o.a>x"],
    "UPDATE o SET x = a WHERE b": [],
    "UPDATE o SET x = p.a FROM p": [],
    "DELETE FROM o": [],
  };
  for (const [sql, expected] of Object.entries(cases))
    it(sql, () => {
      const found = carriesOf(statement(sql)).map(({ table, from, to }) => `${table}.${from}>${to}`);
      assert.deepEqual(found, expected);
    });
});

describe("the rows that a statement takes from a table", () => {
  for (const [sql, expected] of [
    ["CREATE TABLE n AS SELECT * FROM o", true],
    ["CREATE TABLE n (o)", false],
    ["INSERT INTO n (x) SELECT a FROM p JOIN [O]", true],
    ["INSERT INTO n SELECT a FROM p", false],
    ["WITH c AS (SELECT * FROM o) INSERT INTO n SELECT * FROM c", true],
    ["INSERT INTO n WITH c AS (SELECT * FROM o) SELECT * FROM c", true],
    ["REPLACE INTO n SELECT * FROM o", true],
    ["INSERT INTO n VALUES ('o')", false],
    ["UPDATE n SET o = 1", false],
  ] as const)
    it(sql, () =>
      assert.equal(
        carriesRowsOf(statement(sql), (name) => name === "o"),
        expected,
      ),
    );
});

describe("names that were given", () => {
  it("lead back to what a thing was called, and forward to what it is called", () => {
    const names = new Aliases();
    names.note("a", "b");
    names.note("b", "c");
    assert.deepEqual([...names.of("c")].toSorted(), ["a", "b", "c"]);
    assert.deepEqual([...names.from("a")].toSorted(), ["a", "b", "c"]);
    names.forget("c");
    names.note("x", "c");
    assert.deepEqual([...names.of("c")].toSorted(), ["c", "x"]);
  });
});
