/** Going back: how far, by which SQL, and never over rows and values that would be lost. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type ListedMigration } from "../../src/index.ts";
import { lookUp } from "../support/oracle.ts";
import { project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const tables: readonly ListedMigration[] = [1, 2, 3, 4].map((version) => ({
  version,
  up: `CREATE TABLE t${version} (a)`,
  down: `DROP TABLE t${version}`,
}));

/** A runner whose migrations are all applied, on a new database. */
async function applied(
  migrations: readonly ListedMigration[],
  driver: "node:sqlite" | "better-sqlite3" = "node:sqlite",
): Promise<{ readonly runner: MigrationRunner; readonly database: string }> {
  const database = workspace().path("app.db");
  const runner = new MigrationRunner({ database, driver, migrations });
  await runner.runMigrations();
  return { runner, database };
}

describe("how far a way back goes", () => {
  it("is one migration unless told", async () => {
    const { runner, database } = await applied(tables);
    const { reverted, ...rest } = await runner.rollback();
    assert.deepEqual(rest, { database, fromVersion: 4, toVersion: 3 });
    assert.deepEqual(
      reverted.map(({ version, name }) => [version, name]),
      [[4, "Migration 4"]],
    );
    assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2, 3]);
    assert.deepEqual(lookUp(database, "SELECT value FROM metadata"), ["3"]);
    assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE name LIKE 't_'"), ["t1", "t2", "t3"]);
  });

  it("is refused where it is told in steps and as a version at once", async () => {
    const { runner, database } = await applied(tables);
    for (const call of [runner.rollback({ to: 2, steps: 1 }), runner.measureLoss({ to: 2, steps: 1 })]) {
      await rejection(call, "invalid_option");
    }
    assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), [1, 2, 3, 4]);
  });

  it("can be told in steps, and in more steps than there are", async () => {
    const { runner } = await applied(tables);
    const report = await runner.rollback({ steps: 2 });
    assert.deepEqual(
      report.reverted.map(({ version }) => version),
      [4, 3],
    );
    assert.deepEqual((await runner.rollback({ steps: 0 })).reverted, []);
    assert.equal((await runner.rollback({ steps: 10 })).toVersion, 0);
    assert.deepEqual((await runner.rollback()).reverted, []);
  });

  it("can be told as a version, down to 0", async () => {
    const { runner, database } = await applied(tables);
    assert.equal((await runner.rollback({ to: 3 })).toVersion, 3);
    assert.deepEqual((await runner.rollback({ to: 3 })).reverted, []);
    assert.equal((await runner.rollback({ to: 0 })).toVersion, 0);
    assert.deepEqual(readState(database), {
      schema: [],
      rows: {},
      metadata: { schema_version: "0" },
      history: [],
    });
    assert.equal((await runner.runMigrations()).applied.length, 4);
  });

  it("is refused for a version that is not there, and for steps that are no number of steps", async () => {
    const { runner, database } = await applied(tables);
    const before = readState(database);
    await rejection(runner.rollback({ to: 7 }), "version_unknown");
    await rejection(runner.rollback({ to: -1 }), "version_unknown");
    await rejection(runner.rollback({ to: 1.5 }), "version_unknown");
    for (const steps of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const call of [() => runner.rollback({ steps }), () => runner.measureLoss({ steps })]) {
        await rejection(call(), "invalid_option");
      }
    }
    await runner.rollback({ to: 2 });
    await rejection(runner.rollback({ to: 3 }), "target_ahead");
    await runner.runMigrations();
    assert.deepEqual(readState(database), before);
  });

  it("goes newest first by number, also past one that came late", async () => {
    const database = workspace().path("app.db");
    await migrate({ database, migrations: tables.filter(({ version }) => version !== 2) });
    const runner = new MigrationRunner({ database, migrations: tables, outOfOrder: "allow" });
    await runner.runMigrations();
    const report = await runner.rollback({ to: 1 });
    assert.deepEqual(
      report.reverted.map(({ version }) => version),
      [4, 3, 2],
    );
  });

  it('goes in one transaction with transaction: "all"', async () => {
    const migrations = tables.map((table) =>
      table.version === 2 ? { ...table, down: "DROP TABLE t2; SELECT * FROM missing" } : table,
    );
    const database = workspace().path("app.db");
    const runner = new MigrationRunner({ database, migrations, transaction: "all" });
    await runner.runMigrations();
    const before = readState(database);
    const error = await rejection(runner.rollback({ to: 0, allowLoss: true }), "statement_failed");
    assert.equal(error.details.migration?.version, 2);
    assert.equal(error.details.databaseVersion, 4);
    assert.deepEqual(readState(database), before);
  });
});

