/** What cannot be squashed is refused by name, and a squash that was changed is not run. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type LockstepError } from "../../src/index.ts";
import { project, type Project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { applyPending } from "../../src/operations/apply-pending.ts";
import { look } from "../../src/look.ts";
import { asynchronous } from "../../src/mode.ts";
import { withSession } from "../../src/session.ts";
import { runAsync, type Task } from "../../src/core/task.ts";

const TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, made TEXT, n);";

function refusal(at: Project, to: number): Promise<LockstepError> {
  return rejection(new MigrationRunner(at.options).squash(to), "squash_refused");
}

async function squash(at: Project, to: number): Promise<string> {
  const { file, sql } = await new MigrationRunner(at.options).squash(to);
  writeFileSync(file, sql);
  return file;
}

describe("a squash is refused", { concurrency: true }, () => {
  const byChance: Readonly<Record<string, string>> = {
    "the time in seconds": "INSERT INTO t (made) VALUES (CURRENT_TIMESTAMP);",
    "the time as a number": "INSERT INTO t (made) VALUES (unixepoch());",
    chance: "INSERT INTO t (made) VALUES (hex(randomblob(8)));",
    "the day of today": "INSERT INTO t (made) VALUES (date('now'));",
  };
  for (const [what, sql] of Object.entries(byChance)) {
    it(`where rows depend on ${what}, and names the column`, async () => {
      const at = project({ "1-t.sql": TABLE, "2-rows.sql": sql });
      const error = await refusal(at, 2);
      assert.match(error.details.problem, /^the column "made" of the table "t" /);
      assert.equal(existsSync(at.database), false);
      assert.equal((await new MigrationRunner(at.options).squash(1)).rows, 0);
    });
  }

  it("where code gives another row each time, or today's date", async () => {
    const code = "export const up = (db) => db.exec(`INSERT INTO t (n) VALUES (${Math.random()})`);";
    assert.match((await refusal(project({ "1-t.sql": TABLE, "2-code.mjs": code }), 2)).message, /the column "n"/);
    const today =
      "export const up = (db) => db.prepare('INSERT INTO t (made) VALUES (?)').run(new Date().toISOString().slice(0, 10));";
    assert.match((await refusal(project({ "1-t.sql": TABLE, "2-code.mjs": today }), 2)).message, /the date of today/);
  });

  it("where a migration cannot run on an empty database, and names it", async () => {
    const code =
      "export const up = (db) => { if (db.prepare('SELECT count(*) AS n FROM t').get().n === 0) throw new Error('no rows yet'); };";
    const error = await refusal(project({ "1-t.sql": TABLE, "2-backfill.mjs": code }), 2);
    assert.match(error.details.problem, /^version 2 cannot run on an empty database: .*no rows yet/);
    assert.deepEqual([error.details.migration?.version, error.details.outcome], [2, "unchanged"]);
  });

  it("where a migration sets what belongs to the file", async () => {
    const at = project({ "1-t.sql": TABLE, "2-wal.sql": "-- lockstep:no-transaction\nPRAGMA journal_mode = WAL;" });
    assert.match((await refusal(at, 2)).details.problem, /^version 2 sets PRAGMA journal_mode/);
  });

  it("where a migration has changed lockstep's own table", async () => {
    const at = project({ "1-own.sql": "ALTER TABLE metadata ADD COLUMN note TEXT;" });
    assert.match((await refusal(at, 1)).details.problem, /change "metadata"/);
  });

  it("where a full-text table does not index what it is about", async () => {
    const at = project({
      "1-t.sql": `${TABLE} CREATE VIRTUAL TABLE f USING fts5(made, content='t', content_rowid='id');
        INSERT INTO t (made) VALUES ('a'); INSERT INTO f (f) VALUES ('rebuild'); INSERT INTO t (made) VALUES ('b');`,
    });
    assert.match((await refusal(at, 1)).details.problem, /full-text table "f"/);
  });

  it("for a version that is not there, and for an array", async () => {
    const at = project({ "1-t.sql": TABLE });
    await rejection(new MigrationRunner(at.options).squash(2), "version_unknown");
    const listed = new MigrationRunner({ database: ":memory:", migrations: [{ version: 1, up: TABLE }] });
    await rejection(listed.squash(1), "invalid_option");
  });
});

it("a squash of migrations that ANALYZE leaves what it counted out", async () => {
  const at = project({ "1-t.sql": `${TABLE} CREATE INDEX i ON t (made); INSERT INTO t (made) VALUES ('a'); ANALYZE;` });
  assert.doesNotMatch((await new MigrationRunner(at.options).squash(1)).sql, /sqlite_stat/);
});

describe("a squash that was changed", { concurrency: true }, () => {
  const changes: Readonly<Record<string, (text: string) => string>> = {
    "in its statements": (text) => text.replace("n);", "n, more);"),
    "in its first line": (text) => text.replace("format 1", "format 9"),
    "in its list": (text) => text.replace('"version":1', '"version":7'),
    "by a merge": (text) => `<<<<<<< ours\n${text}`,
    "in the name of its file": (text) => text.replace("version 2,", "version 3,"),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`${what} is not run, and nothing is written`, async () => {
      const at = project({ "1-t.sql": TABLE, "2-rows.sql": "INSERT INTO t (made) VALUES ('a');" });
      const file = await squash(at, 2);
      writeFileSync(file, change(readFileSync(file, "utf8")));
      await rejection(migrate(at.options), "squash_invalid");
      assert.equal(existsSync(at.database), false);
    });
  }

  it("in its remarks and line ends is the same", async () => {
    const at = project({ "1-t.sql": TABLE, "2-rows.sql": "INSERT INTO t (made) VALUES ('a');" });
    const file = await squash(at, 2);
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace("CREATE", "-- the only one\nCREATE").replaceAll("\n", "\r\n"),
    );
    assert.deepEqual(
      (await migrate(at.options)).applied.map(({ version }) => version),
      [2],
    );
  });

  it("has a second one of its version", async () => {
    const at = project({ "1-t.sql": TABLE });
    const file = await squash(at, 1);
    at.add({ "squash-01.sql": readFileSync(file, "utf8") });
    await rejection(migrate(at.options), "version_duplicate");
    await rejection(migrate(project({ "squash-0.sql": "" }).options), "version_invalid");
  });
});

describe("two processes on one new database", () => {
  it("go on one by one where the other one has begun so", async () => {
    const at = project({
      "1-t.sql": TABLE,
      "2-rows.sql": "INSERT INTO t (made) VALUES ('a');",
      "3-u.sql": "CREATE TABLE u (a);",
    });
    await squash(at, 2);
    const report = await runAsync(
      withSession(at.options, { mode: asynchronous, access: "write" }, function* (session): Task<unknown> {
        const known = yield* look(session);
        assert.deepEqual(
          known.entries.map(({ version, layout }) => [version, layout]),
          [
            [2, "squash"],
            [3, "sql"],
          ],
        );
        yield Promise.resolve(migrate({ ...at.options, to: 1 }));
        return yield* applyPending(session, known, undefined);
      }),
    );
    assert.deepEqual(
      (report as { applied: readonly { version: number }[] }).applied.map(({ version }) => version),
      [2, 3],
    );
    assert.deepEqual(
      readState(at.database).history?.map(({ name }) => name),
      ["T", "Rows", "U"],
    );
  });

  it("do it once where both begin with it", async () => {
    const at = project({
      "1-t.sql": TABLE,
      "2-rows.sql": "INSERT INTO t (made) VALUES ('a');",
      "3-u.sql": "CREATE TABLE u (a);",
    });
    await squash(at, 2);
    const reports = await Promise.all([migrate(at.options), migrate(at.options), migrate(at.options)]);
    assert.deepEqual(
      reports.flatMap(({ applied }) => applied.map(({ version }) => version)).toSorted((left, right) => left - right),
      [2, 3],
    );
    assert.deepEqual(readState(at.database).rows["t"], ["1, 'a', NULL"]);
  });
});
