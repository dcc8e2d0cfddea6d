/** The canonical text drops what does not count and keeps everything else. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { canonicalScript, canonicalText } from "../../src/core/sql/canonical.ts";
import { splitStatements } from "../../src/core/sql/splitter.ts";
import type { Statement } from "../../src/core/sql/script.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { tries } from "./tries.ts";

const KEYWORDS = [
  "SELECT",
  "CREATE",
  "TABLE",
  "TRIGGER",
  "BEGIN",
  "END",
  "CASE",
  "KEY",
  "TEMP",
  "CURRENT_TIMESTAMP",
  "NOT",
  "NULL",
];
const NAMES = ["users", "Users", "a", "b", "x", "e", "id1", "_", "selec", "selects", "strict", "é", "\u017Felect"];
const QUOTED = ['"a"', '"A"', '"a""b"', "[a]", "[a b]", "`a`", '"SELECT"', '"select"', '"--"', "[/*]"];
const STRINGS = ["'a'", "'A'", "''", "''''", "'a b'", "'a  b'", "'select'", "'a\nb'", "'a\r\nb'", "'--'", "'; '"];
const LITERALS = ["x'0a'", "X'0a'", "x'0A'", "1", "1.", "1.0", ".5", "1e5", "1E5", "0x1f", "0X1F", "1_0", "10"];
const PARAMETERS = ["?", "?1", ":a", "@a", "$a", "$a::b", "$a(x)", "#a"];
const OPERATORS = "( ) , . + - * / % & ~ | < > = -> ->> || << >> <= >= <> != == ;".split(" ");

/** A token as the canonical text has it: a line end inside a string is LF. */
function withoutReturns(token: string): string {
  return token.replaceAll("\r\n", "\n");
}

/** What a token may be replaced by without changing the canonical text: a keyword in another case. */
function recase(token: string, mask: number): string {
  if (!KEYWORDS.includes(token)) return token;
  const letters = Array.from(token, (letter, index) => ((mask >> (index % 16)) & 1 ? letter.toLowerCase() : letter));
  return letters.join("");
}

const token = fc.oneof(
  ...[KEYWORDS, NAMES, QUOTED, STRINGS, LITERALS, PARAMETERS, OPERATORS].map((all) => fc.constantFrom(...all)),
);
const tokens = fc.array(token, { minLength: 1, maxLength: 25, size: "max" });
const gap = fc.constantFrom(
  " ",
  "\n",
  "\r\n",
  "\t",
  "\f",
  "  ",
  " /**/",
  " /* ; ' \" */ ",
  " -- ' x\n",
  " --\r\n\t",
  " \uFEFF",
  " /*\n*/\n",
);

/** A way to write tokens down: what stands before each and behind the last, and the case of keywords. */
const style = fc.record({ gaps: fc.infiniteStream(gap), masks: fc.infiniteStream(fc.nat(0xffff)) });

function write(words: readonly string[], { gaps, masks }: { gaps: Iterator<string>; masks: Iterator<number> }): string {
  const written = words.map((word) => gaps.next().value + recase(word, masks.next().value)).join("");
  return written + gaps.next().value;
}

function canonical(sql: string): string {
  const { tokens: found, problem } = tokenize(sql);
  assert.equal(problem, undefined);
  return canonicalText(found);
}

function split(sql: string): readonly Statement[] {
  return splitStatements(sql, tokenize(sql).tokens).statements;
}

