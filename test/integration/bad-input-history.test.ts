/** Histories that do not fit the files, and ways back that cannot be gone: refused, with the database as it was. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { callers, firstMigration, provoke } from "../support/source-refusal.ts";
import { workspace, type Files, type Workspace } from "../support/workspace.ts";

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

/** A database at version 1 beside these migrations. */
function atVersion1(files: Files = {}): Workspace {
  const space = workspace(firstMigration);
  migrateSync(optionsOf(space));
  space.write(files);
  return space;
}

describe("a history that does not fit the files is refused:", () => {
  for (const [caller, call] of Object.entries(callers)) {
    it(`one that came late: out_of_order by ${caller}`, async () => {
      const space = workspace({ "migrations/003-c.sql": "CREATE TABLE c (x)" });
      migrateSync(optionsOf(space));
      space.write({ "migrations/002-b.sql": "CREATE TABLE b (x)", "migrations/001-a.sql": "COMMIT" });
      await provoke("out_of_order", space.path("app.db"), () => call(optionsOf(space)), {
        version: 3,
        says: /versions 1 and 2/,
      });
    });

    it(`one that was edited: changed by ${caller}`, async () => {
      const space = atVersion1({
        "migrations/001-users.sql": "CREATE TABLE users (id)",
        "migrations/002-b.sql": "SELECT 1",
      });
      await provoke("changed", space.path("app.db"), () => call(optionsOf(space)), {
        version: 1,
        says: /version 1 was edited/,
      });
    });

    it(`one that is no SQL any more: changed by ${caller}`, async () => {
      const space = atVersion1({
        "migrations/001-users.sql": "CREATE TABLE 'users",
        "migrations/002-b.sql": "SELECT 1",
      });
      await provoke("changed", space.path("app.db"), () => call(optionsOf(space)), { version: 1 });
    });

    it(`an older build: database_newer by ${caller}`, async () => {
      const space = atVersion1({ "migrations/002-b.sql": "CREATE TABLE b (x)" });
      migrateSync(optionsOf(space));
      rmSync(space.path("migrations/002-b.sql"));
      await provoke("database_newer", space.path("app.db"), () => call(optionsOf(space)), {
        version: 2,
        says: /has version 2, .* is 1/,
      });
    });

    it(`an older build, of a database of another runner: database_newer by ${caller}`, async () => {
      const space = workspace(firstMigration);
      const db = new DatabaseSync(space.path("app.db"));
      db.exec(
        "CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT); INSERT INTO metadata VALUES ('schema_version', '5')",
      );
      db.close();
      await provoke("database_newer", space.path("app.db"), () => call(optionsOf(space)), { version: 5 });
    });
  }
});

describe("a way back that is refused:", () => {
  it("one that is not written: irreversible", async () => {
    const space = atVersion1();
    const runner = new MigrationRunner(optionsOf(space));
    for (const act of [() => runner.rollback(), () => runner.measureLoss(), () => runner.plan({ direction: "down" })]) {
      await provoke("irreversible", space.path("app.db"), act, { version: 1, says: /001-users\.sql/ });
    }
  });

  it("one whose file is gone and that the history does not know: irreversible", async () => {
    const space = atVersion1({ "migrations/002-b.mjs": "export function up() {}" });
    migrateSync(optionsOf(space));
    rmSync(space.path("migrations/002-b.mjs"));
    const runner = new MigrationRunner(optionsOf(space));
    await provoke("irreversible", space.path("app.db"), () => runner.rollback({ to: 1 }), {
      version: 2,
      says: /file is gone/,
    });
  });

  it("one that would destroy rows: would_lose_data, with how many", async () => {
    const files = {
      "migrations/001-a.sql": "CREATE TABLE a (x);\nINSERT INTO a VALUES (1), (2);\n-- lockstep:down\nDROP TABLE a;",
    };
    const space = workspace(files);
    migrateSync(optionsOf(space));
    const runner = new MigrationRunner(optionsOf(space));
    const error = await provoke("would_lose_data", space.path("app.db"), () => runner.rollback(), {
      outcome: "rolled_back",
      version: 1,
      says: /2 rows of a[^]*allowLoss/,
    });
    assert.deepEqual(error.details.losses, [{ kind: "rows", table: "a", count: 2 }]);
    assert.equal((await runner.rollback({ allowLoss: true })).toVersion, 0);
  });

  it("several of which one would destroy rows: none of them is taken", async () => {
    const files = {
      "migrations/001-a.sql": "CREATE TABLE a (x);\nINSERT INTO a VALUES (1);\n-- lockstep:down\nDROP TABLE a;",
      "migrations/002-b.sql": "CREATE TABLE b (x);\n-- lockstep:down\nDROP TABLE b;",
    };
    const space = workspace(files);
    migrateSync(optionsOf(space));
    const runner = new MigrationRunner(optionsOf(space));
    await provoke("would_lose_data", space.path("app.db"), () => runner.rollback({ to: 0 }), {
      outcome: "rolled_back",
      version: 2,
    });
  });

  it("one that fails: statement_failed, and measuring it says the same", async () => {
    const space = workspace({
      "migrations/001-a.sql": "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a;\nDROP TABLE aa;",
    });
    migrateSync(optionsOf(space));
    const runner = new MigrationRunner(optionsOf(space));
    for (const act of [
      () => runner.rollback(),
      () => runner.rollback({ allowLoss: true }),
      () => runner.measureLoss(),
    ]) {
      await provoke("statement_failed", space.path("app.db"), act, {
        outcome: "rolled_back",
        version: 1,
        says: /001-a\.sql:4:12/,
      });
    }
  });
});

