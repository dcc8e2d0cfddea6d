/** Options, targets and handles that no call can work with: refused by name, and the database stays as it is. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { migrate, migrateSync, MigrationRunner, type DatabaseHandle, type MigrateOptions } from "../../src/index.ts";
import {
  callers,
  caught,
  checkRefusal,
  fingerprint,
  firstMigration,
  provoke,
  testRefused,
  type Refused,
} from "../support/source-refusal.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

const option = (about: string, options: Readonly<Record<string, unknown>>, says?: RegExp): Refused => ({
  about,
  code: "invalid_option",
  options: () => options,
  ...(says === undefined ? {} : { says }),
});

const options: readonly Refused[] = [
  option("an allowance that does not exist", { allow: ["drop_tables"] }, /allow is "drop_tables"[^]*"drop_table" or/),
  option(
    "an allowance that is no list",
    { allow: "drop_table" },
    /use a list of drop_table, drop_column, delete_all_rows/,
  ),
  option("a misspelt policy", { outOfOrder: "alow" }, /outOfOrder[^]*"if-commutes" or "refuse" or "allow"/),
  option("a misspelt name", { outOfOder: "allow" }, /did you mean outOfOrder\?/),
  option("a name from another tool", { dir: "migrations" }, /no option dir/),
  option("a policy that is no text", { changed: true }, /changed is true/),
  option("a policy that JSON cannot hold", { changed: 1n }, /changed/),
  option("a policy that is a symbol", { newerDatabase: Symbol("allow") }, /newerDatabase/),
  option("another way to say one transaction", { transaction: "one" }, /"each" or "all"/),
  option("a driver that does not exist", { driver: "sqlite3" }, /driver is "sqlite3"/),
  option("a driver of the name of a method that every object has", { driver: "constructor" }),
  option("a time that is negative", { lockTimeoutMs: -1 }, /lockTimeoutMs/),
  option("a time that is no number", { lockTimeoutMs: Number.NaN }),
  option("a time that is text", { lockTimeoutMs: "1 minute" }),
  option("a time-out for a migration that is 0", { migrationTimeoutMs: 0 }, /migrationTimeoutMs/),
  option("a time-out for a migration that no timer can hold", { migrationTimeoutMs: 2 ** 31 }, /2147483647/),
  option("no database", { database: undefined }, /no database/),
  option("an empty path", { database: "" }, /no database/),
  option("an address without a path", { database: "file:" }),
  option("an address of nothing but parameters", { database: "file:?mode=rwc" }),
  option("a database with a NUL in its path", { database: "app\0.db" }),
  option("a database in the web", { database: new URL("https://example.org/app.db") }),
  option("a database on another host", { database: "file://host/app.db" }),
  option("no migrations", { migrations: undefined }, /no migrations/),
  option("an empty directory name", { migrations: "" }, /no migrations/),
  option("migrations that are an object", { migrations: { version: 1, up: "SELECT 1" } }, /no migrations/),
  option("migrations in the web", { migrations: new URL("https://example.org/migrations") }),
  option("a metadata table without a name", { metadataTable: "" }, /metadataTable/),
  option("a metadata table that is a number", { metadataTable: 5 }, /metadataTable/),
  option("a history table with a NUL in its name", { historyTable: "a\0b" }, /historyTable/),
  option(
    "a history table with a name that SQLite keeps for itself",
    { historyTable: "sqlite_history" },
    /historyTable/,
  ),
  option("one table for both", { metadataTable: "lockstep", historyTable: "Lockstep" }, /historyTable/),
];

describe("an option that is refused:", () => {
  for (const refused of options) testRefused({ isBlind: true, ...refused });
});

const listed: readonly Refused[] = [
  {
    about: "a version that is no number",
    code: "version_invalid",
    options: () => ({ migrations: [{ version: "1", up: "SELECT 1" }] }),
  },
  { about: "version 0", code: "version_invalid", options: () => ({ migrations: [{ version: 0, up: "SELECT 1" }] }) },
  {
    about: "version 1.5",
    code: "version_invalid",
    options: () => ({ migrations: [{ version: 1.5, up: "SELECT 1" }] }),
    says: /migrations\[0\]/,
  },
  {
    about: "a version beyond numbers",
    code: "version_invalid",
    options: () => ({ migrations: [{ version: 2n, up: "SELECT 1" }] }),
  },
  {
    about: "a version beyond 2^53",
    code: "version_invalid",
    options: () => ({ migrations: [{ version: 2 ** 53, up: "SELECT 1" }] }),
  },
  { about: "no version", code: "version_invalid", options: () => ({ migrations: [{ up: "SELECT 1" }] }) },
  {
    about: "null",
    code: "version_invalid",
    options: () => ({ migrations: [{ version: 1, up: "SELECT 1" }, null] }),
    says: /migrations\[1\]/,
  },
  { about: "a text", code: "version_invalid", options: () => ({ migrations: ["001-a.sql"] }) },
  {
    about: "one version twice",
    code: "version_duplicate",
    options: () => ({ migrations: [1, 2, 1].map((version) => ({ version, up: "SELECT 1" })) }),
    says: /migrations\[0\] and migrations\[2\]/,
  },
];

const second = (definition: object): Pick<Refused, "options"> => ({
  options: () => ({
    migrations: [
      { version: 1, up: "SELECT 1" },
      { version: 2, ...definition },
    ],
    changed: "allow",
  }),
});

const definitions: readonly Refused[] = [
  { about: "no up", code: "migration_invalid", ...second({}), says: /migrations, version 2/ },
  { about: "an up that is a number", code: "migration_invalid", ...second({ up: 5 }), says: /a function or SQL text/ },
  { about: "a down that is an object", code: "migration_invalid", ...second({ up: "SELECT 1", down: {} }) },
  { about: "a name that is a number", code: "migration_invalid", ...second({ up: "SELECT 1", name: 5 }) },
  { about: "an up without a statement", code: "migration_empty", ...second({ up: " -- nothing\n" }) },
  {
    about: "a string that is never closed",
    code: "sql_incomplete",
    ...second({ up: "SELECT 'x" }),
    says: /\(version 2, up\):1:8/,
  },
  { about: "a section", code: "directive_invalid", ...second({ up: "-- lockstep:up\nSELECT 1" }) },
  {
    about: "a bind parameter down",
    code: "parameter_unbound",
    ...second({ up: "SELECT 1", down: "SELECT ?" }),
    says: /\(version 2, down\):1:8/,
  },
  { about: "COMMIT", code: "transaction_control", ...second({ up: "SELECT 1; COMMIT" }) },
];

describe("an array of migrations that is refused for", () => {
  for (const refused of listed) testRefused({ isBlind: true, ...refused });
  for (const refused of definitions) testRefused(refused);
});

const three = [1, 2, 3].map((version) => ({
  version,
  up: `CREATE TABLE t${version} (x)`,
  down: `DROP TABLE t${version}`,
}));

function atVersion2(): {
  readonly database: string;
  readonly runner: MigrationRunner;
  readonly options: MigrateOptions;
} {
  const space = workspace();
  const known = { database: space.path("app.db"), migrations: three };
  migrateSync({ ...known, to: 2 });
  return { database: known.database, runner: new MigrationRunner(known), options: known };
}

describe("a target that is refused:", () => {
  for (const [name, call] of Object.entries(callers)) {
    it(`a version that nobody knows, by ${name}`, async () => {
      const { database, options: known } = atVersion2();
      const error = await provoke("version_unknown", database, () => call({ ...known, to: 7 }), { version: 2 });
      assert.match(error.message, /known are versions 1, 2 and 3/);
    });

    it(`a version behind the database, by ${name}`, async () => {
      const { database, options: known } = atVersion2();
      const error = await provoke("target_behind", database, () => call({ ...known, to: 1 }), { version: 2 });
      assert.match(error.message, /lockstep down --to 1/);
    });

    for (const to of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, -1]) {
      it(`${to}, by ${name}, and a database that is not there is still not there`, async () => {
        const space = workspace();
        const database = space.path("app.db");
        await provoke("version_unknown", database, () => call({ database, migrations: three, to }), { version: 0 });
      });
    }
  }

  it("one ahead of the database, on the way down", async () => {
    const { database, runner } = atVersion2();
    const error = await provoke("target_ahead", database, () => runner.rollback({ to: 3 }), { version: 2 });
    assert.match(error.message, /lockstep up --to 3/);
    await provoke("target_ahead", database, () => runner.measureLoss({ to: 3 }), { version: 2 });
    await provoke("target_ahead", database, () => runner.plan({ direction: "down", to: 3 }), { version: 2 });
  });

  for (const to of [7, 1.5, -1, Number.NaN]) {
    it(`version ${to}, on the way down`, async () => {
      const { database, runner } = atVersion2();
      await provoke("version_unknown", database, () => runner.rollback({ to }), { version: 2 });
    });
  }

  for (const steps of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1" as unknown as number]) {
    it(`${steps} (${typeof steps}) steps down: a whole number it must be`, async () => {
      const { database, runner } = atVersion2();
      const error = await provoke("invalid_option", database, () => runner.rollback({ steps }));
      assert.match(error.message, /--> steps/);
      await provoke("invalid_option", database, () => runner.measureLoss({ steps }));
      await provoke("invalid_option", database, () => runner.plan({ direction: "down", steps }));
    });
  }

  it("but not 0 steps, which is nothing to do", async () => {
    const { database, runner } = atVersion2();
    const before = fingerprint(database);
    assert.deepEqual((await runner.rollback({ steps: 0 })).reverted, []);
    assert.deepEqual(fingerprint(database), before);
  });

  it("a plan in a direction that does not exist", async () => {
    const { database, runner } = atVersion2();
    const direction = "sideways" as "up";
    await provoke("invalid_option", database, () => runner.plan({ direction }));
  });

  for (const version of [7, 0, 1.5, Number.NaN]) {
    it(`a baseline at version ${version}, of which there is no migration`, async () => {
      const { database, runner } = atVersion2();
      await provoke("version_unknown", database, () => runner.baseline(version), { version: 2 });
    });
  }

  it("a baseline behind the database", async () => {
    const { database, runner } = atVersion2();
    await provoke("target_behind", database, () => runner.baseline(1), { version: 2 });
  });

  it("a baseline of a database that is not there, at a version that is not there", async () => {
    const space = workspace();
    const database = space.path("app.db");
    await provoke("version_unknown", database, () => new MigrationRunner({ database, migrations: three }).baseline(9), {
      version: 0,
    });
  });
});

describe("a database that is not there", () => {
  it("is not created by anything that has nothing to do", async () => {
    const space = workspace(firstMigration);
    const runner = new MigrationRunner(optionsOf(space));
    assert.equal(await runner.getCurrentVersion(), 0);
    assert.equal((await runner.status()).currentVersion, 0);
    assert.equal((await runner.plan()).steps.length, 1);
    assert.deepEqual((await runner.plan({ direction: "down" })).steps, []);
    assert.deepEqual((await runner.rollback()).reverted, []);
    assert.deepEqual(await runner.measureLoss(), []);
    assert.equal((await runner.loadMigrations()).length, 1);
    await migrate({ ...optionsOf(space), migrations: [] });
    const error = await caught(() => runner.baseline(9));
    checkRefusal(error, "version_unknown", { version: 0 });
    await provoke("version_unknown", space.path("app.db"), () => runner.rollback({ to: 7 }));
    assert.deepEqual(fingerprint(space.path("app.db")), { content: null, beside: [] });
  });
});

const libraries: Readonly<
  Record<string, (path: string) => DatabaseHandle & { exec(sql: string): unknown; close(): unknown }>
> = {
  "node:sqlite": (path) => new DatabaseSync(path),
  "better-sqlite3": (path) => new Database(path),
};

describe("a handle that is refused:", () => {
  for (const [library, open] of Object.entries(libraries)) {
    for (const [name, call] of Object.entries(callers)) {
      it(`a closed one of ${library}, by ${name}`, async () => {
        const space = workspace(firstMigration);
        migrateSync(optionsOf(space));
        space.write({ "migrations/002-b.sql": "CREATE TABLE b (x)" });
        const database = open(space.path("app.db"));
        database.close();
        await provoke("handle_closed", space.path("app.db"), () => call({ ...optionsOf(space), database }));
      });

      it(`one of ${library} that is inside a transaction, by ${name}: the transaction stays as it is`, async () => {
        const space = workspace(firstMigration);
        migrateSync(optionsOf(space));
        space.write({ "migrations/002-b.sql": "CREATE TABLE b (x)" });
        const database = open(space.path("app.db"));
        database.exec("BEGIN; INSERT INTO users (name) VALUES ('mine')");
        const error = await caught(() => call({ ...optionsOf(space), database }));
        checkRefusal(error, "transaction_open", { version: 1 });
        database.exec("COMMIT");
        database.close();
        const after = new DatabaseSync(space.path("app.db"));
        assert.equal(after.prepare("SELECT name FROM users").get()?.["name"], "mine");
        assert.deepEqual(after.prepare("SELECT version FROM lockstep_history").all().length, 1);
        after.close();
      });
    }

    it(`one of ${library} that is inside a transaction, on the way down and for a baseline`, async () => {
      const space = workspace(firstMigration);
      migrateSync({ ...optionsOf(space), migrations: three });
      const database = open(space.path("app.db"));
      database.exec("BEGIN");
      const runner = new MigrationRunner({ ...optionsOf(space), migrations: three, database });
      const acts = [
        () => runner.rollback(),
        () => runner.rollback({ to: 0 }),
        () => runner.measureLoss(),
        () => runner.baseline(3),
      ];
      for (const act of acts) checkRefusal(await caught(act), "transaction_open", { version: 3 });
      database.exec("ROLLBACK");
      assert.equal((await runner.status()).currentVersion, 3);
      database.close();
    });
  }

  const strange: Readonly<Record<string, unknown>> = {
    "an empty object": {},
    null: null,
    "a number": 5,
    "a function": () => undefined,
    "an object that looks a little like one": {
      exec: () => undefined,
      prepare: () => undefined,
      close: () => undefined,
    },
    "a symbol": Symbol("app.db"),
  };
  for (const [about, database] of Object.entries(strange))
    testRefused({ about, code: "handle_unknown", isBlind: true, options: () => ({ database }) });
});

describe("a driver that is not installed", () => {
  it("is refused with what to install, and the database is not created", async () => {
    // A copy of the sources outside of this package finds no better-sqlite3.
    const space = workspace({ ...firstMigration, "package.json": '{ "type": "module" }' });
    cpSync(new URL("../../src", import.meta.url), space.path("src"), { recursive: true });
    const copy = (await import(pathToFileURL(space.path("src/index.ts")).href)) as typeof import("../../src/index.ts");
    const known: MigrateOptions = { ...optionsOf(space), driver: "better-sqlite3" };
    for (const call of [copy.migrate, copy.migrateSync]) {
      // The error is one of the copy's own class, so that it is checked here by hand.
      const error = await Promise.resolve()
        .then(() => call(known))
        .then(
          () => assert.fail("nothing was refused"),
          (cause: unknown) => cause as InstanceType<typeof copy.LockstepError>,
        );
      checkRefusal(error, "driver_not_found", { says: /npm install better-sqlite3/ });
    }
    await assert.rejects(new copy.MigrationRunner(known).baseline(1), { code: "driver_not_found" });
    await assert.doesNotReject(new MigrationRunner(optionsOf(space)).getCurrentVersion());
    assert.equal(await new copy.MigrationRunner(known).getCurrentVersion(), 0);
  });
});
