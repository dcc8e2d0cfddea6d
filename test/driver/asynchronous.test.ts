/** A driver whose every call gives a promise passes the same suite as the synchronous ones, with the same executor above it. */
import Database from "better-sqlite3";
import { DatabaseSync } from "node:sqlite";
import { asynchronousDriver, AsynchronousDatabase } from "../support/asynchronous-driver.ts";
import { testConformance } from "./conformance.ts";

testConformance({
  driver: asynchronousDriver,
  kind: "asynchronous",
  openHandle: (path) => new AsynchronousDatabase(path),
  closeHandle: (handle) => (handle as AsynchronousDatabase).close(),
  run: (handle, sql) => (handle as AsynchronousDatabase).exec(sql),
  strangers: [new DatabaseSync(":memory:"), new Database(":memory:")],
});
