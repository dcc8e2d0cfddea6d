/**
 * The table of docs/sqlite.md: what SQLite changes by itself, and since when, is tried on this SQLite; what lockstep does is what its
 * plan says.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { driverNames, openHandle } from "../support/handle.ts";
import { workspace } from "../support/workspace.ts";
import { readPage } from "./support/page.ts";

/** What a row of the table means: a table before, the one that is wanted, and how SQLite's own ALTER TABLE would say it. */
interface Change {
  readonly before: string;
  readonly after: string;
  /** Behind the parentheses of the wanted table. */
  readonly options?: string;
  /** Behind `ALTER TABLE t`; missing where SQLite has no form for it. */
  readonly native?: string;
  /** Behind the wanted table. */
  readonly directive?: string;
}

const PLAIN = "a INTEGER PRIMARY KEY, b INTEGER, c TEXT";

const CHANGES: Readonly<Record<string, Change>> = {
  "rename a column": {
    before: PLAIN,
    after: "a INTEGER PRIMARY KEY, d INTEGER, c TEXT",
    native: "RENAME COLUMN b TO d",
    directive: "renamed d from b",
  },
  "add a column": { before: PLAIN, after: `${PLAIN}, d TEXT DEFAULT 'x'`, native: "ADD COLUMN d TEXT DEFAULT 'x'" },
  "add a column with a default that is computed": {
    before: PLAIN,
    after: `${PLAIN}, d TEXT DEFAULT (lower('X'))`,
    native: "ADD COLUMN d TEXT DEFAULT (lower('X'))",
  },
  "add a column that is a key": {
    before: PLAIN,
    after: `${PLAIN}, d TEXT UNIQUE`,
    native: "ADD COLUMN d TEXT UNIQUE",
  },
  "add a generated column, virtual": {
    before: PLAIN,
    after: `${PLAIN}, d INTEGER AS (b + 1)`,
    native: "ADD COLUMN d INTEGER AS (b + 1)",
  },
  "add a generated column, stored": {
    before: PLAIN,
    after: `${PLAIN}, d INTEGER AS (b + 1) STORED`,
    native: "ADD COLUMN d INTEGER AS (b + 1) STORED",
  },
  "drop a column": {
    before: PLAIN,
    after: "a INTEGER PRIMARY KEY, b INTEGER",
    native: "DROP COLUMN c",
    directive: "drop c",
  },
  "drop a column that is a key": {
    before: `${PLAIN}, d TEXT UNIQUE`,
    after: PLAIN,
    native: "DROP COLUMN d",
    directive: "drop d",
  },
  "add NOT NULL": {
    before: PLAIN,
    after: "a INTEGER PRIMARY KEY, b INTEGER NOT NULL, c TEXT",
    native: "ALTER COLUMN b SET NOT NULL",
  },
  "drop NOT NULL": {
    before: "a INTEGER PRIMARY KEY, b INTEGER NOT NULL, c TEXT",
    after: PLAIN,
    native: "ALTER COLUMN b DROP NOT NULL",
  },
  "add a CHECK": {
    before: PLAIN,
    after: `${PLAIN}, CONSTRAINT k CHECK (b > 0)`,
    native: "ADD CONSTRAINT k CHECK (b > 0)",
  },
  "drop a CHECK": {
    before: `${PLAIN}, CONSTRAINT k CHECK (b > 0)`,
    after: PLAIN,
    native: "DROP CONSTRAINT k",
  },
  "change a default": {
    before: PLAIN,
    after: "a INTEGER PRIMARY KEY, b INTEGER DEFAULT 7, c TEXT",
    native: "ALTER COLUMN b SET DEFAULT 7",
  },
  "add or drop a foreign key": {
    before: PLAIN,
    after: `${PLAIN}, FOREIGN KEY (b) REFERENCES t (a)`,
    native: "ADD FOREIGN KEY (b) REFERENCES t (a)",
  },
  "add or drop UNIQUE": { before: PLAIN, after: `${PLAIN}, UNIQUE (c)`, native: "ADD UNIQUE (c)" },
  "change the primary key": {
    before: PLAIN,
    after: "a INTEGER NOT NULL, b INTEGER PRIMARY KEY, c TEXT",
    native: "ADD PRIMARY KEY (b)",
  },
  "change a type, stored alike": {
    before: "a INTEGER PRIMARY KEY, b INTEGER, c VARCHAR(20)",
    after: PLAIN,
    native: "ALTER COLUMN c TYPE TEXT",
  },
  "change a type, stored otherwise": {
    before: PLAIN,
    after: "a INTEGER PRIMARY KEY, b REAL, c TEXT",
    native: "ALTER COLUMN b TYPE REAL",
  },
  "change a collation": { before: PLAIN, after: "a INTEGER PRIMARY KEY, b INTEGER, c TEXT COLLATE NOCASE" },
  "change the order of columns": { before: PLAIN, after: "a INTEGER PRIMARY KEY, c TEXT, b INTEGER" },
  "add or drop AUTOINCREMENT": { before: PLAIN, after: PLAIN.replace("KEY", "KEY AUTOINCREMENT") },
  "add or drop STRICT": { before: PLAIN, after: PLAIN, options: "STRICT" },
  "add or drop WITHOUT ROWID": { before: PLAIN, after: PLAIN, options: "WITHOUT ROWID" },
  "change a comment": { before: PLAIN, after: PLAIN.replace("b INTEGER", "b INTEGER /* pence */") },
};

