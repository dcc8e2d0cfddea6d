/** A table is changed by the cheapest way that ends at the wanted one, and the plan says which that is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { betterSqlite3 } from "../../src/driver/better-sqlite3.ts";
import { MigrationRunner, type DriverName } from "../../src/index.ts";
import { databaseOf, openOwn, rebuild, upThrough } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { faultyConnection } from "../support/faulty-connection.ts";
import { driverNames, openHandle, rows } from "../support/handle.ts";

useFastFiles();

type Method = "none" | "native" | "schema_edit" | "rebuild";

/** A table, what it is to be, and how it gets there. */
interface Case {
  readonly table: string;
  /** How the rows come in. */
  readonly fill?: string;
  readonly wanted: string;
  readonly directives?: readonly string[];
  readonly method: Method;
}

const FILL = "INSERT INTO t (id, a, b) VALUES (1, 1, 1), (2, 2, 2)";
const TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT)";

const cases: Readonly<Record<string, Case>> = {
  "the table as it is": { table: TABLE, wanted: TABLE, method: "none" },
  "other white space, case of keywords and quotes": {
    table: TABLE,
    wanted: 'create table "t" (\n  [id] integer primary key,\n  `a` int, b text\n)',
    method: "none",
  },
  "a column at the end": { table: TABLE, wanted: TABLE.replace(")", ", c TEXT)"), method: "native" },
  "a column with a default at the end": {
    table: TABLE,
    wanted: TABLE.replace(")", ", c INT NOT NULL DEFAULT -1)"),
    method: "native",
  },
  "a virtual column at the end": { table: TABLE, wanted: TABLE.replace(")", ", c AS (a + 1))"), method: "native" },
  "two columns at the end": {
    table: TABLE,
    wanted: TABLE.replace(")", ", c, d TEXT COLLATE nocase)"),
    method: "native",
  },
  "a column with a reference at the end": {
    table: TABLE,
    wanted: TABLE.replace(")", ", up INT REFERENCES t (id) ON DELETE CASCADE)"),
    method: "native",
  },
  "a column in the middle": {
    table: TABLE,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, c TEXT, b TEXT)",
    method: "rebuild",
  },
  "a unique column at the end": { table: TABLE, wanted: TABLE.replace(")", ", c UNIQUE)"), method: "rebuild" },
  "a column whose default is computed": {
    table: TABLE,
    wanted: TABLE.replace(")", ", c DEFAULT (1 + 1))"),
    method: "rebuild",
  },
  "a stored column at the end": { table: TABLE, wanted: TABLE.replace(")", ", c AS (a) STORED)"), method: "rebuild" },
  "a column with a check at the end": {
    table: TABLE,
    wanted: TABLE.replace(")", ", c CHECK (c > 0))"),
    method: "rebuild",
  },
  "a virtual column behind a default that its STRICT type refuses": {
    table: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, v INT AS (a), b TEXT DEFAULT 1) STRICT",
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, v INT AS (a), b TEXT DEFAULT 1, c INT AS (a)) STRICT",
    method: "rebuild",
  },
  "one column less": {
    table: TABLE,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
    directives: ["drop b"],
    method: "native",
  },
  "two columns less": {
    table: TABLE,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY)",
    directives: ["drop a, b"],
    method: "rebuild",
  },
  "one column less and one more": {
    table: TABLE,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, c TEXT)",
    directives: ["drop b"],
    method: "rebuild",
  },
  "another name for a column": {
    table: TABLE,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, c TEXT)",
    directives: ["renamed c from b"],
    method: "native",
  },
  "another default": { table: TABLE, wanted: TABLE.replace("b TEXT", "b TEXT DEFAULT 'x'"), method: "schema_edit" },
  "a check": { table: TABLE, wanted: TABLE.replace("a INT", "a INT CHECK (a > 0)"), method: "schema_edit" },
  "a check less": {
    table: TABLE.replace("a INT", "a INT CHECK (a > 0)"),
    wanted: TABLE,
    method: "schema_edit",
  },
  "NOT NULL": { table: TABLE, wanted: TABLE.replace("b TEXT", "b TEXT NOT NULL"), method: "schema_edit" },
  "NOT NULL no more": { table: TABLE.replace("b TEXT", "b TEXT NOT NULL"), wanted: TABLE, method: "schema_edit" },
  "a foreign key": { table: TABLE, wanted: TABLE.replace("a INT", "a INT REFERENCES t (id)"), method: "schema_edit" },
  "another name of a constraint": {
    table: TABLE.replace("a INT", "a INT CONSTRAINT one UNIQUE"),
    wanted: TABLE.replace("a INT", "a INT CONSTRAINT two UNIQUE"),
    method: "schema_edit",
  },
  "what is done with a conflict": {
    table: TABLE.replace("a INT", "a INT UNIQUE"),
    wanted: TABLE.replace("a INT", "a INT UNIQUE ON CONFLICT REPLACE"),
    method: "schema_edit",
  },
  "a type of the same affinity": {
    table: TABLE,
    wanted: TABLE.replace("b TEXT", "b VARCHAR(20)"),
    method: "schema_edit",
  },
  "another case of a column's name": { table: TABLE, wanted: TABLE.replace("b TEXT", "B TEXT"), method: "schema_edit" },
  "a comment": { table: TABLE, wanted: TABLE.replace("b TEXT", "b TEXT /* why */"), method: "schema_edit" },
  "another default for rows that have no value of their own": {
    table: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
    fill: "INSERT INTO t VALUES (1, 1); ALTER TABLE t ADD COLUMN b TEXT",
    wanted: TABLE.replace("b TEXT", "b TEXT DEFAULT 'x'"),
    method: "rebuild",
  },
  "another type": { table: TABLE, wanted: TABLE.replace("b TEXT", "b BLOB"), method: "rebuild" },
  "another collation": { table: TABLE, wanted: TABLE.replace("b TEXT", "b TEXT COLLATE NOCASE"), method: "rebuild" },
  UNIQUE: { table: TABLE, wanted: TABLE.replace("b TEXT", "b TEXT UNIQUE"), method: "rebuild" },
  "keys whose indexes have other numbers": {
    table: "CREATE TABLE t (id INTEGER, a INT, b TEXT UNIQUE, PRIMARY KEY (id, a))",
    wanted: "CREATE TABLE t (id INTEGER, a INT DEFAULT 5, b TEXT, PRIMARY KEY (id, a), UNIQUE (b))",
    method: "rebuild",
  },
  "keys in another order and nothing else": {
    table: "CREATE TABLE t (id INTEGER, a INT, b TEXT UNIQUE, PRIMARY KEY (id, a))",
    wanted: "CREATE TABLE t (id INTEGER, a INT, b TEXT, PRIMARY KEY (id, a), UNIQUE (b))",
    method: "none",
  },
  "another primary key": {
    table: TABLE,
    wanted: "CREATE TABLE t (id INTEGER, a INT PRIMARY KEY, b TEXT)",
    method: "rebuild",
  },
  AUTOINCREMENT: { table: TABLE, wanted: TABLE.replace("KEY", "KEY AUTOINCREMENT"), method: "rebuild" },
  STRICT: { table: TABLE, wanted: `${TABLE} STRICT`, method: "rebuild" },
  "WITHOUT ROWID": { table: TABLE, wanted: `${TABLE} WITHOUT ROWID`, method: "rebuild" },
  "another order of columns": {
    table: TABLE,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT, a INT)",
    method: "rebuild",
  },
  "values that are computed": { table: TABLE, wanted: TABLE, directives: ["copy a = a + 1"], method: "rebuild" },
  "a new column in the place of one of the same name": {
    table: TABLE,
    wanted: TABLE,
    directives: ["drop b"],
    method: "rebuild",
  },
};

