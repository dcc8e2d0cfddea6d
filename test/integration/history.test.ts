/** Files and history together: taking over, coming late, being edited, being newer, being gone. */
import assert from "node:assert/strict";
import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, migrateSync } from "../../src/index.ts";
import { eventLog } from "../support/events.ts";
import { makeHandWritten, metadataShapes, readMetadata } from "../support/hand-written.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project, type Project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";

const versions = "SELECT version FROM lockstep_history ORDER BY version";

/** The state of each migration, as `status()` tells it. */
async function states({ options }: Project): Promise<readonly string[]> {
  const { migrations } = await new MigrationRunner(options).status();
  return migrations.map(({ version, state }) => `${version} ${state}`);
}

describe("a database of a hand-written runner", () => {
  const files = {
    "001-users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n-- lockstep:down\nDROP TABLE users;",
    "002-email.sql": "ALTER TABLE users ADD COLUMN email TEXT;\n-- lockstep:down\nALTER TABLE users DROP COLUMN email;",
  };

  for (const [title, shape] of Object.entries(metadataShapes)) {
    for (const version of ["1", 1]) {
      it(`is taken over and goes on from its version: metadata ${title}, ${typeof version}`, async () => {
        const { database, options } = project(files);
        makeHandWritten(database, shape, version);
        const runner = new MigrationRunner(options);
        assert.equal(await runner.getCurrentVersion(), 1);
        const { applied, fromVersion } = await migrate(options);
        assert.deepEqual([fromVersion, applied.map((migration) => migration.version)], [1, [2]]);
        assert.deepEqual(readMetadata(database), [
          { key: "installed_at", value: "2025-02-03" },
          { key: "schema_version", value: "2" },
        ]);
        assert.deepEqual(
          look(database, "SELECT version, name, checksum, reverse_sql FROM lockstep_history WHERE version = 1"),
          [{ version: 1, name: "Users", checksum: null, reverse_sql: null }],
        );
        assert.deepEqual(look(database, "SELECT * FROM users"), [{ id: 1, name: "ann", email: null }]);
        assert.equal((await runner.rollback()).toVersion, 1);
        assert.equal((await runner.rollback({ allowLoss: true })).toVersion, 0);
        assert.deepEqual(readMetadata(database)[1], { key: "schema_version", value: "0" });
        assert.deepEqual(lookUp(database, versions), []);
      });
    }
  }

  it("is taken over by a way down as well", async () => {
    const { database, options } = project(files);
    makeHandWritten(database, metadataShapes["with more columns"] ?? "", "1");
    const log = eventLog();
    const runner = new MigrationRunner({ ...options, onEvent: log.onEvent });
    await rejection(runner.rollback(), "would_lose_data");
    assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE name LIKE 'lockstep%'"), []);
    await runner.rollback({ allowLoss: true });
    assert.deepEqual(readMetadata(database)[1], { key: "schema_version", value: "0" });
    assert.ok(log.lines().includes("taken_over at 1"));
  });

  it("is not written to while there is nothing to do", async () => {
    const { database, options } = project({ "001-users.sql": "CREATE TABLE users (id)" });
    makeHandWritten(database, metadataShapes["as lockstep's own"] ?? "", "1");
    const before = readState(database);
    assert.deepEqual((await migrate(options)).applied, []);
    const status = await new MigrationRunner(options).status();
    assert.equal(status.upToDate, true);
    assert.deepEqual(status.migrations, [
      { version: 1, name: "Users", file: status.migrations[0]?.file, state: "applied" },
    ]);
    assert.deepEqual(readState(database), before);
  });

  it("is left without a history when the first migration fails", async () => {
    const { database, options, add } = project(files);
    makeHandWritten(database, metadataShapes["as lockstep's own"] ?? "", "1");
    add({ "002-email.sql": "ALTER TABLE users ADD COLUMN email TEXT; SELECT * FROM missing" });
    const before = readState(database);
    const error = await rejection(migrate(options), "statement_failed");
    assert.equal(error.details.databaseVersion, 1);
    assert.deepEqual(readState(database), before);
  });

  it("counts as new where it has the table and no version", async () => {
    const { database, options, add } = project();
    makeHandWritten(database, metadataShapes["with an INTEGER value"] ?? "", undefined);
    add({ "001-notes.sql": "CREATE TABLE notes (a)" });
    assert.equal((await migrate(options)).fromVersion, 0);
    assert.deepEqual(lookUp(database, versions), [1]);
  });

  it("keeps a version that has no file", async () => {
    const { database, options, add } = project(files);
    makeHandWritten(database, metadataShapes["as lockstep's own"] ?? "", "7");
    await rejection(migrate(options), "database_newer");
    add({ "008-notes.sql": "CREATE TABLE notes (a)" });
    assert.deepEqual((await migrate(options)).applied.length, 1);
    assert.deepEqual(look(database, "SELECT version, name FROM lockstep_history"), [
      { version: 1, name: "Users" },
      { version: 2, name: "Email" },
      { version: 7, name: "Migration 7" },
      { version: 8, name: "Notes" },
    ]);
  });

  it("can be carried on by its old runner and taken over again", async () => {
    const { database, options, add } = project(files);
    makeHandWritten(database, metadataShapes["as lockstep's own"] ?? "", "1");
    await migrate(options);
    const handle = new DatabaseSync(database);
    handle.exec("CREATE TABLE notes (a); UPDATE metadata SET value = 3 WHERE key = 'schema_version'");
    handle.close();
    add({ "003-notes.sql": "CREATE TABLE notes (a)", "004-tags.sql": "CREATE TABLE tags (a)" });
    assert.deepEqual(await states({ ...project(), options }), ["1 applied", "2 applied", "3 applied", "4 pending"]);
    await migrate(options);
    assert.deepEqual(lookUp(database, versions), [1, 2, 3, 4]);
  });

  it("whose version is behind the history is refused", async () => {
    const { database, options } = project(files);
    await migrate(options);
    const handle = new DatabaseSync(database);
    handle.exec("UPDATE metadata SET value = '1' WHERE key = 'schema_version'");
    handle.close();
    const before = readState(database);
    await rejection(migrate(options), "history_mismatch");
    await rejection(new MigrationRunner(options).rollback({ allowLoss: true }), "history_mismatch");
    assert.deepEqual(readState(database), before);
  });
});

