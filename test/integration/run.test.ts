/** Going up: what is applied, what is written with it, and when nothing happens at all. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, migrateSync, type ListedMigration } from "../../src/index.ts";
import { packageVersion } from "../../src/package-version.ts";
import { launch } from "../support/child.ts";
import { driverNames, isOpen, openHandle, rows } from "../support/handle.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { readState, versionOf } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const listed: readonly ListedMigration[] = [
  {
    version: 1,
    name: "Make users",
    up: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)",
    down: "DROP TABLE users",
  },
  {
    version: 2,
    up: "INSERT INTO users VALUES (1, 'ann'); INSERT INTO users VALUES (2, 'bob')",
    down: "DELETE FROM users",
  },
  { version: 5, name: "Index names", up: "CREATE INDEX users_name ON users (name)", down: "DROP INDEX users_name" },
];

for (const driver of driverNames) {
  describe(`going up with ${driver}`, () => {
    it("applies every pending migration in the order of the numbers and says so", async () => {
      const database = workspace().path("app.db");
      const report = await migrate({ database, driver, migrations: listed.toReversed() });
      assert.deepEqual(
        {
          ...report,
          applied: report.applied.map(({ durationMs, ...rest }) => ({ ...rest, isTimed: durationMs >= 0 })),
        },
        {
          database,
          fromVersion: 0,
          toVersion: 5,
          applied: [
            { version: 1, name: "Make users", isTimed: true },
            { version: 2, name: "Migration 2", isTimed: true },
            { version: 5, name: "Index names", isTimed: true },
          ],
        },
      );
      assert.deepEqual(look(database, "SELECT * FROM users"), [
        { id: 1, name: "ann" },
        { id: 2, name: "bob" },
      ]);
      assert.deepEqual(look(database, "SELECT key, value, typeof(value) AS type FROM metadata"), [
        { key: "schema_version", value: "5", type: "text" },
      ]);
    });

    it("writes a row of the history for each", async () => {
      const database = workspace().path("app.db");
      const before = new Date().toISOString();
      await migrate({ database, driver, migrations: listed });
      const after = new Date().toISOString();
      const history = look(database, "SELECT * FROM lockstep_history");
      assert.deepEqual(
        history.map((row) => [row["version"], row["name"], row["reverse_sql"], row["applied_by"]]),
        [
          [1, "Make users", "DROP TABLE users;", packageVersion],
          [2, "Migration 2", "DELETE FROM users;", packageVersion],
          [5, "Index names", "DROP INDEX users_name;", packageVersion],
        ],
      );
      for (const { applied_at: appliedAt, checksum, schema_hash: hash, duration_ms: duration } of history) {
        assert.match(String(appliedAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.ok(before <= String(appliedAt) && String(appliedAt) <= after);
        assert.match(String(checksum), /^1:[0-9a-f]{64}$/);
        assert.match(String(hash), /^1:[0-9a-f]{64}$/);
        assert.ok(Number(duration) >= 0);
      }
      // The second one changes rows only, so that the schema after it is the one before it.
      assert.equal(history[0]?.["schema_hash"], history[1]?.["schema_hash"]);
      assert.notEqual(history[1]?.["schema_hash"], history[2]?.["schema_hash"]);
    });

    it("keeps what was committed before a migration fails, and nothing of that one", async () => {
      const database = workspace().path("app.db");
      const failing = {
        version: 6,
        up: "INSERT INTO users VALUES (3, 'eve'); DROP TABLE users; SELECT * FROM missing",
      };
      const error = await rejection(
        migrate({ database, driver, migrations: [...listed, failing] }),
        "statement_failed",
      );
      assert.equal(error.details.outcome, "rolled_back");
      assert.equal(error.details.databaseVersion, 5);
      assert.deepEqual(error.details.statement, { position: 3, total: 3 });
      assert.deepEqual(error.details.migration, { version: 6, name: "Migration 6" });
      assert.deepEqual(
        error.details.completed?.map(({ version }) => version),
        [1, 2, 5],
      );
      assert.deepEqual(lookUp(database, "SELECT name FROM users"), ["ann", "bob"]);
      assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2, 5]);
      const report = await migrate({
        database,
        driver,
        migrations: [...listed, { ...failing, up: "DELETE FROM users WHERE true" }],
      });
      assert.deepEqual([report.fromVersion, report.toVersion, report.applied.length], [5, 6, 1]);
    });

    it('keeps nothing of a failing run with transaction: "all"', async () => {
      const database = workspace().path("app.db");
      await migrate({ database, driver, migrations: listed.slice(0, 1) });
      const before = readState(database);
      const failing = { version: 6, up: "SELECT * FROM missing" };
      const all = { database, driver, transaction: "all" } as const;
      const error = await rejection(migrate({ ...all, migrations: [...listed, failing] }), "statement_failed");
      assert.equal(error.details.databaseVersion, 1);
      assert.equal(error.details.migration?.version, 6);
      assert.equal(error.details.completed, undefined);
      assert.deepEqual(readState(database), before);
      const report = await migrate({ ...all, migrations: listed });
      assert.deepEqual(
        report.applied.map(({ version }) => version),
        [2, 5],
      );
      assert.equal(versionOf(readState(database)), 5);
    });

    it("runs on a database in memory through its handle, and leaves the handle open", async () => {
      const handle = openHandle(driver, ":memory:");
      const report = await migrate({ database: handle, migrations: listed });
      assert.equal(report.database, ":memory:");
      assert.equal(isOpen(handle), true);
      assert.deepEqual(rows(handle, "SELECT count(*) AS n FROM lockstep_history"), [{ n: 3 }]);
      assert.deepEqual((await migrate({ database: handle, migrations: listed })).applied, []);
      handle.close();
    });

    it("gives migrations in code the handle itself", async () => {
      const handle = openHandle(driver, ":memory:");
      const seen: unknown[] = [];
      await migrate({ database: handle, migrations: [{ version: 1, up: (db) => seen.push(db) }] });
      assert.deepEqual(seen, [handle]);
      handle.close();
    });
  });

  describe(`a start with nothing to do, with ${driver}`, () => {
    it("writes nothing", async () => {
      const { database, options } = projectAtVersion2();
      const bytes = readFileSync(database);
      const { mtimeNs } = statSync(database, { bigint: true });
      const report = await migrate({ ...options, driver });
      assert.deepEqual(report, { database, fromVersion: 2, toVersion: 2, applied: [] });
      assert.deepEqual(readFileSync(database), bytes);
      assert.equal(statSync(database, { bigint: true }).mtimeNs, mtimeNs);
    });

    it("changes neither the data nor the schema version that another connection sees, nor the sidecar files", async () => {
      const { database, options, root } = projectAtVersion2();
      const watcher = openHandle(driver, database);
      watcher.exec("PRAGMA journal_mode = WAL");
      const glance = (): unknown => [rows(watcher, "PRAGMA data_version"), rows(watcher, "PRAGMA schema_version")];
      const [before, files] = [glance(), readdirSync(root)];
      await migrate({ ...options, driver });
      assert.deepEqual(glance(), before);
      assert.deepEqual(readdirSync(root), files);
      watcher.close();
    });

    for (const mode of ["WAL", "DELETE"]) {
      it(`works while another connection holds the write lock, in journal mode ${mode}`, async () => {
        const { database, options } = projectAtVersion2();
        const holder = openHandle(driver, database);
        holder.exec(`PRAGMA journal_mode = ${mode}`);
        holder.exec("BEGIN IMMEDIATE");
        holder.exec("CREATE TABLE pending (a)");
        assert.deepEqual((await migrate({ ...options, driver, lockTimeoutMs: 0 })).applied, []);
        assert.deepEqual(migrateSync({ ...options, driver, lockTimeoutMs: 0 }).applied, []);
        holder.exec("ROLLBACK");
        holder.close();
      });
    }

    it("does not need a handle to be outside of a transaction", async () => {
      const { database, options } = projectAtVersion2();
      const handle = openHandle(driver, database);
      handle.exec("BEGIN");
      assert.deepEqual((await migrate({ ...options, database: handle })).applied, []);
      handle.exec("COMMIT");
      handle.close();
    });

    it("reads no migration", async () => {
      const { options, add } = projectAtVersion2();
      add({ "001-a.sql": "this is no SQL", "002-b.sql": new Uint8Array([0xff, 0xfe]) });
      assert.deepEqual((await migrate({ ...options, driver })).applied, []);
    });
  });
}

/** A project whose two migrations are applied. */
function projectAtVersion2(): ReturnType<typeof project> {
  const made = project({ "001-a.sql": "CREATE TABLE a (x)", "002-b.sql": "CREATE TABLE b (x)" });
  migrateSync(made.options);
  return made;
}

