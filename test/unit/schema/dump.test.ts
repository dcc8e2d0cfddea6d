/** The text of a dump. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dumpText, isDump, type DumpedDatabase } from "../../../src/core/schema/dump.ts";
import { schemaOf } from "../../support/parsed-schema.ts";

const METADATA = 'CREATE TABLE "metadata" (key, value)';
const HISTORY = 'CREATE TABLE "lockstep_history" (version, name)';

const empty: DumpedDatabase = {
  schema: schemaOf([]),
  own: { metadata: "metadata", history: "lockstep_history" },
  values: new Map(),
  snapshot: { version: 0, versions: [], origin: "none" },
  applied: [],
  settings: new Map(),
};

/** A database at version 2 with these objects beside lockstep's own. */
function recorded(...statements: readonly string[]): DumpedDatabase {
  return {
    ...empty,
    schema: schemaOf([METADATA, HISTORY, ...statements]),
    values: new Map([["schema_version", "2"]]),
    snapshot: { version: 2, versions: [1, 2], origin: "recorded" },
    applied: [
      { version: 1, name: "It's one", checksum: "1:aa" },
      { version: 2, name: "Two", checksum: null },
    ],
  };
}

/** The blocks of a dump, without its first, which is the header. */
function blocks(database: DumpedDatabase): readonly string[] {
  const text = dumpText(database);
  assert.ok(text.endsWith("\n") && !text.endsWith("\n\n"));
  return text.slice(0, -1).split("\n\n").slice(1);
}

