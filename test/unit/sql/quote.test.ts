/** Quoting, held against SQLite. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { quoteIdentifier, quoteString, unquoteIdentifier } from "../../../src/core/sql/quote.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

const texts = ["users", "", "a b", 'say "hi"', "it's", "''", "a;b", "`x`", "[y]", "--", "/*", "select", "\u{1F600}\n"];

describe("quoteIdentifier and quoteString", () => {
  for (const text of texts) {
    it(`make SQLite read ${JSON.stringify(text)} as it is`, () => {
      const database = new DatabaseSync(":memory:");
      const row = database.prepare(`SELECT ${quoteString(text)} AS ${quoteIdentifier(`n${text}`)}`).get();
      assert.deepEqual(Object.entries(row ?? {}), [[`n${text}`, text]]);
      database.close();
    });
  }

  it("refuse a NUL, where SQLite would stop reading", () => {
    assert.throws(() => quoteIdentifier("a\0b"), RangeError);
    assert.throws(() => quoteString("a\0b"), RangeError);
  });
});

describe("unquoteIdentifier", () => {
  for (const [quoted, name] of [
    ["users", "users"],
    ['"a""b"', 'a"b'],
    ["`a``b`", "a`b"],
    ["[a b]", "a b"],
    ["'it''s'", "it's"],
    ['""', ""],
    ["", ""],
    ["1", "1"],
  ] as const) {
    it(`reads ${quoted === "" ? "an empty text" : quoted} as the name ${JSON.stringify(name)}`, () => {
      assert.equal(unquoteIdentifier(quoted), name);
    });
  }

  it("undoes quoteIdentifier", () => {
    for (const text of texts) {
      const quoted = quoteIdentifier(text);
      assert.equal(tokenize(quoted).tokens[0]?.text, quoted);
      assert.equal(unquoteIdentifier(quoted), text);
    }
  });
});
