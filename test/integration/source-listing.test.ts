/** Listing a directory: which files count, in which order, and that it reads names and nothing else. */
import assert from "node:assert/strict";
import { rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { migrate, migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { workspace, type Files, type Workspace } from "../support/workspace.ts";

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

async function listed(files: Files): Promise<readonly string[]> {
  const space = workspace({ "migrations/": "", ...files });
  const known = await new MigrationRunner(optionsOf(space)).loadMigrations();
  space.remove();
  return known.map(({ version, name, file = "" }) => `${version} ${name}: ${relative(space.path("migrations"), file)}`);
}

describe("the listing of a directory", () => {
  it("is empty for an empty directory, and migrate() is then done without a database", async () => {
    const space = workspace({ "migrations/": "" });
    assert.deepEqual(await listed({}), []);
    const report = await migrate(optionsOf(space));
    assert.deepEqual([report.fromVersion, report.toVersion, report.applied], [0, 0, []]);
    assert.deepEqual(await new MigrationRunner(optionsOf(space)).status(), {
      database: space.path("app.db"),
      currentVersion: 0,
      upToDate: true,
      migrations: [],
    });
  });

  it("is by number, whatever the width, the separator and the layout", async () => {
    const files = {
      "migrations/10-ten.sql": "",
      "migrations/2-two.ts": "",
      "migrations/001_one.up.sql": "",
      "migrations/20260131120000-late.mjs": "",
      "migrations/0000000003-three/up.sql": "",
      "migrations/9007199254740991-last.sql": "",
    };
    assert.deepEqual(await listed(files), [
      "1 One: 001_one.up.sql",
      "2 Two: 2-two.ts",
      "3 Three: 0000000003-three/up.sql",
      "10 Ten: 10-ten.sql",
      "20260131120000 Late: 20260131120000-late.mjs",
      "9007199254740991 Last: 9007199254740991-last.sql",
    ]);
  });

  it("leaves out what is beside migrations", async () => {
    const beside = [
      "index.ts",
      "INDEX.SQL",
      "index.d.ts",
      "001-a.test.ts",
      "001-a.spec.sql",
      "002-b.d.ts",
      "002-b.d.mts",
      ".001-a.sql",
      "_001-a.sql",
      "_helper.ts",
      ".gitkeep",
      "README.md",
      "notes.txt",
      "001-notes.md",
      "001-a.sql.orig",
      "001-a.sql~",
      "data.json",
      "004-picture.png",
      "seeds/001-users.sql",
      "seeds/users.ts",
      "_old/001-a.sql",
    ];
    const files = Object.fromEntries(beside.map((name) => [`migrations/${name}`, "this is no migration"]));
    assert.deepEqual(await listed({ ...files, "migrations/001-a.sql": "" }), ["1 A: 001-a.sql"]);
  });

  it("takes a numbered folder for a migration, and no numbered file without an extension", async () => {
    assert.deepEqual(await listed({ "migrations/001-a/up.sql": "", "migrations/002-b": "" }), ["1 A: 001-a/up.sql"]);
  });

  it("takes a numbered link that leads nowhere, or to itself, for a folder that is to be read later", async () => {
    const space = workspace({ "migrations/001-a.sql": "CREATE TABLE a (x)" });
    symlinkSync("nowhere", space.path("migrations/002-b"));
    symlinkSync("003-c", space.path("migrations/003-c"));
    assert.deepEqual(
      (await new MigrationRunner(optionsOf(space)).loadMigrations()).map(({ version }) => version),
      [1, 2, 3],
    );
    await assert.rejects(migrate(optionsOf(space)), { code: "migration_unreadable" });
  });

  it("follows a link to a file, to a folder and to the directory itself", async () => {
    const space = workspace({ "kept/a.sql": "CREATE TABLE a (x)", "kept/b/up.sql": "CREATE TABLE b (x)", "real/": "" });
    symlinkSync(space.path("kept/a.sql"), space.path("real/001-a.sql"));
    symlinkSync(space.path("kept/b"), space.path("real/002-b"));
    symlinkSync(space.path("real"), space.path("migrations"));
    const { applied } = await migrate(optionsOf(space));
    assert.deepEqual(
      applied.map(({ name }) => name),
      ["A", "B"],
    );
  });

  it("takes the directory as a URL, and as a path with a slash at its end", () => {
    const space = workspace({ "migrations/001-a.sql": "CREATE TABLE a (x)" });
    const options = optionsOf(space);
    const byUrl = migrateSync({ ...options, migrations: pathToFileURL(space.path("migrations")) });
    assert.equal(byUrl.applied[0]?.file, space.path("migrations/001-a.sql"));
    assert.equal(migrateSync({ ...options, migrations: `${space.path("migrations")}/` }).applied.length, 0);
  });

  it("names files as the caller named their directory", async () => {
    const space = workspace({ "migrations/001-a.sql": "" });
    const directory = relative(process.cwd(), space.path("migrations"));
    const [first] = await new MigrationRunner({ ...optionsOf(space), migrations: directory }).loadMigrations();
    assert.equal(first?.file, `${directory}/001-a.sql`);
  });

  it("takes names with blanks, quotes, percent signs and letters of any script", async () => {
    const names = [
      "001-a b.mjs",
      '002-it\'s "quoted".mjs',
      "003-100%25 #1?.mjs",
      "004-größe.mjs",
      "005-表.mjs",
      "006-😀.sql",
    ];
    const space = workspace(
      Object.fromEntries(
        names.map((name, index) => [
          `migrations/${name}`,
          name.endsWith(".sql")
            ? "CREATE TABLE t5 (x)"
            : `export const up = (db) => db.exec("CREATE TABLE t${index} (x)")`,
        ]),
      ),
    );
    assert.equal((await migrate(optionsOf(space))).applied.length, names.length);
  });
});

describe("a start with nothing to do", () => {
  const three: Files = {
    "migrations/001-a.sql": "CREATE TABLE a (x)",
    "migrations/002-b.mjs": 'export const up = (db) => db.exec("CREATE TABLE b (x)")',
    "migrations/003-c/up.sql": "CREATE TABLE c (x)",
  };

  it("imports no module: one that would throw now does not", async () => {
    const space = workspace(three);
    await migrate(optionsOf(space));
    writeFileSync(space.path("migrations/002-b.mjs"), 'throw new Error("imported")');
    assert.equal((await migrate(optionsOf(space))).applied.length, 0);
    assert.equal(migrateSync(optionsOf(space)).applied.length, 0);
    assert.equal((await new MigrationRunner(optionsOf(space)).loadMigrations()).length, 3);
    assert.equal((await new MigrationRunner(optionsOf(space)).status()).upToDate, true);
  });

  it("reads no SQL: contents that are gone, and bytes that are no text, are not looked at", async () => {
    const space = workspace(three);
    await migrate(optionsOf(space));
    truncateSync(space.path("migrations/001-a.sql"));
    writeFileSync(space.path("migrations/003-c/up.sql"), Uint8Array.of(0xff, 0xfe, 0, 0));
    assert.equal((await migrate(optionsOf(space))).applied.length, 0);
    assert.equal(migrateSync(optionsOf(space)).applied.length, 0);
    assert.equal((await new MigrationRunner(optionsOf(space)).loadMigrations()).length, 3);
  });

  it("looks into no folder: one whose up.sql is gone is still the migration that was applied", async () => {
    const space = workspace(three);
    await migrate(optionsOf(space));
    rmSync(space.path("migrations/003-c/up.sql"));
    assert.equal((await migrate(optionsOf(space))).applied.length, 0);
  });

  it("opens no file: links to nothing in the place of all of them are enough", async () => {
    const space = workspace({
      "migrations/001-a.sql": "CREATE TABLE a (x)",
      "migrations/002-b.mjs": "export function up() {}",
    });
    await migrate(optionsOf(space));
    for (const name of ["001-a.sql", "002-b.mjs"]) {
      rmSync(space.path("migrations", name));
      symlinkSync(space.path("nowhere"), space.path("migrations", name));
    }
    assert.equal((await migrate(optionsOf(space))).applied.length, 0);
    assert.equal(migrateSync(optionsOf(space)).applied.length, 0);
  });

  it("knows a migration by its number, whatever its extension and its name have become", async () => {
    const space = workspace({
      "migrations/001-a.ts": "export function up() {}",
      "migrations/002-b.sql": "CREATE TABLE b (x)",
    });
    await migrate(optionsOf(space));
    space.write({ "dist/1_another-name.js": "throw new Error()", "dist/0002-b.up.sql": "CREATE TABLE b (x)" });
    assert.equal((await migrate({ ...optionsOf(space), migrations: space.path("dist") })).applied.length, 0);
  });

  it("reads a pending file only when there is one, and then those alone that are SQL or pending", async () => {
    const space = workspace(three);
    await migrate(optionsOf(space));
    writeFileSync(space.path("migrations/002-b.mjs"), 'throw new Error("imported")');
    space.write({ "migrations/004-d.sql": "CREATE TABLE d (x)" });
    assert.deepEqual(
      (await migrate(optionsOf(space))).applied.map(({ version }) => version),
      [4],
    );
  });
});
