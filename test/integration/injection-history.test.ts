/**
 * What lockstep keeps in the database, under any name, and whatever somebody else has written there: it is read as data, and no part
 * of it is run but the SQL that undoes a migration, which is checked first.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { count, runs, seed } from "../support/effort.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle, rows } from "../support/handle.ts";
import { hostileName, hostileNames } from "../support/hostile-names.ts";
import { checkRefusal, provoke } from "../support/source-refusal.ts";
import { readState } from "../support/state.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

useFastFiles();

const migrations = [
  { version: 1, up: "CREATE TABLE a (x); INSERT INTO a VALUES (1)", down: "DROP TABLE a" },
  { version: 2, up: "CREATE TABLE b (x)", down: "DROP TABLE b", transaction: false },
];

/** Up, half-way up, down and a baseline with the two tables under these names. */
async function keepUnder(metadataTable: string, historyTable: string): Promise<void> {
  for (const driver of driverNames) {
    const database = openHandle(driver, ":memory:");
    database.exec("CREATE TABLE victims (keep); INSERT INTO victims VALUES ('kept')");
    const options: MigrateOptions = { database, migrations, metadataTable, historyTable };
    const runner = new MigrationRunner(options);
    assert.equal((await runner.status()).currentVersion, 0);
    assert.equal((await runner.runMigrations()).toVersion, 2);
    assert.equal((await runner.status()).upToDate, true);
    const names = rows(database, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    assert.deepEqual(
      new Set(names.map(({ name }) => name)),
      new Set(["a", "b", "victims", metadataTable, historyTable]),
    );
    assert.equal((await runner.rollback({ to: 0, allowLoss: true })).toVersion, 0);
    assert.equal((await runner.baseline(2)).toVersion, 2);
    assert.deepEqual(rows(database, "SELECT * FROM victims"), [{ keep: "kept" }]);
    database.close();
  }
}

describe("the tables of lockstep can have any name, such as", () => {
  // The name of a function that gives a table is refused, as that of a table of another shape.
  for (const name of hostileNames.filter((one) => one !== "json_each")) {
    it(JSON.stringify(name.slice(0, 40)), async () => {
      await keepUnder(name, `${name} history`);
      await keepUnder(`${name} metadata`, name);
      count("inputs");
    });
  }

  it("anything at random", async () => {
    await fc.assert(
      fc.asyncProperty(hostileName, hostileName, async (metadata, history) => {
        fc.pre(metadata.toLowerCase() !== history.toLowerCase());
        fc.pre(![metadata, history].some((name) => /^[ab]$/i.test(name)));
        count("inputs");
        await keepUnder(metadata, history);
      }),
      { numRuns: runs(40), ...(seed === undefined ? {} : { seed }) },
    );
  });

  it("but not one of SQLite's own, one for both, or one that is no name", async () => {
    const refused: readonly Partial<MigrateOptions>[] = [
      { metadataTable: "sqlite_schema" },
      { historyTable: "SQLITE_master" },
      { metadataTable: "sqlite_sequence" },
      { historyTable: "sqlite_dbpage" },
      { metadataTable: "x", historyTable: "X" },
      { metadataTable: "lockstep_history" },
      { historyTable: "metadata" },
      { historyTable: "" },
      { metadataTable: "a\0b" },
    ];
    const space = workspace();
    const database = space.path("app.db");
    for (const options of refused) {
      await provoke("invalid_option", database, () => migrateSync({ database, migrations, ...options }));
    }
  });

  it("and one that is taken by a view, an index or a trigger is refused, with the database as it was", async () => {
    for (const taken of [
      "CREATE VIEW taken AS SELECT 'schema_version' AS key, '1' AS value",
      "CREATE INDEX taken ON t (x)",
    ]) {
      for (const option of ["metadataTable", "historyTable"]) {
        const space = workspace();
        const database = space.path("app.db");
        const db = new DatabaseSync(database);
        db.exec(`CREATE TABLE t (x); ${taken}`);
        db.close();
        const before = readState(database);
        const error = await caughtBy(() => migrateSync({ database, migrations, [option]: "taken" }));
        assert.ok(["statement_failed", "history_invalid", "database_newer"].includes(error.code), error.message);
        checkRefusal(error, error.code, { outcome: error.details.outcome });
        assert.deepEqual(readState(database), before);
      }
    }
  });
});

async function caughtBy(act: () => unknown): Promise<LockstepError> {
  try {
    await act();
  } catch (error) {
    assert.ok(error instanceof LockstepError, String(error));
    return error;
  }
  return assert.fail("nothing was refused");
}

/** A database at version 1 with a table that must stay, whose history was then changed by somebody else. */
function withHistory(sql: string): Workspace & { readonly database: string } {
  const space = workspace({ "migrations/001-a.sql": "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a;" });
  const database = space.path("app.db");
  migrateSync({ database, migrations: space.path("migrations") });
  const db = new DatabaseSync(database);
  db.exec(`CREATE TABLE victims (keep); INSERT INTO victims VALUES ('kept'); ${sql}`);
  db.close();
  return { ...space, database };
}

const literal = (text: string): string => `'${text.replaceAll("'", "''").replaceAll("\0", "")}'`;

describe("a history that somebody else has written is data:", () => {
  it("any name, checksum, time and hash of a row is told as it is, or as a changed migration", async () => {
    for (const text of hostileNames) {
      const value = literal(text);
      const { database, path } = withHistory(
        `UPDATE lockstep_history SET name = ${value}, checksum = ${value}, applied_at = ${value}, schema_hash = ${value}, applied_by = ${value}`,
      );
      const before = readState(database);
      const runner = new MigrationRunner({ database, migrations: path("migrations") });
      const [first] = (await runner.status()).migrations;
      assert.deepEqual([first?.name, first?.appliedAt], [text, text]);
      assert.ok(["applied", "changed"].includes(first?.state ?? ""));
      await runner.runMigrations().catch(() => undefined);
      assert.deepEqual(readState(database), before);
      assert.equal((await runner.rollback()).toVersion, 0);
      assert.deepEqual(readState(database).rows, { victims: ["'kept'"] });
      count("inputs");
    }
  });

  it("any value of the version and of the progress is a version, or refused", async () => {
    const values = [
      // A mark of direction is told by a sign in its place, and the problem would not be found in the message as it is.
      ...hostileNames.filter((name) => !name.includes("\u202E")),
      "1; DROP TABLE victims",
      "1 OR 1=1",
      "0x1",
      "1e0",
      "+1",
      " 1",
      "1 ",
      "१",
      "Infinity",
      "NaN",
    ];
    for (const text of values) {
      for (const key of ["schema_version", "lockstep_progress"]) {
        const { database, path } = withHistory(
          `DELETE FROM metadata WHERE key = '${key}'; INSERT INTO metadata VALUES ('${key}', ${literal(text)})`,
        );
        const options = { database, migrations: path("migrations") };
        await provoke("metadata_invalid", database, () => migrateSync(options), { version: null });
        count("inputs");
      }
    }
  });

  it("a progress of the right shape with wrong members is refused", async () => {
    const right = { version: 2, direction: "up", done: 0, total: 1, checksum: null };
    const wrong = [
      { version: 0 },
      { version: -1 },
      { version: 1.5 },
      { direction: "sideways" },
      { direction: "" },
      { direction: undefined },
      { done: -1 },
      { total: "all" },
      { total: undefined },
      { checksum: 5 },
      { checksum: {} },
    ];
    for (const change of wrong) {
      const text = JSON.stringify({ ...right, ...change });
      const { database, path } = withHistory(`INSERT INTO metadata VALUES ('lockstep_progress', ${literal(text)})`);
      await provoke("metadata_invalid", database, () => migrateSync({ database, migrations: path("migrations") }), {
        says: /lockstep_progress/,
      });
    }
  });

  it("the SQL that undoes a row is run in one transaction, or not at all", async () => {
    const harmful: Readonly<Record<string, LockstepError["code"]>> = {
      "DROP TABLE a; COMMIT; DROP TABLE victims": "transaction_control",
      "DROP TABLE a; COMMIT; BEGIN": "transaction_control",
      "ROLLBACK; BEGIN; DROP TABLE victims": "transaction_control",
      "SAVEPOINT s; DROP TABLE victims": "transaction_control",
      "ATTACH 'outside.db' AS outside; CREATE TABLE outside.x (y)": "transaction_impossible",
      "VACUUM INTO 'outside.db'": "transaction_impossible",
      "PRAGMA journal_mode = OFF; DROP TABLE victims": "transaction_impossible",
      "DROP TABLE victims; DROP TABLE nothing": "statement_failed",
      "DROP TABLE victims; SELECT load_extension('./outside')": "statement_failed",
      "DELETE FROM victims WHERE keep = ?": "parameter_unbound",
      "DROP TABLE a; CREATE TABLE 'x": "sql_incomplete",
    };
    for (const [sql, code] of Object.entries(harmful)) {
      const space = withHistory(`UPDATE lockstep_history SET reverse_sql = ${literal(sql)}`);
      rmSync(space.path("migrations/001-a.sql"));
      space.write({ "migrations/": "" });
      const before = readState(space.database);
      const runner = new MigrationRunner({ database: space.database, migrations: space.path("migrations") });
      for (const act of [() => runner.rollback({ allowLoss: true }), () => runner.measureLoss()]) {
        const error = await caughtBy(act);
        assert.equal(error.code, code, sql);
        checkRefusal(error, code, { outcome: error.details.outcome, version: 1 });
        assert.ok(["unchanged", "rolled_back"].includes(error.details.outcome), sql);
        assert.deepEqual(readState(space.database), before, sql);
      }
      assert.deepEqual(rows(openReader(space.database), "SELECT keep FROM victims"), [{ keep: "kept" }]);
    }
  });
});

function openReader(path: string): ReturnType<typeof openHandle> {
  return openHandle("node:sqlite", path);
}
