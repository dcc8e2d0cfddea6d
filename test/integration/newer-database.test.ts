/** An older build on the database of a newer one: refused with what can be undone from here, or gone on with where that is allowed. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import {
  migrate,
  migrateSync,
  MigrationRunner,
  type Irreversible,
  type ListedMigration,
  type MigrateOptions,
} from "../../src/index.ts";
import { lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { callers, provoke } from "../support/source-refusal.ts";
import { workspace } from "../support/workspace.ts";

/** A table for each version, with a way down in SQL. */
function table(version: number): ListedMigration {
  return { version, name: `T${version}`, up: `CREATE TABLE t${version} (x)`, down: `DROP TABLE t${version}` };
}

const tables = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(table);

/** The same without a way down. */
function oneWay(version: number): ListedMigration {
  const { name = "", up } = table(version);
  return { version, name, up };
}

/** The same in code. */
function code(version: number): ListedMigration {
  return {
    version,
    name: `T${version}`,
    up: (db: DatabaseSync) => db.exec(`CREATE TABLE t${version} (x)`),
    down: (db: DatabaseSync) => db.exec(`DROP TABLE t${version}`),
  };
}

/** What an older build is given, on a database that a newer one has brought to its version. */
function older(known: readonly number[], newer: readonly ListedMigration[]): MigrateOptions & { database: string } {
  const database = workspace().path("app.db");
  migrateSync({ database, migrations: newer });
  return { database, migrations: newer.filter(({ version }) => known.includes(version)) };
}

/** Changes the database as another program would. */
function spoil(database: string, sql: string): void {
  const handle = new DatabaseSync(database);
  handle.exec(sql);
  handle.close();
}

const ALLOW = 'to go on as it is: --allow database_newer on the command line, newerDatabase: "allow" in code';

interface Case {
  readonly about: string;
  readonly options: () => MigrateOptions & { database: string };
  /** What stands behind "the database is newer than this build: it has ". */
  readonly problem: string;
  /** What stands in front of how to go on as it is. */
  readonly hint: string;
  readonly irreversible?: readonly Pick<Irreversible, "version" | "reason">[];
  /** A line of the message. */
  readonly line?: string;
}

