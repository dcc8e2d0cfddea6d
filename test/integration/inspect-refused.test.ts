/** What cannot be read for sure is refused by name, and reading asks no more questions than it needs. */
import assert from "node:assert/strict";
import Database from "better-sqlite3";
import { describe, it } from "node:test";
import { DatabaseSync } from "node:sqlite";
import { runAsync, runSync } from "../../src/core/task.ts";
import type { Schema } from "../../src/core/schema/schema.ts";
import type { Connection, Row } from "../../src/driver/driver.ts";
import { nodeSqlite } from "../../src/driver/node-sqlite.ts";
import { inspectSync } from "../../src/inspect-database.ts";
import { readSchema } from "../../src/inspect/read-schema.ts";
import type { LockstepError } from "../../src/index.ts";
import { AsynchronousDatabase, asynchronousDriver } from "../support/asynchronous-driver.ts";
import { faultyConnection } from "../support/faulty-connection.ts";
import { thrown } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";

function read(connection: Connection, compared = new Set<string>()): Schema {
  const reader = { connection, database: "app.db", parsed: new Map(), compared };
  return runSync(readSchema(reader), () => new Error("a promise"));
}

/** A connection to a database that this SQL made. */
function connect(sql: string): Connection {
  const database = new DatabaseSync(":memory:");
  database.exec(sql);
  return nodeSqlite.adopt(database);
}

/** The same connection, except that it says something else in these rows. */
function lying(inner: Connection, lie: (row: Row, sql: string) => Row): Connection {
  const query: Connection["query"] = (sql, parameters) => {
    const answer = inner.query(sql, parameters) as readonly Row[];
    return answer.map((row) => lie(row, sql));
  };
  return { ...inner, isOpen: true, query };
}

/** The refusal of a schema in which one column of the rows that have it is something else. */
function refusalWith(sql: string, column: string, value: string | number): LockstepError {
  const connection = lying(connect(sql), (row) =>
    // The rows of the schema's table have a type too.
    column in row && (column === "tbl_name" || !("sql" in row)) && !("wr" in row && column === "type")
      ? { ...row, [column]: value }
      : row,
  );
  return thrown(() => read(connection), "schema_unreadable");
}

