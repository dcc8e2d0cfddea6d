/** Migrations without a transaction: what only works there, how far one has come when it stops, and how the next run goes on. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, migrateSync, type ListedMigration } from "../../src/index.ts";
import { launch } from "../support/child.ts";
import { driverNames, isInTransaction, openHandle, type OpenHandle } from "../support/handle.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project, type Project } from "../support/project.ts";
import { rejection, thrown } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const first: ListedMigration = { version: 1, up: "CREATE TABLE a (x)", down: "DROP TABLE a" };

/** Four statements of which the third fails. */
const FAILING = `-- lockstep:no-transaction
INSERT INTO a VALUES (1);
VACUUM;
INSERT INTO missing VALUES (3);
INSERT INTO a VALUES (4);
`;

const MENDED = FAILING.replace("missing", "a");

for (const driver of driverNames) {
  describe(`a migration without a transaction, with ${driver}`, () => {
    it("can do what a transaction cannot", async () => {
      const { database, options } = project({
        "001-a.sql": "CREATE TABLE a (x); INSERT INTO a VALUES (1)",
        "002-wal.sql": `-- lockstep:no-transaction
          PRAGMA journal_mode = WAL; PRAGMA auto_vacuum = FULL; VACUUM; ATTACH ':memory:' AS other; DETACH other;`,
        "003-code.mjs": "export const transaction = false; export const up = (db) => { db.exec('VACUUM'); };",
      });
      await migrate({ ...options, driver });
      assert.deepEqual(look(database, "PRAGMA journal_mode"), [{ journal_mode: "wal" }]);
      assert.deepEqual(look(database, "PRAGMA auto_vacuum"), [{ auto_vacuum: 1 }]);
      assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2, 3]);
      assert.deepEqual(lookUp(database, "SELECT key FROM metadata"), ["schema_version"]);
    });

    it("is refused where it says nothing and needs it, before anything runs", async () => {
      const { options, database } = project({ "001-a.sql": "CREATE TABLE a (x)", "002-b.sql": "SELECT 1; VACUUM" });
      await rejection(migrate({ ...options, driver }), "transaction_impossible");
      await rejection(
        migrate({ database, driver, transaction: "all", migrations: [{ ...first, transaction: false }] }),
        "transaction_impossible",
      );
      assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema"), []);
    });

    it("stops at the statement that fails, and says how far it has come", async () => {
      const made = halfWay(driver);
      const { database, options } = made;
      const error = thrown(() => migrateSync({ ...options, driver }), "statement_failed");
      assert.equal(error.details.outcome, "partial");
      assert.equal(error.details.databaseVersion, 1);
      assert.deepEqual(error.details.progress, { done: 2, total: 4 });
      assert.deepEqual(error.details.statement, { position: 3, total: 4 });
      assert.match(error.message, /state: half-way, 2 of 4 statements done, database at version 1/);
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1]);
      assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1]);
      const status = await new MigrationRunner(options).status();
      assert.deepEqual(
        status.migrations.map(({ state, progress }) => [state, progress]),
        [
          ["applied", undefined],
          ["partial", { direction: "up", done: 2, total: 4 }],
        ],
      );
      assert.equal(status.upToDate, false);
      assert.equal(status.currentVersion, 1);
    });

    it("is carried on from there when it is mended", async () => {
      const { database, options, add } = halfWay(driver);
      thrown(() => migrateSync({ ...options, driver }), "statement_failed");
      add({ "002-fill.sql": MENDED.replace("(4)", "(5)") });
      const report = await migrate({ ...options, driver });
      assert.deepEqual(
        report.applied.map(({ version }) => version),
        [2],
      );
      assert.deepEqual(lookUp(database, "SELECT x FROM a ORDER BY x"), [1, 3, 5]);
      assert.deepEqual(lookUp(database, "SELECT key FROM metadata"), ["schema_version"]);
      const { migrations } = await new MigrationRunner(options).status();
      assert.deepEqual(
        migrations.map(({ state }) => state),
        ["applied", "applied"],
      );
    });

    it("is refused when a statement that has run was edited, and then nothing changes", async () => {
      const { database, options, add } = halfWay(driver);
      thrown(() => migrateSync({ ...options, driver }), "statement_failed");
      const before = readState(database);
      for (const edited of [
        MENDED.replace("(1)", "(9)"),
        MENDED.replace("VACUUM;", ""),
        "-- lockstep:no-transaction\nSELECT 1",
      ]) {
        add({ "002-fill.sql": edited });
        const error = await rejection(migrate({ ...options, driver }), "partial_mismatch");
        assert.equal(error.details.databaseVersion, 1);
        assert.deepEqual(readState(database), before);
      }
      add({ "002-fill.sql": MENDED.replace("VACUUM", "/* tidy up */ vacuum") });
      assert.equal((await migrate({ ...options, driver })).toVersion, 2);
    });

    it("has to be finished before anything else goes down or up", async () => {
      const { database, options, add } = halfWay(driver);
      thrown(() => migrateSync({ ...options, driver }), "statement_failed");
      add({ "003-c.sql": "CREATE TABLE c (x)" });
      const before = readState(database);
      const runner = new MigrationRunner({ ...options, driver });
      await rejection(runner.rollback({ allowLoss: true }), "partial_mismatch");
      await rejection(runner.rollback({ to: 0, allowLoss: true }), "partial_mismatch");
      await rejection(runner.measureLoss(), "partial_mismatch");
      await rejection(runner.runMigrations(), "statement_failed");
      assert.deepEqual(readState(database), before);
      add({ "002-fill.sql": MENDED });
      assert.deepEqual((await runner.runMigrations()).applied.length, 2);
    });

    it("is not measured on its way back, goes only where loss is allowed, and is carried on from half-way", async () => {
      const database = workspace().path("app.db");
      const listed = (down: string): readonly ListedMigration[] => [
        first,
        { version: 2, transaction: false, up: "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2)", down },
      ];
      const failing = new MigrationRunner({
        database,
        driver,
        migrations: listed("DELETE FROM a WHERE x = 2; SELECT * FROM missing; DELETE FROM a"),
      });
      await failing.runMigrations();
      const before = readState(database);
      await rejection(failing.rollback(), "would_lose_data");
      await rejection(failing.measureLoss(), "would_lose_data");
      await rejection(failing.rollback({ to: 0 }), "would_lose_data");
      assert.deepEqual(readState(database), before);
      const error = await rejection(failing.rollback({ allowLoss: true }), "statement_failed");
      assert.equal(error.details.outcome, "partial");
      assert.equal(error.details.databaseVersion, 2);
      const { migrations } = await failing.status();
      assert.deepEqual(migrations[1]?.progress, { direction: "down", done: 1, total: 3 });
      await rejection(failing.runMigrations(), "partial_mismatch");
      const mended = new MigrationRunner({
        database,
        driver,
        migrations: listed("DELETE FROM a WHERE x = 2; SELECT 1; DELETE FROM a"),
      });
      assert.equal((await mended.rollback({ allowLoss: true })).toVersion, 1);
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), []);
      assert.deepEqual(lookUp(database, "SELECT key FROM metadata"), ["schema_version"]);
    });

    it("may be the first one of a new database", async () => {
      const database = workspace().path("app.db");
      const listed = (more: string): readonly ListedMigration[] => [
        { version: 1, transaction: false, up: `PRAGMA journal_mode = WAL; CREATE TABLE a (x); ${more}` },
      ];
      await rejection(migrate({ database, driver, migrations: listed("SELECT * FROM missing") }), "statement_failed");
      assert.equal(await new MigrationRunner({ database, driver, migrations: [] }).getCurrentVersion(), 0);
      await migrate({ database, driver, migrations: listed("INSERT INTO a VALUES (1)") });
      assert.deepEqual(readState(database).rows, { a: ["1"] });
    });

    it("waits for a lock also where a statement needs none of our own", async () => {
      const { database, options } = project({
        "001-a.sql": "-- lockstep:no-transaction\nCREATE TABLE a (x); VACUUM; INSERT INTO a VALUES (1)",
      });
      let holder: OpenHandle | undefined;
      const seen: string[] = [];
      await migrate({
        ...options,
        driver,
        onEvent: (event) => {
          seen.push(event.kind);
          if (event.kind === "statement_finished" && event.position === 1) {
            holder = openHandle(driver, database);
            holder.exec("BEGIN IMMEDIATE");
          }
          if (event.kind === "waiting") holder?.exec("COMMIT");
        },
      });
      holder?.close();
      assert.ok(seen.includes("waiting"));
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1]);
    });

    it("gives up on such a lock after the time-out, half-way", async () => {
      const database = workspace().path("app.db");
      let holder: OpenHandle | undefined;
      const error = await rejection(
        migrate({
          database,
          driver,
          migrations: [{ version: 1, transaction: false, up: "CREATE TABLE a (x); VACUUM" }],
          lockTimeoutMs: 30,
          onEvent: ({ kind }) => {
            if (kind !== "statement_finished") return;
            holder = openHandle(driver, database);
            holder.exec("BEGIN IMMEDIATE");
          },
        }),
        "database_locked",
      );
      assert.equal(error.details.outcome, "partial");
      assert.deepEqual(error.details.progress, { done: 1, total: 2 });
      holder?.close();
    });

    it("that another process carries to its end, with all that follows, is not done a second time", async () => {
      const database = workspace().path("app.db");
      const migrations: readonly ListedMigration[] = [
        first,
        {
          version: 2,
          transaction: false,
          up: "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2); VACUUM; INSERT INTO a VALUES (3)",
        },
        { version: 3, up: "UPDATE a SET x = x * 10" },
        { version: 4, up: (db: OpenHandle) => db.exec("UPDATE a SET x = x + 1") },
      ];
      for (const stop of [1, 2, 3, 4]) {
        const path = `${database}-${stop}`;
        const report = await migrate({
          database: path,
          driver,
          migrations,
          onEvent: (event) => {
            if (event.kind !== "statement_finished" || event.migration.version !== 2 || event.position !== stop) return;
            assert.equal(migrateSync({ database: path, driver, migrations }).toVersion, 4);
          },
        });
        assert.equal(report.toVersion, 4);
        assert.deepEqual(
          report.applied.map(({ version }) => version),
          [1],
        );
        assert.deepEqual(lookUp(path, "SELECT x FROM a"), [11, 21, 31]);
        assert.deepEqual(lookUp(path, "SELECT version FROM lockstep_history"), [1, 2, 3, 4]);
      }
    });

    it("in code waits in each statement for another process that has the lock for a moment", async () => {
      const { database, options } = project({
        "001-a.sql": "CREATE TABLE a (x)",
        "002-code.mjs": `import { Worker } from "node:worker_threads";
          const holder = \`const { DatabaseSync } = require("node:sqlite");
            const { parentPort, workerData } = require("node:worker_threads");
            const other = new DatabaseSync(workerData);
            other.exec("BEGIN IMMEDIATE");
            parentPort.postMessage("locked");
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
            other.exec("COMMIT; PRAGMA user_version = 7");
            other.close();\`;
          export const transaction = false;
          export async function up(db) {
            const [{ file }] = db.prepare("PRAGMA database_list").all();
            const worker = new Worker(holder, { eval: true, workerData: file });
            await new Promise((locked) => worker.once("message", locked));
            db.exec("INSERT INTO a VALUES (1)");
            await new Promise((ended) => worker.once("exit", ended));
          }`,
      });
      await migrate({ ...options, driver });
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1]);
      assert.deepEqual(look(database, "PRAGMA user_version"), [{ user_version: 7 }]);
    });

    it("in code is run again from its beginning, and must leave no transaction open", async () => {
      const database = workspace().path("app.db");
      const handle = openHandle(driver, database);
      let runs = 0;
      const code = (rest: (db: OpenHandle) => void): ListedMigration => ({
        version: 2,
        transaction: false,
        up: (db: OpenHandle) => {
          runs += 1;
          db.exec(`INSERT INTO a VALUES (${runs})`);
          rest(db);
        },
      });
      const run = (rest: (db: OpenHandle) => void): Promise<unknown> =>
        migrate({ database: handle, migrations: [first, code(rest)] });
      const error = await rejection(
        run(() => {
          throw new Error("no");
        }),
        "migration_threw",
      );
      assert.equal(error.details.outcome, "partial");
      assert.deepEqual(error.details.progress, { done: 0, total: null });
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1]);
      await rejection(
        run((db) => db.exec("BEGIN; INSERT INTO a VALUES (99)")),
        "transaction_open",
      );
      assert.equal(isInTransaction(handle), false);
      await run((db) => db.exec("BEGIN; INSERT INTO a VALUES (7); COMMIT; VACUUM"));
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1, 2, 3, 7]);
      assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2]);
      handle.close();
    });
  });
}

