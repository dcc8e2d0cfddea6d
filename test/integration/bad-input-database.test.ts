/** Databases that cannot be migrated: refused with what is wrong with them, and not touched. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { constants, DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import Database from "better-sqlite3";
import { migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { callers, caught, checkRefusal, firstMigration, provoke, type Expectation } from "../support/source-refusal.ts";
import { workspace, type Files, type Workspace } from "../support/workspace.ts";

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

/** A database at version 1 with a second migration that is pending. */
function atVersion1(second = "CREATE TABLE b (x)"): Workspace {
  const space = workspace(firstMigration);
  migrateSync(optionsOf(space));
  space.write({ "migrations/002-b.sql": second });
  return space;
}

/** A workspace whose database was made by somebody else. */
function withDatabase(sql: string, more: Files = {}): Workspace {
  const space = workspace({ ...firstMigration, ...more });
  const db = new DatabaseSync(space.path("app.db"));
  db.exec(sql);
  db.close();
  return space;
}

/** Everything that reads a database, so that a refusal must be the same for all. */
function readers(options: MigrateOptions): Readonly<Record<string, () => unknown>> {
  const runner = new MigrationRunner(options);
  const up = Object.entries(callers).map(([name, call]) => [name, () => call(options)] as const);
  return {
    ...Object.fromEntries(up),
    getCurrentVersion: () => runner.getCurrentVersion(),
    status: () => runner.status(),
    plan: () => runner.plan(),
    rollback: () => runner.rollback(),
    measureLoss: () => runner.measureLoss(),
    baseline: () => runner.baseline(1),
  };
}

type Code = Parameters<typeof provoke>[0];

/** Registers a test for each reader. */
function testReaders(about: string, code: Code, make: () => Workspace, expectation: Expectation = {}): void {
  for (const driver of ["node:sqlite", "better-sqlite3"] as const) {
    it(`${about}: ${code}, with ${driver}`, async () => {
      const space = make();
      const options: MigrateOptions = { ...optionsOf(space), driver };
      for (const act of Object.values(readers(options))) {
        await provoke(code, space.path("app.db"), act, { version: null, ...expectation });
      }
      space.remove();
    });
  }
}

describe("a file that is no database:", () => {
  testReaders("text", "not_a_database", () =>
    workspace({ ...firstMigration, "app.db": "This is my diary. ".repeat(100) }),
  );
  testReaders(
    "random bytes, as of one that is encrypted",
    "not_a_database",
    () => workspace({ ...firstMigration, "app.db": randomBytes(16_384) }),
    { says: /or it is encrypted/ },
  );
  testReaders("a damaged header", "not_a_database", () => {
    const space = atVersion1();
    const bytes = readFileSync(space.path("app.db"));
    bytes.write("SQLite format 4");
    writeFileSync(space.path("app.db"), bytes);
    return space;
  });
  testReaders("a folder", "database_unreadable", () => workspace({ ...firstMigration, "app.db/": "" }), {
    says: /is a folder/,
  });

  it("in a folder that is not there: folder_not_found, and the folder is not created", async () => {
    const space = workspace(firstMigration);
    for (const driver of ["node:sqlite", "better-sqlite3"] as const) {
      for (const call of Object.values(callers)) {
        const options: MigrateOptions = { ...optionsOf(space), database: space.path("data/app.db"), driver };
        await provoke("folder_not_found", space.path("data/app.db"), () => call(options), { says: /data/ });
      }
    }
    await provoke("folder_not_found", space.path("data"), () =>
      new MigrationRunner({ ...optionsOf(space), database: space.path("data/app.db") }).baseline(1),
    );
  });

  it("with a name that is too long for the file system: database_unreadable", async () => {
    const space = workspace(firstMigration);
    for (const call of Object.values(callers)) {
      const database = space.path("x".repeat(300));
      checkRefusal(await caught(() => call({ ...optionsOf(space), database })), "database_unreadable");
    }
  });
});