const cases: readonly Case[] = [
  {
    about: "all of which the history can undo",
    options: () => older([1, 2], tables.slice(0, 4)),
    problem: "versions 3 and 4, the newest known migration is 2",
    hint: 'start the newer build, or step down with "lockstep down --to 2", for which the history has the SQL',
  },
  {
    about: "of which one was code",
    options: () => older([1], [table(1), table(2), code(3)]),
    problem:
      "versions 2 and 3, the newest known migration is 1; version 3 cannot be undone here: it is code, and its file is gone",
    hint: "start the build that has version 3",
    irreversible: [{ version: 3, reason: "code_gone" }],
  },
  {
    about: "of which the older one has no way down",
    options: () => older([1], [table(1), oneWay(2), table(3)]),
    problem:
      "versions 2 and 3, the newest known migration is 1; version 2 cannot be undone here: its file is gone, and the history has no SQL for it",
    hint: "start the build that has version 2",
    irreversible: [{ version: 2, reason: "nothing_stored" }],
  },
  {
    about: "of which several cannot be undone",
    options: () => older([1], [table(1), oneWay(2), table(3), code(4)]),
    problem: "versions 2, 3 and 4, the newest known migration is 1; versions 2 and 4 cannot be undone here",
    hint: "start the build that has versions 2 and 4",
    irreversible: [
      { version: 2, reason: "nothing_stored" },
      { version: 4, reason: "code_gone" },
    ],
    line: '  - 4 "T4": it is code, and its file is gone',
  },
  {
    about: "none of which can be undone",
    options: () => older([1], [table(1), oneWay(2), oneWay(3)]),
    problem: "versions 2 and 3, the newest known migration is 1; none of them can be undone here",
    hint: "start the build that has versions 2 and 3",
    irreversible: [
      { version: 2, reason: "nothing_stored" },
      { version: 3, reason: "nothing_stored" },
    ],
    line: '  - 2 "T2": its file is gone, and the history has no SQL for it',
  },
  {
    about: "of which there are many",
    options: () => older([1], tables),
    problem: "versions 2, 3, 4, 5 and 4 more, the newest known migration is 1",
    hint: 'start the newer build, or step down with "lockstep down --to 1", for which the history has the SQL',
  },
  {
    about: "where the newest known one is not applied: down leads to one that is",
    options: () => ({ ...older([1, 2], [table(1), table(2), table(9)]), migrations: [table(1), table(2), table(5)] }),
    problem: "version 9, the newest known migration is 5",
    hint: 'start the newer build, or step down with "lockstep down --to 2", for which the history has the SQL',
  },
  {
    about: "where nothing of this build is applied: down leads to the empty database",
    options: () => ({ ...older([], [table(8), table(9)]), migrations: [table(5)] }),
    problem: "versions 8 and 9, the newest known migration is 5",
    hint: 'start the newer build, or step down with "lockstep down --to 0", for which the history has the SQL',
  },
  {
    about: "where this build knows no migration, which is more likely a wrong place than an old build",
    options: () => older([], [table(1), table(2)]),
    problem: "versions 1 and 2, no migration is known here",
    hint: "check where this build takes its migrations from: there is none",
  },
  {
    about: "that a baseline marked: their ways down are not known",
    options: () => {
      const options = older([1], [table(1)]);
      spoil(
        options.database,
        `INSERT INTO lockstep_history SELECT 2, 'T2', '1:aa', applied_at, 0, NULL, NULL, applied_by FROM lockstep_history;
        UPDATE metadata SET value = '2' WHERE key = 'schema_version'`,
      );
      return options;
    },
    problem:
      "version 2, the newest known migration is 1; version 2 cannot be undone here: its file is gone, and the history has no SQL for it",
    hint: "start the build that has version 2",
    irreversible: [{ version: 2, reason: "nothing_stored" }],
  },
  {
    about: "that a hand-written runner applied, of which there is no row",
    options: () => {
      const database = workspace().path("app.db");
      spoil(
        database,
        "CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT); INSERT INTO metadata VALUES ('schema_version', '7')",
      );
      return { database, migrations: tables.slice(0, 2) };
    },
    problem:
      "version 7, the newest known migration is 2; version 7 cannot be undone here: its file is gone, and the history has no SQL for it",
    hint: "start the build that has version 7",
    irreversible: [{ version: 7, reason: "nothing_stored" }],
  },
  {
    about: "of which one stopped half-way up",
    options: () => {
      const options = older([1], [table(1), table(2)]);
      const half = { version: 3, transaction: false, up: "CREATE TABLE t3 (x); CREATE TABLE t3 (x)" };
      assert.throws(() => migrateSync({ ...options, migrations: [table(1), table(2), half] }), {
        code: "statement_failed",
      });
      return options;
    },
    problem: "versions 2 and 3, the newest known migration is 1; version 3 cannot be undone here: it is half-way up",
    hint: "start the build that has version 3",
    irreversible: [{ version: 3, reason: "half_way_up" }],
  },
  {
    about: "while one that this build knows stopped half-way up: nothing goes down before that is finished",
    options: () => {
      const half = { version: 2, transaction: false, up: "CREATE TABLE t2 (x); CREATE TABLE t2 (x)" };
      const options = older([1], [table(1), table(3)]);
      assert.throws(() => migrateSync({ ...options, migrations: [table(1), half, table(3)], outOfOrder: "allow" }), {
        code: "statement_failed",
      });
      return { ...options, migrations: [table(1), half] };
    },
    problem: "version 3, the newest known migration is 2",
    hint: "start the newer build",
  },
  {
    about: "of which the stored SQL cannot be run",
    options: () => {
      const options = older([1], tables.slice(0, 3));
      spoil(options.database, "UPDATE lockstep_history SET reverse_sql = 'DROP TABLE ''t3' WHERE version = 3");
      return options;
    },
    problem:
      "versions 2 and 3, the newest known migration is 1; version 3 cannot be undone here: its file is gone, and what the history has for it cannot be run",
    hint: "start the build that has version 3",
    irreversible: [{ version: 3, reason: "stored_unusable" }],
  },
];

