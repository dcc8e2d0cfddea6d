/** What SQLite's messages name. Each message is provoked on a real database, so that a new SQLite with other words is noticed. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { findCulprit, type Culprit } from "../../../src/core/diagnostic/sqlite-message.ts";

const SCHEMA = `
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, "odd name" TEXT, "a.b" TEXT);
  CREATE TABLE posts (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE "odd table" (x);
  CREATE VIEW adults AS SELECT 1 AS one;
  CREATE INDEX users_name ON users (name);
  CREATE INDEX "odd index" ON users (name);
  CREATE TRIGGER greet AFTER INSERT ON users BEGIN SELECT 1; END;
`;

/** A statement that fails, and what its message names: the kind and the name; undefined for nothing. */
type Case = readonly [sql: string, kind?: Culprit["kind"], name?: string];

const groups: Readonly<Record<string, readonly Case[]>> = {
  "where the grammar stops": [
    ["SELEC 1", "syntax", "SELEC"],
    ["SELECT 1 FROM WHERE", "syntax", "WHERE"],
    ["CREATE TABLE x (id REFERENCES)", "syntax", ")"],
    ["SELECT 1 'a' 'b'", "syntax", "'b'"],
    ["SELECT 'abc", "syntax", "'abc"],
    ["SELECT 1a", "syntax", "1a"],
    ["SELECT x'0'", "syntax", "x'0'"],
    ["SELECT #", "syntax", "#"],
  ],
  "an end that comes too early": [
    ["SELECT (", "end", ""],
    ["SELECT 1 +", "end", ""],
    ["CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1;", "end", ""],
  ],
  "a column that is not there": [
    ["SELECT emial FROM users", "column", "emial"],
    ['SELECT "emial" FROM users', "column", "emial"],
    ["SELECT users.emial FROM users", "column", "emial"],
    ["SELECT main.users.emial FROM users", "column", "emial"],
    ["SELECT u.emial FROM users AS u", "column", "emial"],
    ['SELECT "odd nam" FROM users', "column", "odd nam"],
    ["SELECT [odd nam] FROM users", "column", "odd nam"],
    ['SELECT "a.c" FROM users', "column", "a.c"],
    ["UPDATE users SET emial = 1", "column", "emial"],
    ["INSERT INTO users (emial) VALUES (1)", "column", "emial"],
    ['INSERT INTO users ("odd nam") VALUES (1)', "column", "odd nam"],
    ["CREATE INDEX i ON users (emial)", "column", "emial"],
    ["CREATE TABLE c (id, FOREIGN KEY (nope) REFERENCES users (id))", "column", "nope"],
    ["ALTER TABLE users DROP COLUMN nope", "column", "nope"],
    ["ALTER TABLE users RENAME COLUMN nope TO x", "column", "nope"],
    ["INSERT INTO users (id) VALUES (1) ON CONFLICT (nope) DO NOTHING", "column", "nope"],
  ],
  "a table that is not there": [
    ["SELECT * FROM usrs", "table", "usrs"],
    ["SELECT * FROM main.usrs", "table", "usrs"],
    ["SELECT * FROM temp.usrs", "table", "usrs"],
    ['SELECT * FROM "odd tabl"', "table", "odd tabl"],
    ["SELECT usrs.* FROM users", "table", "usrs"],
    ["DROP TABLE usrs", "table", "usrs"],
    ["CREATE INDEX i ON usrs (x)", "table", "usrs"],
    ["CREATE TRIGGER t AFTER INSERT ON usrs BEGIN SELECT 1; END", "table", "usrs"],
  ],
  "something that is there already": [
    ["ALTER TABLE users ADD COLUMN name TEXT", "other", "name"],
    ["CREATE TABLE d (a, a)", "other", "a"],
    ["CREATE TABLE users (x)", "other", "users"],
    ['CREATE TABLE "odd table" (x)', "other", "odd table"],
    ["CREATE VIEW adults AS SELECT 1", "other", "adults"],
    ["CREATE TABLE adults (x)", "other", "adults"],
    ["CREATE INDEX users_name ON users (name)", "other", "users_name"],
    ['CREATE INDEX "odd index" ON users (name)', "other", "odd index"],
    ["CREATE TRIGGER greet AFTER INSERT ON users BEGIN SELECT 1; END", "other", "greet"],
    ["CREATE TABLE users_name (x)", "other", "users_name"],
    ["CREATE INDEX users ON posts (name)", "other", "users"],
    ["ALTER TABLE users RENAME TO posts", "other", "posts"],
  ],
  "something else that is not there": [
    ["DROP INDEX nope", "other", "nope"],
    ["DROP VIEW nope", "other", "nope"],
    ["DROP TRIGGER nope", "other", "nope"],
    ["SELECT nope(1)", "other", "nope"],
    ["CREATE VIRTUAL TABLE z USING nope (x)", "other", "nope"],
    ["SELECT name FROM users ORDER BY name COLLATE nope", "other", "nope"],
  ],
  "a name or a call that does not fit": [
    ["SELECT name FROM users, posts", "other", "name"],
    ["SELECT abs(1, 2)", "other", "abs"],
  ],
  "nothing that stands in the statement": [
    ["INSERT INTO users VALUES (1)"],
    ["INSERT INTO users (id, name) VALUES (1)"],
    ["INSERT INTO users (id) VALUES (1), (1)"],
    ["INSERT INTO adults VALUES (1)"],
    ["DROP TABLE adults"],
  ],
};

let db: DatabaseSync;
before(() => {
  db = new DatabaseSync(":memory:");
  db.exec(SCHEMA);
});
after(() => db.close());

function messageOf(sql: string): string {
  try {
    db.exec(sql);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail(`SQLite takes this statement: ${sql}`);
}

describe("findCulprit", () => {
  for (const [what, cases] of Object.entries(groups)) {
    describe(`names ${what}`, () => {
      for (const [sql, kind, name = ""] of cases) {
        it(sql, () => {
          const message = messageOf(sql);
          assert.deepEqual(
            findCulprit(message),
            kind === undefined ? undefined : { kind, name },
            `the message is: ${message}`,
          );
        });
      }
    });
  }

  it("names the word in quotes also where it has quotes in it", () => {
    assert.deepEqual(findCulprit(messageOf('SELECT "a""b" FROM users')), { kind: "column", name: 'a"b' });
  });
});
