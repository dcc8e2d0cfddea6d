/** How far statements reach: which objects they may change, and in which tables they may leave orphans. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseSql } from "../../../src/core/sql/migration-file.ts";
import {
  changedObjects,
  orphanReach,
  readTableFacts,
  type Reach,
  type SchemaFacts,
} from "../../../src/core/sql/reach.ts";
import type { Statement } from "../../../src/core/sql/script.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

function statementsOf(sql: string): readonly Statement[] {
  const parsed = parseSql(sql);
  return parsed.kind === "parsed" ? parsed.up.statements : assert.fail(parsed.problem.message);
}

function show(reach: Reach): string {
  return reach === "any" ? "any" : [...reach].toSorted().join(" ");
}

/** users ← posts ← comments; audited has a trigger; unique_names replaces on conflict; users_name is an index. */
const schema: SchemaFacts = {
  table(name) {
    const parents: Readonly<Record<string, readonly string[]>> = {
      users: [],
      posts: ["users"],
      comments: ["posts"],
      audited: [],
      unique_names: [],
    };
    const found = parents[name];
    if (found === undefined) return undefined;
    return { parents: new Set(found), replaces: name === "unique_names", hasTriggers: name === "audited" };
  },
  children(name) {
    return { users: ["posts"], posts: ["comments"] }[name] ?? [];
  },
  indexed: (name) => (name === "users_name" ? "users" : undefined),
};

describe("changedObjects", () => {
  for (const [sql, expected] of [
    ["CREATE TABLE a (x); CREATE UNIQUE INDEX b ON a (x)", "a b"],
    ['CREATE VIEW "V" AS SELECT 1; CREATE TRIGGER r DELETE ON a BEGIN SELECT 1; END', "r v"],
    ["ALTER TABLE A ADD COLUMN y", "a"],
    ["INSERT INTO a VALUES (1); SELECT 1", ""],
    // A rename can rewrite any other object; a dropped table takes its indexes and triggers with it.
    ["ALTER TABLE a RENAME TO b", "any"],
    ["ALTER TABLE a RENAME COLUMN x TO y", "any"],
    ["DROP TABLE a", "any"],
    // The module makes tables of its own.
    ["CREATE VIRTUAL TABLE f USING fts5(x)", "any"],
    ["UPDATE sqlite_schema SET sql = ''", "any"],
    ["PRAGMA writable_schema = ON", "any"],
    ["nonsense", "any"],
  ] as const) {
    it(`is "${expected}" for ${sql}`, () => assert.equal(show(changedObjects(statementsOf(sql))), expected));
  }
});

describe("orphanReach", () => {
  for (const [sql, expected] of [
    ["CREATE TABLE t (u REFERENCES users); CREATE INDEX i ON t (u)", ""],
    ["ALTER TABLE posts ADD COLUMN n", ""],
    // A new row can only be an orphan itself.
    ["INSERT INTO posts VALUES (1)", "posts"],
    ["INSERT INTO users VALUES (1)", "users"],
    // A row that goes leaves its children.
    ["DELETE FROM users", "posts users"],
    ["UPDATE posts SET id = 2", "comments posts"],
    ["REPLACE INTO users VALUES (1)", "posts users"],
    ["INSERT OR REPLACE INTO users VALUES (1)", "posts users"],
    ["INSERT INTO users VALUES (1) ON CONFLICT DO UPDATE SET id = 3", "posts users"],
    ["INSERT INTO unique_names VALUES (1)", "unique_names"],
    ["DROP TABLE users", "posts users"],
    // What the script itself creates is looked at too, once anything is.
    ["CREATE TABLE t (u REFERENCES users); INSERT INTO t VALUES (1)", "t"],
    ["CREATE TABLE t (u REFERENCES users); DELETE FROM users", "posts t users"],
    // The four steps of a rebuild reach what the table reaches, not all that the database holds.
    [
      "CREATE TABLE new (x); INSERT INTO new SELECT * FROM users; DROP TABLE users; ALTER TABLE new RENAME TO users",
      "new posts users",
    ],
    ["ALTER TABLE posts RENAME TO p", "comments p posts"],
    ["ALTER TABLE posts RENAME COLUMN a TO b", "comments posts"],
    ["ALTER TABLE posts DROP COLUMN a", "comments posts"],
    ["ALTER TABLE posts ADD COLUMN u DEFAULT 1 REFERENCES users", "posts"],
    // A key leads to columns that are unique, and an index can make them so.
    ["DROP INDEX users_name", "posts users"],
    ["CREATE UNIQUE INDEX i ON posts (id); DROP INDEX i", "comments posts"],
    ["DROP INDEX IF EXISTS i", ""],
    // A trigger does nothing before something is written.
    ["CREATE TRIGGER r AFTER INSERT ON users BEGIN DELETE FROM posts; END", ""],
    ["DROP TABLE posts; CREATE TRIGGER r AFTER INSERT ON users BEGIN SELECT 1; END", "comments posts"],
    // What a table is called by a new name keeps its triggers.
    ["ALTER TABLE audited RENAME TO a; INSERT INTO a VALUES (1)", "any"],
    ["DROP TABLE posts; ALTER TABLE audited RENAME TO posts; INSERT INTO posts VALUES (1)", "any"],
    ["CREATE TABLE IF NOT EXISTS audited (x); ALTER TABLE audited RENAME TO a; INSERT INTO a VALUES (1)", "any"],
    ["CREATE TABLE a (x); DROP TABLE a; ALTER TABLE audited RENAME TO a; INSERT INTO a VALUES (1)", "any"],
    // Triggers, views and other schemas reach further than the words say.
    ["INSERT INTO audited VALUES (1)", "any"],
    ["CREATE TRIGGER r AFTER INSERT ON users BEGIN DELETE FROM posts; END; INSERT INTO users VALUES (1)", "any"],
    ["INSERT INTO some_view VALUES (1)", "any"],
    ["INSERT INTO other.posts VALUES (1)", "any"],
  ] as const) {
    it(`is "${expected}" for ${sql}`, () => assert.equal(show(orphanReach(statementsOf(sql), schema)), expected));
  }
});

describe("readTableFacts", () => {
  it("finds every parent, however its name is written, and a REPLACE", () => {
    const sql =
      'CREATE TABLE t (a REFERENCES Users, b REFERENCES "two words"(id), c UNIQUE ON CONFLICT REPLACE, FOREIGN KEY (a) REFERENCES [x](y))';
    const { parents, replaces } = readTableFacts(tokenize(sql).tokens);
    assert.deepEqual([...parents], ["users", "two words", "x"]);
    assert.equal(replaces, true);
    assert.equal(readTableFacts(tokenize("CREATE TABLE t (a)").tokens).replaces, false);
  });
});
