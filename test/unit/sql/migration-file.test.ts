/** Migration files and plain SQL texts: sections, directives, and what is refused. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  parseMigrationFile,
  parseSql,
  type ParsedFile,
  type SqlProblem,
} from "../../../src/core/sql/migration-file.ts";
import { positionAt } from "../../../src/core/sql/script.ts";

function texts(parsed: ParsedFile): { readonly up: readonly string[]; readonly down: readonly string[] | undefined } {
  if (parsed.kind === "problem") assert.fail(parsed.problem.message);
  const up = parsed.up.statements.map(({ text }) => text);
  return { up, down: parsed.down?.statements.map(({ text }) => text) };
}

function problemOf(parsed: ParsedFile): SqlProblem {
  if (parsed.kind === "parsed") assert.fail("no problem was found");
  return parsed.problem;
}

function transactionOf(text: string): boolean {
  const parsed = parseMigrationFile(text);
  return parsed.kind === "parsed" ? parsed.transaction : assert.fail(parsed.problem.message);
}

type Case = readonly [name: string, text: string, up: readonly string[], down: readonly string[] | undefined];

const files: readonly Case[] = [
  ["takes a file without sections as up", "SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"], undefined],
  ["accepts an empty file", "", [], undefined],
  ["reads two sections", "-- lockstep:up\nSELECT 1;\n-- lockstep:down\nSELECT 2;\n", ["SELECT 1"], ["SELECT 2"]],
  [
    "reads sections in the other order",
    "-- lockstep:down\nSELECT 2;\n-- lockstep:up\nSELECT 1",
    ["SELECT 1"],
    ["SELECT 2"],
  ],
  [
    "takes what stands before a down section as up",
    "SELECT 1;\n-- lockstep:down\nSELECT 2",
    ["SELECT 1"],
    ["SELECT 2"],
  ],
  ["reads a file with an up section only", "-- why\n-- lockstep:up\nSELECT 1;", ["SELECT 1"], undefined],
  ["takes an empty down section for a down without statements", "SELECT 1;\n-- lockstep:down\n", ["SELECT 1"], []],
  [
    "takes a down section behind a statement without a semicolon, if nothing follows",
    "SELECT 1\n-- lockstep:down\n-- so far",
    ["SELECT 1"],
    [],
  ],
  ["takes a directive that touches the last token as one behind it", "SELECT 1--lockstep:down", ["SELECT 1"], []],
  ["accepts sections without statements", "-- lockstep:up\n-- lockstep:down", [], []],
  [
    "accepts a directive behind a statement on its line",
    "SELECT 1; -- lockstep:down\nSELECT 2;",
    ["SELECT 1"],
    ["SELECT 2"],
  ],
  [
    "accepts tabs, no blank and trailing blanks",
    "--\t lockstep:up \t\r\nSELECT 1;\r\n--lockstep:down\r\nSELECT 2;\r\n",
    ["SELECT 1"],
    ["SELECT 2"],
  ],
  ["drops a byte order mark", "\uFEFF-- lockstep:down\nSELECT 2", [], ["SELECT 2"]],
  [
    "finds no directive in strings, names and block comments",
    `SELECT '\n-- lockstep:down\n', "\n-- lockstep:up\n" /*\n-- lockstep:up\n*/, 1;`,
    [`SELECT '\n-- lockstep:down\n', "\n-- lockstep:up\n" /*\n-- lockstep:up\n*/, 1`],
    undefined,
  ],
  [
    "leaves remarks about lockstep alone",
    "-- lockstep runs this\n-- see lockstep:down\n-- Lockstep: made by hand\n-- Lockstep: up to here\nSELECT 1",
    ["SELECT 1"],
    undefined,
  ],
  [
    "keeps a trigger in its section",
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;\n-- lockstep:down\nDROP TRIGGER r;",
    ["CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END"],
    ["DROP TRIGGER r"],
  ],
];

describe("parseMigrationFile", () => {
  for (const [name, text, up, down] of files) {
    it(name, () => assert.deepEqual(texts(parseMigrationFile(text)), { up, down }));
  }

  it("runs in a transaction unless the file says no-transaction, anywhere outside of statements", () => {
    assert.equal(transactionOf("VACUUM;"), true);
    assert.equal(transactionOf("-- lockstep:no-transaction\nVACUUM;"), false);
    assert.equal(transactionOf("SELECT 1;\n-- lockstep:no-transaction\nVACUUM;"), false);
    assert.equal(transactionOf("VACUUM\n-- lockstep:no-transaction"), false);
    assert.equal(
      transactionOf("-- lockstep:down\nVACUUM;\n-- lockstep:no-transaction\n-- lockstep:no-transaction"),
      false,
    );
  });

  it("gives both sections the file's whole text and positions in it", () => {
    const text = "-- lockstep:up\r\nSELECT 1;\r\n-- lockstep:down\r\n  SELECT 2;\r\n";
    const parsed = parseMigrationFile(`\uFEFF${text}`, "migrations/001-a.sql");
    assert.equal(parsed.kind, "parsed");
    for (const script of [parsed.up, parsed.down]) {
      assert.equal(script?.text, text);
      assert.equal(script?.file, "migrations/001-a.sql");
    }
    const [statement] = parsed.down?.statements ?? [];
    assert.deepEqual([statement?.line, statement?.column], [4, 3]);
    assert.equal(text.slice(statement?.offset).startsWith("SELECT 2"), true);
  });

  it("leaves the file's name out where there is none", () => {
    const parsed = parseMigrationFile("SELECT 1");
    assert.equal(parsed.kind === "parsed" && "file" in parsed.up, false);
    assert.equal(parsed.kind === "parsed" && "down" in parsed, false);
  });
});

type Refusal = readonly [text: string, code: SqlProblem["code"], at: string, message: RegExp, hint: RegExp];

const refusals: readonly Refusal[] = [
  ["SELECT 1;\nSELECT 'abc", "sql_incomplete", "'abc", /string is never closed/, /close it with '/],
  ["SELECT 1;\nCREATE TRIGGER r BEGIN SELECT 1;", "sql_incomplete", "CREATE", /trigger .* never closed/, /END;/],
  ["SELECT 1; SELECT \0", "sql_incomplete", "\0", /NUL/, /UTF-8/],
  [
    "SELECT 1;\n-- lockstep:dwon\nSELECT 2;",
    "directive_invalid",
    "-- lockstep:dwon",
    /no directive "dwon"/,
    /did you mean -- lockstep:down\?/,
  ],
  [
    "-- lockstep:Down",
    "directive_invalid",
    "-- lockstep:Down",
    /no directive "Down"/,
    /did you mean -- lockstep:down\?/,
  ],
  [
    "-- lockstep:no_transaction",
    "directive_invalid",
    "-- lockstep:no_transaction",
    /no_transaction/,
    /-- lockstep:no-transaction\?/,
  ],
  ["-- lockstep:frobnicate", "directive_invalid", "-- lockstep:frobnicate", /frobnicate/, /up, down, no-transaction/],
  ["-- lockstep: down", "directive_invalid", "-- lockstep: down", /has no name/, /-- lockstep:down\?/],
  ["-- lockstep:", "directive_invalid", "-- lockstep:", /has no name/, /up, down/],
  ["-- lockstep:constructor", "directive_invalid", "-- lockstep:constructor", /constructor/, /up, down/],
  ["-- lockstep:down -- undo", "directive_invalid", "-- lockstep:down -- undo", /takes no argument/, /line of its own/],
  ["-- lockstep:up\rSELECT 1;", "directive_invalid", "-- lockstep:up\rSELECT 1;", /takes no argument/, /./],
  ["-- Lockstep:down", "directive_invalid", "-- Lockstep:down", /looks like a directive/, /as -- lockstep:down,/],
  ["-- migrate:down", "directive_invalid", "-- migrate:down", /another tool/, /as -- lockstep:down;/],
  ["-- +goose Down", "directive_invalid", "-- +goose Down", /another tool/, /as -- lockstep:down;/],
  ["-- Up Migration", "directive_invalid", "-- Up Migration", /another tool/, /as -- lockstep:up;/],
  ["-- LOCKSTEP:DOWN undo", "directive_invalid", "-- LOCKSTEP:DOWN undo", /looks like/, /as -- lockstep:down,/],
  ["-- lockstep : down", "directive_invalid", "-- lockstep : down", /looks like/, /lockstep:down/],
  ["--- lockstep:up", "directive_invalid", "--- lockstep:up", /looks like/, /lockstep:up/],
  ["/* lockstep:down */", "directive_invalid", "/* lockstep:down */", /looks like/, /lockstep:down/],
  ["/*\nlockstep:NO_TRANSACTION\n*/", "directive_invalid", "/*", /looks like/, /lockstep:no-transaction/],
  [
    "-- lockstep:up\n-- lockstep:up",
    "directive_invalid",
    "\n-- lockstep:up",
    /"up" is there twice/,
    /begins on line 1/,
  ],
  [
    "a;\n--lockstep:down\nb;\n-- lockstep:down",
    "directive_invalid",
    "-- lockstep:down",
    /"down" is there twice/,
    /line 2/,
  ],
  [
    "SELECT 1\n, 2;\n-- lockstep:up\nSELECT 3;",
    "directive_invalid",
    "SELECT 1",
    /before the first section/,
    /behind -- lockstep:up/,
  ],
  [
    "SELECT 1;\n-- lockstep:down\n\n-- lockstep:up\n",
    "directive_invalid",
    "SELECT 1;",
    /before the first section/,
    /./,
  ],
  [
    "x;\nSELECT 1\n-- lockstep:down\nSELECT 2;",
    "directive_invalid",
    "-- lockstep:down",
    /inside a statement/,
    /line 2 with ;/,
  ],
  [
    "SELECT 1 -- lockstep:down\n; SELECT 2;",
    "directive_invalid",
    "-- lockstep:down",
    /inside a statement/,
    /line 1 with ;/,
  ],
  [
    "CREATE TRIGGER r BEGIN SELECT 1;\n-- lockstep:down\nEND;",
    "directive_invalid",
    "-- lockstep:down",
    /inside a statement/,
    /./,
  ],
  ["VACUUM\n-- lockstep:no-transaction\n;", "directive_invalid", "-- lockstep:no-", /inside a statement/, /./],
];

describe("parseMigrationFile refuses", () => {
  for (const [text, code, at, message, hint] of refusals) {
    it(`${JSON.stringify(text)} and says where and why`, () => {
      const problem = problemOf(parseMigrationFile(text));
      const offset = text.indexOf(at) + (at.startsWith("\n") ? 1 : 0);
      assert.equal(problem.code, code);
      assert.match(problem.message, message);
      assert.match(problem.hint, hint);
      assert.equal(problem.offset, offset);
      assert.deepEqual({ line: problem.line, column: problem.column }, positionAt(text, offset));
      assert.ok(problem.length >= 1 && !text.slice(offset, offset + problem.length).includes("\n"));
    });
  }

  it("the same problem at the same place behind a byte order mark", () => {
    assert.deepEqual(parseMigrationFile("\uFEFFSELECT 'a"), parseMigrationFile("SELECT 'a"));
  });
});

describe("parseSql", () => {
  it("gives all statements as up", () => {
    const parsed = parseSql("\uFEFFDROP TABLE a; DROP TABLE b", "001-a.down.sql");
    assert.deepEqual(texts(parsed), { up: ["DROP TABLE a", "DROP TABLE b"], down: undefined });
    assert.equal(parsed.kind === "parsed" && parsed.up.file, "001-a.down.sql");
  });

  it("accepts no-transaction", () => {
    const parsed = parseSql("-- lockstep:no-transaction\nVACUUM");
    assert.equal(parsed.kind === "parsed" && parsed.transaction, false);
  });

  for (const name of ["up", "down"]) {
    it(`refuses -- lockstep:${name}`, () => {
      const problem = problemOf(parseSql(`SELECT 1;\n-- lockstep:${name}\n`));
      assert.equal(problem.code, "directive_invalid");
      assert.deepEqual([problem.line, problem.column, problem.length], [2, 1, 12 + name.length]);
      assert.match(problem.message, /no meaning here/);
    });
  }

  it("refuses text that is not SQL, as parseMigrationFile does", () => {
    for (const text of ["'", "CREATE TRIGGER x", "-- lockstep:nothing"]) {
      assert.deepEqual(parseSql(text), parseMigrationFile(text));
      assert.equal(parseSql(text).kind, "problem");
    }
  });
});
