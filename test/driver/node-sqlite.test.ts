/** The driver for node:sqlite passes the conformance suite. */
import Database from "better-sqlite3";
import { DatabaseSync } from "node:sqlite";
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