/** How it was done, by what was run. */
function methodOf(calls: readonly string[]): Method {
  if (calls.some((sql) => /^INSERT OR ABORT INTO|^WITH .* INSERT OR ABORT INTO/s.test(sql))) return "rebuild";
  if (calls.some((sql) => /^ALTER TABLE \S+ (?:ADD|DROP|RENAME) COLUMN/.test(sql))) return "native";
  return calls.some((sql) => sql.startsWith("UPDATE main.sqlite_schema")) ? "schema_edit" : "none";
}

async function change(database: string, sql: string, driver: DriverName): Promise<readonly string[]> {
  const own = openOwn(database, driver);
  const connection = faultyConnection(own, { call: 0, moment: "before", kind: undefined });
  await upThrough(connection, { migrations: [{ version: 1, up: sql }] });
  await own.close();
  return connection.calls;
}

describe("the method of a change", () => {
  for (const [what, { table, fill = FILL, wanted, directives = [], method }] of Object.entries(cases)) {
    for (const driver of driverNames) {
      it(`is ${method} for ${what}, with ${driver}`, async () => {
        const database = databaseOf(`${table}; ${fill}`, driver);
        const sql = rebuild(wanted, ...directives);
        const plan = await new MigrationRunner({ database, driver, migrations: [{ version: 1, up: sql }] }).plan();
        const predicted = plan.steps[0]?.statements[0]?.rebuild;
        assert.equal(predicted?.kind, "known", JSON.stringify(predicted));
        assert.equal(methodOf(await change(database, sql, driver)), method);
        // Whether rows have values of their own shows only when the text is changed.
        const isKnownLater = what.endsWith("no value of their own");
        assert.equal(predicted.method, isKnownLater ? "schema_edit" : method);
      });
    }
  }
});

