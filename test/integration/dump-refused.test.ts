/** Dumps that could not be right: refused by name, or read again where another process was at work. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Connection, Driver } from "../../src/driver/driver.ts";
import { migrate, MigrationRunner } from "../../src/index.ts";
import { readDump } from "../../src/operations/index.ts";
import { asynchronousDriver, AsynchronousDatabase } from "../support/asynchronous-driver.ts";
import { dumpOf } from "../support/load-dump.ts";
import { rejection } from "../support/rejection.ts";
import { runOn } from "../support/run-on.ts";
import { workspace } from "../support/workspace.ts";

describe("a dump that cannot be right is refused, by name:", () => {
  /** A database whose schema's table was written into, as no program should. */
  function forged(sql: string): { readonly database: string; readonly dump: () => Promise<unknown> } {
    const database = workspace().path("app.db");
    const handle = new DatabaseSync(database);
    (handle as { enableDefensive?(isActive: boolean): void }).enableDefensive?.(false);
    handle.exec(`CREATE TABLE t (x /* # */); PRAGMA writable_schema = ON; ${sql}`);
    handle.close();
    const untouched = workspace().path("copy.db");
    copyFileSync(database, untouched);
    const dump = async (): Promise<unknown> => {
      try {
        return await new MigrationRunner({ database, migrations: [] }).dump();
      } finally {
        assert.deepEqual(readFileSync(database), readFileSync(untouched));
      }
    };
    return { database, dump };
  }

  it("a virtual table whose module nobody has, beside tables that may be its own", async () => {
    const { dump } = forged(`CREATE TABLE odd_data (x);
      INSERT INTO sqlite_schema VALUES ('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING nobody(x)')`);
    const error = await rejection(dump(), "schema_unreadable");
    assert.match(error.message, /"odd" is of the module nobody, .*odd_data/);
  });

  it("but not one that stands alone", async () => {
    const { dump } = forged(
      "INSERT INTO sqlite_schema VALUES ('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING nobody(x)')",
    );
    assert.match(((await dump()) as { schema: string }).schema, /CREATE VIRTUAL TABLE odd USING nobody\(x\);/);
  });

  it("a definition with bytes that are no UTF-8", async () => {
    const { dump } = forged("UPDATE sqlite_schema SET sql = replace(sql, '#', CAST(x'FF' AS TEXT))");
    const error = await rejection(dump(), "schema_unreadable");
    assert.match(error.message, /the table "t" cannot be read: its definition has bytes that are no text/);
  });

  it("but not the character that stands for such bytes", async () => {
    const { dump } = forged("UPDATE sqlite_schema SET sql = replace(sql, '#', char(65533))");
    assert.match(((await dump()) as { schema: string }).schema, /\uFFFD/);
  });

  it("a definition that lockstep does not read as SQLite does", async () => {
    const { dump } = forged("CREATE TABLE places (id INTEGER PRIMARY KEY, land [odd] größé)");
    const error = await rejection(dump(), "schema_unreadable");
    assert.match(error.message, /places/);
  });
});

describe("a dump of a database that another process migrates meanwhile", () => {
  const migrations = [1, 2, 3].map((version) => ({
    version,
    up: `CREATE TABLE t${version} (x)`,
    down: `DROP TABLE t${version}`,
  }));

  /** Dumps version 1, and does something on another connection in front of the first query that `pattern` matches. */
  async function interrupted(pattern: RegExp, act: (path: string) => Promise<unknown>): Promise<string> {
    const path = workspace().path("app.db");
    await migrate({ database: path, migrations, to: 1 });
    const handle = new AsynchronousDatabase(path);
    let isDone = false;
    const driver: Driver = {
      ...asynchronousDriver,
      adopt(adopted) {
        const connection = asynchronousDriver.adopt(adopted);
        const query: Connection["query"] = async (sql, parameters) => {
          if (!isDone && pattern.test(sql)) {
            isDone = true;
            await act(path);
          }
          return await connection.query(sql, parameters);
        };
        return Object.create(connection, { query: { value: query } }) as Connection;
      },
    };
    const { schema } = await runOn({ driver, handle }, { migrations: [] }, readDump);
    await handle.close();
    assert.ok(isDone);
    assert.equal(await dumpOf({ database: path }), schema);
    return schema;
  }

  const moments: Readonly<Record<string, RegExp>> = {
    "before the history is read": /lockstep_history/,
    "between the history and the schema": /sqlite_schema ORDER BY/,
    "in the middle of the schema": /pragma_table_xinfo/,
    "at its beginning": /PRAGMA main\.user_version/,
  };
  for (const [moment, pattern] of Object.entries(moments)) {
    it(`has the schema and the version of one moment: ${moment}`, async () => {
      const schema = await interrupted(pattern, (database) => migrate({ database, migrations }));
      assert.match(schema, /version 3\n[^]*CREATE TABLE t1 \(x\);\n\nCREATE TABLE t2 \(x\);\n\nCREATE TABLE t3 /);
    });
  }

  it("sees a way there and back", async () => {
    const schema = await interrupted(/lockstep_history/, async (database) => {
      await migrate({ database, migrations });
      await new MigrationRunner({ database, migrations }).rollback({ to: 0 });
    });
    assert.match(schema, /version 0\n/);
    assert.doesNotMatch(schema, /CREATE TABLE t/);
  });
});
