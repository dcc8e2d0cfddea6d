/** A database at version 1 on which a migration in code makes a mistake, and what has to be so afterwards. */
import assert from "node:assert/strict";
import { migrate, type DriverName, type ErrorCode, type ListedMigration } from "../../src/index.ts";
import {
  applySettings,
  isInTransaction,
  isOpen,
  openHandle,
  readSettings,
  unusualSettings,
  type OpenHandle,
} from "./handle.ts";
import { rejection } from "./rejection.ts";
import { readState, type DatabaseState } from "./state.ts";
import { workspace } from "./workspace.ts";

/** Version 1. */
export const first: ListedMigration = {
  version: 1,
  up: "CREATE TABLE log (who); CREATE TABLE one (a UNIQUE); INSERT INTO one VALUES (1), (2), (3)",
};

/** A way up in code. */
export type Up = (db: OpenHandle) => unknown;

/** A database at version 1, by path or as the application's open handle. */
export interface Place {
  readonly path: string;
  readonly database: string | OpenHandle;
  readonly before: DatabaseState;
  /** Asserts that nothing has changed, and closes the handle. */
  checkUnchanged(): void;
}

/** Who opened the handle. */
export type Owner = "lockstep" | "application";

/** Makes a database at version 1. */
export async function placeFor(driver: DriverName, owner: Owner): Promise<Place> {
  const path = workspace().path("app.db");
  await migrate({ database: path, migrations: [first] });
  const before = readState(path);
  if (owner === "lockstep") {
    return { path, database: path, before, checkUnchanged: () => assert.deepEqual(readState(path), before) };
  }
  const handle = openHandle(driver, path);
  applySettings(handle, unusualSettings);
  const settings = readSettings(handle);
  return {
    path,
    database: handle,
    before,
    checkUnchanged() {
      assert.equal(isOpen(handle), true);
      assert.equal(isInTransaction(handle), false);
      assert.deepEqual(readSettings(handle), settings);
      handle.close();
      assert.deepEqual(readState(path), before);
    },
  };
}

/** Runs version 2 and expects its refusal; the mended version 2 has to run afterwards. */
export async function refused(driver: DriverName, owner: Owner, up: Up, code: ErrorCode): Promise<string> {
  const place = await placeFor(driver, owner);
  const options = { database: place.database, driver };
  const error = await rejection(migrate({ ...options, migrations: [first, { version: 2, up }] }), code);
  assert.equal(error.details.outcome, "rolled_back");
  assert.equal(error.details.databaseVersion, 1);
  assert.equal(error.details.migration?.version, 2);
  place.checkUnchanged();
  const mended = { version: 2, up: (db: OpenHandle) => db.exec("INSERT INTO log VALUES ('mended')") };
  await migrate({ database: place.path, driver, migrations: [first, mended] });
  return error.message;
}
