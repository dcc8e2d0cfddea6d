/** What statements can have to do with, in a schema that is too large to be copied for each of them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { neighbourhood } from "../../../src/core/lint/neighbourhood.ts";
import { SchemaModel } from "../../../src/core/lint/schema-model.ts";
import { splitStatements } from "../../../src/core/sql/splitter.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

const OTHERS = Array.from({ length: 300 }, (_, at) => ({
  name: `other${at}`,
  sql: `CREATE TABLE other${at} (id INTEGER PRIMARY KEY)`,
}));

/** The names of what is reached in a schema of these objects among 300 others. */
function reached(schema: Readonly<Record<string, string>>, sql: string): readonly string[] {
  const texts = Object.entries(schema).map(([name, text]) => ({ name, sql: text }));
  const { statements } = splitStatements(sql, tokenize(sql).tokens);
  return neighbourhood(SchemaModel.empty.with([...OTHERS, ...texts]), statements).map(({ name }) => name);
}

describe("the neighbourhood of a statement", () => {
  const schema = {
    parents: "CREATE TABLE parents (id INTEGER PRIMARY KEY)",
    users: "CREATE TABLE users (id INTEGER PRIMARY KEY, parent REFERENCES parents)",
    notes: "CREATE TABLE notes (id INTEGER PRIMARY KEY, user REFERENCES users)",
    by_parent: "CREATE INDEX by_parent ON users (parent)",
    named: "CREATE VIEW named AS SELECT id FROM users",
    twice: "CREATE VIEW twice AS SELECT id FROM named, other7",
    log: "CREATE TRIGGER log AFTER INSERT ON other9 BEGIN DELETE FROM users; END",
  };

  it("is the table, what hangs on it, and what that needs; tables first", () => {
    assert.deepEqual(reached(schema, "ALTER TABLE Users DROP COLUMN parent"), [
      "other7",
      "other9",
      "parents",
      "users",
      "notes",
      "by_parent",
      "named",
      "twice",
      "log",
    ]);
  });

  it("of an index has its table", () => {
    assert.ok(reached(schema, "DROP INDEX by_parent").includes("users"));
  });

  it("of a table that nothing hangs on is the table", () => {
    assert.deepEqual(reached(schema, 'DROP TABLE "other3"'), ["other3"]);
  });

  it("of a new name is nothing", () => {
    assert.deepEqual(reached(schema, "CREATE TABLE fresh (x)"), []);
  });

  it("is all of a small schema", () => {
    const { statements } = splitStatements("SELECT 1", tokenize("SELECT 1").tokens);
    const small = SchemaModel.empty.with(OTHERS.slice(0, 10));
    assert.equal(neighbourhood(small, statements).length, 10);
  });
});