const KEYS = "CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT);";
const HISTORY = `CREATE TABLE lockstep_history (version, name, checksum, applied_at, duration_ms, schema_hash, reverse_sql, applied_by);`;
const set = (value: string): string => `INSERT INTO metadata VALUES ('schema_version', ${value});`;

describe("a history that cannot be right:", () => {
  type Shape = readonly [about: string, code: Code, sql: string, says?: RegExp];
  const shapes: readonly Shape[] = [
    [
      "a table metadata of somebody else",
      "metadata_invalid",
      "CREATE TABLE metadata (id, title)",
      /columns id, title[^]*metadataTable/,
    ],
    ["a version that is no number", "metadata_invalid", KEYS + set("'latest'"), /"latest"/],
    ["a version with a letter", "metadata_invalid", KEYS + set("'1a'")],
    ["a version with a point", "metadata_invalid", KEYS + set("'1.5'")],
    ["a version below 0", "metadata_invalid", KEYS + set("'-1'")],
    ["an empty version", "metadata_invalid", KEYS + set("''")],
    ["a version beyond what JavaScript counts", "metadata_invalid", KEYS + set("'9007199254740993'")],
    [
      "the same as an integer of SQLite",
      "metadata_invalid",
      "CREATE TABLE metadata (key, value);" + set("9007199254740993"),
    ],
    ["a version that is a blob", "metadata_invalid", KEYS + set("x'ff'")],
    ...["half", "null", "5", '{"version":2}', '{"done":1}', '{"version":"2","done":1}', '{"version":2,"done":0.5}'].map(
      (progress): Shape => [
        `a progress that lockstep did not write: ${progress}`,
        "metadata_invalid",
        `${KEYS} INSERT INTO metadata VALUES ('lockstep_progress', '${progress}');${HISTORY}`,
        /lockstep_progress/,
      ],
    ),
    [
      "a history of somebody else",
      "history_invalid",
      `${KEYS} CREATE TABLE lockstep_history (day, event)`,
      /columns day, event/,
    ],
    [
      "a history of which a version is text",
      "history_invalid",
      `${KEYS}${HISTORY} INSERT INTO lockstep_history (version) VALUES ('one')`,
    ],
    [
      "a history of which a version is negative",
      "history_invalid",
      `${KEYS}${HISTORY} INSERT INTO lockstep_history (version) VALUES (-1)`,
    ],
    [
      "a history of which a version is 0",
      "history_invalid",
      `${KEYS}${HISTORY} INSERT INTO lockstep_history (version) VALUES (0)`,
    ],
    [
      "a history that has a version twice",
      "history_invalid",
      `${KEYS}${HISTORY} INSERT INTO lockstep_history (version) VALUES (1), (1); ${set("1")}`,
    ],
    ["a history without metadata", "history_mismatch", HISTORY, /"metadata" .* is gone/],
    [
      "a history ahead of metadata",
      "history_mismatch",
      `${KEYS}${set("1")}${HISTORY} INSERT INTO lockstep_history (version) VALUES (1), (2)`,
      /says version 1, .* has version 2/,
    ],
  ];
  for (const [about, code, sql, says] of shapes) {
    testReaders(about, code, () => withDatabase(sql), says === undefined ? {} : { says });
  }

  for (const [about, sql] of Object.entries({
    "text that is 0": KEYS + set("'0'"),
    "text with zeros in front": KEYS + set("'000'"),
    "an integer": `CREATE TABLE metadata (key, value); ${set("0")}`,
    "a real number": `CREATE TABLE metadata (key, value REAL); ${set("0")}`,
    NULL: KEYS + set("NULL"),
  })) {
    it(`but not a version that is ${about}`, () => {
      const { fromVersion, toVersion } = migrateSync(optionsOf(withDatabase(sql)));
      assert.deepEqual([fromVersion, toVersion], [0, 1]);
    });
  }

  it("a history with some of the columns only, which is found out late and undone", async () => {
    const space = withDatabase(`${KEYS} CREATE TABLE lockstep_history (version, checksum, reverse_sql)`);
    for (const act of Object.values(callers)) {
      await provoke("statement_failed", space.path("app.db"), () => act(optionsOf(space)), {
        outcome: "rolled_back",
        version: 0,
      });
    }
  });

  it("somebody else's metadata, which leaves room for ours under another name", async () => {
    const space = withDatabase("CREATE TABLE metadata (id, title)");
    assert.equal(migrateSync({ ...optionsOf(space), metadataTable: "schema_state" }).toVersion, 1);
  });
});

