/** The suite that every driver passes: what src/driver/driver.ts promises, on real databases, and real migrations on top of it. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative as relativePath } from "node:path";
import { describe, it } from "node:test";
import { isPromise, type MaybePromise } from "../../src/core/task.ts";
import type { Connection, DatabaseFailure, Driver } from "../../src/driver/driver.ts";
import { workspace } from "../support/workspace.ts";
import { testExecutor } from "./executor.ts";

/** A driver and what the suite needs to know of its library. */
export interface Subject {
  readonly driver: Driver;
  readonly kind: "synchronous" | "asynchronous";
  /** Opens a handle as an application would, without lockstep. */
  openHandle(path: string): unknown;
  closeHandle(handle: unknown): MaybePromise<unknown>;
  /** Runs SQL on a handle, as a migration in code would. */
  run(handle: unknown, sql: string): MaybePromise<unknown>;
  /** Handles of other libraries, which this driver must not take for its own. */
  readonly strangers: readonly unknown[];
}

/** Runs the suite for one driver. */
export function testConformance(subject: Subject): void {
  testHandles(subject);
  testOpening(subject);
  testConnection("by path", subject, (path) => subject.driver.open(path, "write"));
  testConnection("by handle", subject, (path) => subject.driver.adopt(subject.openHandle(path)));
  testFailures(subject);
  testExecutor(subject);
}

function testHandles({ driver, openHandle, closeHandle, strangers }: Subject): void {
  describe(`${driver.name}: handles`, () => {
    it("owns an open and a closed handle of its library", async () => {
      const handle = openHandle(":memory:");
      assert.equal(driver.owns(handle), true);
      await closeHandle(handle);
      assert.equal(driver.owns(handle), true);
      assert.equal(driver.adopt(handle).isOpen, false);
    });

    it("owns nothing else", () => {
      const others = [
        undefined,
        null,
        1,
        "data/app.db",
        new URL("file:///app.db"),
        {},
        [],
        () => undefined,
        ...strangers,
      ];
      for (const other of others) assert.equal(driver.owns(other), false);
    });

    it("gives the handle itself to migrations", async () => {
      const handle = openHandle(":memory:");
      assert.equal(driver.adopt(handle).handle, handle);
      await closeHandle(handle);
    });
  });
}

function testOpening({ driver, openHandle, closeHandle }: Subject): void {
  describe(`${driver.name}: opening`, () => {
    it("creates a missing file for writing", async () => {
      const path = workspace().path("new.db");
      const connection = driver.open(path, "write");
      await connection.execute("CREATE TABLE t (a)");
      await connection.close();
      assert.equal(existsSync(path), true);
    });

    it("does not create a missing file for reading", async () => {
      const path = workspace().path("none.db");
      await assert.rejects(async () => {
        const connection = driver.open(path, "read");
        await connection.query("SELECT 1 FROM sqlite_schema");
      });
      assert.equal(existsSync(path), false);
    });

    it("does not write to a file that it opened for reading", async () => {
      const path = workspace().path("app.db");
      const writer = driver.open(path, "write");
      await writer.execute("CREATE TABLE t (a)");
      await writer.close();
      const reader = driver.open(path, "read");
      assert.equal((await failureOf(reader, "INSERT INTO t VALUES (1)"))?.kind, "readonly");
      assert.deepEqual(plain(await reader.query("SELECT * FROM t")), []);
      await reader.close();
    });

    it("knows the absolute path of the file, and none of a database in memory", async () => {
      const path = workspace().path("app.db");
      const connection = driver.open(path, "write");
      assert.equal(connection.path, path);
      await connection.close();
      const relative = driver.open(relativePath(process.cwd(), path), "write");
      assert.equal(relative.path, path);
      await relative.close();
      const handle = openHandle(":memory:");
      assert.equal(driver.adopt(handle).path, null);
      await closeHandle(handle);
    });
  });
}