/** On a handle of somebody else, whose defensive mode is on, the stored text of a table cannot be changed. */
const guarded: Readonly<Record<string, Case>> = {
  "another default": { table: TABLE, wanted: TABLE.replace("b TEXT", "b TEXT DEFAULT 'x'"), method: "rebuild" },
  "a comment": { table: TABLE, wanted: TABLE.replace("b TEXT", "b TEXT /* why */"), method: "rebuild" },
  "a comment less": { table: TABLE.replace("b TEXT", "b TEXT /* why */"), wanted: TABLE, method: "none" },
  "a column with a comment": { table: TABLE, wanted: TABLE.replace(")", ", c /* why */ TEXT)"), method: "native" },
  "a column with a comment behind it": {
    table: TABLE,
    wanted: TABLE.replace(")", ", c TEXT /* why */)"),
    method: "rebuild",
  },
  "a table whose CHECK names it": {
    table: TABLE.replace(")", ", CHECK (t.a > 0))"),
    wanted: TABLE.replace("a INT", "a REAL").replace(")", ", CHECK (t.a > 0))"),
    method: "rebuild",
  },
  "a column with a comment less": {
    table: TABLE.replace("b TEXT", "b TEXT /* why */"),
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
    directives: ["drop b"],
    method: "rebuild",
  },
};

describe("the method of a change on a handle that guards the schema", () => {
  for (const [what, { table, fill = FILL, wanted, directives = [], method }] of Object.entries(guarded)) {
    it(`is ${method} for ${what}`, async () => {
      // Of node:sqlite only newer versions have such a guard.
      const handle = openHandle("better-sqlite3", databaseOf(`${table}; ${fill}`, "better-sqlite3"));
      const migrations = [{ version: 1, up: rebuild(wanted, ...directives) }];
      const plan = await new MigrationRunner({ database: handle, migrations }).plan();
      const predicted = plan.steps[0]?.statements[0]?.rebuild;
      assert.equal(predicted?.kind === "known" ? predicted.method : predicted?.kind, method);
      const connection = faultyConnection(betterSqlite3.adopt(handle), { call: 0, moment: "before", kind: undefined });
      await upThrough(connection, { migrations });
      assert.equal(methodOf(connection.calls), method);
      const [{ sql = "" } = {}] = rows(handle, "SELECT sql FROM sqlite_schema WHERE name = 't'");
      if (wanted.includes("why")) assert.match(String(sql), /why/);
      handle.close();
    });
  }
});

describe("a schema edit", () => {
  it("checks the rows against new conditions by one scan, and does not look them up in their indexes", async () => {
    const database = databaseOf(`${TABLE}; ${FILL}; CREATE INDEX i ON t (b)`);
    const wanted = TABLE.replace("b TEXT", "b TEXT NOT NULL CHECK (length(b) < 9)");
    const calls = await change(database, rebuild(wanted), "node:sqlite");
    assert.equal(methodOf(calls), "schema_edit");
    const checks = calls.filter((sql) => /integrity_check|typeof\("b"\) = 'null'/.test(sql));
    assert.equal(checks.length, 1);
    assert.match(checks[0] ?? "", /^SELECT total\(.* FROM main\."t" NOT INDEXED$/s);
  });
});

describe("a column that goes where SQLite itself drops none", () => {
  for (const [what, sql] of [
    ["a broken view", "CREATE VIEW v AS SELECT * FROM gone"],
    [
      "a broken trigger",
      "CREATE TABLE u (x); CREATE TRIGGER r AFTER INSERT ON u BEGIN INSERT INTO gone VALUES (1); END",
    ],
  ] as const) {
    it(`is left out by a rebuild, as it is planned, beside ${what}`, async () => {
      const database = databaseOf(`${TABLE}; ${FILL}; ${sql}`);
      const up = rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)", "drop b");
      const migrations = [{ version: 1, up }];
      const plan = await new MigrationRunner({ database, migrations, allow: ["drop_column"] }).plan();
      const planned = plan.steps[0]?.statements[0]?.rebuild;
      assert.equal(planned?.kind === "known" && planned.method, "rebuild");
      assert.equal(methodOf(await change(database, up, "node:sqlite")), "rebuild");
    });
  }
});

describe("a table with very many columns", () => {
  const wide = (column: (name: string) => string): string =>
    `CREATE TABLE t (${Array.from({ length: 1500 }, (_, index) => column(`c${index}`)).join(", ")})`;
  const setup = `${wide((name) => `${name} INT DEFAULT 1`)}; INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES`;

  for (const [what, column, method] of [
    [
      "gets as many new conditions",
      (name: string) => `${name} INT NOT NULL DEFAULT 1 CHECK (${name} > 0)`,
      "schema_edit",
    ],
    ["gets as many new defaults", (name: string) => `${name} INT DEFAULT 2`, "schema_edit"],
    ["gets as many new types", (name: string) => `${name} REAL DEFAULT 1`, "rebuild"],
  ] as const) {
    it(`${what}, as it is planned`, async () => {
      const database = databaseOf(setup);
      const up = rebuild(wide(column));
      const plan = await new MigrationRunner({ database, migrations: [{ version: 1, up }] }).plan();
      const planned = plan.steps[0]?.statements[0]?.rebuild;
      assert.deepEqual(planned?.kind === "known" && [planned.method, planned.rows], [method, 2]);
      assert.equal(methodOf(await change(database, up, "node:sqlite")), method);
    });
  }
});
