/** Everything that is a migration: each layout, each extension, each way to export. What it says is what is done. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, migrateSync, MigrationRunner, type MigrateOptions, type MigrateReport } from "../../src/index.ts";
import { workspace, type Files, type Workspace } from "../support/workspace.ts";

const modes: Readonly<Record<string, (options: MigrateOptions) => MigrateReport | Promise<MigrateReport>>> = {
  migrate,
  migrateSync,
};

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

/** The tables of the user's own. */
function tablesOf(database: string): readonly string[] {
  const db = new DatabaseSync(database, { readOnly: true });
  const rows = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('metadata', 'lockstep_history')")
    .all();
  db.close();
  return rows.map(({ name }) => String(name));
}

const CREATE = 'db.exec("CREATE TABLE made (x)")';
const DROP = 'db.exec("DROP TABLE made")';

class Made {
  readonly version = 1;
  readonly table = "made";
  readonly down = "DROP TABLE made";

  up(db: DatabaseSync): void {
    db.exec(`CREATE TABLE ${this.table} (x)`);
  }
}

const layouts: Readonly<Record<string, Files>> = {
  "TypeScript as an ES module": {
    "migrations/001-made.ts": `import type { DatabaseSync } from "node:sqlite";
      export const up = (db: DatabaseSync): void => ${CREATE};
      export const down = (db: DatabaseSync): void => ${DROP};`,
  },
  "TypeScript as .mts": {
    "migrations/001-made.mts": `export function up(db: { exec(sql: string): void }) { ${CREATE}; }
      export function down(db: { exec(sql: string): void }) { ${DROP}; }`,
  },
  "TypeScript as .cts, which is CommonJS": {
    "migrations/001-made.cts": `type Db = { exec(sql: string): void };
      exports.up = (db: Db) => ${CREATE}; exports.down = (db: Db) => ${DROP};`,
  },
  "TypeScript in a package that is CommonJS": {
    "package.json": '{ "type": "commonjs" }',
    "migrations/001-made.ts": `type Db = { exec(sql: string): void };
      module.exports = { up: (db: Db) => ${CREATE}, down: (db: Db) => ${DROP} };`,
  },
  "JavaScript whose syntax shows that it is an ES module": {
    "migrations/001-made.js": `export const up = (db) => ${CREATE}; export const down = (db) => ${DROP};`,
  },
  "JavaScript in a package of ES modules": {
    "package.json": '{ "type": "module" }',
    "migrations/001-made.js": `export const up = (db) => ${CREATE}; export const down = (db) => ${DROP};`,
  },
  "JavaScript in a package that is CommonJS": {
    "package.json": '{ "type": "commonjs" }',
    "migrations/001-made.js": `exports.up = (db) => ${CREATE}; exports.down = (db) => ${DROP};`,
  },
  "JavaScript as .mjs": {
    "migrations/001-made.mjs": `export const up = (db) => ${CREATE}; export const down = (db) => ${DROP};`,
  },
  "JavaScript as .cjs": {
    "migrations/001-made.cjs": `module.exports = { up: (db) => ${CREATE}, down: (db) => ${DROP} };`,
  },
  "a default export": {
    "migrations/001-made.ts": `type Db = { exec(sql: string): void };
      export default { up: (db: Db) => ${CREATE}, down: (db: Db) => ${DROP} };`,
  },
  "a default export that is declared first and satisfies a type": {
    "migrations/001-made.ts": `type Db = { exec(sql: string): void };
      type Migration = { up(db: Db): void; down(db: Db): void };
      const migration = { up: (db: Db) => ${CREATE}, down: (db: Db) => ${DROP} } satisfies Migration;
      export default migration;`,
  },
  "a default export whose methods use their object": {
    "migrations/001-made.mjs": `export default {
        table: "made",
        up(db) { db.exec(\`CREATE TABLE \${this.table} (x)\`); },
        down(db) { db.exec(\`DROP TABLE \${this.table}\`); },
      };`,
  },
  "an instance of a class": {
    "migrations/001-made.mjs": `class Made { up(db) { this.run(db, "CREATE TABLE made (x)"); } down(db) { this.run(db, "DROP TABLE made"); }
      run(db, sql) { db.exec(sql); } }
      export default new Made();`,
  },
  "a class with static methods": {
    "migrations/001-made.mjs": `export default class { static up(db) { ${CREATE}; } static down(db) { ${DROP}; } }`,
  },
  "named exports, compiled from an ES module to CommonJS": {
    "migrations/001-made.cjs": `"use strict"; Object.defineProperty(exports, "__esModule", { value: true });
      exports.up = up; exports.down = down; function up(db) { ${CREATE}; } function down(db) { ${DROP}; }`,
  },
  "a default export, compiled from an ES module to CommonJS": {
    "migrations/001-made.cjs": `"use strict"; Object.defineProperty(exports, "__esModule", { value: true });
      exports.default = { up(db) { ${CREATE}; }, down(db) { ${DROP}; } };`,
  },
  "a helper that it imports": {
    "migrations/_table.ts": `export const create: string = "CREATE TABLE made (x)";`,
    "migrations/001-made.ts": `import { create } from "./_table.ts";
      export const up = (db: { exec(sql: string): void }) => db.exec(create);
      export const down = (db: { exec(sql: string): void }) => ${DROP};`,
  },
  "a file of SQL with sections": {
    "migrations/001-made.sql": "-- lockstep:up\nCREATE TABLE made (x);\n-- lockstep:down\nDROP TABLE made;\n",
  },
  "a file of SQL that is up until the section down": {
    "migrations/001-made.sql": "CREATE TABLE made (x);\n-- lockstep:down\nDROP TABLE made;\n",
  },
  "a pair of files": {
    "migrations/001-made.up.sql": "CREATE TABLE made (x)",
    "migrations/001-made.down.sql": "DROP TABLE made",
  },
  "a pair of files whose slugs differ: the number joins them": {
    "migrations/001-made.up.sql": "CREATE TABLE made (x)",
    "migrations/1_unmade.down.sql": "DROP TABLE made",
  },
  "a folder": {
    "migrations/001-made/up.sql": "CREATE TABLE made (x)",
    "migrations/001-made/down.sql": "DROP TABLE made",
  },
  "a folder with a byte order mark, CRLF and no last semicolon in its files": {
    "migrations/001-made/up.sql": "\uFEFF-- made\r\nCREATE TABLE made (\r\n  x\r\n)\r\n",
    "migrations/001-made/down.sql": "\uFEFFDROP TABLE made\r\n",
  },
  "SQL with a byte order mark and CRLF": {
    "migrations/001-made.sql":
      "\uFEFF-- lockstep:up\r\nCREATE TABLE made (x);\r\n\r\n-- lockstep:down\r\nDROP TABLE made;\r\n",
  },
  "an extension in capitals": {
    "migrations/001-MADE.SQL": "CREATE TABLE made (x);\n-- lockstep:down\nDROP TABLE made",
  },
};

