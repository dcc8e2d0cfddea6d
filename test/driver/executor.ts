/** Real migrations through the executor, on a connection of any driver: the part of the conformance suite above the contract. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Task } from "../../src/core/task.ts";
import type { ListedMigration } from "../../src/index.ts";
import { markApplied, measureLoss, readStatus, revertApplied } from "../../src/operations/index.ts";
import type { Session } from "../../src/session.ts";
import { up } from "../../src/start.ts";
import { look, lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { runOn, type OptionsOnHandle } from "../support/run-on.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";
import type { Subject } from "./conformance.ts";

/** Runs a task on the open handle. */
type OnHandle = <T>(options: OptionsOnHandle, task: (session: Session) => Task<T>) => Promise<T>;

/** Runs the migrations of the suite on a connection to a new file. */
export function testExecutor({ driver, openHandle, closeHandle, run }: Subject): void {
  const migrations: readonly ListedMigration[] = [
    {
      version: 1,
      up: `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INT REFERENCES users ON DELETE CASCADE, text TEXT);
        INSERT INTO users VALUES (1, 'ann'), (2, 'bob');
        INSERT INTO notes VALUES (1, 1, 'x'), (2, 2, 'y')`,
      down: "DROP TABLE notes; DROP TABLE users",
    },
    {
      version: 2,
      name: "Rebuild users",
      up: `CREATE TABLE new_users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        INSERT INTO new_users SELECT * FROM users;
        DROP TABLE users;
        ALTER TABLE new_users RENAME TO users`,
    },
    {
      version: 3,
      up: (db: unknown) => run(db, "ALTER TABLE users ADD COLUMN email TEXT"),
      down: (db: unknown) => run(db, "ALTER TABLE users DROP COLUMN email"),
    },
    {
      version: 4,
      transaction: false,
      up: "CREATE INDEX notes_user ON notes (user_id); VACUUM",
      down: "DROP INDEX notes_user",
    },
  ];

  /** Opens a handle on a new file, runs the body, and closes the handle. */
  const onFile = async (body: (database: OnHandle, path: string) => Promise<void>): Promise<void> => {
    const path = workspace().path("app.db");
    const handle = openHandle(path);
    try {
      await body((options, task) => runOn({ driver, handle }, options, task), path);
      const connection = driver.adopt(handle);
      assert.equal(connection.inTransaction, false);
      assert.deepEqual({ ...(await connection.query("PRAGMA foreign_keys"))[0] }, { foreign_keys: 1 });
    } finally {
      await closeHandle(handle);
    }
  };

  describe(`${driver.name}: migrations`, () => {
    it("go up and down, in SQL and in code, with and without a transaction", () =>
      onFile(async (database, path) => {
        const options = { migrations };
        await database(options, up);
        assert.deepEqual(lookUp(path, "SELECT version FROM lockstep_history"), [1, 2, 3, 4]);
        assert.deepEqual(look(path, "SELECT * FROM notes"), [
          { id: 1, user_id: 1, text: "x" },
          { id: 2, user_id: 2, text: "y" },
        ]);
        assert.equal((await database(options, readStatus)).upToDate, true);
        await database(options, (session) => revertApplied(session, { steps: 2, allowLoss: true }));
        assert.equal(lookUp(path, "SELECT value FROM metadata WHERE key = 'schema_version'")[0], "2");
        assert.deepEqual(lookUp(path, "SELECT name FROM pragma_table_info('users')"), ["id", "name"]);
        await database(options, (session) => up(session, 3));
        assert.deepEqual(lookUp(path, "SELECT name FROM pragma_table_info('users')"), ["id", "name", "email"]);
      }));

    it("leave nothing behind when they fail, and the settings as they were", () =>
      onFile(async (database, path) => {
        await database({ migrations }, (session) => up(session, 2));
        const before = readState(path);
        for (const failing of [
          { version: 3, up: "CREATE TABLE t (a); INSERT INTO t VALUES (1); INSERT INTO missing VALUES (1)" },
          { version: 3, up: (db: unknown) => run(db, "INSERT INTO notes VALUES (3, 7, 'nobody')") },
        ] satisfies readonly ListedMigration[]) {
          const code = typeof failing.up === "string" ? "statement_failed" : "foreign_key_violation";
          await rejection(database({ migrations: [...migrations.slice(0, 2), failing] }, up), code);
          assert.deepEqual(readState(path), before);
        }
      }));

    it("can be measured and marked without being run", () =>
      onFile(async (database, path) => {
        await database({ migrations }, (session) => markApplied(session, 3));
        assert.deepEqual(readState(path).schema, []);
        assert.deepEqual(lookUp(path, "SELECT version FROM lockstep_history"), [1, 2, 3]);
      }));

    it("are refused a way back that would destroy rows", () =>
      onFile(async (database, path) => {
        const options = { migrations: migrations.slice(0, 1) };
        await database(options, up);
        const before = readState(path);
        const losses = await database(options, (session) => measureLoss(session, {}));
        assert.deepEqual(losses, [
          { kind: "rows", table: "notes", count: 2 },
          { kind: "rows", table: "users", count: 2 },
        ]);
        const error = await rejection(
          database(options, (session) => revertApplied(session, {})),
          "would_lose_data",
        );
        assert.deepEqual(error.details.losses, losses);
        assert.deepEqual(readState(path), before);
      }));
  });
}
