/** Stepping down with SQL that only the history has: checked as a file's, measured as any way back, and named where it is not there. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import {
  migrate,
  migrateSync,
  MigrationRunner,
  type ErrorCode,
  type ListedMigration,
  type MigrateOptions,
} from "../../src/index.ts";
import { driverNames } from "../support/handle.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project, type Project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { provoke, type Expectation } from "../support/source-refusal.ts";
import { workspace } from "../support/workspace.ts";

type Options = MigrateOptions & { readonly database: string };

/** A database at version 2, and a build that knows version 1 only. Its second migration is undone by `down`. */
function older(down: string | undefined, up = "CREATE TABLE b (x)"): Options {
  const first = { version: 1, name: "A", up: "CREATE TABLE a (id INTEGER PRIMARY KEY)", down: "DROP TABLE a" };
  const second: ListedMigration = { version: 2, name: "B", up, ...(down === undefined ? {} : { down }) };
  const database = workspace().path("app.db");
  migrateSync({ database, migrations: [first, second] });
  return { database, migrations: [first] };
}

/** Puts a value, written in SQL, in the place of what the history has for undoing version 2. */
function store(database: string, value: string): void {
  const handle = new DatabaseSync(database);
  handle.exec(`UPDATE lockstep_history SET reverse_sql = ${value} WHERE version = 2`);
  handle.close();
}

/** Makes the history table one that takes a value of any type. */
function loosen(database: string): void {
  const handle = new DatabaseSync(database);
  handle.exec(`CREATE TABLE loose (version INTEGER PRIMARY KEY, name, checksum, applied_at, duration_ms, schema_hash, reverse_sql, applied_by);
    INSERT INTO loose SELECT * FROM lockstep_history; DROP TABLE lockstep_history; ALTER TABLE loose RENAME TO lockstep_history`);
  handle.close();
}

/** Every call that would undo version 2, or try to, is refused, and the database is what it was. */
async function refused(options: Options, code: ErrorCode, expectation: Expectation): Promise<void> {
  const runner = new MigrationRunner(options);
  const calls = [() => runner.rollback(), () => runner.rollback({ allowLoss: true }), () => runner.measureLoss()];
  for (const call of calls) {
    const { details } = await provoke(code, options.database, call, { version: 2, ...expectation });
    assert.deepEqual(details.migration, { version: 2, name: "B" });
  }
}

const TABLE_B = "SELECT name FROM sqlite_schema WHERE name = 'b'";

describe("SQL of the history is checked before it runs", () => {
  const wrong: Readonly<Record<string, readonly [sql: string, code: ErrorCode, place: string]>> = {
    "a transaction of its own": ["DROP TABLE b;\nCOMMIT;", "transaction_control", "2:1"],
    "a savepoint": ["SAVEPOINT a", "transaction_control", "1:1"],
    "what no transaction can hold": ["DROP TABLE b;\n  VACUUM", "transaction_impossible", "2:3"],
    "another database": ["ATTACH 'other.db' AS other", "transaction_impossible", "1:1"],
    "a parameter": ["DELETE FROM b WHERE x = :x", "parameter_unbound", "1:25"],
    "a string that is never closed": ["DROP TABLE b; SELECT 'x", "sql_incomplete", "1:22"],
    "a trigger that is never closed": ["CREATE TRIGGER t AFTER INSERT ON b BEGIN SELECT 1;", "sql_incomplete", "1:1"],
    "a section": ["-- lockstep:down\nDROP TABLE b", "directive_invalid", "1:1"],
    "what says that it needs no transaction": ["-- lockstep:no-transaction\nVACUUM", "transaction_impossible", "2:1"],
  };
  for (const [about, [sql, code, place]] of Object.entries(wrong)) {
    it(`for ${about}`, async () => {
      const options = older("DROP TABLE b");
      store(options.database, `'${sql.replaceAll("'", "''")}'`);
      const says = new RegExp(
        `^  --> \\(history row of version 2\\):${place}$[^]*^  hint: .* put the migration's file back`,
        "m",
      );
      await refused(options, code, { says });
      const planned = () => new MigrationRunner(options).plan({ direction: "down" });
      await provoke(code, options.database, planned, { version: 2, says });
    });
  }

  it("and a statement that SQLite refuses is told with its place in the row", async () => {
    const options = older("DROP TABLE b");
    store(options.database, "'DROP TABLE b;\nDROP TABLE  bb;'");
    const says =
      /^no such table: bb\n {2}--> \(history row of version 2\):2:13 {2}\(statement 2 of 2\)\n 2 \| DROP TABLE {2}bb;\n[^]*hint: this SQL stands in the history only/;
    await refused(options, "statement_failed", { outcome: "rolled_back", says });
    assert.deepEqual(lookUp(options.database, TABLE_B), ["b"]);
  });

  it("and so is text that is no SQL at all", async () => {
    const options = older("DROP TABLE b");
    store(options.database, "'hello world'");
    const says = /^near "hello": syntax error\n {2}--> \(history row of version 2\):1:1 /;
    await refused(options, "statement_failed", { outcome: "rolled_back", says });
  });

  it("and rows that it leaves behind are told of the row that did it", async () => {
    const options = older(
      "DELETE FROM a",
      "INSERT INTO a VALUES (1); CREATE TABLE b (a INTEGER REFERENCES a (id)); INSERT INTO b VALUES (1)",
    );
    const runner = new MigrationRunner(options);
    await provoke("foreign_key_violation", options.database, () => runner.rollback({ allowLoss: true }), {
      outcome: "rolled_back",
      version: 2,
      says: /^ {2}--> \(history row of version 2\)\n[^]*hint: this SQL stands in the history only/m,
    });
  });
});