function testConnection(how: string, { driver, kind }: Subject, connect: (path: string) => Connection): void {
  const open = async (): Promise<Connection> => {
    const connection = connect(workspace().path("app.db"));
    await connection.execute("CREATE TABLE t (a, b)");
    return connection;
  };

  describe(`${driver.name} ${how}`, () => {
    it("tells whether it is open", async () => {
      const connection = await open();
      assert.equal(connection.isOpen, true);
      await connection.close();
      assert.equal(connection.isOpen, false);
    });

    it("tells whether it is in a transaction, also where SQLite itself ended it", async () => {
      const connection = await open();
      await connection.execute("CREATE UNIQUE INDEX t_a ON t (a)");
      assert.equal(connection.inTransaction, false);
      await connection.execute("BEGIN IMMEDIATE");
      assert.equal(connection.inTransaction, true);
      await connection.execute("INSERT INTO t VALUES (1, 1)");
      await failureOf(connection, "INSERT OR ROLLBACK INTO t VALUES (1, 2)");
      assert.equal(connection.inTransaction, false);
      await connection.execute("SAVEPOINT s");
      assert.equal(connection.inTransaction, true);
      await connection.execute("RELEASE s");
      assert.equal(connection.inTransaction, false);
      await connection.close();
    });

    it("gives every kind of value as it is stored", async () => {
      const connection = await open();
      const values = ["text'\u{1F600}", 42, -0.5, null, new Uint8Array([0, 255])];
      const [row] = await connection.query("SELECT ? AS t, ? AS i, ? AS r, ? AS n, ? AS b", values);
      const { b: blob, ...rest } = row ?? {};
      assert.deepEqual(rest, { t: values[0], i: 42, r: -0.5, n: null });
      assert.deepEqual([...(blob as Uint8Array)], [0, 255]);
      await connection.close();
    });

    it("gives rows for RETURNING and for pragmas, and none for a statement without a result", async () => {
      const connection = await open();
      assert.deepEqual(plain(await connection.query("INSERT INTO t VALUES (?, ?)", [1, "x"])), []);
      assert.deepEqual(plain(await connection.query("INSERT INTO t VALUES (2, 'y') RETURNING a")), [{ a: 2 }]);
      assert.deepEqual(plain(await connection.query("UPDATE t SET b = 'z' WHERE a = 3 RETURNING a")), []);
      assert.deepEqual(plain(await connection.query("PRAGMA foreign_keys = 0")), []);
      assert.deepEqual(plain(await connection.query("PRAGMA foreign_keys")), [{ foreign_keys: 0 }]);
      assert.deepEqual(plain(await connection.query("DELETE FROM t")), []);
      assert.deepEqual(plain(await connection.query("SELECT count(*) AS n FROM t")), [{ n: 0 }]);
      await connection.close();
    });

    it("runs a statement to its end and drops its rows", async () => {
      const connection = await open();
      await connection.execute("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3) RETURNING a");
      await connection.execute("SELECT * FROM t");
      await connection.execute("PRAGMA journal_mode = WAL");
      await connection.execute("VACUUM");
      // A statement that was left half-way would make this fail.
      await connection.execute("DROP TABLE t");
      await connection.close();
    });

    it("runs a trigger with semicolons in its body as the one statement that it is", async () => {
      const connection = await open();
      await connection.execute(
        "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET b = 1; UPDATE t SET b = b + 1; END",
      );
      await connection.execute("INSERT INTO t VALUES (1, 0)");
      assert.deepEqual(plain(await connection.query("SELECT b FROM t")), [{ b: 2 }]);
      await connection.close();
    });

    it("denies what would end a transaction while it is sealed, where it can be", async (t) => {
      const connection = await open();
      if (connection.seal === undefined) return t.skip("this library, or the owner of this handle, has no room for it");
      await connection.execute("BEGIN IMMEDIATE");
      await connection.execute("INSERT INTO t VALUES (1, 1)");
      connection.seal("sealed");
      for (const sql of ["COMMIT", "ROLLBACK", "BEGIN", "END", "ATTACH ':memory:' AS other"]) {
        assert.equal((await failureOf(connection, sql))?.kind, "denied", sql);
      }
      await connection.execute("SAVEPOINT s; INSERT INTO t VALUES (2, 2); RELEASE s");
      assert.equal(connection.inTransaction, true);
      connection.seal("open");
      await connection.execute("COMMIT");
      assert.deepEqual(plain(await connection.query("SELECT count(*) AS n FROM t")), [{ n: 2 }]);
      await connection.close();
    });

    it(`gives ${kind === "synchronous" ? "values" : "promises"}`, async () => {
      const connection = await open();
      assert.equal(connection.answers, kind === "asynchronous" ? "later" : "at_once");
      const results = [connection.execute("SELECT 1"), connection.query("SELECT 1"), connection.close()];
      for (const result of results) assert.equal(isPromise(result), kind === "asynchronous");
      for (const result of results) await Promise.resolve(result);
    });
  });
}