const WORDS = { native: "native", schema_edit: "schema edit", rebuild: "rebuild", none: "nothing" } as const;

const [, table = assert.fail("docs/sqlite.md says nothing about changing a table")] =
  /\n## Changing a table\n(.*?)\n## /s.exec(readPage("docs/sqlite.md").text) ?? [];
const rows = table
  .split("\n")
  .filter((line) => /^\| (?!change +\||-)/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, change = "", since = "", method = ""]) => ({ change, since, method }));

describe("the table of docs/sqlite.md", () => {
  it("has the changes that are tried here", () => {
    assert.deepEqual(rows.map(({ change }) => change).toSorted(), Object.keys(CHANGES).toSorted());
  });

  for (const { change, since, method } of rows) {
    const { before, after, options = "", native, directive } = CHANGES[change] ?? { before: PLAIN, after: PLAIN };
    for (const driver of driverNames) {
      it(`is right about what lockstep does to ${change}, with ${driver}`, async () => {
        const there = `CREATE TABLE t (${before})`;
        const wanted = `CREATE TABLE t (${after}) ${options}`;
        const database = workspace().path("app.db");
        assert.equal(await methodOf({ database, driver }, there, wanted, directive), method);
        if (!change.startsWith("add or drop")) return;
        assert.equal(await methodOf({ database: workspace().path("app.db"), driver }, wanted, there), method);
      });

      it(`is right about what SQLite does by itself to ${change}, with ${driver}`, () => {
        const handle = openHandle(driver, ":memory:");
        handle.exec(`CREATE TABLE t (${before}); INSERT INTO t (a, b, c) VALUES (1, 1, 'x')`);
        const alter = (): unknown => handle.exec(`ALTER TABLE t ${native ?? "SET NOTHING"}`);
        if (since === "–" || isOlder(versionOf(handle), since)) assert.throws(alter);
        else alter();
        handle.close();
      });
    }
    if (method !== "schema edit") continue;
    it(`is right about a handle that allows no schema edit: there it is a rebuild to ${change}`, async () => {
      const handle = openHandle("better-sqlite3", workspace().path("app.db"));
      const [there, wanted] = [before, after].map((columns) => `CREATE TABLE t (${columns})`) as [string, string];
      assert.equal(await methodOf({ database: handle }, there, wanted), "rebuild");
      handle.close();
    });
  }
});

/** What the plan says of the change, which is then made. */
async function methodOf(
  options: Pick<MigrateOptions, "database" | "driver">,
  there: string,
  wanted: string,
  directive?: string,
): Promise<string> {
  const up = `-- lockstep:rebuild\n${wanted};\n${directive === undefined ? "" : `-- lockstep:${directive}`}`;
  const migrations = [
    { version: 1, up: `${there};\nINSERT INTO t (a, b, c) VALUES (1, 1, 'x');` },
    { version: 2, up },
  ];
  const runner = new MigrationRunner({ ...options, migrations });
  await runner.runMigrations({ to: 1 });
  const rebuild = (await runner.plan()).steps[0]?.statements[0]?.rebuild;
  await runner.runMigrations();
  return rebuild?.kind === "known" ? WORDS[rebuild.method] : JSON.stringify(rebuild);
}

function versionOf(handle: ReturnType<typeof openHandle>): string {
  return (handle.prepare("SELECT sqlite_version() AS version").get() as { version: string }).version;
}

function isOlder(version: string, since: string): boolean {
  const [, minor = 0] = version.split(".").map(Number);
  return since !== "always" && minor < Number(since.split(".")[1]);
}
