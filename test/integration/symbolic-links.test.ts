/** Symbolic links: followed for everything that lockstep is given, told by the name that it was given, and refused where they lead nowhere. */
import assert from "node:assert/strict";
import { lstatSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { relative } from "node:path";
import { describe, it } from "node:test";
import { migrate, migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { runCommands } from "../support/commands.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle } from "../support/handle.ts";
import { rejection, thrown } from "../support/rejection.ts";
import { provoke } from "../support/source-refusal.ts";
import { readState, versionOf } from "../support/state.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

useFastFiles();

const skip = process.platform === "win32" ? "links need rights on Windows" : false;

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

/** Makes a link at `name` to `target`, both in the workspace; the link itself is relative, as people write it. */
function link(space: Workspace, name: string, target: string): void {
  symlinkSync(relative(space.path(name, ".."), space.path(target)), space.path(name));
}

describe("a link to migrations is followed:", { skip }, () => {
  it("the directory itself, by the name that it was given", async () => {
    const space = workspace({
      "releases/5/001-a.sql": "CREATE TABLE a (x)",
      "releases/5/002-b.mjs": 'import { sql } from "./_sql.mjs"; export const up = (db) => db.exec(sql);',
      "releases/5/_sql.mjs": 'export const sql = "CREATE TABLE b (x)";',
    });
    link(space, "current", "releases/5");
    link(space, "migrations", "current");
    const { applied } = await migrate(optionsOf(space));
    assert.deepEqual(
      applied.map(({ file }) => file),
      [space.path("migrations/001-a.sql"), space.path("migrations/002-b.mjs")],
    );
  });

  it("a file and a folder, also out of the directory; what they import is found where they are", async () => {
    const space = workspace({
      "migrations/": "",
      "shared/a.sql": "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a;",
      "shared/b.mjs": 'import { sql } from "./c.mjs"; export const up = (db) => db.exec(sql);',
      "shared/c.mjs": 'export const sql = "CREATE TABLE b (x)";',
      "shared/d/up.sql": "CREATE TABLE d (x)",
      "shared/e.sql": "CREATE TABLE e (x)",
    });
    link(space, "migrations/001-a.sql", "shared/a.sql");
    link(space, "migrations/002-b.mjs", "shared/b.mjs");
    link(space, "migrations/003-d", "shared/d");
    mkdirSync(space.path("migrations/004-e"));
    link(space, "migrations/004-e/up.sql", "shared/e.sql");
    assert.equal((await migrate(optionsOf(space))).toVersion, 4);
    assert.deepEqual(Object.keys(readState(space.path("app.db")).rows), ["a", "b", "d", "e"]);
    assert.equal((await new MigrationRunner(optionsOf(space)).status()).upToDate, true);
  });

  it("and an error in code has its line, by the name that was given", async () => {
    const space = workspace({
      "real/a.mjs": '// why\nexport function up() { throw new Error("no"); }',
      "migrations/": "",
    });
    link(space, "migrations/001-a.mjs", "real/a.mjs");
    const { details } = await rejection(migrate(optionsOf(space)), "migration_threw");
    const { kind, ...place } = details.place as Extract<typeof details.place, { kind: "file" }>;
    assert.deepEqual([kind, place.file, place.line], ["file", space.path("migrations/001-a.mjs"), 2]);
  });

  it("by lockstep new, which writes into the directory that it leads to", () => {
    const space = workspace({ "real/001-a.sql": "CREATE TABLE a (x)" });
    link(space, "migrations", "real");
    const [end] = runCommands([{ args: ["new", "b"], cwd: space.root }]);
    assert.deepEqual([end?.stdout, end?.exitCode], ["Wrote migrations/002-b.sql\n", 0]);
    assert.deepEqual(readdirSync(space.path("real")).toSorted(), ["001-a.sql", "002-b.sql"]);
  });
});

describe("a link that leads nowhere, or back to itself,", { skip }, () => {
  const targets = { "nowhere-at-all": /leads nowhere|is not there/, itself: /leads back to itself/ } as const;

  it("is refused in the place of the directory, and lockstep new does not create what it leads to", async () => {
    for (const [target, says] of Object.entries(targets)) {
      const space = workspace();
      link(space, "migrations", target === "itself" ? "migrations" : target);
      const code = target === "itself" ? "directory_unreadable" : "directory_not_found";
      await provoke(code, space.path("app.db"), () => migrateSync(optionsOf(space)), { says });
      const [end] = runCommands([{ args: ["new", "a"], cwd: space.root }]);
      assert.equal(end?.exitCode, 1);
      assert.ok(end?.stderr.startsWith(`error[${code}]`), end?.stderr);
      assert.equal(end?.stdout, "");
      assert.deepEqual(readdirSync(space.root), ["migrations"]);
    }
  });

  it("is refused in the place of a migration that is to run, whatever its kind", async () => {
    for (const name of [
      "002-b.sql",
      "002-b.up.sql",
      "002-b.mjs",
      "002-b.ts",
      "002-b",
      "002-b/up.sql",
      "002-b/down.sql",
    ]) {
      for (const [target, says] of Object.entries(targets)) {
        const space = workspace({ "migrations/001-a.sql": "CREATE TABLE a (x)" });
        migrateSync(optionsOf(space));
        if (name.includes("/")) space.write({ "migrations/002-b/up.sql": "CREATE TABLE b (x)" });
        rmSync(space.path("migrations", name), { force: true });
        const path = `migrations/${name}`;
        link(space, path, target === "itself" ? path : target);
        for (const act of [() => migrate(optionsOf(space)), () => migrateSync(optionsOf(space))]) {
          const code = /\.(?:mjs|ts)$/.test(name) ? "migration_not_loaded" : "migration_unreadable";
          await provoke(code, space.path("app.db"), act, { version: 1, says });
        }
      }
    }
  });

  it("is no matter in the place of one that was applied, until its text is compared", async () => {
    const space = workspace({ "migrations/001-a.sql": "CREATE TABLE a (x)" });
    migrateSync(optionsOf(space));
    rmSync(space.path("migrations/001-a.sql"));
    link(space, "migrations/001-a.sql", "nowhere");
    assert.equal(migrateSync(optionsOf(space)).applied.length, 0);
    await rejection(new MigrationRunner(optionsOf(space)).status(), "migration_unreadable");
  });

  it("is refused in the place of a config: the one of a folder above is not taken for it", () => {
    const space = workspace({
      "lockstep.config.mjs": 'export default { database: "other.db" };',
      "below/migrations/": "",
    });
    link(space, "below/lockstep.config.ts", "nowhere");
    const [found, named] = runCommands([
      { args: ["status"], cwd: space.path("below") },
      { args: ["status", "-c", "lockstep.config.ts"], cwd: space.path("below") },
    ]);
    for (const end of [found, named]) {
      assert.equal(end?.exitCode, 1);
      assert.match(end?.stderr ?? "", /^error\[config_invalid\]: the config file is a link that leads nowhere\n/);
    }
  });
});

const migrations = [{ version: 1, up: "CREATE TABLE a (x)", down: "DROP TABLE a" }];

for (const driver of driverNames) {
  describe(`a link to a database, with ${driver}`, { skip }, () => {
    it("is the database that it leads to, whose journal and log stand beside it", async () => {
      for (const mode of ["DELETE", "WAL"]) {
        const space = workspace({ "real/": "", "names/": "" });
        link(space, "names/first.db", "real/app.db");
        link(space, "names/second.db", "names/first.db");
        const handle = openHandle(driver, space.path("real/app.db"));
        handle.exec(`PRAGMA journal_mode = ${mode}`);
        handle.close();
        const seen: string[][] = [];
        const look = (): void => {
          seen.push([...readdirSync(space.path("real")), ...readdirSync(space.path("names"))].toSorted());
        };
        const looking = [
          { version: 1, up: "CREATE TABLE a (x)" },
          { version: 2, up: look },
        ];
        migrateSync({ database: space.path("names/second.db"), migrations: looking, driver });
        // A journal is there once something was written in the transaction, a log from the beginning.
        if (mode === "WAL") assert.deepEqual(seen, [["app.db", "app.db-shm", "app.db-wal", "first.db", "second.db"]]);
        assert.deepEqual(readdirSync(space.path("names")).toSorted(), ["first.db", "second.db"]);
        assert.equal(versionOf(readState(space.path("real/app.db"))), 2);
        assert.equal(
          migrateSync({ database: space.path("names/first.db"), migrations: looking, driver }).fromVersion,
          2,
        );
      }
    });

    it("is created where it leads to, and by nothing that only reads", async () => {
      const space = workspace({ "real/": "" });
      link(space, "app.db", "real/app.db");
      const options = { database: space.path("app.db"), migrations, driver };
      assert.equal(await new MigrationRunner(options).getCurrentVersion(), 0);
      assert.deepEqual(readdirSync(space.path("real")), []);
      assert.equal(migrateSync(options).toVersion, 1);
      assert.ok(lstatSync(space.path("app.db")).isSymbolicLink());
      assert.deepEqual(readdirSync(space.path("real")), ["app.db"]);
    });

    it("is refused where the folder that it leads to is not there, or where it leads back to itself", async () => {
      const space = workspace();
      link(space, "lost.db", "mount/app.db");
      link(space, "chain.db", "lost.db");
      link(space, "loop.db", "loop2.db");
      link(space, "loop2.db", "loop.db");
      for (const name of ["lost.db", "chain.db"]) {
        const { message } = thrown(
          () => migrateSync({ database: space.path(name), migrations, driver }),
          "folder_not_found",
        );
        assert.match(message, /the folder that the link to the database leads to is not there: .*mount\n/);
      }
      const { message } = thrown(
        () => migrateSync({ database: space.path("loop.db"), migrations, driver }),
        "database_unreadable",
      );
      assert.match(message, /a link that leads back to itself/);
      assert.deepEqual(readdirSync(space.root).toSorted(), ["chain.db", "loop.db", "loop2.db", "lost.db"]);
    });

    it("shares its lock with every other name of the same file", async () => {
      const space = workspace({ "real/": "", "names/": "" });
      link(space, "names/link.db", "real/app.db");
      link(space, "folder", "real");
      const names = ["names/link.db", "real/app.db", "folder/app.db"].map((name) => space.path(name));
      for (const held of names) {
        for (const by of ["path", "handle"] as const) {
          await holdAndTry(space, { held, names, driver, by });
        }
      }
      assert.deepEqual(readdirSync(space.path("names")), ["link.db"]);
      assert.deepEqual(readdirSync(space.path("real")).toSorted(), ["app.db", "app.db-lockstep"]);
    });
  });
}

interface Holding {
  readonly held: string;
  readonly names: readonly string[];
  readonly driver: (typeof driverNames)[number];
  readonly by: "path" | "handle";
}

/** Holds the lock by one name, as code without a transaction does, and finds it held by every name. */
async function holdAndTry(space: Workspace, { held, names, driver, by }: Holding): Promise<void> {
  let started = (): void => undefined;
  let finish = (): void => undefined;
  const isStarted = new Promise<void>((resolve) => (started = resolve));
  const isFinished = new Promise<void>((resolve) => (finish = resolve));
  let runs = 0;
  const slow = {
    version: 1,
    transaction: false,
    up: (): Promise<void> | undefined => {
      runs += 1;
      started();
      // Who comes in although the lock is held must not wait for what comes after.
      return runs === 1 ? isFinished : undefined;
    },
  };
  rmSync(space.path("real/app.db"), { force: true });
  const holding = migrate({ database: held, migrations: [slow], driver });
  await isStarted;
  try {
    for (const name of names) {
      const handle = by === "handle" ? openHandle(driver, name) : undefined;
      const database = handle ?? name;
      await rejection(migrate({ database, migrations: [slow], driver, lockTimeoutMs: 0 }), "database_locked");
      handle?.close();
    }
  } finally {
    finish();
  }
  assert.equal((await holding).toVersion, 1);
  assert.equal(runs, 1);
}

describe("the config file", { skip }, () => {
  const config = 'export default { database: "app.db", migrations: "migrations" };';
  const first = { "migrations/001-a.sql": "CREATE TABLE a (x)" };

  it("is looked for from the real working directory upwards", () => {
    const space = workspace({ "project/lockstep.config.mjs": config, "project/below/": "", "elsewhere/": "" });
    space.write(Object.fromEntries(Object.entries(first).map(([name, text]) => [`project/${name}`, text])));
    link(space, "elsewhere/linked", "project/below");
    const [end] = runCommands([{ args: ["up"], cwd: space.path("elsewhere/linked") }]);
    assert.equal(end?.exitCode, 0, end?.stderr);
    assert.equal(versionOf(readState(space.path("project/app.db"))), 1);
  });

  it("that is a link counts paths from the folder in which it was found", () => {
    const space = workspace({ "shared/lockstep.config.mjs": config, "project/": "" });
    space.write(Object.fromEntries(Object.entries(first).map(([name, text]) => [`project/${name}`, text])));
    link(space, "project/lockstep.config.mjs", "shared/lockstep.config.mjs");
    const [end] = runCommands([{ args: ["up"], cwd: space.path("project") }]);
    assert.equal(end?.exitCode, 0, end?.stderr);
    assert.deepEqual(readdirSync(space.path("shared")), ["lockstep.config.mjs"]);
    assert.equal(versionOf(readState(realpathSync(space.path("project/app.db")))), 1);
  });

  it("counts a path with .. from its folder, and one that is absolute from nowhere", () => {
    const space = workspace({ "project/a/": "", "data/": "", ...first });
    const absolute = JSON.stringify(space.path("migrations"));
    space.write({
      "project/lockstep.config.mjs": `export default { database: "../data/app.db", migrations: ${absolute} };`,
    });
    const [end] = runCommands([{ args: ["up"], cwd: space.path("project/a") }]);
    assert.equal(end?.exitCode, 0, end?.stderr);
    assert.equal(versionOf(readState(space.path("data/app.db"))), 1);
  });
});