describe("a migration that comes late", () => {
  const late = (): Project => {
    const made = project({ "001-a.sql": "CREATE TABLE a (x)", "003-c.sql": "CREATE TABLE c (x)" });
    migrateSync(made.options);
    made.add({ "002-b.sql": "CREATE TABLE b (x)" });
    return made;
  };

  it("is refused where the policy says so, and nothing newer is applied before it is dealt with", async () => {
    const made = late();
    made.add({ "004-d.sql": "CREATE TABLE d (x)" });
    assert.deepEqual(await states(made), ["1 applied", "2 out_of_order", "3 applied", "4 pending"]);
    const before = readState(made.database);
    const error = await rejection(migrate({ ...made.options, outOfOrder: "refuse" }), "out_of_order");
    assert.match(error.details.problem, /version 2 /);
    assert.deepEqual(readState(made.database), before);
  });

  it("is applied where the policy allows it, in its place, and the version does not fall", async () => {
    const made = late();
    const report = await migrate({ ...made.options, outOfOrder: "allow" });
    assert.deepEqual([report.fromVersion, report.toVersion], [3, 3]);
    assert.deepEqual(
      report.applied.map(({ version }) => version),
      [2],
    );
    assert.deepEqual(lookUp(made.database, versions), [1, 2, 3]);
    assert.equal(readState(made.database).metadata?.["schema_version"], "3");
    assert.deepEqual((await migrate(made.options)).applied, []);
  });
});

