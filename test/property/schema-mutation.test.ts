/** Texts that are almost right: whatever SQLite still accepts is read, and read as SQLite reads it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { inspectSync } from "../../src/inspect-database.ts";
import { schema as generatedSchema } from "../support/schema-arbitrary.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { openHandle, rows, type OpenHandle } from "../support/handle.ts";

const WORDS =
  `( ) , ; . + - * = 1 2.5 'x' "a" [a] a b x'00' CONSTRAINT NOT NULL PRIMARY KEY UNIQUE CHECK DEFAULT COLLATE GENERATED ALWAYS AS
  STORED VIRTUAL REFERENCES FOREIGN DEFERRABLE INITIALLY DEFERRED IMMEDIATE ON CONFLICT DELETE UPDATE INSERT SET CASCADE NO ACTION
  MATCH AUTOINCREMENT ASC DESC STRICT WITHOUT ROWID TEMP IF EXISTS INTEGER TEXT nocase WHERE BEGIN END WHEN FOR EACH ROW BEFORE
  AFTER INSTEAD OF SELECT IGNORE REPLACE NULLS FIRST LAST main temp /**/ rowid true case then like between in is`.split(
    /\s+/,
  );

const mutation = fc.record({
  kind: fc.constantFrom("delete", "insert", "replace", "swap", "repeat"),
  at: fc.nat(200),
  word: fc.constantFrom(...WORDS),
});

type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutate(sql: string, { kind, at, word }: Mutation): string {
  const words = tokenize(sql).tokens.map(({ text }) => text);
  const place = at % words.length;
  const [here = "", next = ""] = words.slice(place, place + 2);
  if (kind === "delete") words.splice(place, 1);
  if (kind === "insert") words.splice(place, 0, word);
  if (kind === "replace") words.splice(place, 1, word);
  if (kind === "swap") words.splice(place, 2, next, here);
  if (kind === "repeat") words.splice(place, 0, here);
  return words.join(" ");
}

/** Runs the first of the texts that SQLite accepts, if it is the text of an object. */
function runFirst(handle: OpenHandle, texts: readonly string[]): string | undefined {
  return texts.find((sql) => {
    try {
      if (!sql.startsWith("CREATE ")) return false;
      handle.exec(sql);
      return true;
    } catch {
      return false;
    }
  });
}

/** SQLite cuts the last byte, and not the last character, off a type that begins with a bracket. */
function hasCutType(handle: OpenHandle): boolean {
  const types = rows(
    handle,
    "SELECT info.type FROM sqlite_schema AS object, pragma_table_xinfo(object.name) AS info WHERE object.type = 'table'",
  );
  return types.some(({ type }) => String(type).includes("\uFFFD"));
}

describe("a text that is almost right", () => {
  it("is read as SQLite reads it, if SQLite accepts it", () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        generatedSchema,
        fc.infiniteStream(mutation),
        fc.constantFrom("node:sqlite", "better-sqlite3"),
        ({ tables, others }, mutations, driver) => {
          const handle = openHandle(driver, ":memory:");
          for (const { sql } of [...tables, ...others]) {
            const mutated = mutate(sql, mutations.next().value);
            if (runFirst(handle, [mutated, sql]) === mutated) accepted += 1;
          }
          if (!hasCutType(handle)) inspectSync({ database: handle });
          handle.close();
        },
      ),
      { numRuns: 800 },
    );
    assert.ok(accepted > 50, `SQLite accepted only ${accepted}`);
  });
});
