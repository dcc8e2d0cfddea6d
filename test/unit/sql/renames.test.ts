/** What has another name after some statements is found by the one that it had. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Renames } from "../../../src/core/sql/renames.ts";

function after(...statements: readonly string[]): Renames {
  const renames = new Renames();
  for (const sql of statements) renames.note(sql);
  return renames;
}

describe("a table", () => {
  for (const [about, statements, before, now, heirs] of [
    ["keeps its name", [], ["a", "b"], ["a"], ["a", undefined]],
    ["has another name", ["ALTER TABLE a RENAME TO b"], ["a"], ["b"], ["b"]],
    ["has a name in quotes", ['alter table main."a" rename to [the b]'], ["A"], ["the b"], ["the b"]],
    ["is renamed twice", ["ALTER TABLE a RENAME TO b", "ALTER TABLE b RENAME TO c"], ["a"], ["c"], ["c"]],
    ["gets the name of one that went", ["ALTER TABLE a RENAME TO b"], ["a", "b"], ["b"], ["b", undefined]],
    [
      "changes places with another",
      ["ALTER TABLE a RENAME TO x", "ALTER TABLE b RENAME TO a", "ALTER TABLE x RENAME TO b"],
      ["a", "b"],
      ["a", "b"],
      ["b", "a"],
    ],
    ["is set aside and made anew", ["ALTER TABLE a RENAME TO old"], ["a"], ["a"], ["a"]],
    ["is made under another name, and takes its place", ["ALTER TABLE new RENAME TO a"], ["a"], ["a"], ["a"]],
    ["is another one of a TEMP schema", ["ALTER TABLE temp.a RENAME TO b"], ["a"], ["b"], [undefined]],
    ["is only spoken of", ["INSERT INTO t VALUES ('ALTER TABLE a RENAME TO b')"], ["a"], ["b"], [undefined]],
  ] as const) {
    it(about, () => {
      const renames = after(...statements);
      assert.deepEqual(
        before.map((name) => renames.tableOf(name, { before, now })),
        heirs,
      );
    });
  }
});

describe("a column", () => {
  for (const [about, statements, before, now, heirs] of [
    ["keeps its name, in whatever case", [], ["a"], ["A"], ["A"]],
    ["has another name", ["ALTER TABLE t RENAME COLUMN a TO b"], ["a"], ["b"], ["b"]],
    ["is renamed without the word COLUMN", ['ALTER TABLE T RENAME "A" TO b'], ["a"], ["b"], ["b"]],
    [
      "gets the name of one that went",
      ["ALTER TABLE t DROP COLUMN b", "ALTER TABLE t RENAME a TO b"],
      ["a", "b"],
      ["b"],
      ["b", undefined],
    ],
    [
      "changes places with another",
      ["ALTER TABLE t RENAME a TO x", "ALTER TABLE t RENAME b TO a", "ALTER TABLE t RENAME x TO b"],
      ["a", "b"],
      ["a", "b"],
      ["b", "a"],
    ],
    ["is of another table", ["ALTER TABLE u RENAME COLUMN a TO b"], ["a"], ["b"], [undefined]],
    ["is of a table set aside", ["ALTER TABLE t RENAME a TO b", "ALTER TABLE t RENAME TO x"], ["a"], ["b"], ["b"]],
  ] as const) {
    it(about, () => {
      const renames = after(...statements);
      assert.deepEqual(
        before.map((name) => renames.columnOf(name, "t", { before, now })),
        heirs,
      );
    });
  }
});
