/** The driver for node:sqlite passes the conformance suite. */
import Database from "better-sqlite3";
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { it } from "node:test";
import { migrate } from "../../src/index.ts";
import { nodeSqlite } from "../../src/driver/node-sqlite.ts";
import { AsynchronousDatabase } from "../support/asynchronous-driver.ts";
import { testConformance } from "./conformance.ts";

testConformance({
  driver: nodeSqlite,
  kind: "synchronous",
  openHandle: (path) => new DatabaseSync(path),
  closeHandle: (handle) => (handle as DatabaseSync).close(),
  run: (handle, sql) => (handle as DatabaseSync).exec(sql),
  strangers: [new Database(":memory:"), new AsynchronousDatabase(":memory:")],
});

const ARRAYS = { returnArrays: true, readBigInts: true } as const;

it("node:sqlite: rows are objects and numbers are numbers, whatever the handle gives its owner", async () => {
  const handle = new DatabaseSync(":memory:", ARRAYS);
  const [row] = await nodeSqlite.adopt(handle).query("SELECT 1 AS one, ? AS two", [2]);
  assert.deepEqual({ ...row }, { one: 1, two: 2 });
  assert.deepEqual(handle.prepare("SELECT 1 AS one").all(), [[1n]]);
});

it("node:sqlite: a handle that gives arrays is migrated as any other", async () => {
  const handle = new DatabaseSync(":memory:", ARRAYS);
  const migrations = [
    { version: 1, up: "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 2)" },
    { version: 2, up: "-- lockstep:rebuild\nCREATE TABLE t (id INTEGER PRIMARY KEY, n REAL);" },
  ];
  assert.equal((await migrate({ database: handle, migrations })).toVersion, 2);
  assert.deepEqual((await migrate({ database: handle, migrations })).applied, []);
  assert.deepEqual(handle.prepare("SELECT id, typeof(n) FROM t").all(), [[1n, "real"]]);
});
