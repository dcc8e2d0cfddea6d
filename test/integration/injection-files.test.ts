/**
 * Names and kinds of files that are more than a name or a file: nothing outside of what was given is read or written, and nothing is
 * waited for that never comes.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { runCommands, type CommandLine } from "../support/commands.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames } from "../support/handle.ts";
import { hostileNames } from "../support/hostile-names.ts";
import { callers, firstMigration, provoke } from "../support/source-refusal.ts";
import { readState } from "../support/state.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

useFastFiles();

const onWindows = process.platform === "win32" ? "Windows has no such files" : false;

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

function mkfifo(path: string): void {
  const { status } = spawnSync("mkfifo", [path]);
  assert.equal(status, 0, "mkfifo");
}

describe("a migration's file can have any name, such as", { skip: onWindows }, () => {
  // Node imports no file with a backslash in its name.
  for (const name of hostileNames.filter((one) => !/[/\\]/.test(one) && one.length < 200)) {
    it(JSON.stringify(name), async () => {
      const space = workspace({
        [`migrations/001-${name}.sql`]: "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a;",
        [`migrations/002-${name}.mjs`]: `export const up = (db) => db.exec("CREATE TABLE b (x)");
          export const down = (db) => db.exec("DROP TABLE b");`,
        [`migrations/003-${name} up/up.sql`]: "CREATE TABLE c (x);",
        [`migrations/003-${name} up/down.sql`]: "DROP TABLE c;",
      });
      const runner = new MigrationRunner(optionsOf(space));
      const { applied } = await runner.runMigrations();
      assert.deepEqual(
        applied.map(({ file }) => file),
        [`001-${name}.sql`, `002-${name}.mjs`, `003-${name} up/up.sql`].map((file) => space.path("migrations", file)),
      );
      assert.equal((await runner.status()).upToDate, true);
      assert.equal((await runner.rollback({ to: 0 })).toVersion, 0);
      assert.deepEqual(readdirSync(space.root).toSorted(), ["app.db", "migrations"]);
      space.remove();
    });
  }
});

/** Puts something that is no file in the place of a migration's. */
type Put = (path: string) => void;

const noFiles: Readonly<Record<string, Put>> = {
  "a pipe": mkfifo,
  "a device without an end": (path) => symlinkSync("/dev/zero", path),
  "a terminal": (path) => symlinkSync("/dev/tty", path),
  "a folder": (path) => mkdirSync(path),
  "a file that is larger than a text can be": (path) => {
    writeFileSync(path, "");
    truncateSync(path, 600_000_000);
  },
};

const places = ["002-b.sql", "002-b.up.sql", "002-b/up.sql", "002-b/down.sql", "002-b.mjs", "002-b.cjs", "002-b.ts"];

