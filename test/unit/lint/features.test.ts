/** Which SQLite a statement needs, by its words. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { featuresOf } from "../../../src/core/lint/features.ts";
import { splitStatements } from "../../../src/core/sql/splitter.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

function needs(sql: string): readonly string[] {
  const [statement] = splitStatements(sql, tokenize(sql).tokens).statements;
  assert.ok(statement !== undefined);
  return featuresOf(statement).map(({ what, since }) => `${what} ${since.join(".")}`);
}

describe("the features of a statement", () => {
  for (const [sql, expected] of [
    ["ALTER TABLE a RENAME COLUMN b TO c", ["RENAME COLUMN 3.25"]],
    ["ALTER TABLE a RENAME TO b", []],
    ["ALTER TABLE a DROP b", ["DROP COLUMN 3.35"]],
    ["ALTER TABLE a ALTER b SET NOT NULL", ["ALTER COLUMN … SET NOT NULL 3.53"]],
    ["ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)", ["ADD CHECK 3.53"]],
    ["CREATE TABLE a (b INTEGER) STRICT", ["STRICT 3.37"]],
    ["CREATE TABLE strict (strict TEXT)", []],
    ["INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING RETURNING b", ["ON CONFLICT … DO 3.24", "RETURNING 3.35"]],
    ["UPDATE a SET b = jsonb(c) WHERE d ->> 'x' = 1", ["jsonb() 3.45", "->> 3.38"]],
    ["UPDATE a SET b = 'RETURNING jsonb(c)'", []],
  ] as const) {
    it(`${expected.length === 0 ? "are none in" : `are ${expected.join(" and ")} in`}: ${sql}`, () => {
      assert.deepEqual(needs(sql), expected);
    });
  }
});
