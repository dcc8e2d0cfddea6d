/** Rebuilds by hand are found in both orders, and nothing else is taken for one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findHandRebuilds, type HandRebuild } from "../../../src/core/lint/hand-rebuild.ts";
import { splitStatements } from "../../../src/core/sql/splitter.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

function find(sql: string): readonly HandRebuild[] {
  return findHandRebuilds(splitStatements(sql, tokenize(sql).tokens).statements);
}

describe("a rebuild by hand", () => {
  it("is found where the new table is renamed at the end, whatever the case and the quotes", () => {
    const sql = `CREATE TABLE "New" (x); INSERT INTO new (x) SELECT x FROM Users AS u; DROP TABLE users; ALTER TABLE [new] RENAME TO users`;
    assert.deepEqual(find(sql), [
      { table: "users", source: "users", copied: "new", create: 0, copy: 1, drop: 2, rename: 3, order: "new_renamed" },
    ]);
  });

  it("is found where the old table is renamed at the beginning", () => {
    const sql =
      "ALTER TABLE users RENAME TO old; CREATE TABLE users (x); INSERT INTO users SELECT x FROM old; DROP TABLE old";
    assert.deepEqual(find(sql), [
      { table: "users", source: "old", copied: "users", create: 1, copy: 2, drop: 3, rename: 0, order: "old_renamed" },
    ]);
  });

  it("is found once for each table of a script", () => {
    const one = (name: string): string =>
      `CREATE TABLE n_${name} (x); INSERT INTO n_${name} SELECT x FROM main.${name}; DROP TABLE ${name}; ALTER TABLE n_${name} RENAME TO ${name};`;
    assert.deepEqual(
      find(one("a") + one("b")).map(({ table, copy }) => [table, copy]),
      [
        ["a", 1],
        ["b", 5],
      ],
    );
  });

  for (const [about, sql] of [
    ["no rows are copied", "CREATE TABLE n (x); DROP TABLE users; ALTER TABLE n RENAME TO users"],
    ["nothing is renamed", "CREATE TABLE n (x); INSERT INTO n SELECT x FROM users; DROP TABLE users"],
    ["the old table stays", "CREATE TABLE n (x); INSERT INTO n SELECT x FROM users; ALTER TABLE n RENAME TO m"],
    [
      "the old table goes first",
      "CREATE TABLE n (x); DROP TABLE users; INSERT INTO n SELECT x FROM users; ALTER TABLE n RENAME TO users",
    ],
  ] as const) {
    it(`is none where ${about}`, () => {
      assert.deepEqual(find(sql), []);
    });
  }
});