describe("a database that is damaged:", () => {
  it("its schema: database_corrupt by everything that reads it", async () => {
    const space = atVersion1();
    const bytes = readFileSync(space.path("app.db"));
    // Behind the header of 100 bytes lies the page of the schema, whose first byte says what kind of page it is.
    bytes.fill(0x5a, 100, 400);
    writeFileSync(space.path("app.db"), bytes);
    for (const act of Object.values(readers(optionsOf(space)))) {
      await provoke("database_corrupt", space.path("app.db"), act, { says: /damaged[^]*backup/ });
    }
  });

  it("a table that a migration reads: database_corrupt, and the version is told", async () => {
    const space = atVersion1();
    const db = new DatabaseSync(space.path("app.db"));
    db.exec("CREATE TABLE big (x); INSERT INTO big SELECT zeroblob(3000) FROM json_each('[1,2,3,4,5,6,7,8,9]')");
    const { rootpage } = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'big'").get() as {
      rootpage: number;
    };
    const { page_size: size } = db.prepare("PRAGMA page_size").get() as { page_size: number };
    db.close();
    const bytes = readFileSync(space.path("app.db"));
    bytes.fill(0x5a, (rootpage - 1) * size, rootpage * size);
    writeFileSync(space.path("app.db"), bytes);
    space.write({ "migrations/002-b.sql": "UPDATE big SET x = 1" });
    for (const call of Object.values(callers)) {
      const act = (): unknown => call(optionsOf(space));
      await provoke("database_corrupt", space.path("app.db"), act, { version: 1, outcome: "rolled_back" });
    }
  });
});

