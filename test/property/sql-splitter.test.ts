/** The splitter against SQLite: real statements, put together at random with white space and comments everywhere. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseMigrationFile, parseSql } from "../../src/core/sql/migration-file.ts";
import { splitStatements } from "../../src/core/sql/splitter.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";

/**
 * Groups of statements that work on their own. Each space is a gap to fill, `_` is a space inside a token, and # is the
 * group's number.
 */
const GROUPS: readonly (readonly string[])[] = [
  [
    "CREATE TABLE u# ( id INTEGER PRIMARY KEY , [a;b] TEXT DEFAULT '--_;' , \"END;\" )",
    "INSERT INTO u# ( [a;b] ) VALUES ( 'it''s;' ) , ( x'3b' )",
  ],
  [
    "CREATE TABLE t# ( id INTEGER PRIMARY KEY , state TEXT , CHECK ( state <> ';' ) )",
    "CREATE TABLE log# ( what TEXT )",
    "CREATE TRIGGER t#_insert AFTER INSERT ON t# BEGIN INSERT INTO log# VALUES ( CASE WHEN new . state IS NULL THEN 'none;' ELSE 'some' END ) ; END",
    "CREATE TRIGGER t#_update BEFORE UPDATE OF state ON t# FOR EACH ROW WHEN CASE old . id WHEN 1 THEN 1 ELSE 0 END BEGIN SELECT CASE WHEN 1 THEN 2 END ; UPDATE t# SET state = CASE WHEN 1 THEN 'a' END WHERE id = CASE WHEN 1 THEN 2 END ; DELETE FROM log# WHERE what = 'END' ; END",
    "INSERT INTO t# VALUES ( 1 , NULL ) , ( 2 , 'b' )",
    "UPDATE t# SET state = 'c' WHERE id = 1",
  ],
  [
    "CREATE TABLE w# ( a TEXT PRIMARY KEY , b INT ) STRICT , WITHOUT ROWID",
    "CREATE VIEW v# AS SELECT a , CASE b WHEN 1 THEN 'BEGIN' END AS c FROM w#",
    "CREATE TRIGGER v#_insert INSTEAD OF INSERT ON v# BEGIN INSERT INTO w# VALUES ( new . a , 1 ) ; END",
    "INSERT INTO v# ( a ) VALUES ( 'x' )",
  ],
  [
    "CREATE TEMP TABLE p# ( a )",
    "CREATE TEMP TRIGGER p#_delete AFTER DELETE ON p# BEGIN SELECT 1 ; END",
    "INSERT INTO p# VALUES ( 1 )",
  ],
  [
    "CREATE TABLE e# ( a )",
    "EXPLAIN CREATE TRIGGER e#_x AFTER INSERT ON e# BEGIN SELECT 1 ; SELECT 2 ; END",
    "EXPLAIN QUERY PLAN SELECT 1",
  ],
  ["BEGIN", 'CREATE TABLE b# ( "begin" , `end;` )', "INSERT INTO b# VALUES ( ';' , '/*' )", "END"],
  [
    "CREATE TABLE a# ( x )",
    "ALTER TABLE a# ADD COLUMN y DEFAULT ';'",
    "CREATE UNIQUE INDEX a#_y ON a# ( x , y ) WHERE x <> ';'",
    "REPLACE INTO a# VALUES ( 1 , '\u{1F600};' )",
  ],
  [
    "SELECT 1 , '_' , 2e1 , CASE WHEN 1 THEN 2 END AS [END;]",
    "WITH c AS ( SELECT ';' AS s ) SELECT * FROM c",
    "PRAGMA user_version = #",
  ],
];

const GAPS = [
  " ",
  "\n",
  "\r\n",
  "\t",
  "\f ",
  " -- ;\n",
  " -- END; it's\r\n",
  '/* ; " END; */',
  "/**/",
  "\n-- CREATE TRIGGER x BEGIN\n",
  " /*\n--*/ ",
  " \uFEFF",
];

/** What SQLite stores of these includes the comments before the semicolon, so they get none there. */
const STORES_ITS_TAIL = /^(?:CREATE (?:TABLE|TEMP TABLE|VIEW|UNIQUE INDEX)|ALTER)/;

interface RenderedScript {
  readonly text: string;
  readonly statements: readonly { readonly text: string; readonly offset: number }[];
}

const script: fc.Arbitrary<RenderedScript> = fc
  .record({
    groups: fc.array(fc.constantFrom(...GROUPS), { minLength: 1, maxLength: 4 }),
    gaps: fc.infiniteStream(fc.constantFrom(...GAPS)),
    separators: fc.infiniteStream(fc.constantFrom(";", ";", ";\n", ";;", "; ;-- ;\r\n;", ";\n/* CREATE TRIGGER */\n")),
    last: fc.constantFrom("semicolon", "open"),
  })
  .map(({ groups, gaps, separators, last }) => {
    const templates = groups.flatMap((group, index) =>
      group.map((template) => template.replaceAll("#", String(index))),
    );
    const nextGap = (): string => gaps.next().value;
    const statements: { text: string; offset: number }[] = [];
    let text = nextGap();
    for (const [index, template] of templates.entries()) {
      const rendered = template.replaceAll(" ", nextGap).replaceAll(/_(?=')|(?<=--)_/g, " ");
      statements.push({ text: rendered, offset: text.length });
      text += rendered;
      if (index === templates.length - 1 && last === "open") break;
      if (!STORES_ITS_TAIL.test(template)) text += nextGap();
      text += separators.next().value + nextGap();
    }
    return { text, statements };
  });

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
      { numRuns: 300 },
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
      { numRuns: 150 },
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
      { numRuns: 150 },
    );
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
      { numRuns: 500 },
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
      { numRuns: 100 },
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
      { numRuns: 1000 },
    );
  });
});
