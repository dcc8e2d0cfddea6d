/** With and without promises: what is awaited, what is refused, and that nobody else gets between BEGIN and COMMIT. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate, MigrationRunner, migrateSync, type ListedMigration } from "../../src/index.ts";
import { driverNames, isInTransaction, openHandle, pragma, rows, type OpenHandle } from "../support/handle.ts";
import { lookUp } from "../support/oracle.ts";
import { project } from "../support/project.ts";
import { rejection, thrown } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const first: ListedMigration = { version: 1, up: "CREATE TABLE log (who TEXT)", down: "DROP TABLE log" };

/** Writes to the handle from every queue of the event loop, as the rest of a server would, and notes in what state it found it. */
function disturb(handle: OpenHandle): { readonly found: readonly string[]; readonly stop: () => void } {
  const found: string[] = [];
  let isStopped = false;
  const write = (who: string): void => {
    const inTransaction = isInTransaction(handle);
    const isSet = pragma(handle, "foreign_keys") === 1;
    found.push(
      `${who}: ${inTransaction ? "inside a transaction" : "outside"}, ${isSet ? "own settings" : "other settings"}`,
    );
    if (!inTransaction) handle.exec("CREATE TABLE IF NOT EXISTS others (who TEXT); INSERT INTO others VALUES ('x')");
  };
  const again = (queue: (callback: () => void) => void, who: string): void => {
    queue(() => {
      write(who);
      if (!isStopped) again(queue, who);
    });
  };
  // Of microtasks and ticks one each time: they would run for ever, before anything else.
  const once = (): void => {
    queueMicrotask(() => write("microtask"));
    process.nextTick(() => write("tick"));
    void Promise.resolve().then(() => write("promise"));
    if (!isStopped) setImmediate(once);
  };
  once();
  again((callback) => setTimeout(callback, 0), "timer");
  again(setImmediate, "immediate");
  return {
    found,
    stop: () => {
      isStopped = true;
    },
  };
}

const synchronousOnes: readonly ListedMigration[] = [
  first,
  { version: 2, up: (db: OpenHandle) => db.exec("INSERT INTO log VALUES ('a'); INSERT INTO log VALUES ('b')") },
  {
    version: 3,
    up: "ALTER TABLE log ADD COLUMN at INT; UPDATE log SET at = 1",
    down: "ALTER TABLE log DROP COLUMN at",
  },
  { version: 4, transaction: false, up: "CREATE INDEX log_who ON log (who); VACUUM; DELETE FROM log WHERE true" },
];

