/** The driver for better-sqlite3 passes the conformance suite. */
import Database from "better-sqlite3";
import { DatabaseSync } from "node:sqlite";
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