describe("a database that another process holds:", () => {
  const HOLD = `
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    const db = new DatabaseSync(process.argv[1]);
    db.exec(process.argv[2]);
    process.stdout.write("held");
    process.stdin.on("end", () => db.close()).resume();`;

  async function whileHeld(space: Workspace, sql: string, body: () => Promise<void>): Promise<void> {
    const child = spawn(process.execPath, ["--no-warnings", "-e", HOLD, space.path("app.db"), sql], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    try {
      await body();
    } finally {
      child.stdin.end();
      await once(child, "close");
    }
  }

  it("with BEGIN IMMEDIATE: database_locked by what writes, with the version; what reads reads", async () => {
    const space = workspace({ "migrations/001-a.sql": "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a;" });
    migrateSync(optionsOf(space));
    space.write({ "migrations/002-b.sql": "CREATE TABLE b (x)" });
    const options = { ...optionsOf(space), lockTimeoutMs: 30 };
    await whileHeld(space, "BEGIN IMMEDIATE", async () => {
      for (const call of Object.values(callers)) {
        const error = await caught(() => call(options));
        checkRefusal(error, "database_locked", { version: 1, says: /waited \d+ ms[^]*lockTimeoutMs/ });
      }
      const runner = new MigrationRunner(options);
      for (const act of [
        () => runner.rollback(),
        () => runner.rollback({ to: 0 }),
        () => runner.measureLoss(),
        () => runner.baseline(2),
      ]) {
        checkRefusal(await caught(act), "database_locked", { version: 1 });
      }
      assert.equal(await runner.getCurrentVersion(), 1);
      assert.equal((await runner.status()).upToDate, false);
      assert.equal((await runner.plan()).steps.length, 1);
    });
    assert.equal(migrateSync(options).toVersion, 2);
  });

  it("with BEGIN EXCLUSIVE: database_locked by everything", async () => {
    const space = atVersion1();
    const options = { ...optionsOf(space), lockTimeoutMs: 0 };
    await whileHeld(space, "BEGIN EXCLUSIVE", async () => {
      for (const act of Object.values(readers(options)))
        checkRefusal(await caught(act), "database_locked", { version: null });
    });
    assert.equal(migrateSync(options).toVersion, 2);
  });

  it("and the bytes are those that were there, on both sides of the wait", async () => {
    const space = atVersion1();
    const options = { ...optionsOf(space), lockTimeoutMs: 0 };
    await provoke("database_locked", space.path("app.db"), async () => {
      const errors: unknown[] = [];
      await whileHeld(space, "BEGIN IMMEDIATE", async () => {
        for (const call of Object.values(callers)) errors.push(await caught(() => call(options)));
      });
      throw errors[0];
    });
  });
});

describe("a database that cannot be written:", () => {
  it("a handle that was opened to read: database_readonly, with the version", async () => {
    const space = atVersion1();
    for (const database of [
      new DatabaseSync(space.path("app.db"), { readOnly: true }),
      new Database(space.path("app.db"), { readonly: true }),
    ]) {
      const options = { ...optionsOf(space), database };
      const runner = new MigrationRunner(options);
      for (const call of Object.values(callers)) {
        await provoke("database_readonly", space.path("app.db"), () => call(options), {
          outcome: "rolled_back",
          version: 1,
        });
      }
      await provoke("database_readonly", space.path("app.db"), () => runner.baseline(2), {
        outcome: "rolled_back",
        version: 1,
      });
      assert.equal(await runner.getCurrentVersion(), 1);
      database.close();
    }
  });

  it("a handle with query_only: the setting is the caller's, and is refused", async () => {
    const space = atVersion1();
    const database = new DatabaseSync(space.path("app.db"));
    database.exec("PRAGMA query_only = 1");
    for (const call of Object.values(callers)) {
      const error = await caught(() => call({ ...optionsOf(space), database }));
      checkRefusal(error, "database_readonly", { version: 1 });
    }
    database.close();
  });

  it("no room: database_full, and it goes on once there is", async () => {
    const space = atVersion1("CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(200000))");
    const database = new DatabaseSync(space.path("app.db"));
    database.exec("PRAGMA max_page_count = 10");
    for (const call of Object.values(callers)) {
      await provoke("database_full", space.path("app.db"), () => call({ ...optionsOf(space), database }), {
        outcome: "rolled_back",
        version: 1,
        says: /no room[^]*make room/,
      });
    }
    database.exec("PRAGMA max_page_count = 1000000");
    assert.equal(migrateSync({ ...optionsOf(space), database }).toVersion, 2);
    database.close();
  });

  it("a journal that cannot be read: database_io", async () => {
    // A folder with something in it stands where SQLite keeps its journal, so that it is neither read nor deleted.
    const space = atVersion1();
    space.write({ "app.db-journal/in-the-way": "" });
    for (const act of Object.values(readers(optionsOf(space)))) {
      await provoke("database_io", space.path("app.db"), act, { version: null });
    }
  });

  const hasAuthorizer = "setAuthorizer" in DatabaseSync.prototype;
  it(
    "an authorizer that denies: database_unreadable",
    { skip: hasAuthorizer ? false : "this Node has no authorizer" },
    async () => {
      const space = atVersion1();
      const database = new DatabaseSync(space.path("app.db")) as DatabaseSync & {
        setAuthorizer(callback: ((action: number, first: string | null) => number) | null): void;
      };
      const {
        SQLITE_CREATE_TABLE,
        SQLITE_DENY = 1,
        SQLITE_OK = 0,
      }: Readonly<Record<string, number>> = { ...constants };
      database.setAuthorizer((action, first) =>
        action === SQLITE_CREATE_TABLE && first === "b" ? SQLITE_DENY : SQLITE_OK,
      );
      for (const call of Object.values(callers)) {
        await provoke("database_unreadable", space.path("app.db"), () => call({ ...optionsOf(space), database }), {
          outcome: "rolled_back",
          version: 1,
          says: /denied[^]*authorizer/,
        });
      }
      database.close();
    },
  );
});
