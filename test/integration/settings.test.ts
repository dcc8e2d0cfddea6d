/** The caller's handle: whatever a run does, it stays open, outside of a transaction, and set as it was. */
import assert from "node:assert/strict";
import type Database from "better-sqlite3";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { LockstepError, migrate, MigrationRunner, migrateSync, type ListedMigration } from "../../src/index.ts";
import {
  applySettings,
  driverNames,
  isInTransaction,
  isOpen,
  openHandle,
  pragma,
  readSettings,
  rows,
  unusualSettings,
  type OpenHandle,
} from "../support/handle.ts";
import { lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";

const usual = { busy_timeout: 5000, foreign_keys: 1, synchronous: 2 };
const first: ListedMigration = { version: 1, up: "CREATE TABLE a (x)", down: "DROP TABLE a" };
const second = (up: ListedMigration["up"]): ListedMigration => ({ version: 2, up, down: "SELECT 1" });

/** Turns every setting into something else, as a careless migration would. */
const CARELESS = `PRAGMA busy_timeout = 77; PRAGMA recursive_triggers = 0; PRAGMA legacy_alter_table = 0;
  PRAGMA ignore_check_constraints = 0; PRAGMA reverse_unordered_selects = 0; PRAGMA query_only = 0`;

type Run = (database: OpenHandle) => Promise<unknown>;

/** The ways in which a run can go. */
const runs: Readonly<Record<string, Run>> = {
  success: (database) => migrate({ database, migrations: [first, second("INSERT INTO a VALUES (1)")] }),
  "success in one transaction": (database) =>
    migrate({ database, transaction: "all", migrations: [first, second("INSERT INTO a VALUES (1)")] }),
  "success without a promise": async (database) => migrateSync({ database, migrations: [first] }),
  "success with foreign keys enforced": (database) =>
    migrate({ database, migrations: [{ ...first, foreignKeys: "enforce" }] }),
  "nothing to do": (database) => migrate({ database, migrations: [] }),
  "failing SQL": (database) => migrate({ database, migrations: [first, second("SELECT * FROM missing")] }),
  "throwing code": (database) => migrate({ database, migrations: [first, second(() => assert.fail("no"))] }),
  "rejecting code": (database) =>
    migrate({ database, migrations: [first, second(() => Promise.reject(new Error("no")))] }),
  "a promise for migrateSync()": async (database) => migrateSync({ database, migrations: [second(async () => 1)] }),
  "a careless migration in SQL": (database) => migrate({ database, migrations: [second(CARELESS)] }),
  "a careless migration in code": (database) => migrate({ database, migrations: [second((db) => db.exec(CARELESS))] }),
  "a careless migration that fails": (database) =>
    migrate({ database, migrations: [second(`${CARELESS}; SELECT * FROM missing`)] }),
  "a careless migration without a transaction": (database) =>
    migrate({
      database,
      migrations: [{ version: 1, transaction: false, up: `${CARELESS}; PRAGMA synchronous = 0; VACUUM` }],
    }),
  "careless code without a transaction": (database) =>
    migrate({
      database,
      migrations: [
        {
          version: 1,
          transaction: false,
          up: (db) => db.exec(`${CARELESS}; PRAGMA foreign_keys = 1; PRAGMA synchronous = 0`),
        },
      ],
    }),
  "code that ends the transaction": (database) =>
    migrate({ database, migrations: [second((db) => db.exec("COMMIT"))] }),
  "code that begins another transaction": (database) =>
    migrate({ database, migrations: [second((db) => db.exec("COMMIT; BEGIN; CREATE TABLE b (x)"))] }),
  "code without a transaction that leaves one open": (database) =>
    migrate({
      database,
      migrations: [{ version: 1, transaction: false, up: (db) => db.exec("BEGIN; CREATE TABLE b (x)") }],
    }),
  "code without a transaction that throws": (database) =>
    migrate({ database, migrations: [{ version: 1, transaction: false, up: () => assert.fail("no") }] }),
  "a way back": async (database) => {
    const runner = new MigrationRunner({ database, migrations: [first, second(CARELESS)] });
    await runner.runMigrations();
    await runner.rollback({ to: 0 });
  },
  "a measured loss": async (database) => {
    const runner = new MigrationRunner({ database, migrations: [first, second("INSERT INTO a VALUES (1)")] });
    await runner.runMigrations();
    assert.equal((await runner.measureLoss({ to: 0 })).length, 1);
    await runner.rollback({ to: 0 });
  },
  "a baseline": (database) => new MigrationRunner({ database, migrations: [first] }).baseline(1),
  "a look": async (database) => {
    const runner = new MigrationRunner({ database, migrations: [first] });
    await runner.status();
    await runner.plan();
  },
};

for (const driver of driverNames) {
  describe(`a handle of ${driver}`, () => {
    for (const [title, run] of Object.entries(runs)) {
      it(`is as it was after ${title}`, async () => {
        for (const settings of [usual, unusualSettings, { ...usual, synchronous: 3 }, { ...usual, synchronous: 0 }]) {
          const handle = openHandle(driver, workspace().path("app.db"));
          applySettings(handle, settings);
          const before = readSettings(handle);
          try {
            await run(handle);
          } catch (error) {
            assert.ok(error instanceof LockstepError, String(error));
            assert.notEqual(error.code, "internal_invariant");
          }
          assert.equal(isOpen(handle), true);
          assert.equal(isInTransaction(handle), false);
          assert.deepEqual(readSettings(handle), before);
          handle.close();
        }
      });
    }

    it("has foreign keys off and full synchronisation while migrations run, and waits by itself only without a transaction", async () => {
      const handle = openHandle(driver, workspace().path("app.db"));
      applySettings(handle, { ...usual, synchronous: 1 });
      const seen: unknown[] = [];
      const note = (): void => {
        seen.push([pragma(handle, "foreign_keys"), pragma(handle, "synchronous"), pragma(handle, "busy_timeout")]);
      };
      await migrate({
        database: handle,
        migrations: [
          { version: 1, up: note },
          { version: 2, foreignKeys: "enforce", up: note },
          { version: 3, transaction: false, up: note },
        ],
      });
      assert.deepEqual(seen, [
        [0, 2, 0],
        [1, 2, 0],
        [0, 2, 5000],
      ]);
      handle.close();
    });

    it("is set again for each migration, whatever the one before has changed", async () => {
      const handle = openHandle(driver, workspace().path("app.db"));
      applySettings(handle, usual);
      const seen: unknown[] = [];
      const careless = (db: OpenHandle): void => {
        seen.push(pragma(db, "recursive_triggers"));
        db.exec("PRAGMA recursive_triggers = 1");
      };
      await migrate({ database: handle, migrations: [1, 2, 3].map((version) => ({ version, up: careless })) });
      assert.deepEqual(seen, [0, 0, 0]);
      handle.close();
    });

    for (const [where, path] of [
      ["in a file", () => workspace().path("app.db")],
      ["in memory", () => ":memory:"],
    ] as const) {
      it(`has a journal while migrations run, also where it has none, ${where}`, async () => {
        const database = openHandle(driver, path());
        // Without this the library does not let go of the journal.
        if (driver === "better-sqlite3") (database as unknown as Database.Database).unsafeMode(true);
        else (database as { enableDefensive?(isActive: boolean): void }).enableDefensive?.(false);
        database.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, '007')");
        database.exec("CREATE INDEX i ON t (n); PRAGMA journal_mode = OFF");
        assert.equal(pragma(database, "journal_mode"), "off");
        const rebuild = (type: string): string =>
          `-- lockstep:rebuild\nCREATE TABLE t (id INTEGER PRIMARY KEY, n ${type});`;
        await rejection(migrate({ database, migrations: [{ version: 1, up: rebuild("INT") }] }), "lossy_conversion");
        assert.deepEqual(rows(database, "SELECT n FROM t"), [{ n: "007" }]);
        await migrate({ database, migrations: [{ version: 1, up: rebuild("BLOB") }] });
        assert.equal(pragma(database, "journal_mode"), "off");
        assert.equal(pragma(database, "integrity_check"), "ok");
        database.close();
      });
    }

    it("is refused inside a transaction, which stays as it is", async () => {
      const database = workspace().path("app.db");
      const handle = openHandle(driver, database);
      await migrate({ database: handle, migrations: [first] });
      handle.exec("BEGIN; INSERT INTO a VALUES (1)");
      const runner = new MigrationRunner({ database: handle, migrations: [first, second("SELECT 1")] });
      for (const call of [
        () => runner.runMigrations(),
        () => runner.rollback(),
        () => runner.measureLoss(),
        () => runner.baseline(2),
      ]) {
        await rejection(call(), "transaction_open");
        assert.equal(isInTransaction(handle), true);
      }
      handle.exec("COMMIT");
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1]);
      handle.close();
    });

    it("that a migration closes is told as closed, and the change is gone", async () => {
      const database = workspace().path("app.db");
      const closing = second((db: OpenHandle) => {
        db.exec("CREATE TABLE b (x)");
        db.close();
      });
      for (const given of [openHandle(driver, database), database]) {
        const error = await rejection(
          migrate({ database: given, driver, migrations: [first, closing] }),
          "handle_closed",
        );
        assert.equal(error.details.databaseVersion, 1);
        assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')"), ["a"]);
      }
      const bare = { version: 2, transaction: false, up: (db: OpenHandle) => db.close() };
      await rejection(migrate({ database, driver, migrations: [first, bare] }), "handle_closed");
    });
  });
}

describe("a handle with query_only", () => {
  it("is refused as read-only, and keeps it", async () => {
    const handle = new DatabaseSync(workspace().path("app.db"));
    handle.exec("CREATE TABLE x (a); PRAGMA query_only = 1");
    await rejection(migrate({ database: handle, migrations: [first] }), "database_readonly");
    assert.equal(handle.prepare("PRAGMA query_only").get()?.["query_only"], 1);
    handle.close();
  });
});
