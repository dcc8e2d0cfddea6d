/** A database that cannot be written: by its file, its folder, its handle or its file system. Refused by all that writes, read by the rest. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import Database from "better-sqlite3";
import { migrateSync, MigrationRunner, type DriverName, type MigrateOptions } from "../../src/index.ts";
import {
  expectFailure,
  expectKept,
  makeDatabase,
  roomy,
  surroundings,
  type Failure,
  type JournalMode,
} from "../support/environment.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { applySettings, openHandle, pragma, unusualSettings, type OpenHandle } from "../support/handle.ts";
import { asStranger } from "../support/stranger.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

const migrations = roomy;

/** Everything that writes. */
function writers(options: MigrateOptions): readonly (() => unknown)[] {
  const runner = new MigrationRunner(options);
  return [
    () => migrateSync(options),
    () => migrateSync({ ...options, transaction: "all" }),
    () => runner.runMigrations(),
    () => runner.rollback({ allowLoss: true }),
    () => runner.rollback({ steps: 2 }),
    () => runner.measureLoss(),
    () => runner.baseline(3),
  ];
}

/** A database at version 2 in a folder that strangers may enter. */
function made(mode: JournalMode): { readonly folder: string; readonly path: string } {
  const space = workspace();
  chmodSync(space.root, 0o777);
  const path = space.path("app.db");
  makeDatabase(path, mode, migrations, 2);
  chmodSync(path, 0o666);
  return { folder: space.root, path };
}

const onWindows = process.platform === "win32" ? "Windows has no such permissions" : false;

/** What is forbidden, and whether a database in WAL mode can then be read at all: its log has to be made for that. */
const forbidden: Readonly<
  Record<
    string,
    { readonly file: number; readonly folder: number; readonly isReadable: (mode: JournalMode) => boolean }
  >
> = {
  "the file may not be written": { file: 0o444, folder: 0o777, isReadable: () => true },
  "its folder may not be written": { file: 0o666, folder: 0o555, isReadable: (mode) => mode === "DELETE" },
  "neither may be written": { file: 0o444, folder: 0o555, isReadable: (mode) => mode === "DELETE" },
};

for (const { mode, driver } of surroundings) {
  describe(`with ${driver} and journal_mode ${mode}`, () => {
    for (const [about, { file, folder: folderMode, isReadable }] of Object.entries(forbidden)) {
      it(`${about}: database_readonly, and the next run goes on when it may`, { skip: onWindows }, async () => {
        const { folder, path } = made(mode);
        const before = readFileSync(path);
        const options: MigrateOptions = { database: path, migrations, driver };
        chmodSync(path, file);
        chmodSync(folder, folderMode);
        const failure: Failure = isReadable(mode)
          ? { code: "database_readonly", outcome: "rolled_back", version: 2 }
          : { code: "database_readonly", outcome: "unchanged", version: null };
        for (const act of writers(options)) {
          await expectFailure(() => asStranger(act), { ...failure, says: /permissions of the file, of its folder/ });
        }
        const status = (): unknown => asStranger(() => new MigrationRunner(options).getCurrentVersion());
        if (isReadable(mode)) assert.equal(await status(), 2);
        else await expectFailure(status, failure);
        chmodSync(folder, 0o777);
        // What SQLite has made beside it has got the permissions of the file.
        for (const end of ["", "-wal", "-shm"].filter((one) => existsSync(path + one))) chmodSync(path + end, 0o666);
        assert.ok(readFileSync(path).equals(before));
        assert.equal(migrateSync(options).toVersion, 3);
      });
    }

    it("a handle that was opened to read: database_readonly", async () => {
      const { path } = made(mode);
      const handle = (driver === "node:sqlite"
        ? new DatabaseSync(path, { readOnly: true })
        : new Database(path, { readonly: true })) as unknown as OpenHandle;
      await refuseAll(handle, { code: "database_readonly", outcome: "rolled_back", version: 2 });
      handle.close();
      assert.equal(migrateSync({ database: path, migrations, driver }).toVersion, 3);
    });

    it("a handle with query_only: database_readonly, and the setting stays", async () => {
      const { path } = made(mode);
      const handle = openHandle(driver, path);
      handle.exec("PRAGMA query_only = ON");
      await refuseAll(handle, { code: "database_readonly", outcome: "unchanged", version: 2, says: /query_only/ });
      assert.equal(pragma(handle, "query_only"), 1);
      handle.exec("PRAGMA query_only = OFF");
      assert.equal(migrateSync({ database: handle, migrations }).toVersion, 3);
      handle.close();
    });

    // better-sqlite3 takes no addresses.
    for (const parameter of driver === "node:sqlite" ? ["immutable=1", "mode=ro"] : []) {
      it(`a handle that was opened with ?${parameter}: database_readonly`, async () => {
        const { path } = made(mode);
        const handle = openHandle(driver, `${pathToFileURL(path).href}?${parameter}`);
        await refuseAll(handle, { code: "database_readonly", outcome: "rolled_back", version: 2 });
        handle.close();
        assert.equal(migrateSync({ database: path, migrations, driver }).toVersion, 3);
      });
    }
  });
}

async function refuseAll(handle: OpenHandle, failure: Failure): Promise<void> {
  applySettings(handle, unusualSettings);
  const options: MigrateOptions = { database: handle, migrations };
  for (const act of writers(options)) await expectKept(handle, act, failure);
  assert.equal(await new MigrationRunner(options).getCurrentVersion(), 2);
}

const CHILD = fileURLToPath(new URL("../support/readonly-main.ts", import.meta.url));
// An ordinary user may not take back restrictions that the file system has, and so has to name them.
const MOUNT =
  'mount --bind "$0" "$0" && { mount -o remount,bind,ro "$0" || mount -o remount,bind,ro,nosuid,nodev "$0"; }';

describe("a file system that was mounted to read", () => {
  const canMount = spawnSync("unshare", ["-rm", "sh", "-c", MOUNT, tmpdir()]).status === 0;

  it(
    "is database_readonly, and the next run goes on elsewhere",
    { skip: canMount ? false : "nothing can be mounted here" },
    () => {
      const space = workspace();
      const files: { readonly database: string; readonly driver: DriverName }[] = surroundings.map(
        ({ mode, driver }, index) => {
          const database = space.path(`${index}.db`);
          makeDatabase(database, mode, migrations, 2);
          return { database, driver };
        },
      );
      const before = files.map(({ database }) => readState(database));
      const shell = ["-rm", "sh", "-c", `${MOUNT} && exec "$@"`, space.root];
      const child = [process.execPath, "--no-warnings", CHILD, JSON.stringify(files)];
      const { status, stderr, stdout } = spawnSync("unshare", [...shell, ...child], { encoding: "utf8" });
      assert.deepEqual([status, stderr], [0, ""]);
      // Reading a write-ahead log takes a file beside it that has to be made.
      const expected = { DELETE: ["database_readonly", 2], WAL: ["database_unreadable", null] };
      assert.deepEqual(
        JSON.parse(stdout),
        surroundings.map(({ mode }) => [expected[mode], expected[mode]]),
      );
      for (const [index, { database, driver }] of files.entries()) {
        assert.deepEqual(readState(database), before[index]);
        assert.equal(migrateSync({ database, migrations, driver }).toVersion, 3);
      }
    },
  );
});