describe("what stands in the history in place of SQL is refused", () => {
  const nothing: Readonly<Record<string, string>> = {
    NULL: "NULL",
    "an empty text": "''",
    blanks: "' \n\t '",
    "a comment": "'-- DROP TABLE b;'",
    semicolons: "';;'",
  };
  for (const [about, value] of Object.entries(nothing)) {
    it(`as nothing: ${about}`, async () => {
      const options = older("DROP TABLE b");
      store(options.database, value);
      const says =
        /^migration 2 "B" cannot be undone here: its file is gone, and the history has no SQL for it\n[^]*hint: put its file back, or start the build that has it$/;
      await refused(options, "irreversible", { says });
    });
  }

  const odd: Readonly<Record<string, readonly [value: string, found: string]>> = {
    "a number": ["5", "a value of type integer"],
    "a number that JavaScript cannot hold": ["9007199254740993", "a value of type integer"],
    "a fraction": ["1.5", "a value of type real"],
    "a blob": ["x'44524f50205441424c4520623b'", "a value of type blob"],
    "a text with a NUL": ["'DROP TABLE b;' || char(0) || 'DROP TABLE a;'", "a text with a NUL character"],
  };
  for (const driver of driverNames) {
    for (const [about, [value, found]] of Object.entries(odd)) {
      it(`as odd, with ${driver}: ${about}`, async () => {
        const options = { ...older("DROP TABLE b"), driver };
        loosen(options.database);
        store(options.database, value);
        const says = new RegExp(
          `^reverse_sql of version 2 in "lockstep_history" is ${found}, which lockstep does not write\n  --> \\(history row of version 2\\)\n`,
        );
        await refused(options, "history_invalid", { says });
        // Nobody who does not ask for it is kept from anything.
        const runner = new MigrationRunner(options);
        assert.deepEqual(
          (await runner.status()).migrations.map(({ version, state }) => `${version} ${state}`),
          ["1 applied", "2 missing"],
        );
        await provoke("database_newer", options.database, () => runner.runMigrations(), {
          says: /version 2 cannot be undone here: .* cannot be run\n/,
        });
      });
    }
  }

  it("and a file that is there does not look at it", async () => {
    const options = older("DROP TABLE b");
    store(options.database, "'no SQL'");
    const second = { version: 2, up: "CREATE TABLE b (x)", down: "DROP TABLE b" };
    const runner = new MigrationRunner({ ...options, migrations: [...(options.migrations as []), second] });
    assert.equal((await runner.rollback()).toVersion, 1);
  });
});

