/** The tokenizer against SQLite's own, token by token, and against texts of all kinds. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { tries } from "./tries.ts";

/** Pieces whose neighbourhood matters, and whole tokens. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...Array.from("'\"`[]()-/*.:;$@#?xXeE_019aAfz+=<>|!&~%,^\\{ \t\n\r\f\v")) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ..."-- /* */ '' \"\" x' x'0a' 0x 1e5 1.5 .5 1_0 __ :: -> ->> || <> SELECT end 'it''s' `c` :name $a::b( ?12".split(
        " ",
      ),
      "[a b]",
      '"a""b"',
      "\r\n",
      "é\u{1F600}",
      "\u00A0",
      "\uFEFF",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 3 }) },
);

const sqlLike = fc.array(piece, { maxLength: 40, size: "max" }).map((pieces) => pieces.join(""));

/** SQLite looks at the underscores in a number only where a number can stand. */
function isNumber(database: DatabaseSync, text: string): boolean {
  try {
    database.prepare(`SELECT ${text}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * The token with which a text begins, as SQLite reads it. Behind a complete SAVEPOINT statement any token but a semicolon is
 * an error, and the message has the token in it. A name in brackets cannot merge with what follows it.
 */
function firstTokenOfSqlite(database: DatabaseSync, text: string): { readonly legal: boolean; readonly text: string } {
  try {
    database.prepare(`SAVEPOINT [x]${text}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const near = /^near "(.*)": syntax error$/s.exec(message)?.[1];
    if (near !== undefined) return { legal: !/^\.?\d.*_/.test(near) || isNumber(database, near), text: near };
    const unrecognized = /^unrecognized token: "(.*)"$/s.exec(message)?.[1];
    if (unrecognized !== undefined) return { legal: false, text: unrecognized };
    throw error;
  }
  return { legal: true, text: "" };
}

describe("tokenize", () => {
  it("finds the tokens that SQLite finds", () => {
    const database = new DatabaseSync(":memory:");
    const text = sqlLike.map((sql) => sql.replaceAll(/[\0\uD800-\uDFFF]/gu, ""));
    fc.assert(
      fc.property(text, (sql) => {
        const { tokens, problem } = tokenize(sql);
        let end = 0;
        for (const token of tokens) {
          // The text from the end of the last token: what lies between must be white space and comments for SQLite too.
          const actual = firstTokenOfSqlite(database, sql.slice(end));
          if (token.kind === "semicolon") assert.equal(actual.text, "");
          else assert.deepEqual(actual, { legal: token.kind !== "unknown", text: token.text });
          end = token.offset + token.text.length;
        }
        assert.deepEqual(firstTokenOfSqlite(database, sql.slice(end)), { legal: true, text: "" });
        assert.equal(problem?.offset, tokens.find(({ kind }) => kind === "unknown")?.offset);
      }),
      tries(1500),
    );
    database.close();
  });

  for (const [name, text] of [
    ["SQL-like texts", sqlLike],
    ["any texts", fc.string({ unit: "binary", maxLength: 200, size: "max" })],
  ] as const) {
    it(`covers ${name} in order with tokens, comments and white space`, () => {
      fc.assert(
        fc.property(text, (sql) => {
          const { tokens, comments, problem } = tokenize(sql);
          const parts = [...tokens, ...comments].toSorted((left, right) => left.offset - right.offset);
          let end = 0;
          for (const part of parts) {
            assert.match(sql.slice(end, part.offset), /^[\s\uFEFF]*$/);
            assert.notEqual(part.text, "");
            assert.equal(sql.slice(part.offset, part.offset + part.text.length), part.text);
            end = part.offset + part.text.length;
          }
          assert.match(sql.slice(end), /^[\s\uFEFF]*$/);
          const isRefused = tokens.some(({ kind }) => kind === "unknown") || sql.includes("\0");
          assert.equal(problem !== undefined, isRefused);
          if (problem === undefined) return;
          assert.ok(problem.length >= 1 && problem.offset + problem.length <= sql.length);
        }),
        tries(1500),
      );
    });
  }

  it("reads the text of each token as that token again", () => {
    fc.assert(
      fc.property(sqlLike, (sql) => {
        for (const { kind, text } of tokenize(sql).tokens) {
          if (kind !== "unknown") assert.deepEqual(tokenize(`${text} `).tokens, [{ kind, text, offset: 0 }]);
        }
      }),
      tries(500),
    );
  });
});