describe("a migration may be written as", () => {
  for (const [about, files] of Object.entries(layouts)) {
    for (const [mode, call] of Object.entries(modes)) {
      it(`${about}, for ${mode}`, async () => {
        const space = workspace(files);
        const options = optionsOf(space);
        const { fromVersion, toVersion, applied } = await call(options);
        assert.deepEqual([fromVersion, toVersion, applied.length], [0, 1, 1]);
        assert.deepEqual(tablesOf(options.database), ["made"]);
        const { reverted } = await new MigrationRunner(options).rollback({ allowLoss: true });
        assert.equal(reverted.length, 1);
        assert.deepEqual(tablesOf(options.database), []);
        space.remove();
      });
    }
  }
});

describe("a migration in a plain array", () => {
  const down = "DROP TABLE made";
  const listed: Readonly<Record<string, MigrateOptions["migrations"]>> = {
    "may be SQL text": [{ version: 1, up: "CREATE TABLE made (x)", down }],
    "may be functions": [
      {
        version: 1,
        up: (db: DatabaseSync) => db.exec("CREATE TABLE made (x)"),
        down: (db: DatabaseSync) => db.exec(down),
      },
    ],
    "may be a function up and SQL text down": [
      { version: 1, up: (db: DatabaseSync) => db.exec("CREATE TABLE made (x)"), down },
    ],
    "may be an instance of a class": [new Made()],
    "may be several statements": [
      { version: 1, up: "CREATE TABLE gone (x); DROP TABLE gone; CREATE TABLE made (x);", down },
    ],
  };
  for (const [about, migrations] of Object.entries(listed)) {
    for (const [mode, call] of Object.entries(modes)) {
      it(`${about}, for ${mode}`, async () => {
        const space = workspace();
        const options = { ...optionsOf(space), migrations };
        assert.equal((await call(options)).toVersion, 1);
        assert.deepEqual(tablesOf(options.database), ["made"]);
        await new MigrationRunner(options).rollback({ allowLoss: true });
        assert.deepEqual(tablesOf(options.database), []);
        space.remove();
      });
    }
  }

  it("runs by number, whatever its place in the array", async () => {
    const space = workspace();
    const migrations = [10, 2, 1].map((version) => ({ version, up: `CREATE TABLE t${version} (x)` }));
    const { applied } = await migrate({ ...optionsOf(space), migrations });
    assert.deepEqual(
      applied.map(({ version, name, file }) => [version, name, file]),
      [
        [1, "Migration 1", undefined],
        [2, "Migration 2", undefined],
        [10, "Migration 10", undefined],
      ],
    );
  });

  it("is frozen as it is: the array is not touched", async () => {
    const space = workspace();
    const migrations = Object.freeze(
      [2, 1].map((version) => Object.freeze({ version, up: `CREATE TABLE t${version} (x)` })),
    );
    assert.equal((await migrate({ ...optionsOf(space), migrations })).applied.length, 2);
  });
});

async function applyOne(files: Files): Promise<MigrateReport["applied"][number]> {
  const space = workspace(files);
  const [first] = (await migrate(optionsOf(space))).applied;
  return first ?? assert.fail("nothing was applied");
}

describe("what a migration says about itself", () => {
  it("has the name that it exports", async () => {
    const { name } = await applyOne({
      "migrations/001-a.mjs": 'export const name = "Own name"; export function up() {}',
    });
    assert.equal(name, "Own name");
  });

  it("has the name of its file where it exports none", async () => {
    assert.equal(
      (await applyOne({ "migrations/001-add_user-field.mjs": "export function up() {}" })).name,
      "Add user field",
    );
  });

  it("may repeat its version", async () => {
    assert.equal(
      (await applyOne({ "migrations/007-a.mjs": "export const version = 7; export function up() {}" })).version,
      7,
    );
  });

  it("may be the number of a moment", async () => {
    const files = { "migrations/20260131120000-a.sql": "CREATE TABLE made (x)" };
    assert.equal((await applyOne(files)).version, 20_260_131_120_000);
  });

  it("is named in reports by the path that the caller used", async () => {
    const space = workspace({ "migrations/001-a.sql": "SELECT 1" });
    const [first] = migrateSync(optionsOf(space)).applied;
    assert.equal(first?.file, space.path("migrations", "001-a.sql"));
  });
});
