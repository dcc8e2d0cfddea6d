/** Result codes of SQLite as kinds of failure: by number and by name, primary and extended. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { kindOfResult } from "../../src/driver/result-code.ts";

describe("kindOfResult", () => {
  const cases: readonly (readonly [number: number, name: string, kind: ReturnType<typeof kindOfResult>])[] = [
    [1, "SQLITE_ERROR", "other"],
    [5, "SQLITE_BUSY", "busy"],
    [517, "SQLITE_BUSY_SNAPSHOT", "busy"],
    [8, "SQLITE_READONLY", "readonly"],
    [776, "SQLITE_READONLY_ROLLBACK", "readonly"],
    [10, "SQLITE_IOERR", "io"],
    [778, "SQLITE_IOERR_WRITE", "io"],
    [1034, "SQLITE_IOERR_FSYNC", "io"],
    // A log on a disk without room.
    [4874, "SQLITE_IOERR_SHMSIZE", "full"],
    [11, "SQLITE_CORRUPT", "corrupt"],
    [779, "SQLITE_CORRUPT_INDEX", "corrupt"],
    [13, "SQLITE_FULL", "full"],
    [14, "SQLITE_CANTOPEN", "cannot_open"],
    [1038, "SQLITE_CANTOPEN_CONVPATH", "cannot_open"],
    [23, "SQLITE_AUTH", "denied"],
    [26, "SQLITE_NOTADB", "not_a_database"],
    [1555, "SQLITE_CONSTRAINT_PRIMARYKEY", "other"],
  ];
  for (const [number, name, kind] of cases) {
    it(`takes ${name} for ${kind}, by its name and by ${number}`, () => {
      assert.equal(kindOfResult(number), kind);
      assert.equal(kindOfResult(name), kind);
    });
  }
});