/** A project at version 1 whose second migration stops half-way. */
function halfWay(driver: (typeof driverNames)[number]): Project {
  const made = project({ "001-a.sql": "CREATE TABLE a (x)" });
  migrateSync({ ...made.options, driver });
  made.add({ "002-fill.sql": FAILING });
  return made;
}

describe("a migration that is half-way and that nobody knows any more", () => {
  it("is not taken for done", async () => {
    const made = halfWay("node:sqlite");
    thrown(() => migrateSync(made.options), "statement_failed");
    const older = { database: made.database, migrations: [first] };
    const runner = new MigrationRunner(older);
    const status = await runner.status();
    assert.equal(status.upToDate, false);
    assert.deepEqual(
      status.migrations.map(({ version, state }) => [version, state]),
      [
        [1, "applied"],
        [2, "partial"],
      ],
    );
    const before = readState(made.database);
    await rejection(migrate(older), "partial_mismatch");
    await rejection(runner.rollback({ allowLoss: true }), "partial_mismatch");
    assert.deepEqual(readState(made.database), before);
  });
});

describe("a process that is killed in a migration without a transaction", () => {
  it("leaves it half-way, and the next one goes on behind the last statement that is done", async () => {
    const { options, database } = project({
      "001-a.sql": "CREATE TABLE a (x)",
      // The third statement never ends by itself.
      "002-fill.sql": `-- lockstep:no-transaction
        INSERT INTO a VALUES (1);
        INSERT INTO a VALUES (2);
        INSERT INTO a SELECT count(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n);
        INSERT INTO a VALUES (4);`,
    });
    const child = await launch(options);
    child.start();
    // One statement of the first migration, and two of the second.
    await child.line('{"event":"statement_finished"}', 3);
    child.kill();
    assert.equal((await child.ended).signal, "SIGKILL");
    assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1, 2]);
    const { migrations } = await new MigrationRunner(options).status();
    assert.deepEqual(migrations[1]?.progress, { direction: "up", done: 2, total: 4 });
    const handle = new DatabaseSync(database);
    await migrate({
      database: handle,
      migrations: [
        first,
        {
          version: 2,
          transaction: false,
          up: "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2); INSERT INTO a VALUES (3); INSERT INTO a VALUES (4)",
        },
      ],
    });
    handle.close();
    assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1, 2, 3, 4]);
    assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2]);
  });
});
