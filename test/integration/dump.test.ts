/** dump(): a script that makes a database like this one, which lockstep knows at once. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { inspectSync, migrate, MigrationRunner } from "../../src/index.ts";
import { makeHandWritten, metadataShapes, readMetadata } from "../support/hand-written.ts";
import { driverNames, isInTransaction, openHandle } from "../support/handle.ts";
import { dumpOf, hasShell, loadDump, loadWithShell } from "../support/load-dump.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";

const files = {
  "001-users.sql": `CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
  email TEXT NOT NULL COLLATE NOCASE CHECK (email <> ';')
) STRICT;
CREATE TABLE "order" (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users ON DELETE CASCADE);
INSERT INTO users (email) VALUES ('ada@example.com');
-- lockstep:down
DROP TABLE "order";
DROP TABLE users;`,
  "002-search.sql": `CREATE VIRTUAL TABLE docs USING fts5(email, content='users', content_rowid='id');
CREATE TRIGGER users_docs AFTER INSERT ON users BEGIN INSERT INTO docs (rowid, email) VALUES (new.id, new.email); END;
CREATE VIEW newest AS SELECT * FROM users ORDER BY id DESC;
CREATE TRIGGER newest_insert INSTEAD OF INSERT ON newest BEGIN INSERT INTO users (email) VALUES (new.email); END;`,
  "003-index.mjs": "export const up = (db) => db.exec('CREATE UNIQUE INDEX users_email ON users (email)');",
};

/** The objects of a database by name, as they are stored. */
function objectsOf(path: string): readonly unknown[] {
  return look(path, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
}

for (const driver of driverNames) {
  describe(`dump with ${driver}`, () => {
    it("makes a database with the same schema, at the same version, of which every migration is known", async () => {
      const { database, options } = project(files);
      await migrate({ ...options, driver });
      const before = readFileSync(database);
      const report = await new MigrationRunner({ ...options, driver }).dump();
      assert.deepEqual(Object.keys(report), ["database", "currentVersion", "schema"]);
      assert.deepEqual([report.database, report.currentVersion], [database, 3]);
      assert.deepEqual(readFileSync(database), before);

      const loaded = loadDump(report.schema);
      assert.deepEqual(objectsOf(loaded), objectsOf(database));
      assert.equal(await dumpOf({ database: loaded, driver }), report.schema);
      const status = await new MigrationRunner({ ...options, database: loaded, driver }).status();
      assert.deepEqual(
        [status.currentVersion, status.upToDate, status.migrations.map(({ name }) => name)],
        [3, true, ["Users", "Search", "Index"]],
      );
      // Rows are data: of the application there are none.
      assert.deepEqual(
        lookUp(loaded, "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM sqlite_sequence)"),
        [0],
      );

      const more = { "004-more.sql": "CREATE TABLE more (x)" };
      const { migrations } = project({ ...files, ...more });
      assert.equal((await migrate({ database: loaded, migrations, driver })).applied[0]?.version, 4);
    });

    it("has rows as a baseline writes them, with the time of the loading", async () => {
      const { database, options } = project(files);
      await migrate({ ...options, driver });
      const loaded = loadDump(await dumpOf({ database, driver }));
      const stable = "SELECT version, name, checksum FROM lockstep_history ORDER BY version";
      assert.deepEqual(look(loaded, stable), look(database, stable));
      const [row] = look(loaded, "SELECT * FROM lockstep_history WHERE version = 1");
      assert.match(String(row?.["applied_at"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual(
        [row?.["duration_ms"], row?.["schema_hash"], row?.["reverse_sql"], row?.["applied_by"]],
        [0, null, null, "dump"],
      );
    });

    it("works on an open handle, also in a transaction, and leaves that as it is", async () => {
      const handle = openHandle(driver, ":memory:");
      await migrate({ database: handle, migrations: [{ version: 1, up: "CREATE TABLE a (x)" }] });
      handle.exec("BEGIN; CREATE TABLE b (x)");
      const dump = await dumpOf({ database: handle });
      assert.match(dump, /CREATE TABLE a \(x\);\n\nCREATE TABLE b \(x\);/);
      assert.equal(isInTransaction(handle), true);
      handle.exec("ROLLBACK");
      assert.doesNotMatch(await dumpOf({ database: handle }), /CREATE TABLE b/);
      handle.close();
    });

    it("does not depend on how the schema came to be", async () => {
      const tables = ["CREATE TABLE b (x REFERENCES a)", "CREATE TABLE a (x, y)", "CREATE TABLE c (x)"];
      const others = [
        "CREATE INDEX z ON a (x)",
        "CREATE INDEX y ON a (y)",
        "CREATE VIEW v AS SELECT * FROM w",
        "CREATE VIEW w AS SELECT * FROM a",
        "CREATE TRIGGER r AFTER INSERT ON a BEGIN SELECT 1; END",
        "CREATE TRIGGER q AFTER DELETE ON a BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE f USING fts5(x)",
        "CREATE VIRTUAL TABLE e USING fts5(x)",
      ];
      const [one, other] = [openHandle(driver, ":memory:"), openHandle(driver, ":memory:")];
      for (const sql of [...tables, ...others]) one.exec(sql);
      const again = ["DROP TABLE c", "CREATE TABLE c (x)", "INSERT INTO c VALUES (1)", "VACUUM", "ANALYZE"];
      for (const sql of [...tables.toReversed(), ...others.toReversed(), ...again]) other.exec(sql);
      assert.equal(await dumpOf({ database: other }), await dumpOf({ database: one }));
    });
  });
}

describe("dump", () => {
  it("is loaded by the sqlite3 shell", { skip: hasShell ? false : "there is no sqlite3 shell" }, async () => {
    const { database, options } = project(files);
    await migrate(options);
    const loaded = workspace().path("new.db");
    const dump = await dumpOf({ database });
    loadWithShell(loaded, dump);
    assert.deepEqual(objectsOf(loaded), objectsOf(database));
    assert.equal(await dumpOf({ database: loaded }), dump);
  });

  it("gives the same schema to inspect", async () => {
    const { database, options } = project(files);
    await migrate(options);
    const loaded = loadDump(await dumpOf({ database }));
    const byName = (path: string): readonly unknown[] =>
      Object.values(inspectSync({ database: path })).map((objects: readonly { readonly name: string }[]) =>
        objects.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
      );
    assert.deepEqual(byName(loaded), byName(database));
  });

  it("of an empty database loads, and is at version 0", async () => {
    const database = workspace().path("app.db");
    new DatabaseSync(database).close();
    const report = await new MigrationRunner({ database, migrations: [] }).dump();
    assert.equal(report.currentVersion, 0);
    assert.deepEqual(objectsOf(loadDump(report.schema)), []);
  });

  it("refuses a database that is not there, and does not create it", async () => {
    const database = workspace().path("app.db");
    await rejection(new MigrationRunner({ database, migrations: [] }).dump(), "database_unreadable");
    assert.equal(existsSync(database), false);
  });

  it("needs no directory of migrations", async () => {
    const { database, options } = project(files);
    await migrate(options);
    const runner = new MigrationRunner({ database, migrations: workspace().path("nowhere") });
    assert.equal((await runner.dump()).currentVersion, 3);
  });

  it("finds lockstep's tables by the names that they were given", async () => {
    const { options } = project(files);
    const names = { metadataTable: "My keys", historyTable: "applied" };
    await migrate({ ...options, ...names });
    const runner = (database: string): MigrationRunner => new MigrationRunner({ ...options, ...names, database });
    const { schema } = await runner(options.database).dump();
    const loaded = loadDump(schema);
    assert.equal((await runner(loaded).status()).upToDate, true);
    assert.equal((await runner(loaded).dump()).schema, schema);
  });

  it("keeps the numbers that a migration gave the file", async () => {
    const database = workspace().path("app.db");
    const up = "PRAGMA application_id = 252006674; PRAGMA user_version = -3";
    await migrate({ database, migrations: [{ version: 1, up }] });
    const loaded = loadDump(await dumpOf({ database }));
    assert.deepEqual(lookUp(loaded, "PRAGMA application_id"), [252006674]);
    assert.deepEqual(lookUp(loaded, "PRAGMA user_version"), [-3]);
  });

  for (const [shape, sql] of Object.entries(metadataShapes)) {
    it(`of a hand-written runner's database is one of such a runner, with a metadata table ${shape}`, async () => {
      const database = workspace().path("app.db");
      makeHandWritten(database, sql, 2);
      const dump = await dumpOf({ database });
      const loaded = loadDump(dump);
      assert.deepEqual(objectsOf(loaded), objectsOf(database));
      assert.deepEqual(readMetadata(loaded), [{ key: "schema_version", value: "2" }]);
      assert.equal(await dumpOf({ database: loaded }), dump);
      const migrations = [1, 2, 3].map((version) => ({ version, up: "CREATE TABLE t (x)" }));
      assert.equal((await migrate({ database: loaded, migrations })).fromVersion, 2);
    });
  }

  it("leaves the table alone that is the application's, where lockstep has not run", async () => {
    const database = workspace().path("app.db");
    makeHandWritten(database, metadataShapes["as lockstep's own"] ?? "", undefined);
    const loaded = loadDump(await dumpOf({ database }));
    assert.deepEqual(objectsOf(loaded), objectsOf(database));
    assert.deepEqual(readMetadata(loaded), []);
  });

  it("is at version 0 where everything was undone", async () => {
    const { database, options } = project({ "1-a.sql": "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a" });
    await migrate(options);
    await new MigrationRunner(options).rollback();
    const loaded = loadDump(await dumpOf({ database }));
    assert.deepEqual(readMetadata(loaded), [{ key: "schema_version", value: "0" }]);
    assert.equal((await migrate({ ...options, database: loaded })).applied.length, 1);
  });

  it("carries on where a migration stopped half-way", async () => {
    const { database, options, add } = project({
      "1-a.sql": "-- lockstep:no-transaction\nCREATE TABLE a (x);\nCREATE TABLE b (x);\nCREATE TABLE b (y);",
    });
    await rejection(migrate(options), "statement_failed");
    const dump = await dumpOf({ database });
    assert.match(dump, /^-- Version 1 is half-way up: 2 of 3 statements are done\.$/m);
    const loaded = loadDump(dump);
    add({ "1-a.sql": "-- lockstep:no-transaction\nCREATE TABLE a (x);\nCREATE TABLE b (x);\nCREATE TABLE c (y);" });
    assert.equal((await migrate({ ...options, database: loaded })).toVersion, 1);
    assert.deepEqual(lookUp(loaded, "SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'b', 'c')"), [3]);
  });
});