describe("an older build refuses a database with newer versions", () => {
  for (const { about, options: make, problem, hint, irreversible, line } of cases) {
    it(about, async () => {
      const options = make();
      const { database } = options;
      for (const call of Object.values(callers)) {
        const { details, message } = await provoke("database_newer", database, () => call(options));
        assert.equal(details.problem, `the database is newer than this build: it has ${problem}`);
        assert.equal(details.hint, `${hint}; ${ALLOW}`);
        assert.deepEqual(
          details.irreversible?.map(({ version, reason }) => ({ version, reason })),
          irreversible,
        );
        assert.equal(details.databaseVersion, await new MigrationRunner(options).getCurrentVersion());
        if (line !== undefined) assert.ok(message.split("\n").includes(line), message);
        else assert.ok(!message.includes("\n  - "), message);
      }
    });
  }

  it("with a way down as the hint says it", async () => {
    for (const { about, options: make, hint } of cases) {
      const to = /down --to (\d+)/.exec(hint)?.[1];
      if (to === undefined) continue;
      const options = make();
      const report = await new MigrationRunner(options).rollback({ to: Number(to) });
      assert.equal(report.toVersion, Number(to), about);
      await migrate(options);
    }
  });

  it("that another process applies while it waits for the lock, with what was done before it", async () => {
    const options = older([1], tables.slice(0, 1));
    const { database } = options;
    const holder = new DatabaseSync(database);
    holder.exec("BEGIN IMMEDIATE");
    const error = await rejection(
      migrate({
        ...options,
        migrations: tables.slice(0, 2),
        onEvent(event) {
          if (event.kind !== "waiting") return;
          holder.exec(`CREATE TABLE t4 (x);
            INSERT INTO lockstep_history SELECT 4, 'T4', NULL, applied_at, 1, 'x', NULL, applied_by FROM lockstep_history;
            UPDATE metadata SET value = '4' WHERE key = 'schema_version';
            COMMIT`);
        },
      }),
      "database_newer",
    );
    holder.close();
    assert.deepEqual(
      error.details.irreversible?.map(({ version, name, reason }) => [version, name, reason]),
      [[4, "T4", "code_gone"]],
    );
    assert.match(error.details.problem, /version 4 cannot be undone here/);
    assert.equal(error.details.databaseVersion, 4);
    assert.deepEqual(lookUp(database, "SELECT version FROM lockstep_history ORDER BY version"), [1, 4]);
    assert.deepEqual(lookUp(database, "SELECT name FROM sqlite_schema WHERE name = 't2'"), []);
  });
});

/** The SQL that a call sends to a handle. */
async function sentBy(database: string, call: (handle: DatabaseSync) => Promise<unknown>): Promise<readonly string[]> {
  const handle = new DatabaseSync(database);
  const sent: string[] = [];
  const prepare = handle.prepare.bind(handle);
  handle.prepare = (sql, ...rest): ReturnType<typeof prepare> => {
    sent.push(sql);
    return prepare(sql, ...rest);
  };
  await call(handle);
  handle.close();
  return sent;
}

describe("the rows of the history", () => {
  it("are read where a newer database is refused, and by no start that has nothing to do", async () => {
    const newer = tables.slice(0, 3);
    const options = older([1], newer);
    const refused = await sentBy(options.database, (database) =>
      rejection(migrate({ ...options, database }), "database_newer"),
    );
    assert.ok(refused.some((sql) => sql.includes("reverse_sql")));
    for (const more of [{ migrations: newer }, { newerDatabase: "allow" as const }]) {
      const sent = await sentBy(options.database, (database) => migrate({ ...options, ...more, database }));
      assert.equal(sent.length, 1, sent.join("\n"));
      assert.ok(!sent[0]?.includes("reverse_sql"));
    }
  });
});