function testFailures({ driver, closeHandle, openHandle, run }: Subject): void {
  const failures: readonly (readonly [kind: DatabaseFailure["kind"], title: string, sql: string])[] = [
    ["other", "a syntax error", "SELEC 1"],
    ["other", "a missing table", "SELECT * FROM missing"],
    ["other", "a broken constraint", "INSERT INTO t VALUES (NULL)"],
    ["other", "BEGIN inside a transaction", "BEGIN"],
    ["readonly", "writing under query_only", "DELETE FROM t"],
    ["full", "a database that may not grow", "INSERT INTO t SELECT zeroblob(100000)"],
  ];
  const before: Readonly<Record<string, string>> = {
    "BEGIN inside a transaction": "BEGIN",
    "writing under query_only": "PRAGMA query_only = 1",
    "a database that may not grow": "PRAGMA max_page_count = 2",
  };

  describe(`${driver.name}: failures`, () => {
    for (const [kind, title, sql] of failures) {
      it(`calls ${title} "${kind}"`, async () => {
        const connection = driver.open(workspace().path("app.db"), "write");
        await connection.execute("CREATE TABLE t (a NOT NULL)");
        const preparation = before[title];
        if (preparation !== undefined) await connection.query(preparation);
        const failure = await failureOf(connection, sql);
        assert.equal(failure?.kind, kind);
        assert.notEqual(failure?.message, "");
        await connection.close();
      });
    }

    it('calls a lock of another connection "busy"', async () => {
      const path = workspace().path("app.db");
      const holder = openHandle(path);
      await run(holder, "BEGIN IMMEDIATE");
      const connection = driver.open(path, "write");
      assert.equal((await failureOf(connection, "BEGIN IMMEDIATE"))?.kind, "busy");
      await run(holder, "ROLLBACK");
      await connection.execute("BEGIN IMMEDIATE");
      await connection.close();
      await closeHandle(holder);
    });

    it('calls a file that is no database "not_a_database"', async () => {
      const path = workspace({ "app.db": "This is a text file and no database, as long as SQLite's header is." }).path(
        "app.db",
      );
      const connection = driver.open(path, "write");
      assert.equal((await failureOf(connection, "SELECT * FROM sqlite_schema"))?.kind, "not_a_database");
      await connection.close();
    });

    it('calls a damaged schema "corrupt"', async () => {
      const path = workspace().path("app.db");
      const writer = driver.open(path, "write");
      await writer.execute("CREATE TABLE t (a)");
      await writer.execute("CREATE TABLE u (a)");
      await writer.close();
      damage(path);
      const connection = driver.open(path, "write");
      assert.equal((await failureOf(connection, "SELECT * FROM u"))?.kind, "corrupt");
      await connection.close();
    });

    it('calls a folder or a missing folder "cannot_open"', async () => {
      const { root, path } = workspace();
      for (const target of [root, path("missing", "app.db")]) {
        let failure: DatabaseFailure | undefined;
        try {
          const opened = driver.open(target, "write");
          failure = await failureOf(opened, "SELECT 1 FROM sqlite_schema");
        } catch (error) {
          const memory = openHandle(":memory:");
          failure = driver.adopt(memory).failure(error);
          await closeHandle(memory);
        }
        assert.equal(failure?.kind, "cannot_open");
      }
    });

    it("knows no failure for errors that do not come from the database", async () => {
      const connection = driver.open(":memory:", "write");
      for (const error of [
        undefined,
        null,
        "text",
        5,
        new Error("no"),
        new TypeError("no"),
        { errcode: 5, code: "SQLITE_BUSY" },
      ]) {
        assert.equal(connection.failure(error), undefined);
      }
      await connection.close();
    });
  });
}

/** The failure of a statement that must fail. */
async function failureOf(connection: Connection, sql: string): Promise<DatabaseFailure | undefined> {
  try {
    await connection.execute(sql);
  } catch (error) {
    return connection.failure(error);
  }
  return assert.fail(`nothing was thrown by ${sql}`);
}

/** Rows as plain objects: node:sqlite gives some without a prototype. */
function plain(rows: readonly object[]): readonly object[] {
  return rows.map((row) => ({ ...row }));
}

/** Spoils the text of a table in the schema. No connection may be open: closing any file descriptor drops this process's locks. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.write("CREATURE", bytes.indexOf("CREATE TABLE u"));
  writeFileSync(path, bytes);
}