describe("inspect refuses", () => {
  it("a definition that a later SQLite may write, and says where it is", () => {
    const connection = connect("CREATE TABLE a (x); CREATE TABLE b (\n  x INT,\n  y INT\n)");
    const later = lying(connection, (row) =>
      row["name"] === "b" && "sql" in row
        ? { ...row, sql: String(row["sql"]).replace("y INT", "y INT CHECK y > 1") }
        : row,
    );
    const { details } = thrown(() => read(later), "schema_unreadable");
    assert.equal(
      details.problem,
      'the table "b" cannot be read: expected "(" and found "y" in line 3, column 15 of its definition: y INT CHECK y > 1',
    );
    assert.deepEqual(details.place, { kind: "database", database: "app.db" });
    assert.equal(details.outcome, "unchanged");
    assert.match(
      details.hint,
      /^SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'b' shows its definition/,
    );
  });

  const schema = `CREATE TABLE p (k INTEGER PRIMARY KEY); CREATE TABLE t (a TEXT NOT NULL DEFAULT 'x' UNIQUE, b AS (a),
    c REFERENCES p (k) ON DELETE CASCADE); CREATE UNIQUE INDEX i ON t (a DESC) WHERE a > 1`;
  for (const [about, column, value, says] of [
    ["a type", "type", "BLOB", /of the column "k" the text says type "INTEGER", and SQLite "BLOB"/],
    ["NOT NULL", "notnull", 1, /of the column "k" the text says NOT NULL 0, and SQLite 1/],
    ["a default", "dflt_value", "'y'", /of the column "k" the text says DEFAULT none, and SQLite "'y'"/],
    ["the place of a column", "cid", 7, /of the column "k" the text says position 0, and SQLite 7/],
    ["the primary key", "pk", 2, /of the column "k" the text says position in the primary key 1, and SQLite 2/],
    ["a generated column", "hidden", 3, /of the column "k" the text says GENERATED 0, and SQLite 3/],
    ["WITHOUT ROWID", "wr", 1, /of the table the text says WITHOUT ROWID 0, and SQLite 1/],
    ["STRICT", "strict", 1, /of the table the text says STRICT 0, and SQLite 1/],
    ["a unique index", "unique", 0, /of the index "sqlite_autoindex_t_1" the text says UNIQUE 1, and SQLite 0/],
    ["where an index comes from", "origin", "pk", /the text says origin "u", and SQLite "pk"/],
    ["a partial index", "partial", 1, /of the index "sqlite_autoindex_t_1" the text says partial 0, and SQLite 1/],
    ["a collation", "coll", "RTRIM", /the text says columns .*binary.*, and SQLite .*rtrim/],
    ["a parent", "parent", "q", /of the foreign key with the number 0 the text says REFERENCES "p", and SQLite "q"/],
    ["a column of a parent", "to", "l", /the text says columns referred to .*k.*, and SQLite .*l/],
    ["ON DELETE", "on_delete", "RESTRICT", /the text says ON DELETE "CASCADE", and SQLite "RESTRICT"/],
    ["ON UPDATE", "on_update", "CASCADE", /the text says ON UPDATE "NO ACTION", and SQLite "CASCADE"/],
    ["the columns of a foreign key", "from", "a", /the text says columns .*c.*, and SQLite .*a/],
    [
      "the table of an index",
      "tbl_name",
      "q",
      /the index "i" was not read as SQLite reads it: its text says that it is on "t"/,
    ],
  ] as const) {
    it(`a table of which SQLite says something else: ${about}`, () => {
      const { details } = refusalWith(schema, column, value);
      assert.match(details.problem, says);
      assert.match(details.problem, /^the (?:table "[pt]"|index "i") was not read as SQLite reads it: /);
    });
  }

  it("an object that has another name, or another kind, than its text says", () => {
    const named = lying(connect("CREATE TABLE a (x)"), (row) => ("rootpage" in row ? { ...row, name: "b" } : row));
    assert.match(thrown(() => read(named), "schema_unreadable").details.problem, /table "b" .* its text names it "a"$/);
    const typed = lying(connect("CREATE VIEW a AS SELECT 1"), (row) =>
      "rootpage" in row ? { ...row, type: "trigger" } : row,
    );
    assert.match(
      thrown(() => read(typed), "schema_unreadable").details.problem,
      /trigger "a" .* its text makes a view$/,
    );
  });

  it("an object that SQLite lists as something else", () => {
    const listed = lying(connect("CREATE VIEW a AS SELECT 1"), (row) =>
      "wr" in row ? { ...row, type: "table" } : row,
    );
    const { details } = thrown(() => read(listed), "schema_unreadable");
    assert.equal(details.problem, 'the view "a" was not read as SQLite reads it: SQLite lists it as a table');
  });

  it("an index or a column that only one of the two knows", () => {
    const without = (column: string, label: RegExp): void => {
      const inner = connect("CREATE TABLE t (a, b UNIQUE)");
      const query: Connection["query"] = (sql, parameters) =>
        (inner.query(sql, parameters) as readonly Row[]).filter((row) => !(column in row) || row["name"] !== "b");
      const connection = { ...inner, isOpen: true, query };
      assert.match(thrown(() => read(connection), "schema_unreadable").details.problem, label);
    };
    without("cid", /SQLite knows nothing of the column "b"$/);
    const more = lying(connect("CREATE TABLE t (a, b UNIQUE)"), (row) =>
      "sql" in row ? { ...row, sql: "CREATE TABLE t (a, b)" } : row,
    );
    const { details } = thrown(() => read(more), "schema_unreadable");
    assert.match(details.problem, /only SQLite knows of the index "sqlite_autoindex_t_1"$/);
  });
});

