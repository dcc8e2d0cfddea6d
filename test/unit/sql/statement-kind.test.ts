/** What a statement does, and which statements can leave rows that refer to none. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { parseSql } from "../../../src/core/sql/migration-file.ts";
import type { Statement } from "../../../src/core/sql/script.ts";
import {
  classify,
  mayBreakForeignKeys,
  parametersOf,
  type StatementKind,
} from "../../../src/core/sql/statement-kind.ts";

function statementOf(sql: string): Statement {
  const parsed = parseSql(sql);
  if (parsed.kind === "problem") assert.fail(parsed.problem.message);
  const [statement, ...more] = parsed.up.statements;
  if (statement === undefined || more.length > 0) assert.fail(`not one statement: ${sql}`);
  return statement;
}

const query: StatementKind = { kind: "query" };
const other: StatementKind = { kind: "other" };
const create = { kind: "schema", verb: "CREATE" } as const;
const alter = { kind: "schema", verb: "ALTER", object: "table", name: "t" } as const;

const cases: readonly (readonly [sql: string, kind: StatementKind])[] = [
  ["begin", { kind: "transaction", verb: "BEGIN" }],
  ["BEGIN IMMEDIATE TRANSACTION", { kind: "transaction", verb: "BEGIN" }],
  ["COMMIT TRANSACTION x", { kind: "transaction", verb: "COMMIT" }],
  ["END", { kind: "transaction", verb: "END" }],
  ["ROLLBACK", { kind: "transaction", verb: "ROLLBACK" }],
  ["ROLLBACK TRANSACTION x", { kind: "transaction", verb: "ROLLBACK" }],
  ["ROLLBACK TO s", { kind: "transaction", verb: "ROLLBACK", savepoint: "s" }],
  ["ROLLBACK TRANSACTION x TO SAVEPOINT s", { kind: "transaction", verb: "ROLLBACK", savepoint: "s" }],
  ['SAVEPOINT "a b"', { kind: "transaction", verb: "SAVEPOINT", savepoint: "a b" }],
  ["RELEASE s", { kind: "transaction", verb: "RELEASE", savepoint: "s" }],
  ["RELEASE SAVEPOINT s", { kind: "transaction", verb: "RELEASE", savepoint: "s" }],
  ["PRAGMA foreign_keys", { kind: "pragma", name: "foreign_keys" }],
  ["PRAGMA Foreign_Keys = OFF", { kind: "pragma", name: "foreign_keys", value: "OFF" }],
  ["PRAGMA main.user_version(-7)", { kind: "pragma", name: "user_version", schema: "main", value: "-7" }],
  [`PRAGMA "cache_size" = - 2000`, { kind: "pragma", name: "cache_size", value: "-2000" }],
  ["PRAGMA table_info('my table')", { kind: "pragma", name: "table_info", value: "'my table'" }],
  ["VACUUM INTO 'x.db'", { kind: "outside_transaction", verb: "VACUUM" }],
  ["ATTACH DATABASE 'x.db' AS x", { kind: "outside_transaction", verb: "ATTACH" }],
  ["DETACH x", { kind: "outside_transaction", verb: "DETACH" }],
  ["CREATE TABLE t (a)", { ...create, object: "table", name: "t" }],
  ["create table if not exists main.[a b] (a)", { ...create, object: "table", name: "a b", schema: "main" }],
  ["CREATE TABLE if (a)", { ...create, object: "table", name: "if" }],
  ["CREATE TEMP TABLE t AS SELECT 1", { ...create, object: "table", name: "t", schema: "temp" }],
  ["CREATE VIRTUAL TABLE f USING fts5(a)", { ...create, object: "virtual_table", name: "f" }],
  ["CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a)", { ...create, object: "index", name: "i", table: "t" }],
  ["CREATE TEMPORARY VIEW v AS SELECT 1", { ...create, object: "view", name: "v", schema: "temp" }],
  [
    'CREATE TRIGGER main.r AFTER UPDATE OF a ON "t" BEGIN SELECT 1; END',
    { ...create, object: "trigger", name: "r", schema: "main", table: "t" },
  ],
  ["CREATE FUNCTION f", other],
  ["CREATE", other],
  ["DROP TABLE IF EXISTS main.t", { kind: "schema", verb: "DROP", object: "table", name: "t", schema: "main" }],
  ["DROP TRIGGER r", { kind: "schema", verb: "DROP", object: "trigger", name: "r" }],
  ["ALTER TABLE t RENAME TO u", { ...alter, alteration: "rename_table" }],
  ["ALTER TABLE t RENAME a TO b", { ...alter, alteration: "rename_column" }],
  ["ALTER TABLE t RENAME COLUMN a TO b", { ...alter, alteration: "rename_column" }],
  ["ALTER TABLE main.t ADD a", { ...alter, schema: "main", alteration: "add_column" }],
  ["ALTER TABLE t ADD COLUMN a", { ...alter, alteration: "add_column" }],
  ["ALTER TABLE t DROP a", { ...alter, alteration: "drop_column" }],
  ["ALTER TABLE t ADD CHECK (a > 0)", { ...alter, alteration: "add_check" }],
  ["ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", { ...alter, alteration: "add_check" }],
  ["ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (b)", { ...alter, alteration: "other" }],
  ["ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)", { ...alter, alteration: "other" }],
  ["ALTER TABLE t DROP CONSTRAINT c", { ...alter, alteration: "drop_constraint" }],
  ["ALTER TABLE t ALTER a SET NOT NULL", { ...alter, alteration: "set_not_null" }],
  ["ALTER TABLE t ALTER COLUMN a DROP NOT NULL", { ...alter, alteration: "drop_not_null" }],
  ["ALTER TABLE t ALTER COLUMN a TO a text", { ...alter, alteration: "other" }],
  ["ALTER TABLE t", { ...alter, alteration: "other" }],
  ["ALTER INDEX i RENAME TO j", other],
  ["REINDEX", { kind: "schema", verb: "REINDEX" }],
  ["ANALYZE main.t", { kind: "schema", verb: "ANALYZE", name: "t", schema: "main" }],
  ["INSERT INTO t VALUES (1)", { kind: "data", verb: "INSERT", table: "t" }],
  ["INSERT OR IGNORE INTO main.t VALUES (1)", { kind: "data", verb: "INSERT", table: "t", schema: "main" }],
  ["REPLACE INTO `t` VALUES (1)", { kind: "data", verb: "REPLACE", table: "t" }],
  ["UPDATE OR ROLLBACK t SET a = 1", { kind: "data", verb: "UPDATE", table: "t" }],
  ["DELETE FROM t", { kind: "data", verb: "DELETE", table: "t" }],
  ["WITH a AS (SELECT ')') INSERT INTO t SELECT * FROM a", { kind: "data", verb: "INSERT", table: "t" }],
  [
    "WITH RECURSIVE a (x, y) AS NOT MATERIALIZED (SELECT 1, (2)), b AS (VALUES (1)) DELETE FROM t",
    { kind: "data", verb: "DELETE", table: "t" },
  ],
  ["WITH replace AS MATERIALIZED (SELECT 1) SELECT * FROM replace", query],
  ["WITH a AS (SELECT 1", other],
  ["WITH a", other],
  ["WITH a AS (SELECT 1) DROP TABLE t", other],
  ["SELECT 1", query],
  ["VALUES (1)", query],
  ["EXPLAIN VACUUM", query],
  ["EXPLAIN QUERY PLAN DELETE FROM t", query],
  ["frobnicate", other],
  ["'SELECT'", other],
  ['"SELECT" 1', other],
  ["(SELECT 1)", other],
];

describe("classify", () => {
  for (const [sql, kind] of cases) it(`reads ${sql}`, () => assert.deepEqual(classify(statementOf(sql)), kind));
});

describe("parametersOf", () => {
  it("gives the bind parameters in their order", () => {
    const found = parametersOf(statementOf("SELECT ?, :a, '?', \":b\", @c, $d, ?2 -- ?3"));
    assert.deepEqual(
      found.map(({ text }) => text),
      ["?", ":a", "@c", "$d", "?2"],
    );
  });

  it("gives nothing for a statement without parameters", () => {
    assert.deepEqual(parametersOf(statementOf("SELECT '{\"a\":1}' -> 'a'")), []);
  });
});

/** Two tables with a healthy foreign key and one row each, and a database that does not enforce it. */
const SETUP = `
  PRAGMA foreign_keys = OFF;
  CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
  CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id), note TEXT CHECK (note <> ''));
  CREATE VIEW names AS SELECT code FROM parent;
  CREATE TRIGGER watch AFTER DELETE ON child BEGIN SELECT 1; END;
  INSERT INTO parent VALUES (1, 'a');
  INSERT INTO child VALUES (1, 1, 'x');`;

