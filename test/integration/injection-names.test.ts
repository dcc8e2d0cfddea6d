/** Whatever the objects of a schema are called: their names reach SQL quoted, nothing in them is run, and they are told as they are. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { MigrationRunner, type ListedMigration, type LockstepError, type MigrateOptions } from "../../src/index.ts";
import { count, runs, seed } from "../support/effort.ts";
import { driverNames, openHandle, rows, type OpenHandle } from "../support/handle.ts";
import { hostileName, hostileNames } from "../support/hostile-names.ts";
import { rejection } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";

/** A name in SQL, by a rule of this test's own. */
function q(name: string): string {
  return `"${name.split('"').join('""')}"`;
}

/** A schema whose every object has the name, or begins with it. */
function migrationsFor(name: string): readonly ListedMigration[] {
  const [table, index, view, trigger] = [name, `${name} index`, `${name} view`, `${name} trigger`].map(q);
  return [
    {
      version: 1,
      name,
      up: `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, ${table} TEXT REFERENCES ${table} (id));
        CREATE INDEX ${index} ON ${table} (${table});
        CREATE VIEW ${view} AS SELECT ${table} FROM ${table};
        CREATE TRIGGER ${trigger} AFTER DELETE ON ${table} BEGIN SELECT old.${table}; END;
        INSERT INTO ${table} VALUES (1, 1), (2, NULL), (3, 1)`,
      down: `DROP VIEW ${view}; DROP TABLE ${table}`,
    },
    {
      version: 2,
      up: `ALTER TABLE ${table} ADD COLUMN ${q(`${name}2`)}; UPDATE ${table} SET ${q(`${name}2`)} = 7 WHERE id > 1`,
      down: `ALTER TABLE ${table} DROP COLUMN ${q(`${name}2`)}`,
    },
  ];
}

