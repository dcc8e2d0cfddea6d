/** What a way back would lose: measured by running it, told by name and number, and refused until somebody allows it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { MigrationRunner, type ListedMigration, type Loss } from "../../src/index.ts";
import { driverNames } from "../support/handle.ts";
import { look } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";

/** A runner whose migrations are all applied, on a new database. */
async function applied(
  migrations: readonly ListedMigration[],
): Promise<{ readonly runner: MigrationRunner; readonly database: string }> {
  const database = workspace().path("app.db");
  const runner = new MigrationRunner({ database, migrations });
  await runner.runMigrations();
  return { runner, database };
}

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
    title: "a column that is renamed",
    up: PEOPLE,
    rows: THREE,
    down: "ALTER TABLE people RENAME COLUMN email TO mail",
    losses: [],
  },
  {
    title: "a column that is renamed and dropped under its new name",
    up: PEOPLE,
    rows: THREE,
    down: 'ALTER TABLE main.People RENAME "EMAIL" TO [mail]; ALTER TABLE people DROP COLUMN mail',
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
  },
  {
    title: "a column that is renamed and replaced under its new name",
    up: PEOPLE,
    rows: THREE,
    down: `ALTER TABLE people RENAME COLUMN email TO mail; ALTER TABLE people DROP COLUMN mail;
      ALTER TABLE people ADD COLUMN mail TEXT`,
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
  },
  {
    title: "a column whose name another one gets",
    up: PEOPLE,
    rows: THREE,
    down: "ALTER TABLE people DROP COLUMN name; ALTER TABLE people RENAME COLUMN email TO name",
    losses: [{ kind: "values", table: "people", column: "name", count: 3 }],
  },
  {
    title: "columns that change places by name",
    up: PEOPLE,
    rows: THREE,
    down: `ALTER TABLE people RENAME COLUMN email TO x; ALTER TABLE people RENAME COLUMN name TO email;
      ALTER TABLE people RENAME COLUMN x TO name`,
    losses: [],
  },
  {
    title: "a column that a rebuild renames",
    up: PEOPLE,
    rows: THREE,
    down: `-- lockstep:rebuild
      CREATE TABLE people (id INTEGER PRIMARY KEY, full_name BLOB, email TEXT);
      -- lockstep:renamed full_name from name`,
    losses: [],
  },
  {
    title: "a column that a rebuild gives the name of one that goes",
    up: PEOPLE,
    rows: THREE,
    down: `-- lockstep:rebuild
      CREATE TABLE people (id INTEGER PRIMARY KEY, email BLOB);
      -- lockstep:drop email
      -- lockstep:renamed email from name`,
    losses: [{ kind: "values", table: "people", column: "email", count: 2 }],
  },
  { title: "a table that is renamed", up: PEOPLE, rows: THREE, down: "ALTER TABLE people RENAME TO users", losses: [] },
  {
    title: "a table that is renamed and dropped under its new name",
    up: PEOPLE,
    rows: THREE,
    down: "ALTER TABLE people RENAME TO users; DROP TABLE users; CREATE TABLE users (id, name, email)",
    losses: [{ kind: "rows", table: "people", count: 3 }],
  },
  {
    title: "a table whose name another one gets",
    up: `${PEOPLE}; CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT)`,
    rows: `${THREE}; INSERT INTO users (id) VALUES (1), (2)`,
    down: "DROP TABLE users; ALTER TABLE people RENAME TO users",
    losses: [{ kind: "rows", table: "users", count: 2 }],
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

  it("that makes a full-text table and fills it is undone after it was measured", async () => {
    const search = "CREATE VIRTUAL TABLE search USING fts5 (name, content = people, content_rowid = id)";
    const down = `${search}; INSERT INTO search (search) VALUES ('rebuild')`;
    const { runner, database } = await applied([
      { version: 1, up: `${PEOPLE}; ${THREE}` },
      { version: 2, up: "CREATE TABLE other (x)", down: `DROP TABLE other; ${down}` },
    ]);
    assert.deepEqual(await runner.measureLoss({ to: 1 }), []);
    assert.equal((await runner.rollback({ to: 1 })).toVersion, 1);
    const handle = new DatabaseSync(database);
    assert.deepEqual(
      handle
        .prepare("SELECT rowid FROM search ('bob')")
        .all()
        .map((row) => row["rowid"]),
      [2],
    );
    handle.close();
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
