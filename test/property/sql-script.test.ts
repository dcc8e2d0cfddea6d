/**
 * The splitter against SQLite itself on scripts as people and tools write them, and on those scripts broken in random places: run as a
 * whole and run piece by piece they come to the same end, and fail at the same point.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { splitStatements, type SplitResult } from "../../src/core/sql/splitter.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { script as generated } from "./sql-arbitrary.ts";
import { areComplete } from "./sqlite-complete.ts";
import { tries } from "./tries.ts";

const CORPUS = join(import.meta.dirname, "corpus");

/** What no editor would leave in a file of a repository: a mark at the beginning, other line ends, a comment without an end. */
const NOISE =
  "\uFEFF;;\r\n-- by a careful; editor\r\n/* BEGIN; END; */;\r\nCREATE TABLE crlf (\r\n  a TEXT DEFAULT 'one\r\ntwo;' -- ; \r\n);\r\n\r\n;\r\n" +
  "\tINSERT INTO crlf VALUES (1)\t;\f;INSERT INTO crlf VALUES(/**/2/*;*/) ; ;\r\nSELECT/* */*/**/FROM/*;*/crlf;--the end\r\n" +
  ";-- no line end; and then a block that nobody closes\r\n/* ; END; ";

const files = readdirSync(CORPUS).map((name) => [name, readFileSync(join(CORPUS, name), "utf8")] as const);

/** By name. Each also with the line ends of another system, and with nothing but blanks between its words. */
const scripts: readonly (readonly [name: string, text: string])[] = [
  ...files,
  ["noise", NOISE],
  ...files.map(([name, text]) => [`${name} with CRLF`, `\uFEFF${text.replaceAll("\n", "\r\n")}`] as const),
  ...files.map(([name, text]) => [`${name} on one line`, tokensOf(text).join(" ")] as const),
];

function tokensOf(text: string): readonly string[] {
  return tokenize(text).tokens.map((token) => token.text);
}

function split(text: string): SplitResult {
  return splitStatements(text, tokenize(text).tokens);
}

/** Everything that a script leaves behind, and how it ended. */
interface End {
  readonly error: string | undefined;
  readonly contents: unknown;
}

/** Runs texts one after the other, up to the first that fails. */
function run(texts: readonly string[]): End {
  const database = new DatabaseSync(":memory:");
  let error: string | undefined;
  try {
    for (const text of texts) database.exec(text);
  } catch (thrown) {
    // A statement on its own ends where in a script there would be a semicolon.
    error = (thrown as Error).message.replace('near ";": syntax error', "incomplete input");
  }
  const end = { error, contents: contentsOf(database) };
  database.close();
  return end;
}

function contentsOf(database: DatabaseSync): unknown {
  const columns = "type, name, tbl_name, sql";
  const rows = (sql: string): unknown => {
    try {
      return database.prepare(sql).all();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const schema = rows(`SELECT ${columns} FROM main.sqlite_schema UNION ALL SELECT ${columns} FROM temp.sqlite_schema`);
  const objects = Array.isArray(schema) ? (schema as { type: string; name: string; sql: string | null }[]) : [];
  const tables = objects.filter(({ type }) => type === "table" || type === "view");
  return [
    // SQLite keeps the blanks and comments before a semicolon, which a statement on its own does not have.
    objects.map((object) => ({ ...object, sql: tokensOf(object.sql ?? "") })),
    database.isTransaction,
    rows("PRAGMA user_version"),
    rows("PRAGMA database_list"),
    tables.map(({ name }) => rows(`SELECT * FROM "${name.replaceAll('"', '""')}"`)),
  ];
}

describe("a script as it is written", () => {
  for (const [name, text] of scripts) {
    it(`comes to the same end as a whole and statement by statement: ${name}`, () => {
      const { statements, problem } = split(text);
      assert.equal(problem, undefined);
      const whole = run([text]);
      assert.equal(whole.error, undefined);
      assert.deepEqual(run(statements.map((statement) => statement.text)), whole);
    });

    it(`is cut where SQLite cuts it: ${name}`, () => {
      const { statements, ends } = split(text);
      const database = new DatabaseSync(":memory:");
      let offset = 0;
      for (const [index, { text: own }] of statements.entries()) {
        const rest = text.slice(offset);
        const source = database.prepare(rest).sourceSQL;
        assert.ok(source.includes(own));
        offset += source.length;
        const end = ends[index] ?? 0;
        // Behind the last one there may be no semicolon, and then blanks are of no account.
        if (text[end] === ";") assert.equal(offset, end + 1, own);
        else assert.match(text.slice(end, offset), /^\s*$/);
        database.exec(own);
      }
      assert.match(text.slice(offset), /^(?:[\s;\uFEFF]|--[^\n]*(?:\n|$)|\/\*[^]*?(?:\*\/|$))*$/);
      database.close();
    });
  }

  it("has statements that are complete with their last semicolon, and with none before it", (context) => {
    const statements = scripts.flatMap(([, text]) => split(text).statements);
    const wrong = areComplete(statements);
    if (wrong === undefined) context.skip("there is no Python");
    else assert.deepEqual(wrong, []);
  });
});

const WORDS = "; ; END BEGIN CREATE TRIGGER TEMP EXPLAIN CASE x ( ) , ' /* --".split(" ");

/** A change of a list of tokens, at a place from 0 to 1. */
const edit = fc.record({
  kind: fc.constantFrom("remove", "remove", "repeat", "swap", "insert"),
  place: fc.noBias(fc.nat({ max: 9999 })),
  word: fc.constantFrom(
    ...WORDS,
    "EXPLAIN QUERY PLAN",
    "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1",
    "COMMIT;",
    "INSERT INTO missing VALUES (1);",
  ),
});

function applyEdit(
  tokens: string[],
  { kind, place, word }: typeof edit extends fc.Arbitrary<infer T> ? T : never,
): void {
  const index = Math.floor((place / 10_000) * tokens.length);
  if (kind === "remove") tokens.splice(index, 1);
  if (kind === "repeat") tokens.splice(index, 0, tokens[index] ?? "");
  if (kind === "swap") tokens.splice(index, 2, ...tokens.slice(index, index + 2).toReversed());
  if (kind === "insert") tokens.splice(index, 0, word);
}

describe("a script that is broken in random places", () => {
  // A recursion that has lost its condition would never end.
  const endless = /^WITH RECURSIVE/;
  const finite = files.map(([, text]) => split(text).statements.filter((statement) => !endless.test(statement.text)));
  const broken = fc.record({
    script: fc.oneof(
      fc.constantFrom(...finite.map((statements) => statements.map(({ text }) => text).join(";\n"))),
      generated.map(({ text }) => text),
    ),
    edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
  });

  it("fails at the same point as a whole and statement by statement, and leaves the same behind", () => {
    fc.assert(
      fc.property(broken, ({ script, edits }) => {
        const words = [...tokensOf(script)];
        for (const one of edits) applyEdit(words, one);
        const text = words.join(" ");
        const whole = run([text]);
        // SQLite pastes what ends in a comment into the text of its table, and cannot read that. Alone the statement has no comment.
        if (whole.error?.endsWith("after add column: incomplete input") === true) return;
        const { tokens, problem: unreadable } = tokenize(text);
        const { statements, problem: unended } = splitStatements(text, tokens);
        // What lockstep refuses to read, SQLite does not run to its end.
        if (unreadable !== undefined || unended !== undefined) assert.notEqual(whole.error, undefined, text);
        else assert.deepEqual(run(statements.map((statement) => statement.text)), whole, text);
      }),
      tries(400),
    );
  });
});
