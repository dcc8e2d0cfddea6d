/**
 * The process that runs where there is little room: on a small file system, or under a limit for the size of files. It fails where
 * anything is not as it should be.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrateSync, MigrationRunner, type ListedMigration, type MigrateOptions } from "../../src/index.ts";
import { makeDatabase, roomy, roomyStatements, surroundings } from "./environment.ts";
import { caught, checkRefusal } from "./source-refusal.ts";
import { readState, versionOf } from "./state.ts";

const [part = "", folder = ""] = process.argv.slice(2);

/** What is lacking, how it comes about, and how it ends. */
interface Lack {
  readonly code: "database_full" | "database_io";
  begin(): void;
  end(): void;
}

const ballast = join(folder, "ballast");

const lacks: Readonly<Record<string, Lack>> = {
  full: {
    code: "database_full",
    begin() {
      const { bavail, bsize } = statfsSync(folder);
      // What is left is enough for small changes and their journal, and for nothing else.
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 200_000)));
    },
    end: () => rmSync(ballast, { force: true }),
  },
  limited: {
    code: "database_io",
    begin: () => limit("131072"),
    end: () => limit("unlimited"),
  },
};

function limit(bytes: string): void {
  const { status, stderr } = spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
}

/** A run that has too little room, and what is true once it has enough. */
interface Trial {
  readonly name: string;
  readonly migrations: readonly ListedMigration[];
  readonly from: number;
  readonly run: (options: MigrateOptions) => unknown;
  readonly outcome: "rolled_back" | "partial";
  /** Where it stops, and where it ends. */
  readonly stopped: number;
  readonly ended: number;
}

const trials: readonly Trial[] = [
  { name: "each", migrations: roomy, from: 1, run: migrateSync, outcome: "rolled_back", stopped: 2, ended: 3 },
  {
    name: "all",
    migrations: roomy,
    from: 1,
    run: (options) => migrateSync({ ...options, transaction: "all" }),
    outcome: "rolled_back",
    stopped: 1,
    ended: 3,
  },
  {
    name: "statements",
    migrations: roomyStatements,
    from: 1,
    run: migrateSync,
    outcome: "partial",
    stopped: 1,
    ended: 2,
  },
  {
    name: "down",
    migrations: roomy,
    from: 2,
    run: (options) => new MigrationRunner(options).rollback({ to: 0, allowLoss: true }),
    outcome: "rolled_back",
    stopped: 2,
    ended: 0,
  },
];

const lack = lacks[part] as Lack;
for (const { mode, driver } of surroundings) {
  for (const { name, migrations, from, run, outcome, stopped, ended } of trials) {
    const database = join(folder, `${name}.db`);
    makeDatabase(database, mode, migrations, from);
    lack.begin();
    const first = await caught(() => run({ database, migrations, driver }));
    // A commit to the log that the limit has cut off may be there for whoever reads it: nobody can know.
    const isLogged = mode === "WAL" && lack.code === "database_io" && outcome === "rolled_back";
    checkRefusal(first, lack.code, { outcome: isLogged ? "unknown" : outcome, version: stopped });
    // Where the log has taken the last of the room, not even reading is possible any more.
    const second = await caught(() => run({ database, migrations, driver }));
    checkRefusal(second, lack.code, { outcome: second.details.outcome });
    lack.end();
    const state = readState(database);
    assert.equal(versionOf(state), stopped, `${name} ${mode} ${driver}`);
    assert.equal(state.metadata?.["lockstep_progress"] !== undefined, outcome === "partial");
    await run({ database, migrations, driver });
    assert.equal(versionOf(readState(database)), ended);
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(database + end, { force: true });
  }
}