describe("what is no file is neither read nor waited for:", { skip: onWindows }, () => {
  for (const [about, put] of Object.entries(noFiles)) {
    it(`${about} in the place of a migration`, () => {
      const tried: { readonly place: string; readonly space: Workspace }[] = [];
      for (const place of places) {
        if (about.startsWith("a file") && !place.endsWith(".sql")) continue;
        const space = workspace(firstMigration);
        migrateSync(optionsOf(space));
        if (place.includes("/")) space.write({ "migrations/002-b/up.sql": "CREATE TABLE b (x)" });
        rmSync(space.path("migrations", place), { force: true });
        put(space.path("migrations", place));
        tried.push({ place, space });
      }
      // In a process of their own, which is ended where it waits.
      const commands = tried.map(({ space }): CommandLine => ({
        args: ["up", "-d", "app.db", "--json"],
        cwd: space.root,
      }));
      for (const [index, { stdout, exitCode }] of runCommands(commands).entries()) {
        const { place, space } = tried[index] as (typeof tried)[number];
        const { error } = JSON.parse(stdout) as { readonly error: Readonly<Record<string, unknown>> };
        const code = place.endsWith(".sql") ? "migration_unreadable" : "migration_not_loaded";
        assert.equal(error["code"], code, `${place}: ${stdout}`);
        assert.deepEqual([error["outcome"], error["databaseVersion"], exitCode], ["unchanged", 1, 1]);
        assert.match(JSON.stringify(error["location"]), /002-b/);
        rmSync(space.path("migrations", place.split("/")[0] ?? ""), { recursive: true });
        space.write({ "migrations/002-b.sql": "CREATE TABLE b (x)" });
        assert.equal(migrateSync(optionsOf(space)).toVersion, 2);
      }
    });
  }

  it("in the place of a migration that was applied it is found out when its text is compared", () => {
    const space = workspace(firstMigration);
    migrateSync(optionsOf(space));
    rmSync(space.path("migrations/001-users.sql"));
    mkfifo(space.path("migrations/001-users.sql"));
    const commands = [["up"], ["status"]].map((words) => ({ args: [...words, "-d", "app.db"], cwd: space.root }));
    const [up, status] = runCommands(commands);
    assert.deepEqual([up?.exitCode, status?.exitCode], [0, 1]);
    assert.match(status?.stderr ?? "", /^error\[migration_unreadable\]/);
  });

  it("in the place of a directory, a config or a database it is refused as well", () => {
    const space = workspace({ ...firstMigration, "below/": "", "above/lockstep.config.ts/": "" });
    mkfifo(space.path("pipe"));
    mkfifo(space.path("below/lockstep.config.mjs"));
    const at = (cwd: string, ...args: readonly string[]): CommandLine => ({ args, cwd: space.path(cwd) });
    const ends = runCommands([
      at(".", "status", "-d", "app.db", "-m", "pipe"),
      at(".", "up", "-d", "app.db", "-c", "pipe"),
      at(".", "new", "x", "-m", "pipe"),
      at("below", "up", "-d", "app.db"),
      at("above", "up", "-d", "app.db"),
      ...["pipe", "/dev/null", "/dev/zero"].flatMap((file) => [
        at(".", "status", "-d", file),
        at(".", "up", "-d", file),
      ]),
    ]);
    assert.deepEqual(
      ends.map(({ stderr }) => /^error\[(\w+)\]/.exec(stderr)?.[1]),
      [
        "directory_unreadable",
        "config_invalid",
        "directory_unreadable",
        "config_invalid",
        "config_invalid",
        ...Array.from({ length: 6 }, () => "database_unreadable"),
      ],
    );
    assert.deepEqual(readdirSync(space.root).toSorted(), ["above", "below", "migrations", "pipe"]);
    assert.equal(existsSync("/dev/null-journal"), false);
  });

  it("a socket and a pipe are no database, with either driver", async () => {
    const space = workspace(firstMigration);
    const socket = createServer().listen(space.path("socket"));
    await once(socket, "listening");
    for (const driver of driverNames) {
      for (const call of Object.values(callers)) {
        const options = { ...optionsOf(space), database: space.path("socket"), driver };
        await assert.rejects(async () => call(options), {
          code: "database_unreadable",
          message: /a socket or a device/,
        });
      }
    }
    assert.deepEqual(readdirSync(space.root).toSorted(), ["migrations", "socket"]);
    socket.close();
  });
});

