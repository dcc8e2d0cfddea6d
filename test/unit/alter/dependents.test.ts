/** What hangs on a table and could not go on is found before anything runs: indexes, triggers, full-text tables, foreign keys. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findStranded } from "../../../src/core/alter/dependents.ts";
import { changeAmong, table } from "./wish.ts";

const FOUND = "CREATE VIRTUAL TABLE f USING fts5(b, content='t', content_rowid='id')";
const BY_ROWID = 'CREATE VIRTUAL TABLE f USING fts5(b, content="t")';
const TABLE = "id INTEGER PRIMARY KEY, b, c UNIQUE";

describe("a change strands", () => {
  for (const [other, current, wanted, directives, problem] of [
    ["CREATE INDEX i ON t (b)", "a, b", "a", ["drop b"], /the index "i" needs the column "b"/],
    ["CREATE INDEX i ON t (a || B)", "a, b", "a", ["drop b"], /the index "i"/],
    ["CREATE INDEX i ON t (a) WHERE b > 1", "a, b", "a", ["drop b"], /the index "i"/],
    ["CREATE INDEX i ON t (a) WHERE a <> 'b'", "a, b", "a", ["drop b"], undefined],
    ["CREATE INDEX i ON t (b)", "a, b", "b", ["drop b", "renamed b from a"], /the index "i"/],
    ["CREATE INDEX i ON t (b)", "a, b", "a, b", ["drop b"], undefined],
    ["CREATE INDEX i ON t (b)", "a, b", "a, c", ["renamed c from b"], undefined],
    ["CREATE TRIGGER g AFTER UPDATE OF b ON t BEGIN SELECT 1; END", "a, b", "a", ["drop b"], /the trigger "g"/],
    ["CREATE TRIGGER g AFTER UPDATE OF a ON t BEGIN SELECT 1; END", "a, b", "a", ["drop b"], undefined],
    [
      FOUND,
      TABLE,
      "id INTEGER PRIMARY KEY, c UNIQUE",
      ["drop b"],
      /"f" reads the column "b" of "t", which would be gone/,
    ],
    [FOUND, TABLE, `${TABLE}, d`, [], undefined],
    [FOUND, TABLE, TABLE, ["copy b = upper(b)"], /"b" of "t", which would have other values/],
    [FOUND, TABLE, "id INTEGER PRIMARY KEY, d, c UNIQUE", ["renamed d from b"], /"b" of "t", which would be gone/],
    [FOUND, TABLE, TABLE, ["copy id = id + 1"], /finds the rows of "t" by their row ids/],
    [FOUND, TABLE, "id INT, b, c UNIQUE", [], undefined],
    [BY_ROWID, "a, b", "a INTEGER PRIMARY KEY, b", [], /finds the rows of "t" by their row ids/],
    [BY_ROWID, "a, b", "id INTEGER PRIMARY KEY, a, b", [], undefined],
    ["CREATE TABLE u (a REFERENCES t (c))", TABLE, "id INTEGER PRIMARY KEY, b, c", [], /the foreign key of "u" on a/],
    ["CREATE TABLE u (a REFERENCES t)", "id INTEGER PRIMARY KEY, b", "id INT, b", [], /the foreign key of "u" on a/],
    ["CREATE TABLE u (a REFERENCES t)", "id INTEGER PRIMARY KEY, b", "id INT PRIMARY KEY, b", [], undefined],
    [
      "CREATE TABLE u (a REFERENCES t (c))",
      TABLE,
      "id INTEGER PRIMARY KEY, b, d UNIQUE",
      ["renamed d from c"],
      undefined,
    ],
    ["CREATE TABLE u (a REFERENCES t (c))", TABLE, "id INTEGER PRIMARY KEY, b, c COLLATE NOCASE UNIQUE", [], undefined],
    ["CREATE TABLE u (a REFERENCES t (b))", TABLE, "id INTEGER PRIMARY KEY, c UNIQUE", ["drop b"], undefined],
    ["CREATE UNIQUE INDEX i ON t (b)", TABLE, "id INTEGER PRIMARY KEY, b REFERENCES t (b), c UNIQUE", [], undefined],
    [
      "CREATE INDEX i ON t (b)",
      TABLE,
      "id INTEGER PRIMARY KEY, b REFERENCES t (b), c UNIQUE",
      [],
      /the foreign key of "t"/,
    ],
  ] as const) {
    const what = problem === undefined ? "nothing" : String(problem).replaceAll(/^\/|\/$/g, "");
    it(`${what}: ${other}, (${current}) → (${wanted}) ${directives.join(", ")}`, () => {
      const found = findStranded(changeAmong([other], table(current), { wanted: table(wanted), directives }));
      if (problem === undefined) assert.equal(found, undefined);
      else assert.match(found?.problem ?? "nothing", problem);
    });
  }
});
