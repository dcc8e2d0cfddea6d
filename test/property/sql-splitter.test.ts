/** The splitter against SQLite: real statements, put together at random with white space and comments everywhere. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseMigrationFile, parseSql } from "../../src/core/sql/migration-file.ts";
import { splitStatements } from "../../src/core/sql/splitter.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { script } from "./sql-arbitrary.ts";
import { areComplete } from "./sqlite-complete.ts";
import { tries } from "./tries.ts";

/** Everything that a script leaves behind in a database. */
function contentsOf(database: DatabaseSync): unknown {
  const columns = "type, name, tbl_name, sql";
  const schema = database
    .prepare(`SELECT ${columns} FROM sqlite_schema UNION ALL SELECT ${columns} FROM sqlite_temp_schema`)
    .all();
  const tables = schema.filter(({ type }) => type === "table" || type === "view");
  return [
    schema,
    tables.map(({ name }) => database.prepare(`SELECT * FROM "${String(name)}"`).all()),
    database.prepare("PRAGMA user_version").get(),
  ];
}

function withDatabase<T>(use: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(":memory:");
  try {
    return use(database);
  } finally {
    database.close();
  }
}

describe("splitStatements", () => {
  it("finds each statement exactly, whatever stands between them", () => {
    fc.assert(
      fc.property(script, ({ text, statements }) => {
        const found = splitStatements(text, tokenize(text).tokens);
        assert.equal(found.problem, undefined);
        assert.deepEqual(
          found.statements.map((statement) => ({ text: statement.text, offset: statement.offset })),
          statements,
        );
      }),
      tries(300),
    );
  });

  it("makes a database that runs the statements one by one equal to one that runs the whole text", () => {
    fc.assert(
      fc.property(script, ({ text }) => {
        const whole = withDatabase((database) => {
          database.exec(text);
          return contentsOf(database);
        });
        const pieces = withDatabase((database) => {
          for (const statement of splitStatements(text, tokenize(text).tokens).statements)
            database.exec(statement.text);
          return contentsOf(database);
        });
        assert.deepEqual(pieces, whole);
      }),
      tries(150),
    );
  });

  it("ends each statement where SQLite ends it", () => {
    fc.assert(
      fc.property(script, ({ text }) => {
        const { statements, ends } = splitStatements(text, tokenize(text).tokens);
        withDatabase((database) => {
          let offset = 0;
          for (const [index, { text: own }] of statements.entries()) {
            const prepared = database.prepare(text.slice(offset));
            // SQLite's statement has the semicolons and comments before it, and its own semicolon.
            const source = prepared.sourceSQL;
            prepared.all();
            offset += source.length;
            assert.ok(source.includes(own));
            assert.equal(offset, Math.min((ends[index] ?? 0) + 1, text.length));
          }
        });
      }),
      tries(150),
    );
  });

  it("takes for a statement what is complete with its last semicolon, and not before", (context) => {
    const { numRuns, ...settings } = tries(150);
    const found = fc.sample(script, { ...settings, numRuns }).flatMap(({ text }) => {
      return splitStatements(text, tokenize(text).tokens).statements;
    });
    const wrong = areComplete(found);
    if (wrong === undefined) context.skip("there is no Python");
    else assert.deepEqual(wrong, []);
  });

  it("cuts any tokens into statements without losing or repeating one", () => {
    const word = fc.constantFrom(
      "CREATE",
      "TEMP",
      "TRIGGER",
      "BEGIN",
      "END",
      "CASE",
      "EXPLAIN",
      "x",
      "'s'",
      ";",
      ";",
      "(",
      ")",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40, size: "max" }), (words) => {
        const text = words.join(" ");
        const { tokens } = tokenize(text);
        const { statements, ends, problem } = splitStatements(text, tokens);
        const inside = statements.flatMap((statement) => statement.tokens);
        const between = tokens.filter((token) => !inside.includes(token));
        assert.ok(between.every(({ kind }) => kind === "semicolon"));
        assert.deepEqual(
          inside,
          tokens.filter((token) => inside.includes(token)),
        );
        assert.equal(ends.length, statements.length);
        for (const { tokens: own } of statements.slice(0, problem === undefined ? undefined : -1)) {
          assert.notEqual(own[0]?.kind, "semicolon");
          assert.notEqual(own.at(-1)?.kind, "semicolon");
        }
      }),
      tries(500),
    );
  });
});

describe("parseMigrationFile", () => {
  it("gives the same statements in sections as in two files", () => {
    fc.assert(
      fc.property(script, script, fc.constantFrom("up_first", "down_first", "up_unnamed"), (up, down, order) => {
        const upSection = `${order === "up_unnamed" ? "" : "-- lockstep:up\n"}${up.text}\n;\n`;
        const downSection = `-- lockstep:down\n${down.text}\n;\n`;
        const parsed = parseMigrationFile(order === "down_first" ? downSection + upSection : upSection + downSection);
        if (parsed.kind === "problem") assert.fail(parsed.problem.message);
        for (const [section, expected] of [
          [parsed.up, up],
          [parsed.down, down],
        ] as const) {
          const alone = parseSql(expected.text);
          if (alone.kind === "problem") assert.fail(alone.problem.message);
          const texts = section?.statements.map(({ text }) => text);
          assert.deepEqual(
            texts,
            alone.up.statements.map(({ text }) => text),
          );
          for (const { text, offset } of section?.statements ?? [])
            assert.equal(section?.text.startsWith(text, offset), true);
        }
      }),
      tries(100),
    );
  });

  it("accepts or refuses any text, and points into it when it refuses", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "-- lockstep:up\n",
        "-- lockstep:down\n",
        "-- lockstep:",
        "lockstep",
        ":",
        "no-transaction",
        "up",
        "--",
        "/*",
        "*/",
        "\n",
        "\r\n",
      ),
      fc.constantFrom("SELECT 1", ";", "'", "CREATE TRIGGER x", "BEGIN", "END", "\uFEFF", "\0", " "),
      fc.string({ unit: "binary-ascii", maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30, size: "max" }), (pieces) => {
        const text = pieces.join("");
        for (const parsed of [parseMigrationFile(text), parseSql(text)]) {
          if (parsed.kind === "parsed") continue;
          const { offset, length, line, column, message, hint } = parsed.problem;
          const body = text.replace(/^\uFEFF/, "");
          assert.ok(offset >= 0 && length >= 1 && offset + length <= body.length);
          assert.ok(line >= 1 && column >= 1 && message !== "" && hint !== "");
        }
      }),
      tries(1000),
    );
  });
});
