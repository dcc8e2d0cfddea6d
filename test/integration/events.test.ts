/** What a run tells while it works: the exact events, in order and with their numbers, and the words of the log. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, migrateSync, type ListedMigration } from "../../src/index.ts";
import { eventLog } from "../support/events.ts";
import { project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const migrations: readonly ListedMigration[] = [
  {
    version: 1,
    name: "Users",
    up: "CREATE TABLE users (id); INSERT INTO users VALUES (1)",
    down: "DELETE FROM users; DROP TABLE users",
  },
  {
    version: 2,
    name: "Notes",
    up: (db) => db.exec("CREATE TABLE notes (a)"),
    down: (db) => db.exec("DROP TABLE notes"),
  },
  { version: 4, name: "Tags", transaction: false, up: "CREATE TABLE tags (a); VACUUM", down: "DROP TABLE tags" },
];

describe("the events of a run", () => {
  it("are those of each migration and each statement, between a start and an end", async () => {
    const log = eventLog();
    await migrate({ database: workspace().path("app.db"), migrations, onEvent: log.onEvent });
    assert.deepEqual(log.lines(), [
      "started up 3 from 0",
      "migration_started up 1: 1/3, 2",
      "statement_finished 1: 1/2",
      "statement_finished 1: 2/2",
      "migration_finished up 1: 1/3",
      "migration_started up 2: 2/3, code",
      "migration_finished up 2: 2/3",
      "migration_started up 4: 3/3, 2",
      "statement_finished 4: 1/2",
      "statement_finished 4: 2/2",
      "migration_finished up 4: 3/3",
      "finished up 3 from 0 to 4",
    ]);
    for (const event of log.events) {
      if ("durationMs" in event) assert.ok(event.durationMs >= 0);
      if ("migration" in event) assert.ok(migrations.some(({ name }) => name === event.migration.name));
    }
  });

  it("are the same without a promise, and in one transaction for all", async () => {
    const [each, synchronous, all] = [eventLog(), eventLog(), eventLog()];
    const listed = migrations.slice(0, 2);
    await migrate({ database: workspace().path("app.db"), migrations: listed, onEvent: each.onEvent });
    migrateSync({ database: workspace().path("app.db"), migrations: listed, onEvent: synchronous.onEvent });
    const database = workspace().path("app.db");
    await migrate({ database, migrations: listed, transaction: "all", onEvent: all.onEvent });
    assert.deepEqual(synchronous.lines(), each.lines());
    // What can still be rolled back is not told as finished.
    const isFinished = (line: string): boolean => line.startsWith("migration_finished");
    const [end] = each.lines().slice(-1);
    const before = each.lines().filter((line) => !isFinished(line) && line !== end);
    assert.deepEqual(all.lines(), [...before, ...each.lines().filter(isFinished), end]);
  });

  it("tell nothing where there is nothing to do", async () => {
    const log = eventLog();
    const options = { database: workspace().path("app.db"), migrations, onEvent: log.onEvent };
    const runner = new MigrationRunner(options);
    await runner.rollback();
    await runner.status();
    await migrate({ ...options, migrations: [] });
    assert.deepEqual(log.lines(), []);
  });

  it("name the files of a directory", async () => {
    const log = eventLog();
    const { options, path } = project({ "001-make-users.sql": "CREATE TABLE users (id)" });
    await migrate({ ...options, onEvent: log.onEvent });
    const expected = { version: 1, name: "Make users", file: path("migrations", "001-make-users.sql") };
    const named = log.events.flatMap((event) => ("migration" in event ? [event.migration] : []));
    assert.deepEqual(named, [expected, expected, expected]);
  });

  it("of a way back do not tell what is only tried", async () => {
    const log = eventLog();
    const runner = new MigrationRunner({
      database: workspace().path("app.db"),
      migrations: migrations.slice(0, 2),
      onEvent: log.onEvent,
    });
    await runner.runMigrations();
    const told = log.events.length;
    await runner.measureLoss({ to: 0 });
    assert.deepEqual(log.lines().slice(told), []);
    await runner.rollback();
    await rejection(runner.rollback(), "would_lose_data");
    await runner.rollback({ allowLoss: true });
    assert.deepEqual(log.lines().slice(told), [
      "started down 1 from 2",
      "migration_started down 2: 1/1, code",
      "migration_finished down 2: 1/1",
      "finished down 1 from 2 to 1",
      "started down 1 from 1",
      "migration_started down 1: 1/1, 2",
      "migration_failed 1: would_lose_data",
      "started down 1 from 1",
      "migration_started down 1: 1/1, 2",
      "statement_finished 1: 1/2",
      "statement_finished 1: 2/2",
      "migration_finished down 1: 1/1",
      "finished down 1 from 1 to 0",
    ]);
  });

  for (const transaction of ["each", "all"] as const) {
    it(`end with the failure, transaction: "${transaction}"`, async () => {
      const log = eventLog();
      const failing = { version: 3, up: "CREATE TABLE t (a); SELECT * FROM missing" };
      const listed = [...migrations.slice(0, 1), failing];
      const options = { database: workspace().path("app.db"), migrations: listed, transaction, onEvent: log.onEvent };
      const error = await rejection(migrate(options), "statement_failed");
      assert.deepEqual(log.lines(), [
        "started up 2 from 0",
        "migration_started up 1: 1/2, 2",
        "statement_finished 1: 1/2",
        "statement_finished 1: 2/2",
        ...(transaction === "all" ? [] : ["migration_finished up 1: 1/2"]),
        "migration_started up 3: 2/2, 2",
        "statement_finished 3: 1/2",
        "migration_failed 3: statement_failed",
      ]);
      const last = log.events.at(-1);
      assert.ok(last?.kind === "migration_failed" && last.error === error);
    });
  }

  it("are told at once: a listener sees the change before its end", async () => {
    const handle = new DatabaseSync(workspace().path("app.db"));
    const seen: unknown[] = [];
    await migrate({
      database: handle,
      migrations: migrations.slice(0, 1),
      onEvent: (event) => {
        if (event.kind !== "statement_finished") return;
        seen.push([
          event.position,
          handle.isTransaction,
          handle.prepare("SELECT count(*) AS n FROM users").get()?.["n"],
        ]);
      },
    });
    assert.deepEqual(seen, [
      [1, true, 0],
      [2, true, 1],
    ]);
    handle.close();
  });

  it("may meet a listener that throws: its error shows by itself, and the run goes on", () => {
    const database = workspace().path("app.db");
    const library = JSON.stringify(new URL("../../src/index.ts", import.meta.url));
    const program = `
      import { migrateSync } from ${library};
      const onEvent = () => { throw new RangeError("the listener failed"); };
      const report = migrateSync({ database: ${JSON.stringify(database)}, migrations: [{ version: 1, up: "CREATE TABLE a (x)" }], onEvent });
      console.log("applied", report.applied.length);`;
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    assert.equal(child.stdout, "applied 1\n");
    assert.match(child.stderr, /RangeError: the listener failed/);
    assert.notEqual(child.status, 0);
    assert.equal(readState(database).history?.length, 1);
  });
});

describe("the log", () => {
  it("says in words what happened, and warns of what a person should look at", async () => {
    const lines: string[] = [];
    const logger = {
      info: (message: string): void => void lines.push(`info ${message.replace(/[\d.]+ ms/, "# ms")}`),
      warn: (message: string): void => void lines.push(`warn ${message}`),
    };
    const database = workspace().path("app.db");
    const runner = new MigrationRunner({ database, migrations: migrations.slice(0, 2), logger });
    await runner.runMigrations();
    await runner.rollback();
    const failing = { version: 3, name: "Fail", up: "SELECT * FROM missing" };
    await rejection(
      migrate({ database, migrations: [...migrations.slice(0, 2), failing], logger }),
      "statement_failed",
    );
    assert.deepEqual(lines, [
      'info applied migration 1 "Users" in # ms',
      'info applied migration 2 "Notes" in # ms',
      "info database went from version 0 to 2 in # ms",
      'info reverted migration 2 "Notes" in # ms',
      "info database went from version 2 to 1 in # ms",
      'info applied migration 2 "Notes" in # ms',
      'warn migration 3 "Fail" failed: no such table: missing',
    ]);
  });

  it("and the listener are both told", async () => {
    const log = eventLog();
    let lines = 0;
    const count = (): void => {
      lines += 1;
    };
    const logger = { info: count, warn: count };
    await migrate({
      database: workspace().path("app.db"),
      migrations: migrations.slice(0, 1),
      logger,
      onEvent: log.onEvent,
    });
    assert.deepEqual([log.events.length, lines], [6, 2]);
  });
});