describe("what a migration is undone by", () => {
  const files = {
    "001-a.sql": "CREATE TABLE a (x)",
    "002-b.sql": "CREATE TABLE b (x);\n-- lockstep:down\nDROP TABLE b;\n-- and a remark",
    "003-c.mjs":
      "export const up = (db) => db.exec('CREATE TABLE c (x)'); export const down = (db) => db.exec('DROP TABLE c');",
  };

  it("is its own way down", async () => {
    const { database, options } = project(files);
    await migrate(options);
    const runner = new MigrationRunner(options);
    assert.equal((await runner.rollback({ steps: 2 })).toVersion, 1);
    assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE name IN ('a', 'b', 'c')"), ["a"]);
  });

  it("is what the history has kept, where its file is gone", async () => {
    const { database, options, path } = project(files);
    await migrate({ ...options, to: 2 });
    rmSync(path("migrations", "002-b.sql"));
    const runner = new MigrationRunner(options);
    const plan = await runner.plan({ direction: "down" });
    assert.deepEqual(
      plan.steps.map(({ version, name, origin, statements }) => [version, name, origin, statements]),
      [[2, "B", "history", [{ sql: "DROP TABLE b", line: 1 }]]],
    );
    assert.equal((await runner.rollback()).reverted[0]?.file, undefined);
    assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE name IN ('a', 'b')"), ["a"]);
  });

  it("is nothing where there is none, and then all of the way back is refused before its first step", async () => {
    const { database, options, path } = project(files);
    await migrate(options);
    const before = readFileSync(database);
    const runner = new MigrationRunner(options);
    const error = await rejection(runner.rollback({ to: 0, allowLoss: true }), "irreversible");
    assert.equal(error.details.migration?.version, 1);
    assert.equal(error.details.databaseVersion, 3);
    assert.deepEqual(readFileSync(database), before);
    rmSync(path("migrations", "003-c.mjs"));
    await rejection(runner.rollback(), "irreversible");
    assert.deepEqual(readFileSync(database), before);
  });

  it("is not the older SQL of a file that has no way down any more", async () => {
    const { options, add } = project(files);
    await migrate({ ...options, to: 2 });
    add({ "002-b.sql": "CREATE TABLE b (x)" });
    await rejection(new MigrationRunner(options).rollback(), "irreversible");
  });
});

describe("the first migration's way down, which drops the metadata table too", () => {
  const initial: ListedMigration = {
    version: 1,
    up: `CREATE TABLE IF NOT EXISTS metadata (key TEXT PRIMARY KEY, value TEXT);
      CREATE TABLE sessions (id TEXT PRIMARY KEY);`,
    down: "DROP TABLE IF EXISTS sessions; DROP TABLE IF EXISTS metadata",
  };
  const second: ListedMigration = { version: 2, up: "CREATE TABLE requests (id)", down: "DROP TABLE requests" };

  for (const transaction of ["each", "all"] as const) {
    it(`leaves a database at version 0 that can go up again, transaction: "${transaction}"`, async () => {
      const database = workspace().path("app.db");
      const runner = new MigrationRunner({ database, migrations: [initial, second], transaction });
      await runner.runMigrations();
      const after = readState(database);
      assert.equal((await runner.rollback({ to: 0 })).toVersion, 0);
      assert.deepEqual(lookUp(database, "SELECT value FROM metadata WHERE key = 'schema_version'"), ["0"]);
      assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), []);
      assert.equal(await runner.getCurrentVersion(), 0);
      await runner.runMigrations();
      assert.deepEqual(readState(database), after);
    });
  }

  it("may drop the history as well", async () => {
    const down = `${String(initial.down)}; DROP TABLE lockstep_history`;
    const { runner, database } = await applied([{ ...initial, down }, second]);
    await runner.rollback({ to: 0 });
    assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history"), []);
    assert.equal((await runner.runMigrations()).applied.length, 2);
  });
});
