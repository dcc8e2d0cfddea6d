/** Going back: how far, by which SQL, and never over rows and values that would be lost. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type ListedMigration, type Loss } from "../../src/index.ts";
import { driverNames } from "../support/handle.ts";
import { look, lookUp } from "../support/oracle.ts";
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

interface LossCase {
  readonly title: string;
  readonly up: string;
  readonly rows?: string;
  readonly down: string | ((db: { exec(sql: string): unknown }) => unknown);
  readonly losses: readonly Loss[];
}

const PEOPLE = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, email TEXT)";
const THREE = "INSERT INTO people VALUES (1, 'ann', NULL), (2, 'bob', 'b@x'), (3, 'eve', 'e@x')";

const lossCases: readonly LossCase[] = [
  { title: "an empty table", up: PEOPLE, down: "DROP TABLE people", losses: [] },
  {
    title: "a table with rows",
    up: PEOPLE,
    rows: THREE,
    down: "DROP TABLE people",
    losses: [{ kind: "rows", table: "people", count: 3 }],
  },
  {
    title: "a column with values",
    up: PEOPLE,
    rows: THREE,
    down: "ALTER TABLE people DROP COLUMN email",
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
  },
  {
    title: "a column without values",
    up: PEOPLE,
    rows: `${THREE}; UPDATE people SET email = NULL`,
    down: "ALTER TABLE people DROP COLUMN email",
    losses: [],
  },
  {
    title: "deleted rows",
    up: PEOPLE,
    rows: THREE,
    down: "DELETE FROM people WHERE id > 1",
    losses: [{ kind: "rows", table: "people", count: 2 }],
  },
  {
    title: "all rows by a DELETE without a condition",
    up: PEOPLE,
    rows: THREE,
    down: "DELETE FROM people",
    losses: [{ kind: "rows", table: "people", count: 3 }],
  },
  {
    title: "values that become NULL",
    up: PEOPLE,
    rows: THREE,
    down: "UPDATE people SET email = NULL",
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
  },
  {
    title: "a rebuild without a column",
    up: PEOPLE,
    rows: THREE,
    down: `CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO new SELECT id, name FROM people;
      DROP TABLE people; ALTER TABLE new RENAME TO people`,
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
  },
  {
    title: "a rebuild that keeps everything",
    up: PEOPLE,
    rows: THREE,
    down: `CREATE TABLE new (id INTEGER PRIMARY KEY, name TEXT, email TEXT); INSERT INTO new SELECT * FROM people;
      DROP TABLE people; ALTER TABLE new RENAME TO people`,
    losses: [],
  },
  {
    title: "rows that a trigger deletes",
    up: `${PEOPLE}; CREATE TABLE log (a); CREATE TRIGGER r AFTER UPDATE ON log BEGIN DELETE FROM people; END`,
    rows: `${THREE}; INSERT INTO log VALUES (1)`,
    down: "UPDATE log SET a = 2",
    losses: [{ kind: "rows", table: "people", count: 3 }],
  },
  {
    title: "an index, a view and a trigger",
    up: `${PEOPLE}; CREATE INDEX i ON people (name); CREATE VIEW v AS SELECT * FROM people`,
    rows: THREE,
    down: "DROP INDEX i; DROP VIEW v",
    losses: [],
  },
  {
    title: "names with blanks, quotes and keywords",
    up: `CREATE TABLE "my ""table"" [x]" ("or""der" TEXT, "select" INT, [a b] INT); CREATE TABLE "group" ("c0" INT, "count" INT)`,
    rows: `INSERT INTO "my ""table"" [x]" VALUES ('a', 1, 2), ('b', NULL, 3); INSERT INTO "group" VALUES (1, 2)`,
    down: `ALTER TABLE "my ""table"" [x]" DROP COLUMN "select"; ALTER TABLE "my ""table"" [x]" DROP COLUMN [a b]; UPDATE "group" SET "c0" = NULL`,
    losses: [
      { kind: "values", table: "group", column: "c0", count: 1 },
      { kind: "values", table: 'my "table" [x]', column: "select", count: 1 },
      { kind: "values", table: 'my "table" [x]', column: "a b", count: 2 },
    ],
  },
  {
    title: "a table without rowids and a strict one",
    up: "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE s (k TEXT) STRICT",
    rows: "INSERT INTO w VALUES ('a', 1); INSERT INTO s VALUES ('a'), ('b')",
    down: "DROP TABLE w; DROP TABLE s",
    losses: [
      { kind: "rows", table: "s", count: 2 },
      { kind: "rows", table: "w", count: 1 },
    ],
  },
  {
    title: "rows, by code",
    up: PEOPLE,
    rows: THREE,
    down: (db) => db.exec("DELETE FROM people WHERE id = 3; ALTER TABLE people DROP COLUMN name"),
    losses: [{ kind: "rows", table: "people", count: 1 }],
  },
];

describe("a loss", () => {
  for (const driver of driverNames) {
    for (const { title, up, rows = "", down, losses } of lossCases) {
      it(`is measured and refused: ${title} (${driver})`, async () => {
        const database = workspace().path("app.db");
        const migrations = [
          { version: 1, up: "CREATE TABLE other (a); INSERT INTO other VALUES (1)" },
          { version: 2, up, down },
        ];
        const runner = new MigrationRunner({ database, driver, migrations });
        await runner.runMigrations();
        const handle = new DatabaseSync(database, { enableForeignKeyConstraints: false });
        handle.exec(rows);
        handle.close();
        const before = readFileSync(database);
        assert.deepEqual(await runner.measureLoss(), losses);
        assert.deepEqual(readFileSync(database), before);
        if (losses.length > 0) {
          const error = await rejection(runner.rollback(), "would_lose_data");
          assert.deepEqual(error.details.losses, losses);
          assert.equal(error.details.databaseVersion, 2);
          assert.deepEqual(readFileSync(database), before);
        }
        const report = await runner.rollback({ allowLoss: losses.length > 0 });
        assert.equal(report.toVersion, 1);
        assert.deepEqual(look(database, "SELECT * FROM other"), [{ a: 1 }]);
      });
    }
  }

  it("of several steps is measured for all of them before the first one goes", async () => {
    const migrations: readonly ListedMigration[] = [
      { version: 1, up: "CREATE TABLE a (x); INSERT INTO a VALUES (1)", down: "DROP TABLE a" },
      { version: 2, up: "CREATE TABLE b (x)", down: "DROP TABLE b" },
      { version: 3, up: "CREATE TABLE c (x); INSERT INTO c VALUES (1), (2)", down: (db) => db.exec("DROP TABLE c") },
    ];
    const { runner, database } = await applied(migrations);
    const before = readFileSync(database);
    const losses = [
      { kind: "rows", table: "a", count: 1 },
      { kind: "rows", table: "c", count: 2 },
    ];
    assert.deepEqual(await runner.measureLoss({ to: 0 }), losses);
    const error = await rejection(runner.rollback({ to: 0 }), "would_lose_data");
    assert.deepEqual(error.details.losses, losses);
    assert.deepEqual(readFileSync(database), before);
    assert.match(error.message, /1 row of a/);
    assert.match(error.message, /2 rows of c/);
    assert.equal((await runner.rollback({ to: 0, allowLoss: true })).reverted.length, 3);
  });

  it("is told as the error of the statement where the way back itself fails", async () => {
    const { runner, database } = await applied([
      { version: 1, up: "CREATE TABLE a (x)", down: "SELECT * FROM missing" },
      { version: 2, up: "CREATE TABLE b (x)", down: "DROP TABLE b" },
    ]);
    const before = readFileSync(database);
    for (const call of [() => runner.measureLoss({ to: 0 }), () => runner.rollback({ to: 0 })]) {
      const error = await rejection(call(), "statement_failed");
      assert.equal(error.details.migration?.version, 1);
      assert.equal(error.details.databaseVersion, 2);
      assert.deepEqual(readFileSync(database), before);
    }
  });
});
