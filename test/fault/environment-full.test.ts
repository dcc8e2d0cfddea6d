/**
 * No room: by max_page_count on the caller's handle, on a disk that is full, under a limit for the size of files. Each is a clear error
 * with the state as it was, and the next run goes on once there is room.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { migrateSync, MigrationRunner, type ListedMigration, type MigrateOptions } from "../../src/index.ts";
import {
  expectFailure,
  expectKept,
  makeDatabase,
  roomy,
  roomyStatements,
  surroundings,
} from "../support/environment.ts";
import { useFastFiles } from "../support/fast-files.ts";
import {
  applySettings,
  openHandle,
  pragma,
  readSettings,
  unusualSettings,
  type OpenHandle,
} from "../support/handle.ts";
import { stateOf, versionOf } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

/** A handle with settings of its own that allows this many pages more than there are. */
function withRoomFor(pages: number, path: string, driver: "node:sqlite" | "better-sqlite3"): OpenHandle {
  const handle = openHandle(driver, path);
  applySettings(handle, unusualSettings);
  handle.exec(`PRAGMA max_page_count = ${Number(pragma(handle, "page_count")) + pages}`);
  return handle;
}

function makeRoom(handle: OpenHandle): void {
  handle.exec("PRAGMA max_page_count = 100000");
}

for (const { mode, driver } of surroundings) {
  describe(`max_page_count of the caller's handle, with ${driver} and journal_mode ${mode}:`, () => {
    const place = workspace();
    let made = 0;

    /** A limited handle on a database at version `to`, and options for it. */
    function limited(
      migrations: readonly ListedMigration[],
      to: number,
      pages = 10,
    ): { handle: OpenHandle; options: MigrateOptions } {
      made += 1;
      const path = place.path(`${made}.db`);
      makeDatabase(path, mode, migrations, to);
      const handle = withRoomFor(pages, path, driver);
      return { handle, options: { database: handle, migrations } };
    }

    it("up, a transaction for each: those before it are kept", async () => {
      const { handle, options } = limited(roomy, 1);
      const settings = readSettings(handle);
      const most = pragma(handle, "max_page_count");
      await expectFailure(() => migrateSync(options), {
        code: "database_full",
        outcome: "rolled_back",
        version: 2,
        completed: [2],
        says: /no room[^]*make room/,
      });
      assert.equal(versionOf(stateOf(handle)), 2);
      assert.deepEqual([readSettings(handle), pragma(handle, "max_page_count")], [settings, most]);
      // As often as it is tried.
      await expectKept(handle, () => migrateSync(options), {
        code: "database_full",
        outcome: "rolled_back",
        version: 2,
      });
      makeRoom(handle);
      assert.equal(migrateSync(options).toVersion, 3);
      handle.close();
    });

    it("up, one transaction for all: none is kept", async () => {
      const { handle, options } = limited(roomy, 1);
      const act = (): unknown => migrateSync({ ...options, transaction: "all" });
      await expectKept(handle, act, { code: "database_full", outcome: "rolled_back", version: 1 });
      makeRoom(handle);
      act();
      assert.equal(versionOf(stateOf(handle)), 3);
      handle.close();
    });

    it("up of a database that has no table yet", async () => {
      const { handle, options } = limited(roomy, 0, 1);
      await expectKept(handle, () => migrateSync(options), {
        code: "database_full",
        outcome: "rolled_back",
        version: 0,
      });
      makeRoom(handle);
      assert.equal(migrateSync(options).toVersion, 3);
      handle.close();
    });

    it("up in code", async () => {
      const code = (db: OpenHandle): void =>
        db.exec("CREATE TABLE z (x); INSERT INTO z VALUES (zeroblob(400000))") as undefined;
      const { handle, options } = limited([...roomy.slice(0, 1), { version: 2, up: code }], 1);
      await expectKept(handle, () => migrateSync(options), {
        code: "database_full",
        outcome: "rolled_back",
        version: 1,
      });
      makeRoom(handle);
      assert.equal(migrateSync(options).toVersion, 2);
      handle.close();
    });

    it("down, alone and measured with others first", async () => {
      const { handle, options } = limited(roomy, 2);
      const runner = new MigrationRunner(options);
      const failure = { code: "database_full", outcome: "rolled_back", version: 2 } as const;
      await expectKept(handle, () => runner.rollback({ allowLoss: true }), failure);
      await expectKept(handle, () => runner.rollback({ to: 0 }), failure);
      await expectKept(handle, () => runner.measureLoss(), failure);
      makeRoom(handle);
      assert.equal((await runner.rollback({ to: 0, allowLoss: true })).toVersion, 0);
      handle.close();
    });

    it("without a transaction: half-way, and carried on", async () => {
      const { handle, options } = limited(roomyStatements, 1);
      const half = { code: "database_full", outcome: "partial", version: 1, progress: { done: 1, total: 3 } } as const;
      await expectFailure(() => migrateSync(options), { ...half, says: /next run carries on/ });
      assert.deepEqual(Object.keys(stateOf(handle).rows), ["a", "big"]);
      await expectKept(handle, () => migrateSync(options), half);
      makeRoom(handle);
      assert.equal(migrateSync(options).toVersion, 2);
      assert.deepEqual(Object.keys(stateOf(handle).rows), ["a", "big", "last"]);
      handle.close();
    });

    it("a baseline", async () => {
      const { handle, options } = limited(roomy, 0, 1);
      const runner = new MigrationRunner(options);
      await expectKept(handle, () => runner.baseline(2), { code: "database_full", outcome: "rolled_back", version: 0 });
      makeRoom(handle);
      assert.equal((await runner.baseline(2)).toVersion, 2);
      handle.close();
    });
  });
}

const CHILD = fileURLToPath(new URL("../support/environment-main.ts", import.meta.url));

/** Runs the child in a shell, in whose text "$@" is the child, and "$0" the folder that it works in. */
function runChild(shell: readonly string[], part: string, folder: string): void {
  const [command = "sh", ...before] = shell;
  const args = [...before, folder, process.execPath, "--no-warnings", CHILD, part, folder];
  const { status, signal, stderr } = spawnSync(command, args, { encoding: "utf8" });
  assert.deepEqual({ status, signal, stderr }, { status: 0, signal: null, stderr: "" });
}

/** Whether a command can be run here at all. */
function works(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}

describe("a disk without room", () => {
  // In a name space of its own, where also an ordinary user may mount, and which goes with its last process.
  const mount = 'mount -t tmpfs -o size=1500k tmpfs "$0"';
  const skip = works("unshare", "-rm", "sh", "-c", mount, "/mnt") ? false : "no file system can be mounted here";

  it("is database_full, with the state as it was, and the next run goes on once there is room", { skip }, () => {
    runChild(["unshare", "-rm", "sh", "-c", `${mount} && exec "$@"`], "full", workspace().root);
  });
});

describe("a limit for the size of files", () => {
  const skip = works("prlimit", "--version") ? false : "there is no prlimit";

  it("is database_io, with the state as it was, and the next run goes on once it is gone", { skip }, () => {
    runChild(["sh", "-c", 'exec "$@"'], "limited", workspace().root);
  });
});