describe("inspect", () => {
  it("asks no more questions of many tables than of one", () => {
    const questions = (tables: number): readonly string[] => {
      const script = Array.from({ length: tables }, (_, index) => {
        const name = `t${index}`;
        return `CREATE TABLE ${name} (a PRIMARY KEY, b REFERENCES t0); CREATE INDEX i${index} ON ${name} (b);`;
      });
      const connection = faultyConnection(connect(script.join("")), { call: 0, moment: "before", kind: undefined });
      assert.equal(read(connection).tables.length, tables);
      return connection.calls;
    };
    assert.deepEqual(questions(200), questions(1));
    assert.ok(questions(1).length < 10);
  });

  it("reads again where another connection changes the schema meanwhile", () => {
    const space = workspace();
    const database = new DatabaseSync(space.path("app.db"));
    database.exec("CREATE TABLE t (a)");
    const other = new DatabaseSync(space.path("app.db"));
    const inner = nodeSqlite.adopt(database);
    let asked = 0;
    const query: Connection["query"] = (sql, parameters) => {
      asked += 1;
      if (asked === 3) other.exec("ALTER TABLE t ADD COLUMN b");
      if (asked === 11) other.exec("CREATE TABLE u (a)");
      return inner.query(sql, parameters);
    };
    const { tables } = read({ ...inner, isOpen: true, query });
    assert.deepEqual(
      tables.map(({ name, columns }) => [name, columns.length]),
      [
        ["t", 2],
        ["u", 1],
      ],
    );
    other.close();
    database.close();
  });

  it("what differs in a table that has changed since it was read, and asks no more about those that have not", () => {
    const inner = connect("CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x)");
    const asked: unknown[] = [];
    const connection = lying(inner, (row, sql) => {
      if (!sql.includes("pragma_table_xinfo")) return row;
      asked.push(row["owner"]);
      return row["name"] === "y" ? { ...row, type: "BLOB" } : row;
    });
    const compared = new Set<string>();
    read(connection, compared);
    inner.execute("ALTER TABLE b ADD COLUMN z; CREATE INDEX i ON c (x)");
    read(connection, compared);
    read(connection, compared);
    assert.deepEqual(asked, ["a", "b", "c", "b", "b", "c"]);
    inner.execute("ALTER TABLE a ADD COLUMN y TEXT");
    const { details } = thrown(() => read(connection, compared), "schema_unreadable");
    assert.match(details.problem, /the table "a" .* the column "y" the text says type "TEXT", and SQLite "BLOB"/);
  });

  it("reads through a driver that gives promises", async () => {
    const database = new AsynchronousDatabase(":memory:");
    await database.exec("CREATE TABLE t (a UNIQUE)");
    await database.exec("CREATE INDEX i ON t (a DESC)");
    const connection = asynchronousDriver.adopt(database);
    const schema = await runAsync(
      readSchema({ connection, database: "app.db", parsed: new Map(), compared: new Set<string>() }),
    );
    assert.deepEqual([schema.tables.length, schema.indexes.length], [1, 1]);
    await database.close();
  });

  it("refuses a definition whose bytes are no text, and takes one that only has the sign for such", () => {
    const database = new Database(":memory:");
    database.unsafeMode(true);
    database.exec(
      `CREATE TABLE t (a CHECK (a <> '\uFFFD')); CREATE INDEX i ON t (a) WHERE a <> 'Q'; PRAGMA writable_schema = ON`,
    );
    assert.equal(inspectSync({ database }).indexes.length, 1);
    database.exec(`UPDATE sqlite_schema SET sql = CAST(replace(CAST(sql AS BLOB), 'Q', X'E9') AS TEXT) WHERE name = 'i';
      PRAGMA writable_schema = RESET`);
    const { details } = thrown(() => inspectSync({ database }), "schema_unreadable");
    assert.equal(details.problem, 'the index "i" cannot be read: its definition has bytes that are no text');
    assert.match(details.hint, /^SELECT hex\(sql\) FROM .*; drop the index, and create it anew/);
    database.close();
  });

  it("knows no columns of a virtual table whose module is not there, and reads everything else", () => {
    const database = new Database(":memory:");
    database.unsafeMode(true);
    database.exec(`CREATE TABLE t (a); PRAGMA writable_schema = ON;
      INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING elsewhere(x)');
      PRAGMA writable_schema = RESET`);
    const { tables, virtualTables } = inspectSync({ database });
    assert.equal(tables[0]?.columns.length, 1);
    assert.equal(virtualTables[0]?.module, "elsewhere");
    assert.equal(virtualTables[0]?.columns, undefined);
    database.close();
  });

  it("reads collations that the connection does not have", () => {
    const database = new Database(":memory:");
    database.unsafeMode(true);
    database.exec(`CREATE TABLE t (a COLLATE nocase, b, UNIQUE (a)); CREATE INDEX i ON t (lower(b) COLLATE nocase);
      PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'nocase', 'german'); PRAGMA writable_schema = RESET`);
    const { tables } = inspectSync({ database });
    assert.equal(tables[0]?.columns[0]?.collation, "german");
    database.close();
  });

  it("reads the order and the collation that old versions of SQLite took in foreign keys", () => {
    const database = new Database(":memory:");
    database.unsafeMode(true);
    database.exec(`CREATE TABLE t (a, b, FOREIGN KEY (a, b) REFERENCES p (x, y)); PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a, b, FOREIGN KEY (a COLLATE nocase DESC, b ASC) REFERENCES p (x, y DESC))';
      PRAGMA writable_schema = RESET`);
    assert.deepEqual(inspectSync({ database }).tables[0]?.foreignKeys[0]?.columns, ["a", "b"]);
    database.close();
  });
});