describe("a way back from the history", () => {
  it("is measured as any other, alone and among several", async () => {
    for (const to of [0, 1]) {
      const options = older("DROP TABLE b", "CREATE TABLE b (x); INSERT INTO b VALUES (1), (2), (NULL)");
      const runner = new MigrationRunner(options);
      const losses = [{ kind: "rows", table: "b", count: 3 }];
      assert.deepEqual(await runner.measureLoss({ to }), losses);
      const { details } = await provoke("would_lose_data", options.database, () => runner.rollback({ to }), {
        outcome: "rolled_back",
        version: 2,
      });
      assert.deepEqual(details.losses, losses);
      assert.equal((await runner.rollback({ to, allowLoss: true })).toVersion, to);
    }
  });

  it("is in the plan with its statements, their lines in the row, and where they come from", async () => {
    const options = older(
      "DROP INDEX b_x;\n\n-- why\nDROP TABLE\n  b;",
      "CREATE TABLE b (x); CREATE INDEX b_x ON b (x)",
    );
    const { steps } = await new MigrationRunner(options).plan({ direction: "down", to: 0 });
    assert.deepEqual(
      steps.map(({ version, name, file, origin, statements }) => ({ version, name, file, origin, statements })),
      [
        {
          version: 2,
          name: "B",
          file: undefined,
          origin: "history",
          statements: [
            { sql: "DROP INDEX b_x", line: 1 },
            { sql: "DROP TABLE\n  b", line: 2 },
          ],
        },
        { version: 1, name: "A", file: undefined, origin: "source", statements: [{ sql: "DROP TABLE a", line: 1 }] },
      ],
    );
  });

  it("undoes what the build that wrote it would have undone, character for character", async () => {
    const text = 'it\'s "quoted"; -- no comment\n\t\u00e4\u{1f600}\u202e';
    const options = older(
      `UPDATE a SET id = 2; INSERT INTO a VALUES (length('${text.replaceAll("'", "''")}')); DROP TABLE b;`,
      "INSERT INTO a VALUES (1); CREATE TABLE b (x)",
    );
    await new MigrationRunner(options).rollback();
    assert.deepEqual(lookUp(options.database, "SELECT id FROM a ORDER BY id"), [2, Array.from(text).length]);
    assert.deepEqual(look(options.database, "SELECT version FROM lockstep_history"), [{ version: 1 }]);
  });
});

/** A migration without a transaction that stopped half-way down, and whose file is gone. Its second statement needs a table `c`. */
async function halfWayDown(): Promise<Project> {
  const made = project({
    "001-a.sql": "CREATE TABLE a (n); INSERT INTO a VALUES (10);\n-- lockstep:down\nDROP TABLE a;",
    "002-b.sql": "-- lockstep:no-transaction\nSELECT 1;\n-- lockstep:down\nUPDATE a SET n = n - 1;\nDROP TABLE c;",
  });
  await migrate(made.options);
  await rejection(new MigrationRunner(made.options).rollback({ allowLoss: true }), "statement_failed");
  rmSync(made.path("migrations", "002-b.sql"));
  return made;
}

describe("one that stopped half-way down, and whose file is gone", () => {
  it("is carried on where it stopped, and not run again from its beginning", async () => {
    const { options, database } = await halfWayDown();
    const runner = new MigrationRunner(options);
    const plan = await runner.plan({ direction: "down" });
    assert.deepEqual(
      plan.steps.map(({ version, origin, transaction }) => [version, origin, transaction]),
      [[2, "history", false]],
    );
    const partial = { outcome: "partial", version: 2, says: /^ {2}--> \(history row of version 2\):2:12/m } as const;
    await provoke("statement_failed", database, () => runner.rollback({ allowLoss: true }), {
      ...partial,
      says: /hint: this SQL stands in the history only: .*; the next run carries on from there$/,
    });
    const handle = new DatabaseSync(database);
    handle.exec("CREATE TABLE c (x)");
    handle.close();
    assert.equal((await runner.rollback({ allowLoss: true })).toVersion, 1);
    assert.deepEqual(lookUp(database, "SELECT n FROM a"), [9]);
    assert.deepEqual(lookUp(database, "SELECT key FROM metadata"), ["schema_version"]);
  });

  it("cannot be measured", async () => {
    const { options, database } = await halfWayDown();
    const runner = new MigrationRunner(options);
    for (const call of [() => runner.rollback(), () => runner.rollback({ to: 0 }), () => runner.measureLoss()]) {
      await provoke("would_lose_data", database, call, {
        version: 2,
        says: /cannot be measured[^]* --> \(history row of version 2\)\n/,
      });
    }
  });

  it("is refused where what has run is not what stands in the row any more", async () => {
    const { options, database } = await halfWayDown();
    store(database, "'UPDATE a SET n = n - 2;\nDROP TABLE c;'");
    const runner = new MigrationRunner(options);
    await provoke("partial_mismatch", database, () => runner.rollback({ allowLoss: true }), {
      version: 2,
      says: /^ {2}--> \(history row of version 2\)$/m,
    });
  });

  it("is no part of one transaction for all", async () => {
    const { options, database } = await halfWayDown();
    const runner = new MigrationRunner({ ...options, transaction: "all" });
    await provoke("transaction_impossible", database, () => runner.rollback({ allowLoss: true }), {
      version: 2,
      says: /^ {2}--> \(history row of version 2\)$/m,
    });
  });
});