describe("a start with nothing to do", () => {
  it("works on a handle that may only read", async () => {
    const { database, options } = projectAtVersion2();
    const handle = new DatabaseSync(database, { readOnly: true });
    assert.deepEqual((await migrate({ ...options, database: handle })).applied, []);
    handle.close();
  });

  it("works on a file and a folder that may not be written", { skip: process.getuid?.() === 0 }, async () => {
    const { database, options, root } = projectAtVersion2();
    chmodSync(database, 0o400);
    chmodSync(root, 0o500);
    assert.deepEqual((await migrate(options)).applied, []);
    chmodSync(root, 0o700);
  });

  it("works while another process is in the middle of a transaction", async () => {
    const { database, options, add } = projectAtVersion2();
    add({ "003-hold.mjs": holdingMigration });
    const child = await launch(options);
    child.start();
    await child.line("holding");
    assert.deepEqual((await migrate({ ...options, to: 2, lockTimeoutMs: 0 })).applied, []);
    const runner = new MigrationRunner({ ...options, lockTimeoutMs: 0 });
    assert.equal(await runner.getCurrentVersion(), 2);
    assert.equal((await runner.status()).upToDate, false);
    child.kill();
    await child.ended;
    assert.equal(versionOf(readState(database)), 2);
  });
});

