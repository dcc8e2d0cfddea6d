/** The driver for better-sqlite3 passes the conformance suite. */
import Database from "better-sqlite3";
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { it } from "node:test";
import { betterSqlite3 } from "../../src/driver/better-sqlite3.ts";
import { AsynchronousDatabase } from "../support/asynchronous-driver.ts";
import { testConformance } from "./conformance.ts";

testConformance({
  driver: betterSqlite3,
  kind: "synchronous",
  openHandle: (path) => new Database(path),
  closeHandle: (handle) => (handle as Database.Database).close(),
  run: (handle, sql) => (handle as Database.Database).exec(sql),
  strangers: [new DatabaseSync(":memory:"), new AsynchronousDatabase(":memory:")],
});

it("better-sqlite3: numbers are numbers, whatever the handle gives its owner", async () => {
  const handle = new Database(":memory:").defaultSafeIntegers(true);
  const connection = betterSqlite3.adopt(handle);
  assert.deepEqual(await connection.query("SELECT 1 AS one, ? AS two", [2]), [{ one: 1, two: 2 }]);
  assert.deepEqual(handle.prepare("SELECT 1 AS one").all(), [{ one: 1n }]);
});
