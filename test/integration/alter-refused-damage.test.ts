/** A change is refused where what SQLite says of the table is not what stands in it, or nobody can read it, with the database as it was. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, change, databaseOf, openOwn, rebuild, textOf } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { rejection } from "../support/rejection.ts";
import type { LockstepError } from "../../src/index.ts";

useFastFiles();

const T = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, name TEXT, note TEXT, late INT DEFAULT 5)";

/** Runs SQL that changes the stored schema. */
async function editSchema(path: string, sql: string): Promise<void> {
  const own = openOwn(path);
  own.allowSchemaEdits?.("allowed");
  await own.execute("PRAGMA writable_schema = ON");
  await own.execute(sql);
  await own.close();
}

/** A table with three rows, whose index has those of `where` only, and says that it has all. */
async function damagedBy(where: string): Promise<string> {
  const path = databaseOf(`${T.replace(", late INT DEFAULT 5", "")};
    INSERT INTO t (id, n, name) VALUES (1, 1, 'ann'), (2, 2, 'bob'), (3, 3, 'cid');
    ALTER TABLE t ADD COLUMN late INT DEFAULT 5; CREATE INDEX i ON t (n) WHERE ${where}`);
  await editSchema(path, "UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (n)' WHERE name = 'i'");
  return path;
}

/** Expects a refusal, and that all rows and the text of the table are what they were. The file is damaged, so that no other look is at it. */
async function refusedOn(database: string, sql: string): Promise<LockstepError> {
  const look = (): unknown => [ask(database, "SELECT rowid, * FROM t NOT INDEXED"), textOf(database, "t")];
  const before = look();
  const error = await rejection(change(database, sql), "rebuild_refused");
  assert.deepEqual(look(), before);
  return error;
}

describe("a change is refused for a damaged table", () => {
  it("whose index has no entries: by that it would be empty, and no row would be copied", async () => {
    const error = await refusedOn(await damagedBy("n > 9"), rebuild(T.replace("n INT", "n REAL")));
    assert.equal(error.details.problem, 'the table "t" is damaged: an index of it has no entries');
    assert.match(error.details.hint, /REINDEX "t"/);
  });

  it("whose index has no entries, also where only a default becomes another", async () => {
    const error = await refusedOn(await damagedBy("n > 9"), rebuild(T.replace("DEFAULT 5", "DEFAULT 6")));
    assert.equal(error.details.problem, 'the table "t" is damaged: an index of it has no entries');
  });

  it("whose index has fewer entries than there are rows", async () => {
    const error = await refusedOn(await damagedBy("n > 1"), rebuild(T.replace("n INT", "n REAL")));
    assert.equal(
      error.details.problem,
      'the table "t" is damaged: an index of it has entries for 2 rows, and the table has 3',
    );
  });

  it("whose index says something in bytes that are no text, and would say something else afterwards", async () => {
    const path = databaseOf("CREATE TABLE t (n INT, name TEXT); CREATE INDEX i ON t (n) WHERE name <> 'Q'");
    const text = "CAST(replace(CAST(sql AS BLOB), 'Q', X'E9') AS TEXT)";
    await editSchema(path, `UPDATE sqlite_schema SET sql = ${text} WHERE name = 'i'`);
    const before = ask(path, "SELECT hex(sql) FROM sqlite_schema WHERE name = 'i'");
    const wanted = rebuild("CREATE TABLE t (n REAL, name TEXT)");
    const { details } = await rejection(change(path, wanted), "schema_unreadable");
    assert.equal(details.problem, 'the index "i" cannot be read: its definition has bytes that are no text');
    assert.deepEqual(ask(path, "SELECT hex(sql) FROM sqlite_schema WHERE name = 'i'"), before);
  });
});