describe("canonicalText", () => {
  it("does not depend on white space, comments, line ends and the case of keywords", () => {
    fc.assert(
      fc.property(tokens, style, style, (words, left, right) => {
        assert.equal(canonical(write(words, left)), canonical(write(words, right)));
        assert.equal(canonical(write(words, left)), withoutReturns(words.join(" ")));
      }),
      tries(500),
    );
  });

  it("depends on every token and on their order", () => {
    const edit = fc.record({
      kind: fc.constantFrom("replace", "insert", "remove", "swap"),
      at: fc.nat(24),
      word: token,
      style,
    });
    fc.assert(
      fc.property(tokens, style, edit, (words, written, { kind, at, word, style: other }) => {
        const index = at % words.length;
        const edited = [...words];
        if (kind === "replace") edited[index] = word;
        if (kind === "insert") edited.splice(index, 0, word);
        if (kind === "remove") edited.splice(index, 1);
        if (kind === "swap") edited.splice(index, 2, ...edited.slice(index, index + 2).toReversed());
        const isSame =
          edited.length === words.length &&
          edited.every((text, place) => withoutReturns(text) === withoutReturns(words[place] ?? ""));
        assert.equal(canonical(write(edited, other)) === canonical(write(words, written)), isSame);
      }),
      tries(1000),
    );
  });

  it("can be read back, so that no two lists of tokens have the same text", () => {
    const messy = fc.array(fc.oneof(token, gap, fc.constantFrom("'", '"', "[", "]", "/*", "--", "x'", "_", "!")), {
      maxLength: 25,
      size: "max",
    });
    fc.assert(
      fc.property(messy, (pieces) => {
        const first = tokenize(pieces.join(""));
        fc.pre(first.problem === undefined);
        const text = canonicalText(first.tokens);
        const second = tokenize(text);
        assert.equal(canonicalText(second.tokens), text);
        assert.deepEqual(second.comments, []);
        assert.deepEqual(
          second.tokens.map(({ kind, text: own }) => [kind, own.toLowerCase()]),
          first.tokens.map(({ kind, text: own }) => [kind, withoutReturns(own.toLowerCase())]),
        );
        for (const [index, { kind, text: own }] of first.tokens.entries()) {
          if (kind !== "word") assert.equal(second.tokens[index]?.text, withoutReturns(own));
        }
      }),
      tries(1000),
    );
  });

  it("means the same to SQLite as the text it was made from", () => {
    const word = fc.constantFrom(
      "SELECT",
      "1",
      "'a''b'",
      ",",
      "x",
      "AS",
      '"y"',
      "+",
      "-",
      "(",
      ")",
      "NOT",
      "NULL",
      "CASE",
      "WHEN",
      "END",
      "||",
      ";",
    );
    const database = new DatabaseSync(":memory:");
    const outcome = (sql: string): unknown => {
      try {
        const statement = database.prepare(`SELECT 0 ${sql}`);
        // Arrays, since SQLite names a column by the very text of its expression.
        statement.setReturnArrays(true);
        return statement.all();
      } catch (error) {
        return error instanceof Error ? error.message.toUpperCase() : error;
      }
    };
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), style, (words, written) => {
        const sql = write(words, written);
        assert.deepEqual(outcome(canonical(sql)), outcome(sql));
      }),
      tries(1000),
    );
    database.close();
  });
});

describe("canonicalScript", () => {
  const statement = fc.oneof(
    tokens.filter((words) => !words.includes(";") && !words.includes("TRIGGER")),
    fc.constantFrom(
      "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END ; SELECT 3 ; END".split(" "),
      "CREATE TEMP TRIGGER r DELETE ON t BEGIN SELECT ';\n' ; END".split(" "),
    ),
  );

  it("can be read back into the same statements", () => {
    fc.assert(
      fc.property(
        fc.array(statement, { maxLength: 6 }),
        style,
        fc.infiniteStream(fc.constantFrom(";", ";;", "; ;")),
        (all, written, ends) => {
          const sql = all.map((words) => write(words, written) + ends.next().value).join("\n");
          const text = canonicalScript(split(sql));
          assert.equal(split(sql).length, all.length);
          assert.equal(canonicalScript(split(text)), text);
          assert.deepEqual(
            split(text).map((own) => own.tokens.map((found) => found.text.toUpperCase())),
            all.map((words) => words.map((word) => withoutReturns(word.toUpperCase()))),
          );
        },
      ),
      tries(300),
    );
  });
});
