/** What stands beside a database and is not what SQLite needs there: folders, links to nothing and files that may not be written. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, it } from "node:test";
import { migrateSync, MigrationRunner } from "../../src/index.ts";
import {
  expectFailure,
  makeDatabase,
  type Failure,
  roomy as migrations,
  surroundings,
} from "../support/environment.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { asStranger } from "../support/stranger.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

/** Of an empty log, SQLite corrects the permissions where it may. */
const CONTENT: Readonly<Record<string, string>> = { "-wal": "something else", "-shm": "something else" };

const obstacles: Readonly<Record<string, (path: string) => void>> = {
  "a folder": (path) => mkdirSync(path),
  "a folder with something in it": (path) => mkdirSync(`${path}/full`, { recursive: true }),
  "a link to nothing": (path) => symlinkSync("/nowhere/at/all", path),
  "a link to a file that is not there yet": (path) => symlinkSync("not-there-yet", path),
  "a file that may not be written": (path) => writeFileSync(path, CONTENT[path.slice(-4)] ?? "", { mode: 0o444 }),
};

const UNREAD = { outcome: "unchanged", version: null } as const;
const unreadable: Failure = { code: "database_unreadable", ...UNREAD };
const broken: Failure = { code: "database_io", ...UNREAD };
const readonly: Failure = { code: "database_readonly", outcome: "unchanged", version: 1 };
const noJournal: Failure = { code: "database_unreadable", outcome: "rolled_back", version: 1 };

const folders = (failure: Failure): Readonly<Record<string, Failure>> => ({
  "a folder": failure,
  "a folder with something in it": failure,
});
const links = (failure: Failure): Readonly<Record<string, Failure>> => ({
  "a link to nothing": failure,
  "a link to a file that is not there yet": failure,
});
const file = (failure: Failure): Readonly<Record<string, Failure>> => ({ "a file that may not be written": failure });

/**
 * What everything that writes says; where nothing is told, it goes on. SQLite looks for a journal in any mode, and for a log before it
 * knows whether there is one; through links it opens neither.
 */
const expected: Readonly<Record<string, Readonly<Record<string, Failure>>>> = {
  "DELETE -journal": { ...folders(broken), ...links(noJournal), ...file({ ...noJournal, code: "database_io" }) },
  "DELETE -wal": { ...folders(unreadable), ...file(readonly) },
  "DELETE -shm": {},
  "WAL -journal": folders(broken),
  "WAL -wal": { ...folders(unreadable), ...links(unreadable), ...file(readonly) },
  "WAL -shm": { ...folders(readonly), ...links(unreadable), ...file(readonly) },
};

const skip = process.platform === "win32" ? "Windows has no such permissions" : false;

/** Starts a transaction in a process of its own, writes parts of it to the file, and kills the process. */
function killWriter(database: string): void {
  const text = `const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    const db = new DatabaseSync(process.argv[1]);
    db.exec("PRAGMA cache_size = 2; BEGIN; UPDATE a SET x = zeroblob(9000); INSERT INTO a SELECT zeroblob(9000) FROM a");
    db.exec("UPDATE metadata SET value = 99; INSERT INTO a VALUES (zeroblob(90000))");
    process.kill(process.pid, "SIGKILL");`;
  const { signal, stderr } = spawnSync(process.execPath, ["--no-warnings", "-e", text, database], { encoding: "utf8" });
  assert.equal(signal, "SIGKILL", stderr);
}

describe("after a process was killed in a transaction,", () => {
  for (const { mode, driver } of surroundings) {
    it(`also what only reads finds the version before it, with ${driver} and journal_mode ${mode}`, async () => {
      const space = workspace();
      const database = space.path("app.db");
      const options = { database, migrations, driver };
      makeDatabase(database, mode, migrations, 2);
      for (const read of [
        async (runner: MigrationRunner) => await runner.getCurrentVersion(),
        async (runner: MigrationRunner) => (await runner.status()).currentVersion,
        async (runner: MigrationRunner) => (await runner.plan()).fromVersion,
      ]) {
        killWriter(database);
        assert.equal(existsSync(`${database}-journal`), mode === "DELETE");
        assert.equal(await read(new MigrationRunner(options)), 2);
      }
      assert.deepEqual(readState(database).rows["a"], ["1"]);
      assert.equal(migrateSync(options).toVersion, 3);
    });
  }
});

for (const { mode, driver } of surroundings) {
  for (const end of ["-journal", "-wal", "-shm"]) {
    describe(`${end} beside a database with journal_mode ${mode}, by ${driver}, that is`, { skip }, () => {
      for (const [about, put] of Object.entries(obstacles)) {
        const failure = expected[`${mode} ${end}`]?.[about];
        it(`${about}: ${failure?.code ?? "no matter"}, and the next run goes on without it`, async () => {
          const space = workspace();
          const database = space.path("app.db");
          makeDatabase(database, mode, migrations, 1);
          const before = readState(database);
          const bytes = readFileSync(database);
          chmodSync(space.root, 0o777);
          chmodSync(database, 0o666);
          put(database + end);
          const options = { database, migrations, driver };
          if (failure === undefined) {
            assert.equal((await asStranger(() => migrateSync(options))).toVersion, 3);
            return;
          }
          const acts: readonly (() => unknown)[] = [
            () => migrateSync(options),
            () => migrateSync({ ...options, transaction: "all" }),
            () => new MigrationRunner(options).rollback({ allowLoss: true }),
          ];
          for (const act of acts) {
            await expectFailure(() => asStranger(act), failure);
            // A journal that cannot be written can still be deleted, and SQLite does so when it rolls back.
            if (!readdirSync(space.root).includes(`app.db${end}`)) break;
          }
          assert.ok(readFileSync(database).equals(bytes));
          // Nobody has written through a link.
          assert.ok(!readdirSync(space.root).includes("not-there-yet"));
          rmSync(database + end, { recursive: true, force: true });
          assert.deepEqual(readState(database), before);
          assert.equal(migrateSync(options).toVersion, 3);
        });
      }
    });
  }
}