/** Takes the way up and back through everything that uses a name, and looks at the table that must not be touched. */
async function useEverywhere(name: string, open: () => OpenHandle): Promise<void> {
  const handle = open();
  handle.exec("CREATE TABLE victims (keep); INSERT INTO victims VALUES ('kept')");
  const options: MigrateOptions = { database: handle, migrations: migrationsFor(name) };
  const runner = new MigrationRunner(options);
  assert.equal((await runner.runMigrations()).toVersion, 2);
  assert.deepEqual((await runner.status()).migrations[0]?.name, name);
  assert.deepEqual(await runner.measureLoss(), [{ kind: "values", table: name, column: `${name}2`, count: 2 }]);
  assert.deepEqual(await runner.measureLoss({ to: 0 }), [{ kind: "rows", table: name, count: 3 }]);
  await refuseOrphan(name, options);
  await suggestName(name, options);
  assert.equal((await runner.rollback({ to: 0, allowLoss: true })).toVersion, 0);
  assert.deepEqual(rows(handle, "SELECT * FROM victims"), [{ keep: "kept" }]);
  const left = rows(handle, "SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name");
  assert.deepEqual(
    left.map((row) => row["name"]),
    ["lockstep_history", "metadata", "victims"],
  );
  assert.deepEqual(rows(handle, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
  handle.close();
}

async function failing(sql: string, code: LockstepError["code"], options: MigrateOptions): Promise<LockstepError> {
  const migrations = [...(options.migrations as readonly ListedMigration[]), { version: 3, up: sql }];
  const error = await rejection(new MigrationRunner({ ...options, migrations }).runMigrations(), code);
  assert.equal(error.details.databaseVersion, 2);
  return error;
}

async function refuseOrphan(name: string, options: MigrateOptions): Promise<void> {
  const sql = `INSERT INTO ${q(name)} (id, ${q(name)}) VALUES (4, 99)`;
  const { details } = await failing(sql, "foreign_key_violation", options);
  // SQLite does not tell capital letters from small ones in a name, and lockstep tells the small ones.
  const told = `1 row of ${name} whose ${name} = '99' is not in ${name}`;
  assert.ok(details.problem.toLowerCase().includes(told.toLowerCase()), details.problem);
}

async function suggestName(name: string, options: MigrateOptions): Promise<void> {
  const sql = `UPDATE ${q(name)} SET ${q(`${name}33`)} = 1`;
  const { details } = await failing(sql, "statement_failed", options);
  assert.ok(details.problem.includes(`${name}33`), details.problem);
}

describe("a schema whose objects have the name", () => {
  for (const name of hostileNames) {
    it(JSON.stringify(name.slice(0, 40)), async () => {
      for (const driver of driverNames) await useEverywhere(name, () => openHandle(driver, ":memory:"));
      count("inputs");
    });
  }

  it("of anything else that SQLite takes for one", async () => {
    await fc.assert(
      fc.asyncProperty(hostileName, async (name) => {
        count("inputs");
        await useEverywhere(name, () => openHandle("node:sqlite", ":memory:"));
      }),
      { numRuns: runs(60), ...(seed === undefined ? {} : { seed }) },
    );
  });

  it("of a table of lockstep's in other letters, and of its index", async () => {
    for (const name of ["METADATA index", "lockstep_history2", "sqlite-autoindex"]) {
      await useEverywhere(name, () => openHandle("node:sqlite", ":memory:"));
    }
  });
});

describe("a table of the same name in another schema of the connection", () => {
  const migrations: readonly ListedMigration[] = [
    {
      version: 1,
      up: `CREATE TABLE parents (id INTEGER PRIMARY KEY);
        CREATE TABLE children (id INTEGER PRIMARY KEY, parent REFERENCES parents);
        INSERT INTO main.children VALUES (1, NULL)`,
      down: "DROP TABLE children; DROP TABLE parents",
    },
  ];
  const orphaning = { version: 2, up: "UPDATE main.children SET parent = 5" };

  for (const driver of driverNames) {
    it(`that is attached and lockstep's is not taken for the database's own, with ${driver}`, async () => {
      const space = workspace();
      const path = space.path("other.db");
      const other = openHandle(driver, path);
      await new MigrationRunner({
        database: other,
        migrations: [...migrations, { version: 2, up: "CREATE TABLE other (x)" }],
      }).runMigrations();
      other.close();
      const database = openHandle(driver, space.path("app.db"));
      database.exec(`ATTACH '${path.replaceAll("'", "''")}' AS other`);
      const runner = new MigrationRunner({ database, migrations });
      assert.equal(await runner.getCurrentVersion(), 0);
      assert.equal((await runner.runMigrations()).toVersion, 1);
      assert.deepEqual(rows(database, "SELECT version FROM main.lockstep_history"), [{ version: 1 }]);
      assert.deepEqual(rows(database, "SELECT version FROM other.lockstep_history"), [{ version: 1 }, { version: 2 }]);
      assert.equal((await runner.rollback({ allowLoss: true })).toVersion, 0);
      assert.deepEqual(rows(database, "SELECT count(*) AS rows FROM other.children"), [{ rows: 1 }]);
      database.close();
    });

    it(`that is temporary hides no version, no loss and no orphan, with ${driver}`, async () => {
      const database = openHandle(driver, ":memory:");
      database.exec(`CREATE TEMP TABLE metadata (key, value); CREATE TEMP TABLE lockstep_history (a);
        CREATE TEMP TABLE children (id, parent)`);
      const options = { database, migrations };
      const runner = new MigrationRunner(options);
      assert.equal((await runner.runMigrations()).toVersion, 1);
      assert.deepEqual(rows(database, "SELECT value FROM main.metadata"), [{ value: "1" }]);
      assert.deepEqual(rows(database, "SELECT count(*) AS rows FROM temp.metadata"), [{ rows: 0 }]);
      const withOrphan = new MigrationRunner({ database, migrations: [...migrations, orphaning] });
      await rejection(withOrphan.runMigrations(), "foreign_key_violation");
      // What a statement without a schema names is SQLite's business; what is measured is the database's own table.
      database.exec("DROP TABLE temp.children; CREATE TEMP TABLE unrelated (x)");
      assert.deepEqual(await runner.measureLoss(), [{ kind: "rows", table: "children", count: 1 }]);
      database.close();
    });
  }
});

describe("a schema that was written by hand", () => {
  it("with a name that no SQL can have is told as damage, and nothing is changed", async () => {
    const database = new DatabaseSync(":memory:");
    database.exec(`CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (parent REFERENCES parents)`);
    if ("enableDefensive" in database) (database as { enableDefensive(active: boolean): void }).enableDefensive(false);
    database.exec(`PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET name = 'chil' || char(0) || 'dren', tbl_name = 'chil' || char(0) || 'dren' WHERE name = 'children';
      PRAGMA writable_schema = RESET`);
    const runner = new MigrationRunner({ database, migrations: [{ version: 1, up: () => undefined }] });
    const error = await rejection(runner.runMigrations(), "database_corrupt");
    assert.equal(error.details.outcome, "unchanged");
    database.close();
  });
});