describe("a migration without a transaction that is half-way", () => {
  const half = "-- lockstep:no-transaction\nCREATE TABLE b (x);\nCREATE TABLE b (x);";

  function halfWay(more: Files = {}): Workspace {
    const space = atVersion1({ "migrations/002-b.sql": half });
    assert.throws(() => migrateSync(optionsOf(space)), { code: "statement_failed" });
    space.write(more);
    return space;
  }

  it("is not forgotten when its file is gone or has another number: partial_mismatch", async () => {
    const space = halfWay({ "migrations/003-b.sql": "CREATE TABLE c (x)" });
    rmSync(space.path("migrations/002-b.sql"));
    for (const call of Object.values(callers)) {
      await provoke("partial_mismatch", space.path("app.db"), () => call(optionsOf(space)), {
        version: 1,
        says: /version 2 is half-way up/,
      });
    }
    const runner = new MigrationRunner(optionsOf(space));
    await provoke("partial_mismatch", space.path("app.db"), () => runner.rollback(), { version: 1 });
    const { upToDate, migrations } = await runner.status();
    assert.equal(upToDate, false);
    assert.deepEqual(
      migrations.map(({ version, state }) => [version, state]),
      [
        [1, "applied"],
        [2, "partial"],
        [3, "pending"],
      ],
    );
    space.write({ "migrations/002-b.sql": "-- lockstep:no-transaction\nCREATE TABLE b (x);\nCREATE TABLE bb (x);" });
    assert.equal(migrateSync(optionsOf(space)).toVersion, 3);
  });

  it("is done with when a baseline marks it as applied", async () => {
    for (const isGone of [false, true]) {
      const space = halfWay({ "migrations/003-c.sql": "CREATE TABLE c (x)" });
      if (isGone) rmSync(space.path("migrations/002-b.sql"));
      const runner = new MigrationRunner(optionsOf(space));
      const { toVersion } = await runner.baseline(isGone ? 3 : 2);
      assert.equal(toVersion, isGone ? 3 : 2);
      assert.equal(migrateSync(optionsOf(space)).toVersion, 3);
      // What no file has any more stays missing.
      assert.equal((await runner.status()).upToDate, !isGone);
    }
  });

  it("stays half-way under a baseline that ends before it", async () => {
    const space = workspace({ "migrations/001-users.sql": "CREATE TABLE users (id)", "migrations/002-b.sql": half });
    assert.throws(() => migrateSync(optionsOf(space)), { code: "statement_failed" });
    const runner = new MigrationRunner(optionsOf(space));
    await runner.baseline(1);
    assert.equal((await runner.status()).migrations[1]?.state, "partial");
  });

  it("on the way down has to be finished before a baseline: partial_mismatch", async () => {
    const down = "-- lockstep:down\nDROP TABLE b;\nDROP TABLE b;";
    const space = atVersion1({
      "migrations/002-b.sql": `-- lockstep:no-transaction\nCREATE TABLE b (x);\n${down}`,
      "migrations/003-c.sql": "SELECT 1",
    });
    migrateSync({ ...optionsOf(space), to: 2 });
    const runner = new MigrationRunner(optionsOf(space));
    await assert.rejects(runner.rollback({ allowLoss: true }), { code: "statement_failed" });
    await provoke("partial_mismatch", space.path("app.db"), () => runner.baseline(3), {
      version: 2,
      says: /half-way down/,
    });
    await provoke("partial_mismatch", space.path("app.db"), () => runner.runMigrations(), {
      version: 2,
      says: /half-way down/,
    });
  });
});