/** Whether a row refers to none once the statement has run. */
function breaksForeignKeys(sql: string): boolean {
  const database = new DatabaseSync(":memory:");
  database.exec(SETUP);
  database.exec(sql);
  const broken = database.prepare("PRAGMA foreign_key_check").all().length > 0;
  database.close();
  return broken;
}

function risks(sql: string): boolean {
  const statement = statementOf(sql);
  return mayBreakForeignKeys(classify(statement), statement);
}

describe("mayBreakForeignKeys", () => {
  for (const sql of [
    "INSERT INTO child VALUES (2, 9, 'y')",
    "REPLACE INTO child VALUES (1, 9, 'y')",
    "UPDATE child SET parent_id = 9",
    "DELETE FROM parent",
    "WITH gone AS (SELECT 1 AS id) DELETE FROM parent WHERE id IN gone",
    "DROP TABLE parent",
    "ALTER TABLE child ADD COLUMN other INTEGER DEFAULT 9 REFERENCES parent (id)",
    "alter table child add other integer references parent (id) default 9",
    "ALTER TABLE child ADD COLUMN other INTEGER AS (9) REFERENCES parent (id)",
  ]) {
    it(`is true for what does: ${sql}`, () => {
      assert.equal(breaksForeignKeys(sql), true);
      assert.equal(risks(sql), true);
    });
  }

  for (const sql of [
    "CREATE TABLE another (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id) DEFAULT 9)",
    "CREATE TABLE another AS SELECT 9 AS parent_id",
    "CREATE INDEX by_parent ON child (parent_id)",
    "CREATE VIEW another AS SELECT 9 AS parent_id",
    "CREATE TRIGGER another AFTER INSERT ON child BEGIN DELETE FROM parent; END",
    "DROP VIEW names",
    "DROP TRIGGER watch",
    "ALTER TABLE child ADD COLUMN other INTEGER REFERENCES parent (id)",
    "ALTER TABLE child ADD COLUMN other INTEGER DEFAULT 9",
    "REINDEX",
    "ANALYZE",
    "PRAGMA user_version = 7",
    "SAVEPOINT s",
    "VACUUM",
    "SELECT * FROM child",
    "EXPLAIN DELETE FROM parent",
  ]) {
    it(`is false for what cannot: ${sql}`, () => {
      assert.equal(breaksForeignKeys(sql), false);
      assert.equal(risks(sql), false);
    });
  }

  it("is false for the forms of ALTER TABLE that add and drop CHECK and NOT NULL", () => {
    for (const form of [
      "ADD CHECK (id > 0)",
      "DROP CONSTRAINT c",
      "ALTER note SET NOT NULL",
      "ALTER note DROP NOT NULL",
    ]) {
      assert.equal(risks(`ALTER TABLE child ${form}`), false, form);
    }
  });

  for (const sql of [
    "ALTER TABLE parent RENAME TO other",
    "ALTER TABLE parent RENAME COLUMN id TO other",
    "ALTER TABLE parent DROP COLUMN code",
    "ALTER TABLE child ADD FOREIGN KEY (note) REFERENCES parent (code)",
    "DROP INDEX i",
    "CREATE VIRTUAL TABLE f USING anything(a)",
    "frobnicate",
  ]) {
    it(`is true where it cannot tell: ${sql}`, () => assert.equal(risks(sql), true));
  }
});
