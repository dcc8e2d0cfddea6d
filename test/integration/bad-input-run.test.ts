/** Migrations that cannot be carried through: refused before or undone after, with the database as it was, and safe to run again. */
import assert from "node:assert/strict";
import { rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import {
  callers,
  caught,
  checkRefusal,
  firstMigration,
  fingerprint,
  provoke,
  testRefused,
  type Refused,
} from "../support/source-refusal.ts";
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

function query(database: string, sql: string): readonly unknown[] {
  const db = new DatabaseSync(database, { readOnly: true });
  const values = db
    .prepare(sql)
    .all()
    .flatMap((row) => Object.values(row));
  db.close();
  return values;
}

const sql = (text: string): Pick<Refused, "files"> => ({ files: { "migrations/002-b.sql": text } });

const refusedStatements: readonly Refused[] = [
  ...[
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "END",
    "ROLLBACK",
    "SAVEPOINT s",
    "RELEASE s",
    "ROLLBACK TO s",
    "/* why */ commit transaction",
  ].map((statement): Refused => ({
    about: statement,
    code: "transaction_control",
    ...sql(`CREATE TABLE b (x);\n${statement};`),
    says: /002-b\.sql:2:\d+$/m,
  })),
  {
    about: "COMMIT without a transaction around it",
    code: "transaction_control",
    ...sql("-- lockstep:no-transaction\nSELECT 1; COMMIT;"),
  },
  { about: "COMMIT on the way down", code: "transaction_control", ...sql("SELECT 1;\n-- lockstep:down\nCOMMIT;") },
  ...[
    "VACUUM",
    "PRAGMA journal_mode = wal",
    "PRAGMA page_size(8192)",
    "ATTACH 'x.db' AS x",
    "DETACH x",
    "PRAGMA main.auto_vacuum = 1",
  ].map((statement): Refused => ({
    about: `${statement} in a transaction`,
    code: "transaction_impossible",
    ...sql(`CREATE TABLE b (x);\n${statement};`),
    says: /no-transaction/,
  })),
  ...[
    "PRAGMA writable_schema = ON",
    "PRAGMA main.query_only = 1",
    "pragma cache_size(-100000)",
    "PRAGMA case_sensitive_like = true",
    "PRAGMA max_page_count = 10",
    "PRAGMA schema_version = 99",
  ].map((statement): Refused => ({
    about: `${statement} in a transaction`,
    code: "pragma_outlives",
    ...sql(`CREATE TABLE b (x);\n${statement};`),
    says: /002-b\.sql:2:1$/m,
  })),
  ...["?", "?1", ":name", "@name", "$name"].map((parameter): Refused => ({
    about: `the bind parameter ${parameter}`,
    code: "parameter_unbound",
    ...sql(`CREATE TABLE b (x);\nINSERT INTO b VALUES (${parameter});`),
    says: /002-b\.sql:2:23$/m,
  })),
  {
    about: "one transaction for all, of which one can have none",
    code: "transaction_impossible",
    ...sql("-- lockstep:no-transaction\nVACUUM;"),
    options: () => ({ transaction: "all" }),
    says: /transaction for each migration|transaction: "each"/,
  },
  {
    about: "one transaction for all, of which one switches foreign keys",
    code: "transaction_impossible",
    files: {
      "migrations/002-b.sql": "SELECT 1",
      "migrations/003-c.mjs": 'export const foreignKeys = "enforce"; export function up() {}',
    },
    options: () => ({ transaction: "all" }),
    says: /003-c\.mjs/,
  },
];

describe("a statement that is refused before anything runs:", () => {
  for (const refused of refusedStatements) testRefused(refused);

  it("also where good migrations stand before it: nothing runs before all are checked", async () => {
    const space = atVersion1({ "migrations/002-b.sql": "CREATE TABLE b (x)", "migrations/003-c.sql": "COMMIT" });
    for (const call of Object.values(callers)) {
      await provoke("transaction_control", space.path("app.db"), () => call(optionsOf(space)), { version: 1 });
    }
  });
});

/** A second migration that fails while it runs: its name, its text, the code. */
const failing: readonly (readonly [
  about: string,
  name: string,
  text: string,
  code: Parameters<typeof provoke>[0],
  says?: RegExp,
])[] = [
  [
    "a column that is not there",
    "002-b.sql",
    "CREATE TABLE b (x);\nUPDATE users SET nmae = 1;",
    "statement_failed",
    /002-b\.sql:2:18 {2}\(statement 2 of 2\)[^]*did you mean "name"\?/,
  ],
  ["a table that is there already", "002-b.sql", "CREATE TABLE users (x);", "statement_failed", /already exists/],
  [
    "a value that is not allowed",
    "002-b.sql",
    "INSERT INTO users (name) VALUES ('a'), (NULL);",
    "statement_failed",
    /NOT NULL/,
  ],
  [
    "a statement that rolls everything back",
    "002-b.sql",
    "CREATE TABLE b (x); INSERT OR ROLLBACK INTO users (name) VALUES (NULL);",
    "statement_failed",
  ],
  [
    "a syntax that SQLite does not know",
    "002-b.sql",
    "CREATE TABLE b (x);\nCREATE TABEL c (x);",
    "statement_failed",
    /002-b\.sql:2:8/,
  ],
  [
    "code that throws",
    "002-b.mjs",
    'export function up(db) { db.exec("CREATE TABLE b (x)"); throw new Error("not today"); }',
    "migration_threw",
    /not today\n {2}--> .*002-b\.mjs:1:/,
  ],
  ["code that throws no Error", "002-b.mjs", "export function up(db) { throw { reason: 5 }; }", "migration_threw"],
  ["code that throws undefined", "002-b.mjs", "export function up(db) { throw undefined; }", "migration_threw"],
  [
    "code whose statement fails",
    "002-b.mjs",
    'export function up(db) { db.exec("UPDATE users SET nmae = 1"); }',
    "migration_threw",
    /nmae/,
  ],
  [
    "code that ends the transaction and undoes it",
    "002-b.mjs",
    'export function up(db) { db.exec("CREATE TABLE b (x)"); db.exec("ROLLBACK"); }',
    "transaction_control",
    /002-b\.mjs:1:/,
  ],
  [
    "code that ends the transaction and keeps it",
    "002-b.mjs",
    'export function up(db) { db.exec("CREATE TABLE b (x)"); db.exec("COMMIT"); }',
    "transaction_control",
  ],
  [
    "code that closes the database",
    "002-b.mjs",
    'export function up(db) { db.exec("CREATE TABLE b (x)"); db.close(); }',
    "handle_closed",
  ],
  [
    "rows that point at nothing",
    "002-b.sql",
    "CREATE TABLE pets (owner REFERENCES users (id)); INSERT INTO pets VALUES (9);",
    "foreign_key_violation",
    /1 row of pets/,
  ],
];

describe("a migration that fails while it runs leaves the database as it was:", () => {
  for (const [about, name, text, code, says] of failing) {
    for (const [caller, call] of Object.entries(callers)) {
      it(`${about}: ${code} by ${caller}, and it runs once it is mended`, async () => {
        const space = atVersion1({ [`migrations/${name}`]: text });
        const error = await provoke(code, space.path("app.db"), () => call(optionsOf(space)), {
          outcome: "rolled_back",
          version: 1,
          ...(says === undefined ? {} : { says }),
        });
        assert.equal(error.details.migration?.version, 2);
        assert.equal(await new MigrationRunner(optionsOf(space)).getCurrentVersion(), 1);
        rmSync(space.path("migrations", name));
        space.write({ "migrations/002-mended.sql": "CREATE TABLE b (x);" });
        await call(optionsOf(space));
        assert.deepEqual(query(space.path("app.db"), "SELECT name FROM lockstep_history"), ["Users", "Mended"]);
        space.remove();
      });
    }
  }

  it("where it is the third, the second is kept and told", async () => {
    const space = atVersion1({
      "migrations/002-b.sql": "CREATE TABLE b (x)",
      "migrations/003-c.sql": "CREATE TABLE b (x)",
    });
    const error = await caught(() => migrateSync(optionsOf(space)));
    checkRefusal(error, "statement_failed", { outcome: "rolled_back", version: 2, says: /done before it and kept: 2/ });
    await provoke("statement_failed", space.path("app.db"), () => migrateSync(optionsOf(space)), {
      outcome: "rolled_back",
      version: 2,
    });
  });

  it("where all are one transaction, none is kept", async () => {
    const space = atVersion1({
      "migrations/002-b.sql": "CREATE TABLE b (x)",
      "migrations/003-c.sql": "CREATE TABLE b (x)",
    });
    for (const call of Object.values(callers)) {
      await provoke("statement_failed", space.path("app.db"), () => call({ ...optionsOf(space), transaction: "all" }), {
        outcome: "rolled_back",
        version: 1,
      });
    }
  });

  it("where the database was not there, none is there with anything in it, and the next start works", async () => {
    for (const call of Object.values(callers)) {
      const space = workspace({ "migrations/001-a.sql": "CREATE TABLE a (x); CREATE TABLE a (x);" });
      checkRefusal(await caught(() => call(optionsOf(space))), "statement_failed", {
        outcome: "rolled_back",
        version: 0,
      });
      // SQLite makes the file when it is opened; what counts is that it is empty.
      assert.equal(statSync(space.path("app.db"), { throwIfNoEntry: false })?.size ?? 0, 0);
      assert.deepEqual(fingerprint(space.path("app.db")).beside, []);
      space.write({ "migrations/001-a.sql": "CREATE TABLE a (x)" });
      await call(optionsOf(space));
      assert.equal(await new MigrationRunner(optionsOf(space)).getCurrentVersion(), 1);
    }
  });

  it("where it gives a promise to migrateSync: synchronous_only", async () => {
    const space = atVersion1({
      "migrations/002-b.mjs": 'export async function up(db) { db.exec("CREATE TABLE b (x)"); }',
    });
    const act = (): unknown => migrateSync(optionsOf(space));
    await provoke("synchronous_only", space.path("app.db"), act, {
      outcome: "rolled_back",
      version: 1,
      says: /call migrate\(\)/,
    });
    await new MigrationRunner(optionsOf(space)).runMigrations();
    assert.equal(await new MigrationRunner(optionsOf(space)).getCurrentVersion(), 2);
  });

  it("except where it commits past every guard: transaction_lost, and the outcome is not claimed to be known", async () => {
    const past = `Object.getPrototypeOf(db).exec.call(db, "COMMIT")`;
    const space = atVersion1({
      "migrations/002-b.mjs": `export function up(db) { db.exec("CREATE TABLE b (x)"); ${past}; }`,
    });
    const handle = new DatabaseSync(space.path("app.db"));
    const error = await caught(() => migrateSync({ ...optionsOf(space), database: handle }));
    handle.close();
    checkRefusal(error, "transaction_lost", {
      outcome: "unknown",
      version: 1,
      says: /not known, since the migration ended the transaction/,
    });
  });

  it("except where it has no transaction: it stops half-way, says where, and goes on from there", async () => {
    const space = atVersion1({
      "migrations/002-b.sql":
        "-- lockstep:no-transaction\nCREATE TABLE b (x);\nCREATE TABLE c (y, y);\nCREATE TABLE d (x);",
    });
    const error = await caught(() => migrateSync(optionsOf(space)));
    checkRefusal(error, "statement_failed", {
      outcome: "partial",
      version: 1,
      says: /half-way, 1 of 3 statements done/,
    });
    space.write({
      "migrations/002-b.sql":
        "-- lockstep:no-transaction\nCREATE TABLE bb (x);\nCREATE TABLE c (y);\nCREATE TABLE d (x);",
    });
    for (const call of Object.values(callers)) {
      await provoke("partial_mismatch", space.path("app.db"), () => call(optionsOf(space)), {
        version: 1,
        says: /some were edited/,
      });
    }
    const runner = new MigrationRunner(optionsOf(space));
    await provoke("partial_mismatch", space.path("app.db"), () => runner.rollback(), {
      version: 1,
      says: /lockstep up/,
    });
    space.write({
      "migrations/002-b.sql":
        "-- lockstep:no-transaction\nCREATE TABLE b (x);\nCREATE TABLE c (y);\nCREATE TABLE d (x);",
    });
    assert.equal(migrateSync(optionsOf(space)).toVersion, 2);
  });
});