describe("what cannot be undone is said of the whole way back, before anything runs", () => {
  /** Six migrations of which three cannot be undone: no way down in the file, code whose file is gone, SQL of which nothing is kept. */
  async function mixed(): Promise<Project> {
    const sql = (name: string): string => `CREATE TABLE ${name} (x);`;
    const both = (name: string): string => `${sql(name)}\n-- lockstep:down\nDROP TABLE ${name};`;
    const made = project({
      "001-a.sql": both("a"),
      "002-b.sql": sql("b"),
      "003-c.sql": both("c"),
      "004-d.mjs": "export const up = (db) => db.exec('CREATE TABLE d (x)'); export const down = () => {};",
      "005-e.sql": sql("e"),
      "006-f.sql": both("f"),
    });
    await migrate(made.options);
    for (const name of ["003-c.sql", "004-d.mjs", "005-e.sql"]) rmSync(made.path("migrations", name));
    return made;
  }

  it("with the reason for each, and how far one can go", async () => {
    const { options, database, migrations } = await mixed();
    const file = `${migrations}/002-b.sql`;
    const runner = new MigrationRunner(options);
    const calls = [
      () => runner.rollback({ to: 0 }),
      () => runner.rollback({ to: 0, allowLoss: true }),
      () => runner.rollback({ steps: 6 }),
      () => runner.measureLoss({ to: 0 }),
      () => runner.plan({ direction: "down", to: 0 }),
    ];
    for (const call of calls) {
      const { details, message } = await provoke("irreversible", database, call, { version: 6 });
      assert.deepEqual(details.irreversible, [
        { version: 5, name: "E", reason: "nothing_stored" },
        { version: 4, name: "D", reason: "code_gone" },
        { version: 2, name: "B", file, reason: "no_way_down" },
      ]);
      assert.deepEqual(message.split("\n"), [
        "3 of the 6 migrations cannot be undone here",
        `  --> ${database}`,
        '  - 5 "E": its file is gone, and the history has no SQL for it',
        '  - 4 "D": it is code, and its file is gone',
        `  - 2 "B" (${file}): it has no way down`,
        " state: nothing changed, database at version 6",
        '  hint: put the files back, or start the build that has them; write the way down that is missing, or go on with a new migration instead; "lockstep down --to 5" undoes what is newer',
      ]);
    }
  });

  it("and it can be gone as far as it says", async () => {
    const { options, database } = await mixed();
    const runner = new MigrationRunner(options);
    assert.equal((await runner.rollback({ to: 5 })).toVersion, 5);
    const { details } = await provoke("irreversible", database, () => runner.rollback(), { version: 5 });
    assert.equal(
      details.problem,
      'migration 5 "E" cannot be undone here: its file is gone, and the history has no SQL for it',
    );
    assert.equal(details.hint, "put its file back, or start the build that has it");
  });

  it("where none of them can be undone", async () => {
    const { options, database } = await mixed();
    const runner = new MigrationRunner(options);
    await runner.rollback();
    const { details } = await provoke("irreversible", database, () => runner.rollback({ steps: 2 }), { version: 5 });
    assert.equal(details.problem, "none of the 2 migrations can be undone here");
    assert.equal(details.hint, "put the files back, or start the build that has them");
  });

  it("and of many the first ten", async () => {
    const database = workspace().path("app.db");
    const migrations = Array.from({ length: 15 }, (_, index) => ({ version: index + 1, up: "SELECT 1" }));
    migrateSync({ database, migrations });
    const runner = new MigrationRunner({ database, migrations });
    const { details, message } = await provoke("irreversible", database, () => runner.rollback({ to: 0 }));
    assert.equal(details.irreversible?.length, 15);
    const lines = message.split("\n").filter((line) => line.startsWith("  - "));
    assert.deepEqual(
      [lines.length, lines[0], lines.at(-1)],
      [11, '  - 15 "Migration 15": it has no way down', "  - … 5 more"],
    );
    assert.match(details.hint, /^write the ways down that are missing/);
  });
});