describe("a dump", () => {
  it("begins with its format, the version and a way to load it, and is one transaction", () => {
    assert.equal(
      dumpText(empty),
      `-- lockstep schema, format 1, version 0
-- Written by "lockstep dump". Do not edit it: change the schema with a migration, and write it again.
-- It has no rows but lockstep's own. A new database at this version: sqlite3 -bail new.db < schema.sql

BEGIN;

COMMIT;
`,
    );
  });

  it("has the texts as they are, each with its semicolon", () => {
    const statements = ["CREATE TABLE a (x -- why\n)", "CREATE VIEW v AS SELECT ';'"];
    assert.deepEqual(blocks({ ...empty, schema: schemaOf(statements) }), [
      "BEGIN;",
      "CREATE TABLE a (x -- why\n);",
      "CREATE VIEW v AS SELECT ';';",
      "COMMIT;",
    ]);
  });

  const ends: Readonly<Record<string, string>> = {
    "CREATE VIEW v AS SELECT 1 -- why": "CREATE VIEW v AS SELECT 1 -- why\n;",
    "CREATE VIEW v AS SELECT 1 -- why\n": "CREATE VIEW v AS SELECT 1 -- why\n;",
    "CREATE VIEW v AS SELECT 1 /* why */": "CREATE VIEW v AS SELECT 1 /* why */;",
    "CREATE VIEW v AS SELECT 1 /**/": "CREATE VIEW v AS SELECT 1 /**/;",
    "CREATE VIEW v AS SELECT 1 /* open": "CREATE VIEW v AS SELECT 1 /* open*/;",
    "CREATE VIEW v AS SELECT 1 /*/": "CREATE VIEW v AS SELECT 1 /*/*/;",
    "CREATE VIEW v AS SELECT 1 /* a */ -- b": "CREATE VIEW v AS SELECT 1 /* a */ -- b\n;",
    "CREATE VIEW v AS SELECT '-- no'": "CREATE VIEW v AS SELECT '-- no';",
  };
  for (const [text, written] of Object.entries(ends)) {
    it(`keeps its semicolon out of a comment: ${JSON.stringify(text)}`, () => {
      assert.equal(blocks({ ...empty, schema: schemaOf([text]) })[1], written);
    });
  }

  it("has lockstep's tables last, with the version and the migrations that count as applied, newest first", () => {
    assert.deepEqual(blocks(recorded("CREATE TABLE z (x)")), [
      "BEGIN;",
      "CREATE TABLE z (x);",
      "-- lockstep's own tables: the version, and the migrations that count as applied.",
      `${METADATA};`,
      `INSERT INTO "metadata" (key, value) VALUES ('schema_version', '2');`,
      `${HISTORY};`,
      `WITH applied (version, name, checksum) AS (VALUES
  (2, 'Two', NULL),
  (1, 'It''s one', '1:aa')
)
INSERT INTO "lockstep_history" (version, name, checksum, applied_at, duration_ms, applied_by)
SELECT version, name, checksum, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 0, 'dump' FROM applied;`,
      "COMMIT;",
    ]);
  });

  it("finds lockstep's tables by other names and in any case, and quotes those", () => {
    const database: DumpedDatabase = {
      ...recorded(),
      schema: schemaOf(['CREATE TABLE "my ""keys" (key, value)', "CREATE TABLE HISTORY (version)"]),
      own: { metadata: 'my "keys', history: "history" },
    };
    const text = dumpText(database);
    assert.match(text, /CREATE TABLE "my ""keys" \(key, value\);\n\nINSERT INTO "my ""keys" /);
    assert.match(text, /CREATE TABLE HISTORY \(version\);\n\nWITH [^;]+\nINSERT INTO "history" /);
  });

  it("writes the rows before the triggers on their tables, and indexes on these with them", () => {
    const extra = [
      "CREATE TRIGGER noisy AFTER INSERT ON metadata BEGIN SELECT 1; END",
      "CREATE INDEX by_name ON lockstep_history (name)",
    ];
    const written = blocks(recorded(...extra));
    assert.deepEqual(written.slice(-3), [`${extra[1]};`, `${extra[0]};`, "COMMIT;"]);
  });

  it("has the table of the application alone where lockstep has written nothing into it", () => {
    const database = {
      ...empty,
      schema: schemaOf([METADATA]),
      snapshot: { ...empty.snapshot, origin: "hand_written" },
    };
    assert.deepEqual(blocks(database as DumpedDatabase).slice(2), [`${METADATA};`, "COMMIT;"]);
  });

  it("says what is half-way, and has how far it came", () => {
    const progress = { version: 3, direction: "up", done: 1, total: 2, checksum: null } as const;
    const database: DumpedDatabase = {
      ...recorded(),
      snapshot: { ...recorded().snapshot, progress },
      values: new Map([
        ["schema_version", "2"],
        ["lockstep_progress", JSON.stringify(progress)],
      ]),
    };
    const text = dumpText(database);
    assert.match(text, /^-- lockstep schema, format 1, version 2\n(?:.*\n){2}-- Version 3 is half-way up: 1 of 2 /);
    assert.match(text, /VALUES \('lockstep_progress', '\{"version":3,"direction":"up","done":1,"total":2,/);
  });

  it("takes no text out of what is half-way into its header", () => {
    const progress = { version: 1, direction: "up\nDROP TABLE t; --", done: 0, total: "9\nDROP", checksum: null };
    const snapshot = { ...recorded().snapshot, progress } as unknown as DumpedDatabase["snapshot"];
    assert.match(
      dumpText({ ...recorded(), snapshot }),
      /\n-- Version 1 is half-way up: 0 of \? statements are done\.\n/,
    );
    assert.doesNotMatch(dumpText({ ...recorded(), snapshot }), /DROP/);
  });

  it("sets the numbers of the application in the header of the file, where it has any", () => {
    const settings = new Map([
      ["application_id", 0],
      ["user_version", -7],
    ]);
    assert.deepEqual(blocks({ ...empty, settings }), ["BEGIN;", "PRAGMA user_version = -7;", "COMMIT;"]);
  });

  it("ends a name at its first NUL, which no SQL can hold", () => {
    const applied = [{ version: 1, name: "one\0two", checksum: null }];
    assert.match(dumpText({ ...recorded(), applied }), /\n {2}\(1, 'one', NULL\)\n/);
  });
});

describe("a file", () => {
  it("is known as a dump by its first line, wherever that stands", () => {
    const text = dumpText(empty);
    for (const one of [text, text.replaceAll("\n", "\r\n"), `<<<<<<< ours\n${text}=======\n${text}`])
      assert.ok(isDump(one));
  });

  it("is no dump for having the words somewhere else", () => {
    for (const one of ["", "CREATE TABLE t (x)", "SELECT 1 -- lockstep schema, format 1", "-- lockstep schema"])
      assert.ok(!isDump(one));
  });
});
