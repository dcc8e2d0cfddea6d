/** squash(): a database that begins with the squash is the one that took the long way, and goes on as that would. */
import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, migrateSync, MigrationRunner } from "../../src/index.ts";
import { driverNames } from "../support/handle.ts";
import { look } from "../support/oracle.ts";
import { project, type Project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";

const FILES = {
  "0001-users.sql": `CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, n ANY) STRICT;
INSERT INTO users (email, n) VALUES ('o''hara', 1.5), ('two' || char(10) || 'lines', x'00ff'),
  ('nul' || char(0), -9223372036854775808), ('inf', 9e999), ('tenth', 0.1 + 0.2), ('seven', 7.0), ('gone', NULL);
DELETE FROM users WHERE email IN ('inf', 'gone');
-- lockstep:down
DROP TABLE users;
`,
  "0002-log.sql": `CREATE TABLE log (what, at REAL DEFAULT 0.1);
INSERT INTO log (what) VALUES (1), ('1'), (NULL);
DELETE FROM log WHERE what = 1;
CREATE TABLE pairs (a TEXT, b INTEGER, c INTEGER AS (b + 1), PRIMARY KEY (b, a)) WITHOUT ROWID;
INSERT INTO pairs (a, b) VALUES ('y', 2), ('x', 1);
CREATE TABLE empty (id INTEGER PRIMARY KEY AUTOINCREMENT);
INSERT INTO empty DEFAULT VALUES;
DELETE FROM empty;
CREATE TRIGGER later AFTER INSERT ON users BEGIN INSERT INTO log (what) VALUES (new.id); END;
CREATE TRIGGER earlier AFTER INSERT ON users BEGIN INSERT INTO log (what) VALUES (-new.id); END;
CREATE VIEW both AS SELECT * FROM log, users;
CREATE INDEX log_what ON log (what DESC);
CREATE VIRTUAL TABLE notes USING fts5(title);
INSERT INTO notes (rowid, title) VALUES (5, 'hello world');
CREATE VIRTUAL TABLE found USING fts5(email, content='users', content_rowid='id');
INSERT INTO found (found) VALUES ('rebuild');
PRAGMA user_version = 7;
INSERT INTO metadata (key, value) VALUES ('mine', 'yes');
-- lockstep:down
DELETE FROM metadata WHERE key = 'mine'; PRAGMA user_version = 0;
DROP TABLE found; DROP TABLE notes; DROP VIEW both; DROP TRIGGER later; DROP TRIGGER earlier;
DROP TABLE empty; DROP TABLE pairs; DROP TABLE log;
`,
  "0003-column.mjs": `export const name = "A column, by code";
export const up = (db) => db.exec("ALTER TABLE log ADD COLUMN more TEXT DEFAULT 'q'");
`,
  "0004-after.sql": "CREATE TABLE after (id INTEGER PRIMARY KEY);\n-- lockstep:down\nDROP TABLE after;\n",
};

/** Writes the squash as the command line does. */
async function squash(at: Project, to: number): Promise<string> {
  const { file, sql } = await new MigrationRunner({ ...at.options, database: ":memory:" }).squash(to);
  writeFileSync(file, sql);
  return file;
}

function removeUpTo(at: Project, version: number): void {
  for (const name of readdirSync(at.migrations)) {
    if (Number.parseInt(name, 10) <= version) rmSync(at.path("migrations", name));
  }
}

/** Everything in a database, with what no ordinary query shows. How a full-text index is cut into pieces is nobody's business. */
function whole(path: string): unknown {
  const hidden = (sql: string): unknown => look(path, sql);
  const { rows, ...state } = readState(path);
  return {
    state,
    rows: Object.fromEntries(Object.entries(rows).filter(([name]) => !/_(?:data|idx)$/.test(name))),
    ids: hidden("SELECT rowid AS id, quote(what) AS what FROM log ORDER BY rowid"),
    sequences: hidden("SELECT name, seq FROM sqlite_sequence ORDER BY name"),
    found: hidden("SELECT rowid AS id FROM found WHERE found MATCH 'tenth'"),
    triggers: hidden("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"),
    settings: hidden("SELECT user_version AS a FROM pragma_user_version"),
  };
}

describe("a new database", { concurrency: true }, () => {
  it("begins with the squash, and is the one that took the long way", async () => {
    const at = project(FILES);
    await migrate(at.options);
    const file = await squash(at, 3);
    assert.equal(file, at.path("migrations", "squash-0003.sql"));
    const database = at.path("new.db");
    const report = await migrate({ ...at.options, database });
    assert.deepEqual(
      report.applied.map(({ version, name, file: ran }) => [version, name, ran]),
      [
        [3, "Squash of 3 migrations", file],
        [4, "After", at.path("migrations", "0004-after.sql")],
      ],
    );
    assert.deepEqual([report.fromVersion, report.toVersion], [0, 4]);
    assert.deepEqual(whole(database), whole(at.database));
  });

  for (const driver of driverNames) {
    it(`does so with ${driver} and without a promise, when the old files are gone, and starts again with nothing to do`, async () => {
      const at = project(FILES);
      await migrate({ ...at.options, driver });
      await squash(at, 3);
      removeUpTo(at, 3);
      const database = at.path("new.db");
      migrateSync({ ...at.options, database, driver });
      assert.deepEqual(whole(database), whole(at.database));
      assert.deepEqual(migrateSync({ ...at.options, database, driver }).applied, []);
    });
  }

  it("has the states, the dump and the ways back of one that took the long way", async () => {
    const at = project(FILES);
    await migrate(at.options);
    const database = at.path("new.db");
    await squash(at, 3);
    removeUpTo(at, 3);
    await migrate({ ...at.options, database });
    const [long, short] = [at.database, database].map((path) => new MigrationRunner({ ...at.options, database: path }));
    assert.ok(long !== undefined && short !== undefined);
    const states = async (runner: MigrationRunner): Promise<unknown> =>
      (await runner.status()).migrations.map(({ version, name, state }) => [version, name, state]);
    assert.deepEqual(await states(short), await states(long));
    assert.deepEqual(await states(short), [
      [1, "Users", "applied"],
      [2, "Log", "applied"],
      [3, "A column, by code", "applied"],
      [4, "After", "applied"],
    ]);
    assert.equal((await short.dump()).schema, (await long.dump()).schema);
    await short.rollback();
    // Nobody wrote a way back for the code, on either way.
    for (const runner of [long, short]) await rejection(runner.rollback({ to: 0, allowLoss: true }), "irreversible");
  });

  it("goes back by what the squash kept, and begins with it again", async () => {
    const at = project({ "0001-users.sql": FILES["0001-users.sql"], "0002-log.sql": FILES["0002-log.sql"] });
    await squash(at, 2);
    removeUpTo(at, 2);
    const runner = new MigrationRunner(at.options);
    await runner.runMigrations();
    const before = readState(at.database);
    await runner.rollback({ to: 1, allowLoss: true });
    assert.equal(await runner.getCurrentVersion(), 1);
    await rejection(runner.runMigrations(), "squashed_away");
    await runner.rollback({ to: 0, allowLoss: true });
    const { applied } = await runner.runMigrations();
    assert.deepEqual(
      applied.map(({ version }) => version),
      [2],
    );
    const after = readState(at.database);
    assert.deepEqual([after.schema, after.rows, after.history], [before.schema, before.rows, before.history]);
  });

  it("takes the long way to a version that the squash goes past", async () => {
    const at = project(FILES);
    await squash(at, 3);
    const { applied } = await migrate({ ...at.options, to: 2 });
    assert.deepEqual(
      applied.map(({ version }) => version),
      [1, 2],
    );
    const rest = await migrate(at.options);
    assert.deepEqual(
      rest.applied.map(({ version }) => version),
      [3, 4],
    );
  });

  it("is shown in a plan, and in a status that names every migration", async () => {
    const at = project(FILES);
    await squash(at, 3);
    removeUpTo(at, 3);
    const runner = new MigrationRunner(at.options);
    assert.deepEqual(
      (await runner.plan()).steps.map(({ version, kind }) => [version, kind]),
      [
        [3, "sql"],
        [4, "sql"],
      ],
    );
    const { migrations, upToDate } = await runner.status();
    assert.equal(upToDate, false);
    assert.deepEqual(
      migrations.map(({ version, state }) => [version, state]),
      [
        [1, "pending"],
        [2, "pending"],
        [3, "pending"],
        [4, "pending"],
      ],
    );
  });
});

describe("a database that has begun", { concurrency: true }, () => {
  it("carries on with the old files, at whatever version it is", async () => {
    const at = project(FILES);
    const before = project(FILES);
    await migrate(before.options);
    await squash(at, 3);
    for (const to of [1, 2, 3]) {
      const database = at.path(`at-${to}.db`);
      await migrate({ ...before.options, database, to });
      const { applied } = await migrate({ ...at.options, database });
      assert.deepEqual(
        applied.map(({ version }) => version),
        [2, 3, 4].slice(to - 1),
      );
      assert.deepEqual(whole(database), whole(before.database));
    }
  });

  it("is refused below the squash when its files are gone, and nothing changes", async () => {
    const at = project(FILES);
    await migrate({ ...at.options, to: 1 });
    await squash(at, 3);
    removeUpTo(at, 3);
    const before = readState(at.database);
    const error = await rejection(migrate(at.options), "squashed_away");
    assert.deepEqual([error.details.databaseVersion, error.details.migration?.version], [1, 2]);
    assert.match(error.details.place.kind === "file" ? error.details.place.file : "", /squash-0003\.sql$/);
    await rejection(new MigrationRunner(at.options).plan(), "squashed_away");
    assert.deepEqual(readState(at.database), before);
  });

  it("is refused where one file of several is gone", async () => {
    const at = project(FILES);
    await migrate({ ...at.options, to: 1 });
    await squash(at, 3);
    rmSync(at.path("migrations", "0002-log.sql"));
    await rejection(migrate(at.options), "squashed_away");
    assert.equal(await new MigrationRunner(at.options).getCurrentVersion(), 1);
  });

  it("is up to date at the squash when the files are gone, and misses none of them", async () => {
    const at = project(FILES);
    await migrate(at.options);
    await squash(at, 3);
    removeUpTo(at, 4);
    await rejection(migrate(at.options), "database_newer");
    at.add({ "0004-after.sql": FILES["0004-after.sql"] });
    assert.deepEqual((await migrate(at.options)).applied, []);
    const { upToDate } = await new MigrationRunner(at.options).status();
    assert.equal(upToDate, true);
  });

  it("is told of an edit that the squash does not have", async () => {
    const at = project(FILES);
    await migrate(at.options);
    at.add({ "0002-log.sql": FILES["0002-log.sql"].replace("DEFAULT 0.1", "DEFAULT 0.2") });
    await squash(at, 3);
    removeUpTo(at, 3);
    const { migrations } = await new MigrationRunner(at.options).status();
    assert.deepEqual(
      migrations.map(({ state }) => state),
      ["applied", "changed", "applied", "applied"],
    );
  });
});

describe("a squash over a squash", { concurrency: true }, () => {
  it("is the same with the files and without them, and the newer one is taken", async () => {
    const at = project(FILES);
    await migrate(at.options);
    await squash(at, 2);
    const runner = new MigrationRunner({ ...at.options, database: ":memory:" });
    const long = await runner.squash(4);
    removeUpTo(at, 2);
    const short = await runner.squash(4);
    assert.equal(short.sql, long.sql);
    assert.deepEqual(
      short.covers.map(({ version }) => version),
      [1, 2, 3, 4],
    );
    writeFileSync(short.file, short.sql);
    const database = at.path("new.db");
    const { applied } = await migrate({ ...at.options, database });
    assert.deepEqual(
      applied.map(({ version }) => version),
      [4],
    );
    assert.deepEqual(whole(database), whole(at.database));
    const earlier = at.path("earlier.db");
    assert.deepEqual(
      (await migrate({ ...at.options, database: earlier, to: 3 })).applied.map(({ version }) => version),
      [2, 3],
    );
  });
});

describe("a check", { concurrency: true }, () => {
  it("finds nothing wrong on either way, with the old files and without them", async () => {
    const at = project(FILES);
    await migrate(at.options);
    await squash(at, 3);
    const database = at.path("new.db");
    await migrate({ ...at.options, database });
    const check = async (path: string): Promise<unknown> => {
      const { findings, notes } = await new MigrationRunner({ ...at.options, database: path }).check({
        cache: "ignore",
      });
      return [findings.map(({ problem }) => problem), notes.filter(({ kind }) => kind === "not_checked")];
    };
    for (const path of [at.database, database]) assert.deepEqual(await check(path), [[], []]);
    removeUpTo(at, 3);
    for (const path of [at.database, database]) assert.deepEqual(await check(path), [[], []]);
    const handle = new DatabaseSync(database);
    handle.exec("CREATE TABLE by_hand (a)");
    handle.close();
    assert.match(JSON.stringify(await check(database)), /by_hand/);
  });
});

describe("a baseline", () => {
  it("marks what only a squash has", async () => {
    const at = project(FILES);
    await migrate(at.options);
    await squash(at, 3);
    removeUpTo(at, 3);
    const other = at.path("other.db");
    const handle = new DatabaseSync(other);
    handle.exec("CREATE TABLE mine (a)");
    handle.close();
    const { marked } = await new MigrationRunner({ ...at.options, database: other }).baseline(3);
    assert.deepEqual(
      marked.map(({ version }) => version),
      [1, 2, 3],
    );
    const { migrations } = await new MigrationRunner({ ...at.options, database: other }).status();
    assert.deepEqual(
      migrations.map(({ state }) => state),
      ["applied", "applied", "applied", "pending"],
    );
  });
});
