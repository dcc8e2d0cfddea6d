/** Whether the order of two groups of migrations can matter to rows: each unsafe case beside its safe twin. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StoredObject } from "../../../src/core/check/stored-object.ts";
import type { LoadedMigration } from "../../../src/core/migration/migration.ts";
import { findInterference } from "../../../src/core/plan/interference.ts";
import { readSqlText } from "../../../src/source/sql-text.ts";

const USERS: StoredObject = { type: "table", name: "users", table: "users", sql: "CREATE TABLE users (id, name)" };
const POSTS: StoredObject = {
  type: "table",
  name: "posts",
  table: "posts",
  sql: "CREATE TABLE posts (user_id REFERENCES users(id))",
};
const TAGS: StoredObject = { type: "table", name: "tags", table: "tags", sql: "CREATE TABLE tags (name)" };
const VIEW: StoredObject = {
  type: "view",
  name: "names",
  table: "names",
  sql: "CREATE VIEW names AS SELECT name FROM users",
};
const INDEX: StoredObject = {
  type: "index",
  name: "by_name",
  table: "users",
  sql: "CREATE UNIQUE INDEX by_name ON users (name)",
};
const TRIGGER: StoredObject = {
  type: "trigger",
  name: "watch",
  table: "tags",
  sql: "CREATE TRIGGER watch AFTER INSERT ON tags BEGIN DELETE FROM posts; END",
};
const BASE = [USERS, POSTS, TAGS, VIEW, INDEX];

function migration(version: number, sql: string): LoadedMigration {
  const { up } = readSqlText(sql, `version ${version}`);
  const rest = { name: "", transaction: true, foreignKeys: "check", checksum: null } as const;
  return { version, ...rest, up: { kind: "sql", script: up } };
}

function judge(late: string, applied: string, objects: readonly StoredObject[] = BASE): string | undefined {
  return findInterference({ late: [migration(2, late)], applied: [migration(3, applied)], objects });
}

interface Case {
  readonly about: string;
  readonly unsafe: readonly [late: string, applied: string];
  readonly safe: readonly [late: string, applied: string];
  readonly objects?: readonly StoredObject[];
}

const cases: readonly Case[] = [
  {
    about: "an UPDATE beside a column for the same table",
    unsafe: ["UPDATE users SET name = ''", "ALTER TABLE users ADD COLUMN mail"],
    safe: ["UPDATE users SET name = ''", "ALTER TABLE tags ADD COLUMN color"],
  },
  {
    about: "an INSERT that reads what the other side writes",
    unsafe: ["INSERT INTO tags SELECT name FROM users", "DELETE FROM users"],
    safe: ["INSERT INTO tags VALUES ('a')", "DELETE FROM users"],
  },
  {
    about: "CREATE TABLE AS SELECT from what the other side writes",
    unsafe: ["CREATE TABLE copy AS SELECT * FROM users", "UPDATE users SET name = ''"],
    safe: ["CREATE TABLE copy (id)", "UPDATE users SET name = ''"],
  },
  {
    about: "a name in other case and quotes",
    unsafe: ['DELETE FROM "USERS"', "CREATE INDEX i ON [users] (id)"],
    safe: ['DELETE FROM "TAGS"', "CREATE INDEX i ON [users] (id)"],
  },
  {
    about: "a view on what the other side writes",
    unsafe: ["CREATE TABLE copy AS SELECT * FROM names", "UPDATE users SET name = ''"],
    safe: ["CREATE TABLE copy AS SELECT * FROM names", "UPDATE tags SET name = ''"],
  },
  {
    about: "an index that is gone, on a table that is written",
    unsafe: ["DROP INDEX by_name", "INSERT OR IGNORE INTO users VALUES (1, 'a')"],
    safe: ["DROP INDEX by_name", "INSERT OR IGNORE INTO tags VALUES ('a')"],
  },
  {
    about: "rows of two tables that a foreign key joins",
    unsafe: ["DELETE FROM users", "INSERT INTO posts VALUES (1)"],
    safe: ["DELETE FROM tags", "INSERT INTO posts VALUES (1)"],
  },
  {
    about: "tables that change names",
    unsafe: ["ALTER TABLE users RENAME TO people", "ALTER TABLE users ADD COLUMN mail"],
    safe: ["ALTER TABLE users RENAME TO people", "CREATE TABLE other (id)"],
  },
  {
    about: "a rebuild",
    unsafe: ["-- lockstep:rebuild\nCREATE TABLE users (id, name NOT NULL)", "CREATE INDEX i ON users (id)"],
    safe: ["-- lockstep:rebuild\nCREATE TABLE users (id, name NOT NULL)", "CREATE INDEX i ON tags (name)"],
  },
  {
    about: "a trigger on a table that is written",
    unsafe: ["INSERT INTO tags VALUES ('a')", "CREATE TABLE other (id)"],
    safe: ["ALTER TABLE tags ADD COLUMN color", "CREATE TABLE other (id)"],
    objects: [...BASE, TRIGGER],
  },
  {
    about: "a statement whose words do not tell",
    unsafe: ["PRAGMA user_version = 3", "CREATE TABLE other (id)"],
    safe: ["SELECT 1", "CREATE TABLE other (id)"],
  },
];

describe("whether the order can matter to rows", () => {
  for (const { about, unsafe, safe, objects } of cases) {
    it(`${about}: it may, whichever side came late, and the twin may not`, () => {
      const [late, applied] = unsafe;
      assert.notEqual(judge(late, applied, objects), undefined);
      assert.notEqual(judge(applied, late, objects), undefined);
      const [other, newer] = safe;
      assert.equal(judge(other, newer, objects), undefined);
      assert.equal(judge(newer, other, objects), undefined);
    });
  }

  it("the reason names both statements", () => {
    const reason = judge("SELECT 1;\nDELETE FROM users", "CREATE INDEX i ON users (id)");
    assert.match(reason ?? "", /^version 2 \(line 2\) writes .* version 3 \(line 1\) .*"users"/);
  });

  it("of code and of what has no transaction nothing is known", () => {
    const table = migration(3, "CREATE TABLE other (id)");
    const code: LoadedMigration = { ...migration(2, "SELECT 1"), up: { kind: "code", run: () => undefined } };
    const bare: LoadedMigration = { ...migration(2, "CREATE TABLE bare (id)"), transaction: false };
    assert.equal(findInterference({ late: [code], applied: [table], objects: [] }), "version 2 is code");
    assert.match(findInterference({ late: [table], applied: [bare], objects: [] }) ?? "", /version 2 runs without/);
  });
});
