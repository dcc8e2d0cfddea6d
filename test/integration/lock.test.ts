/** A database that somebody else holds: waiting, being told of it, giving up, and what the disk can do to a run. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate, MigrationRunner, migrateSync, type ListedMigration, type MigrationEvent } from "../../src/index.ts";
import { eventLog } from "../support/events.ts";
import { driverNames, openHandle, pragma, type OpenHandle } from "../support/handle.ts";
import { lookUp } from "../support/oracle.ts";
import { rejection, thrown } from "../support/rejection.ts";
import { readState, versionOf } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const migrations: readonly ListedMigration[] = [1, 2].map((version) => ({
  version,
  up: `CREATE TABLE t${version} (a)`,
  down: `DROP TABLE t${version}`,
}));

/** A database at version 1, and a connection that holds its write lock. */
function held(driver: "node:sqlite" | "better-sqlite3", lock = "IMMEDIATE"): { database: string; holder: OpenHandle } {
  const database = workspace().path("app.db");
  migrateSync({ database, driver, migrations: migrations.slice(0, 1) });
  const holder = openHandle(driver, database);
  holder.exec(`BEGIN ${lock}`);
  return { database, holder };
}

for (const driver of driverNames) {
  describe(`a lock that another connection holds, with ${driver}`, () => {
    it("is waited for, told, and then taken", async () => {
      const { database, holder } = held(driver);
      const log = eventLog();
      let waiting: MigrationEvent | undefined;
      const report = await migrate({
        database,
        driver,
        migrations,
        lockTimeoutMs: 30_000,
        onEvent: (event) => {
          log.onEvent(event);
          if (event.kind !== "waiting") return;
          waiting = event;
          holder.exec("COMMIT");
        },
      });
      assert.equal(report.applied.length, 1);
      assert.ok(waiting?.kind === "waiting" && waiting.elapsedMs >= 200 && waiting.lockTimeoutMs === 30_000);
      assert.deepEqual(log.lines(), [
        "started up 1 from 1",
        "waiting",
        "migration_started up 2: 1/1, 1",
        "statement_finished 2: 1/1",
        "migration_finished up 2: 1/1",
        "finished up 1 from 1 to 2",
      ]);
      holder.close();
    });

    it("ends in an error after the time-out, and nothing has changed", async () => {
      const { database, holder } = held(driver);
      const options = { database, driver, migrations, lockTimeoutMs: 30 };
      const runner = new MigrationRunner(options);
      const handle = openHandle(driver, database);
      const errors = [
        await rejection(migrate(options), "database_locked"),
        await rejection(migrate({ ...options, transaction: "all" }), "database_locked"),
        await rejection(migrate({ ...options, database: handle }), "database_locked"),
        thrown(() => migrateSync(options), "database_locked"),
        await rejection(runner.rollback(), "database_locked"),
        await rejection(runner.measureLoss(), "database_locked"),
        await rejection(runner.baseline(2), "database_locked"),
      ];
      for (const { details } of errors) {
        assert.equal(details.outcome, "unchanged");
        assert.match(details.problem, /another connection holds the database; waited \d+ ms/);
      }
      assert.deepEqual([errors[0]?.details.databaseVersion, errors[0]?.details.migration?.version], [1, 2]);
      handle.close();
      holder.exec("ROLLBACK");
      holder.close();
      assert.equal(versionOf(readState(database)), 1);
      assert.equal((await runner.runMigrations()).applied.length, 1);
    });

    it("against readers too is waited for by everything that looks", async () => {
      const { database, holder } = held(driver, "EXCLUSIVE");
      const options = { database, driver, migrations, lockTimeoutMs: 30 };
      const runner = new MigrationRunner(options);
      await rejection(runner.getCurrentVersion(), "database_locked");
      await rejection(runner.status(), "database_locked");
      await rejection(migrate(options), "database_locked");
      const patient = new MigrationRunner({ ...options, lockTimeoutMs: 30_000 });
      const version = patient.getCurrentVersion();
      await sleep(20);
      holder.exec("ROLLBACK");
      assert.equal(await version, 1);
      holder.close();
    });

    it("is waited for where the database was made by another process in the meantime", async () => {
      const database = workspace().path("app.db");
      const log = eventLog();
      let holder: OpenHandle | undefined;
      const report = await migrate({
        database,
        driver,
        migrations,
        lockTimeoutMs: 30_000,
        onEvent: (event) => {
          log.onEvent(event);
          if (event.kind === "started") {
            holder = openHandle(driver, database);
            holder.exec("CREATE TABLE others (a); BEGIN EXCLUSIVE");
          }
          if (event.kind === "waiting") holder?.exec("COMMIT");
        },
      });
      holder?.close();
      assert.equal(report.applied.length, 2);
      assert.equal(log.lines()[1], "waiting");
    });

    it("for COMMIT, by a reader, is waited for as well, on a handle and on a path", async () => {
      for (const isShared of [true, false]) {
        const database = workspace().path("app.db");
        const reader = openHandle(driver, database);
        reader.exec("CREATE TABLE others (a); BEGIN; SELECT * FROM others");
        const log = eventLog();
        const handle = isShared ? openHandle(driver, database) : undefined;
        const report = await migrate({
          database: handle ?? database,
          driver,
          migrations,
          onEvent: (event) => {
            log.onEvent(event);
            if (event.kind === "waiting") reader.exec("COMMIT");
          },
        });
        assert.equal(report.applied.length, 2);
        assert.equal(log.lines().filter((line) => line === "waiting").length, 1);
        handle?.close();
        reader.close();
      }
    });

    it("does not stop other work of the process while migrate() waits", async () => {
      const { database, holder } = held(driver);
      let turns = 0;
      const timer = setInterval(() => {
        turns += 1;
      }, 1);
      await migrate({
        database,
        driver,
        migrations,
        onEvent: ({ kind }) => {
          if (kind === "waiting") holder.exec("COMMIT");
        },
      });
      clearInterval(timer);
      assert.ok(turns > 1);
      holder.close();
    });
  });

  describe(`what another connection does while a run waits, with ${driver}`, () => {
    /** Runs while another connection holds the lock, which does something before it lets go. */
    async function meanwhile(
      act: (holder: OpenHandle, database: string) => void,
      to?: number,
    ): Promise<ReturnType<typeof eventLog>> {
      const { database, holder } = held(driver);
      const log = eventLog();
      const more = [...migrations, { version: 3, up: "CREATE TABLE t3 (a)" }];
      try {
        await migrate({
          database,
          driver,
          migrations: more,
          ...(to === undefined ? {} : { to }),
          onEvent: (event) => {
            log.onEvent(event);
            if (event.kind !== "waiting") return;
            act(holder, database);
            holder.exec("COMMIT");
          },
        });
      } finally {
        holder.close();
      }
      return log;
    }
    const record = (version: number): string => `CREATE TABLE t${version} (a);
      INSERT INTO lockstep_history SELECT ${version}, 'Migration ${version}', checksum, applied_at, 1, NULL, NULL, applied_by
        FROM lockstep_history WHERE version = 1;
      UPDATE metadata SET value = '${version}' WHERE key = 'schema_version'`;

    it("is seen: what it has applied is skipped, and the rest goes on", async () => {
      const log = await meanwhile((holder) => holder.exec(record(2)));
      assert.deepEqual(log.lines().slice(1), [
        "waiting",
        "migration_skipped 2: applied_elsewhere",
        "migration_started up 3: 2/2, 1",
        "statement_finished 3: 1/1",
        "migration_finished up 3: 2/2",
        "finished up 1 from 1 to 3",
      ]);
    });

    it("is seen: a newer version makes the rest come late", async () => {
      await rejection(
        meanwhile((holder) => holder.exec(record(3))),
        "out_of_order",
      );
    });

    it("is seen: a version that this build does not know makes it too old", async () => {
      await rejection(
        meanwhile((holder) => holder.exec(record(9))),
        "database_newer",
      );
    });

    it("is seen between two migrations: nothing is done a second time", async () => {
      const listed: readonly ListedMigration[] = [
        { version: 1, up: "CREATE TABLE a (x); INSERT INTO a VALUES (1)" },
        { version: 2, up: "CREATE TABLE b (x)" },
        { version: 3, up: "UPDATE a SET x = x * 10" },
        { version: 4, up: (db: OpenHandle) => db.exec("UPDATE a SET x = x * 10") },
        { version: 5, up: "UPDATE a SET x = x * 10" },
      ];
      for (const isShared of [true, false]) {
        for (const behind of [1, 2, 3, 4]) {
          const database = workspace().path("app.db");
          const handle = isShared ? openHandle(driver, database) : undefined;
          const report = await migrate({
            database: handle ?? database,
            driver,
            migrations: listed,
            onEvent: (event) => {
              if (event.kind !== "migration_finished" || event.position !== behind) return;
              assert.equal(migrateSync({ database, driver, migrations: listed }).applied.length, 5 - behind);
            },
          });
          assert.deepEqual([report.toVersion, report.applied.length], [5, behind]);
          assert.deepEqual(lookUp(database, "SELECT x FROM a"), [1000]);
          handle?.close();
        }
      }
    });

    it("is seen between two ways back", async () => {
      const database = workspace().path("app.db");
      migrateSync({ database, driver, migrations });
      const back = new MigrationRunner({ database, driver, migrations });
      let inner: Promise<unknown> | undefined;
      const runner = new MigrationRunner({
        database,
        driver,
        migrations,
        onEvent: (event) => {
          if (event.kind === "migration_finished") inner ??= back.rollback();
        },
      });
      await runner.rollback({ to: 0 });
      await inner;
      assert.equal(versionOf(readState(database)), 0);
    });

    it("is no matter where it was about something else", async () => {
      const log = await meanwhile((holder) => holder.exec("INSERT INTO t1 VALUES (1)"), 2);
      assert.equal(log.lines().at(-1), "finished up 1 from 1 to 2");
    });
  });

  describe(`a disk that is full, with ${driver}`, () => {
    it("ends the run with the old version, and the next one goes on when there is room", async () => {
      const database = workspace().path("app.db");
      const handle = openHandle(driver, database);
      const filling = { version: 3, up: "CREATE TABLE big (a); INSERT INTO big VALUES (zeroblob(200000))" };
      await migrate({ database: handle, migrations });
      handle.exec("PRAGMA max_page_count = 20");
      const before = readState(database);
      const more = { database: handle, migrations: [...migrations, filling] };
      const error = await rejection(migrate(more), "database_full");
      assert.equal(error.details.outcome, "rolled_back");
      assert.equal(error.details.databaseVersion, 2);
      assert.deepEqual(readState(database), before);
      assert.equal(pragma(handle, "max_page_count"), 20);
      handle.exec("PRAGMA max_page_count = 1000");
      assert.equal((await migrate(more)).toVersion, 3);
      handle.close();
    });
  });
}

describe("a read-only handle with something to do", () => {
  it("is refused as read-only", async () => {
    const database = workspace().path("app.db");
    migrateSync({ database, migrations: migrations.slice(0, 1) });
    const handle = new DatabaseSync(database, { readOnly: true });
    const error = await rejection(migrate({ database: handle, migrations }), "database_readonly");
    assert.equal(error.details.databaseVersion, 1);
    handle.close();
  });
});