describe("the SQL of an applied migration", () => {
  const original =
    "CREATE TABLE users (\n  id INTEGER PRIMARY KEY, -- the key\n  name TEXT DEFAULT 'a b'\n);\nINSERT INTO users VALUES (1, 'ann');\n";
  const applied = (): Project => {
    const made = project({ "001-users.sql": original });
    migrateSync(made.options);
    made.add({ "002-notes.sql": "CREATE TABLE notes (a)" });
    return made;
  };

  for (const [title, edited] of Object.entries({
    "a string": original.replace("'a b'", "'a  b'"),
    "a name": original.replace("name", "nome"),
    "a name's case": original.replace("name", "Name"),
    "one more statement": `${original}SELECT 1;`,
    "one less": original.slice(0, original.indexOf("INSERT")),
    "a down section in front of what was up": `-- lockstep:down\n${original}-- lockstep:up\nSELECT 1`,
    "text that is no SQL any more": `${original}'`,
  })) {
    it(`is refused when it was edited: ${title}`, async () => {
      const made = applied();
      made.add({ "001-users.sql": edited });
      const before = readState(made.database);
      assert.deepEqual(await states(made), ["1 changed", "2 pending"]);
      assert.match((await rejection(migrate(made.options), "changed")).details.problem, /version 1 /);
      assert.deepEqual(readState(made.database), before);
      assert.equal((await migrate({ ...made.options, changed: "allow" })).applied.length, 1);
      assert.deepEqual(await states(made), ["1 changed", "2 applied"]);
    });
  }

  for (const [title, edited] of Object.entries({
    "line ends": original.replaceAll("\n", "\r\n"),
    comments: `/* Copyright */\n${original.replace("-- the key", "-- the primary key")}`,
    "white space": original.replaceAll("\n", " \n\t\n").replace("the key", "k"),
    "the case of keywords": original.replace("CREATE TABLE", "create table").replace("DEFAULT", "default"),
    "a byte order mark": `\uFEFF${original}`,
    "a way down": `${original}\n-- lockstep:down\nDROP TABLE users;`,
    "the last semicolon": original.trimEnd().replace(/;$/, ""),
  })) {
    it(`may change in what is not SQL: ${title}`, async () => {
      const made = applied();
      made.add({ "001-users.sql": edited });
      assert.deepEqual(await states(made), ["1 applied", "2 pending"]);
      assert.equal((await migrate(made.options)).applied.length, 1);
    });
  }

  it("is the same in another layout", async () => {
    const made = applied();
    rmSync(made.path("migrations", "001-users.sql"));
    made.add({ "1_users/up.sql": original, "1_users/down.sql": "DROP TABLE users" });
    assert.deepEqual(await states(made), ["1 applied", "2 pending"]);
  });

  it("has no checksum in code, which may be built anew", async () => {
    const made = project({ "001-a.mjs": "export const up = (db) => db.exec('CREATE TABLE a (x)')" });
    await migrate(made.options);
    assert.deepEqual(lookUp(made.database, "SELECT checksum FROM lockstep_history"), [null]);
    made.add({ "001-a.mjs": "export function up(d){d.exec('CREATE TABLE a (x)')}" });
    assert.deepEqual(await states(made), ["1 applied"]);
  });
});

describe("a migration whose file has changed its place", () => {
  it("is the same in TypeScript and in JavaScript", async () => {
    const code = "export function up(db) { db.exec('CREATE TABLE a (x)'); }";
    const made = project({ "001-make-a.ts": code.replace("db)", "db: { exec(sql: string): void })") });
    await migrate(made.options);
    renameSync(made.path("migrations", "001-make-a.ts"), made.path("migrations", "1_made.mjs"));
    made.add({ "1_made.mjs": code });
    assert.deepEqual((await migrate(made.options)).applied, []);
    assert.deepEqual(await states(made), ["1 applied"]);
  });

  it("is the same under another name and width of its number", async () => {
    const made = project({ "001-a.sql": "CREATE TABLE a (x)" });
    await migrate(made.options);
    renameSync(made.path("migrations", "001-a.sql"), made.path("migrations", "00001_make_a.sql"));
    assert.deepEqual((await migrate(made.options)).applied, []);
    const { migrations } = await new MigrationRunner(made.options).status();
    assert.deepEqual(
      migrations.map(({ name, state }) => [name, state]),
      [["A", "applied"]],
    );
  });

  it("is reported as missing where it is gone, and does not block", async () => {
    const made = project({ "001-a.sql": "CREATE TABLE a (x)", "002-b.sql": "CREATE TABLE b (x)" });
    await migrate(made.options);
    rmSync(made.path("migrations", "001-a.sql"));
    made.add({ "003-c.sql": "CREATE TABLE c (x)" });
    assert.deepEqual(await states(made), ["1 missing", "2 applied", "3 pending"]);
    assert.equal((await new MigrationRunner(made.options).status()).migrations[0]?.file, undefined);
    assert.equal((await migrate(made.options)).applied.length, 1);
  });
});

describe("a database that is newer than the code", () => {
  const newer = (): Project => {
    const made = project({
      "001-a.sql": "CREATE TABLE a (x)",
      "002-b.sql": "CREATE TABLE b (x)",
      "003-c.sql": "CREATE TABLE c (x)",
    });
    migrateSync(made.options);
    for (const name of ["002-b.sql", "003-c.sql"]) rmSync(made.path("migrations", name));
    return made;
  };

  it("is refused with the versions that it has more", async () => {
    const made = newer();
    const before = readState(made.database);
    const error = await rejection(migrate(made.options), "database_newer");
    assert.match(error.details.problem, /versions 2 and 3, .*known migration is 1/);
    assert.equal(error.details.databaseVersion, 3);
    assert.deepEqual(readState(made.database), before);
    assert.deepEqual(await states(made), ["1 applied", "2 missing", "3 missing"]);
  });

  it("is used as it is where the policy allows it", async () => {
    const made = newer();
    const report = await migrate({ ...made.options, newerDatabase: "allow" });
    assert.deepEqual([report.fromVersion, report.toVersion, report.applied], [3, 3, []]);
  });
});