describe("an address of a database is a path and nothing more:", () => {
  for (const driver of driverNames) {
    it(`what stands behind "?" changes nothing, with ${driver}`, () => {
      const parameters = [
        "mode=memory",
        "mode=ro",
        "immutable=1",
        "nolock=1",
        "vfs=unix-none",
        "vfs=nothing",
        "cache=shared",
      ];
      for (const parameter of parameters) {
        const space = workspace(firstMigration);
        const database = `${pathToFileURL(space.path("app.db")).href}?${parameter}`;
        migrateSync({ ...optionsOf(space), database, driver });
        assert.equal(readState(space.path("app.db")).metadata?.["schema_version"], "1", parameter);
        assert.deepEqual(readdirSync(space.root).toSorted(), ["app.db", "migrations"]);
      }
    });

    it(`a name that looks like an address once more is a name, with ${driver}`, { skip: onWindows }, () => {
      const space = workspace(firstMigration);
      const before = process.cwd();
      process.chdir(space.root);
      try {
        for (const [database, file] of [
          ["file:file:one.db", "file:one.db"],
          ["file:file:two.db?mode=memory", "file:two.db"],
          ["file:file:three.db%3Fmode=memory", "file:three.db%3Fmode=memory"],
          [pathToFileURL(space.path("four.db?mode=memory")).href, "four.db?mode=memory"],
          ["./file:five.db?mode=memory", "file:five.db?mode=memory"],
        ] as const) {
          migrateSync({ ...optionsOf(space), database, driver });
          assert.ok(readdirSync(space.root).includes(file), `${database}: ${readdirSync(space.root).join(", ")}`);
          rmSync(file);
        }
      } finally {
        process.chdir(before);
      }
      assert.deepEqual(readdirSync(space.root), ["migrations"]);
    });
  }

  it("a name of blanks is none, and better-sqlite3, which cuts blanks off, gets no name with one at its end", async () => {
    const space = workspace(firstMigration);
    for (const driver of driverNames) {
      for (const database of [" ", "\t\n", "file: "]) {
        const options = { ...optionsOf(space), database, driver };
        await provoke("invalid_option", space.path("app.db"), () => migrateSync(options), {
          says: /no database is named/,
        });
      }
    }
    const options = { ...optionsOf(space), database: space.path("app.db ") };
    await provoke("invalid_option", space.path("app.db"), () => migrateSync({ ...options, driver: "better-sqlite3" }), {
      says: /better-sqlite3/,
    });
    assert.equal(migrateSync(options).toVersion, 1);
    assert.deepEqual(readdirSync(space.root).toSorted(), ["app.db ", "migrations"]);
  });
});

describe("lockstep new", () => {
  it("writes into the directory of migrations, whatever the name says", () => {
    const names = [
      "../out",
      "../../out",
      "/etc/out",
      "a/../../out",
      "..",
      "~/out",
      "%2e%2e%2fout",
      "C:\\out",
      "9-../out",
      "-/../out",
    ];
    const space = workspace({ "inside/migrations/": "", "inside/lockstep.config.mjs": "export default {};" });
    const commands = names.map((name) => ({ args: ["new", "--", name], cwd: space.path("inside") }));
    const ends = runCommands(commands);
    assert.ok(ends.every(({ exitCode }) => exitCode === 0 || exitCode === 2));
    assert.deepEqual(readdirSync(space.root), ["inside"]);
    assert.deepEqual(readdirSync(space.path("inside")).toSorted(), ["lockstep.config.mjs", "migrations"]);
    for (const file of readdirSync(space.path("inside/migrations"))) assert.match(file, /^\d+-[a-z0-9-]+\.sql$/);
  });

  it("writes over nothing, and through no link", { skip: onWindows }, () => {
    for (const target of ["outside.ts", "nothing.ts", "folder"]) {
      const space = workspace({
        "outside.ts": "mine",
        "migrations/001-a.ts": "export function up() {}",
        "folder/": "",
      });
      symlinkSync(space.path(target), space.path("migrations/002-x.ts"));
      const [end] = runCommands([{ args: ["new", "2-x"], cwd: space.root }]);
      assert.equal(end?.exitCode, 1, target);
      assert.match(end?.stderr ?? "", /^error\[version_duplicate\]/);
      assert.equal(readFileSync(space.path("outside.ts"), "utf8"), "mine");
      assert.equal(existsSync(space.path("nothing.ts")), false);
      assert.deepEqual(readdirSync(space.path("folder")), []);
    }
  });
});