const holdingMigration = `
  import { writeSync } from "node:fs";
  export function up(db) {
    db.exec("CREATE TABLE held (a)");
    writeSync(1, "holding\\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
`;

describe("a target", () => {
  it("is the last version that is applied", async () => {
    const database = workspace().path("app.db");
    assert.equal((await migrate({ database, migrations: listed, to: 2 })).toVersion, 2);
    assert.equal((await migrate({ database, migrations: listed, to: 2 })).applied.length, 0);
    assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2]);
    const runner = new MigrationRunner({ database, migrations: listed });
    assert.equal((await runner.runMigrations({ to: 5 })).toVersion, 5);
  });

  it("that nobody knows, or that is behind, is refused before a database is made or changed", async () => {
    const database = workspace().path("app.db");
    await rejection(migrate({ database, migrations: listed, to: 3 }), "version_unknown");
    assert.equal(existsSync(database), false);
    await migrate({ database, migrations: listed });
    const before = readState(database);
    await rejection(migrate({ database, migrations: listed, to: 1 }), "target_behind");
    await rejection(migrate({ database, migrations: listed, to: 6 }), "version_unknown");
    await rejection(migrate({ database, migrations: listed, to: Number.NaN }), "version_unknown");
    assert.deepEqual(readState(database), before);
  });
});

describe("a database that is not there", () => {
  it("is not made by anything that only looks", async () => {
    for (const driver of driverNames) {
      const { database, options } = project({ "001-a.sql": "CREATE TABLE a (x)" });
      const runner = new MigrationRunner({ ...options, driver });
      assert.equal(await runner.getCurrentVersion(), 0);
      assert.deepEqual((await runner.loadMigrations()).length, 1);
      assert.deepEqual(
        (await runner.status()).migrations.map(({ version, state }) => [version, state]),
        [[1, "pending"]],
      );
      assert.equal((await runner.plan()).steps.length, 1);
      assert.equal((await runner.plan({ direction: "down" })).steps.length, 0);
      assert.deepEqual(await runner.measureLoss(), []);
      assert.deepEqual((await runner.rollback()).reverted, []);
      await rejection(runner.baseline(2), "version_unknown");
      assert.equal(existsSync(database), false, driver);
    }
  });

  it("is not made where there is nothing to apply, or something that cannot be", async () => {
    const { database, options, add } = project();
    await migrate(options);
    add({ "001-a.sql": "CREATE TABLE a (x)", "002-b.sql": "-- nothing" });
    await rejection(migrate(options), "migration_empty");
    assert.equal(existsSync(database), false);
  });

  it("is made at the path of a URL", async () => {
    const { database, migrations } = project({ "001-a.sql": "CREATE TABLE a (x)" });
    await migrate({ database: pathToFileURL(database), migrations: pathToFileURL(migrations) });
    assert.equal(versionOf(readState(database)), 1);
    assert.deepEqual((await migrate({ database: pathToFileURL(database).href, migrations })).applied, []);
  });
});

describe("the names of the two tables", () => {
  const names = [
    ["select", "order"],
    ["my metadata", "my history"],
    ['a "quoted" name', "it's; DROP TABLE users --"],
    ["Метаданные", "履歴"],
  ] as const;

  for (const [metadata, history] of names) {
    it(`can be ${metadata} and ${history}`, async () => {
      const database = workspace().path("app.db");
      const options = { database, migrations: listed, metadataTable: metadata, historyTable: history };
      await migrate(options);
      const runner = new MigrationRunner(options);
      assert.equal((await runner.status()).upToDate, true);
      await runner.rollback({ to: 1, allowLoss: true });
      const state = readState(database, { metadata, history });
      assert.deepEqual(state.metadata, { schema_version: "1" });
      assert.deepEqual(
        state.history?.map(({ version }) => version),
        [1],
      );
      assert.deepEqual(Object.keys(state.rows), ["users"]);
    });
  }

  it("keep histories apart in one database", async () => {
    const database = workspace().path("app.db");
    await migrate({ database, migrations: listed });
    const other = { database, metadataTable: "plugin_metadata", historyTable: "plugin_history" };
    await migrate({ ...other, migrations: [{ version: 1, up: "CREATE TABLE plugin (a)" }] });
    assert.equal(await new MigrationRunner({ database, migrations: listed }).getCurrentVersion(), 5);
    assert.equal(await new MigrationRunner({ ...other, migrations: [] }).getCurrentVersion(), 1);
  });
});