for (const driver of driverNames) {
  describe(`nobody else gets between BEGIN and COMMIT on a shared handle, with ${driver}`, () => {
    it("while synchronous migrations go up and down", async () => {
      const handle = openHandle(driver, workspace().path("app.db"));
      handle.exec("PRAGMA foreign_keys = 1");
      const others = disturb(handle);
      try {
        await sleep(2);
        for (const transaction of ["each", "all"] as const) {
          const runner = new MigrationRunner({ database: handle, migrations: synchronousOnes, transaction });
          await runner.runMigrations({ to: 3 });
          await sleep(2);
          await runner.rollback({ allowLoss: true });
        }
        await migrate({ database: handle, migrations: synchronousOnes });
      } finally {
        others.stop();
      }
      await sleep(2);
      const kinds = new Set(others.found);
      assert.deepEqual(
        [...kinds].filter((kind) => !kind.endsWith(": outside, own settings")),
        [],
      );
      assert.equal(kinds.size, 5);
      assert.equal(rows(handle, "SELECT count(*) AS n FROM others")[0]?.["n"], others.found.length);
      handle.close();
    });

    it("while a run waits for the lock of another connection, and none of the settings are ours meanwhile", async () => {
      const database = workspace().path("app.db");
      const handle = openHandle(driver, database);
      handle.exec("PRAGMA foreign_keys = 1; CREATE TABLE others (who TEXT)");
      const holder = openHandle(driver, database);
      holder.exec("BEGIN IMMEDIATE");
      const found: string[] = [];
      const running = migrate({
        database: handle,
        migrations: synchronousOnes,
        onEvent: ({ kind }) => {
          if (kind === "waiting") holder.exec("ROLLBACK");
        },
      });
      const timer = setInterval(() => {
        found.push(`${isInTransaction(handle)} ${String(pragma(handle, "foreign_keys"))}`);
      }, 1);
      await running;
      clearInterval(timer);
      assert.deepEqual([...new Set(found)], ["false 1"]);
      assert.equal(pragma(handle, "foreign_keys"), 1);
      handle.close();
      holder.close();
    });

    it("while COMMIT waits for a reader, which with a rollback journal it has to", async () => {
      const database = workspace().path("app.db");
      const handle = openHandle(driver, database);
      handle.exec("CREATE TABLE others (who TEXT)");
      const reader = openHandle(driver, database);
      reader.exec("BEGIN; SELECT * FROM others");
      const found: boolean[] = [];
      const timer = setInterval(() => found.push(isInTransaction(handle)), 1);
      const listed = { database: handle, migrations: [first], lockTimeoutMs: 60 };
      const error = await rejection(migrate(listed), "database_locked");
      await sleep(3);
      assert.equal(error.details.databaseVersion, 0);
      assert.equal(isInTransaction(handle), false);
      reader.exec("COMMIT");
      await migrate(listed);
      clearInterval(timer);
      assert.ok(found.length > 0);
      assert.equal(found.includes(true), false);
      reader.close();
      handle.close();
    });

    it("of two runs at once on one handle each migration is applied once", async () => {
      const { options } = project({
        "001-a.mjs": "export const up = (db) => db.exec('CREATE TABLE a (x)')",
        "002-b.mjs": "export const up = (db) => db.exec('INSERT INTO a VALUES (1)')",
      });
      const handle = openHandle(driver, options.database);
      handle.exec("PRAGMA foreign_keys = 1");
      const shared = { ...options, database: handle };
      const reports = await Promise.all([migrate(shared), migrate(shared), migrate(shared)]);
      assert.equal(reports.flatMap(({ applied }) => applied).length, 2);
      for (const { toVersion } of reports) assert.equal(toVersion, 2);
      assert.deepEqual(rows(handle, "SELECT * FROM a"), [{ x: 1 }]);
      assert.equal(pragma(handle, "foreign_keys"), 1);
      handle.close();
    });

    it("two runs at once that wait for the lock leave the settings as they were", async () => {
      const database = workspace().path("app.db");
      const handle = openHandle(driver, database);
      handle.exec("PRAGMA foreign_keys = 1; CREATE TABLE others (who TEXT)");
      const holder = openHandle(driver, database);
      holder.exec("BEGIN IMMEDIATE");
      const shared = { database: handle, migrations: synchronousOnes };
      const running = Promise.all([migrate(shared), migrate(shared)]);
      await sleep(30);
      holder.exec("ROLLBACK");
      const reports = await running;
      assert.equal(reports.flatMap(({ applied }) => applied).length, 4);
      assert.equal(pragma(handle, "foreign_keys"), 1);
      handle.close();
      holder.close();
    });
  });

  describe(`migrateSync() with ${driver}`, () => {
    it("applies SQL and synchronous code from a directory, and reports as migrate() does", () => {
      const { options, database } = project({
        "001-a.sql": "CREATE TABLE a (x)",
        "002-b.mjs": "export default { name: 'Fill', up(db) { db.exec('INSERT INTO a VALUES (1)'); } }",
        "003-c.ts": "export const up = (db: { exec(sql: string): void }): void => db.exec('DELETE FROM a')",
        "004-d.cjs": "exports.up = (db) => db.exec('INSERT INTO a VALUES (2)')",
      });
      const report = migrateSync({ ...options, driver });
      assert.deepEqual(
        report.applied.map(({ version, name }) => [version, name]),
        [
          [1, "A"],
          [2, "Fill"],
          [3, "C"],
          [4, "D"],
        ],
      );
      assert.deepEqual(lookUp(database, "SELECT x FROM a"), [2]);
      assert.deepEqual(migrateSync({ ...options, driver, to: 4 }).applied, []);
    });

    it("refuses a promise and rolls back what was done before it", () => {
      const database = workspace().path("app.db");
      const handle = openHandle(driver, database);
      const late = async (db: OpenHandle): Promise<void> => {
        db.exec("CREATE TABLE late (x)");
        await Promise.resolve();
      };
      const error = thrown(
        () => migrateSync({ database: handle, migrations: [first, { version: 2, up: late }] }),
        "synchronous_only",
      );
      assert.equal(error.details.outcome, "rolled_back");
      assert.equal(error.details.databaseVersion, 1);
      assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE name IN ('log', 'late')"), ["log"]);
      assert.equal(isInTransaction(handle), false);
      handle.close();
    });

    it("refuses any object with a then, and takes other values for done", () => {
      const database = workspace().path("app.db");
      const thenable = { version: 1, up: () => ({ then: () => assert.fail("nobody should call it") }) };
      thrown(() => migrateSync({ database, driver, migrations: [thenable] }), "synchronous_only");
      migrateSync({
        database,
        driver,
        migrations: [
          { version: 1, up: () => ({ then: 1 }) },
          { version: 2, up: () => 7 },
        ],
      });
      assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2]);
    });

    it("refuses a file that awaits at its top level, before anything runs", () => {
      const { options, database } = project({
        "001-a.sql": "CREATE TABLE a (x)",
        "002-b.mjs": "await 1; export const up = () => undefined;",
      });
      const error = thrown(() => migrateSync({ ...options, driver }), "migration_not_loaded");
      assert.match(error.details.hint, /migrate\(\)/);
      assert.equal(readState(database).history, undefined);
    });
  });

  describe(`migrate() with ${driver}`, () => {
    it("awaits a migration before the next one begins", async () => {
      const database = workspace().path("app.db");
      const order: string[] = [];
      const slow =
        (name: string) =>
        async (db: OpenHandle): Promise<void> => {
          order.push(`${name} begins`);
          await sleep(3);
          db.exec(`CREATE TABLE ${name} (x)`);
          await Promise.resolve();
          order.push(`${name} ends`);
        };
      const migrations = [
        { version: 1, up: slow("a"), down: async (db: OpenHandle) => db.exec("DROP TABLE a") },
        { version: 2, up: slow("b"), down: (db: OpenHandle) => Promise.resolve(db.exec("DROP TABLE b")) },
      ];
      await migrate({ database, driver, migrations });
      assert.deepEqual(order, ["a begins", "a ends", "b begins", "b ends"]);
      await new MigrationRunner({ database, driver, migrations }).rollback({ to: 0 });
      assert.deepEqual(readState(database).schema, []);
    });

    for (const [title, cause] of [
      ["an Error", new TypeError("no such thing")],
      ["a text", "no such thing"],
      ["undefined", undefined],
      ["null", null],
      ["a number", 7n],
      ["an object that contains itself", circular()],
      ["an object without a prototype", Object.create(null)],
    ] as const) {
      for (const how of ["thrown", "rejected"] as const) {
        it(`tells what a migration failed with: ${title}, ${how}`, async () => {
          const database = workspace().path("app.db");
          const up = (db: OpenHandle): unknown => {
            db.exec("INSERT INTO log VALUES ('x')");
            if (how === "rejected") return Promise.reject(cause as Error);
            throw cause;
          };
          const error = await rejection(
            migrate({ database, driver, migrations: [first, { version: 2, up }] }),
            "migration_threw",
          );
          assert.equal(error.cause, cause);
          assert.equal(error.details.databaseVersion, 1);
          assert.equal(error.details.outcome, "rolled_back");
          if (cause instanceof Error) assert.equal(error.details.problem, "no such thing");
          else assert.match(error.details.problem, /^the migration threw .*, which is no Error$/);
          assert.deepEqual(lookUp(database, "SELECT who FROM log"), []);
        });
      }
    }
  });
}

function circular(): object {
  const self: { self?: unknown } = {};
  self.self = self;
  return self;
}

describe("migrate() and migrateSync()", () => {
  it("leave the same database", async () => {
    const states = [];
    for (const run of [migrate, migrateSync]) {
      const database = workspace().path("app.db");
      const handle = new DatabaseSync(database);
      await run({ database: handle, migrations: synchronousOnes });
      handle.close();
      states.push(readState(database));
    }
    assert.deepEqual(states[0], states[1]);
  });
});
