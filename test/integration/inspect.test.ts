/** inspect() reads the schema of a database, and changes nothing. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrateSync } from "../../src/index.ts";
import { inspect, inspectSync } from "../../src/inspect-database.ts";
import { driverNames, isInTransaction, isOpen, openHandle } from "../support/handle.ts";
import { rejection, thrown } from "../support/rejection.ts";
import { withoutPlaces } from "../support/schema-project.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

const SHOP = `
  CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE nocase UNIQUE, -- where we write to
    age INTEGER DEFAULT 18 CHECK (age >= 0)
  ) STRICT;
  CREATE TABLE orders (user_id REFERENCES users ON DELETE CASCADE, number, PRIMARY KEY (user_id, number)) WITHOUT ROWID;
  CREATE INDEX by_age ON Users (AGE DESC) WHERE age IS NOT NULL;
  CREATE VIEW grown AS SELECT * FROM users WHERE age > 17;
  CREATE TRIGGER count_orders AFTER INSERT ON ORDERS BEGIN SELECT 1; END;`;

/** A workspace with a database that this SQL made. */
function withDatabase(sql: string): Workspace {
  const space = workspace();
  const database = new DatabaseSync(space.path("app.db"));
  database.exec(sql);
  database.close();
  return space;
}

for (const driver of driverNames) {
  describe(`inspect, with ${driver}`, () => {
    it("tells all that a schema is made of", async () => {
      const space = withDatabase(SHOP);
      const schema = await inspect({ database: space.path("app.db"), driver });
      const [users, orders] = schema.tables;
      assert.deepEqual(
        users?.columns.map(({ name, type, nulls, collation }) => [name, type, nulls, collation]),
        [
          ["id", "INTEGER", "allowed", "BINARY"],
          ["email", "TEXT", "refused", "nocase"],
          ["age", "INTEGER", "allowed", "BINARY"],
        ],
      );
      assert.equal(users?.rowidColumn, "id");
      assert.equal(users?.primaryKey?.autoincrement, "yes");
      assert.equal(users?.typing, "strict");
      assert.deepEqual(
        users?.columns[1]?.comments.map(({ text }) => text),
        ["-- where we write to"],
      );
      assert.equal(users?.columns[2]?.default?.text, "18");
      assert.equal(users?.checks[0]?.expression.text, "age >= 0");
      assert.equal(orders?.storage, "without_rowid");
      assert.equal(orders?.foreignKeys[0]?.onDelete, "CASCADE");
      assert.deepEqual(schema.indexes.map(withoutPlaces), [
        {
          kind: "index",
          name: "by_age",
          // As the table has them, and not as the index was written.
          table: "users",
          uniqueness: "not_unique",
          terms: [{ kind: "column", name: "age", order: "DESC" }],
          where: "age IS NOT NULL",
        },
      ]);
      assert.equal(schema.views[0]?.query.text, "SELECT * FROM users WHERE age > 17");
      assert.equal(schema.triggers[0]?.table, "orders");
      assert.deepEqual(inspectSync({ database: space.path("app.db"), driver }), schema);
    });

    it("writes nothing", async () => {
      const space = withDatabase(`PRAGMA journal_mode = DELETE; ${SHOP}`);
      const before = readFileSync(space.path("app.db"));
      await inspect({ database: space.path("app.db"), driver });
      assert.deepEqual(readFileSync(space.path("app.db")), before);
      assert.ok(!existsSync(space.path("app.db-journal")));
    });

    it("does not create a database that is not there", async () => {
      const space = workspace();
      const error = await rejection(inspect({ database: space.path("app.db"), driver }), "database_unreadable");
      assert.equal(error.details.outcome, "unchanged");
      assert.ok(!existsSync(space.path("app.db")));
    });

    it("gives empty lists for an empty database", () => {
      const handle = openHandle(driver, ":memory:");
      assert.deepEqual(inspectSync({ database: handle }), {
        tables: [],
        virtualTables: [],
        indexes: [],
        views: [],
        triggers: [],
      });
      handle.close();
    });

    it("leaves a handle and the transaction on it open, and sees what that has changed", () => {
      const handle = openHandle(driver, ":memory:");
      handle.exec("CREATE TABLE a (x); BEGIN; CREATE TABLE b (y)");
      const { tables } = inspectSync({ database: handle });
      assert.deepEqual(
        tables.map(({ name }) => name),
        ["a", "b"],
      );
      assert.ok(isOpen(handle) && isInTransaction(handle));
      handle.exec("ROLLBACK");
      assert.equal(inspectSync({ database: handle }).tables.length, 1);
      assert.ok(!isInTransaction(handle));
      handle.close();
    });

    it("leaves out lockstep's own two tables, whatever they are called", () => {
      const handle = openHandle(driver, ":memory:");
      const names = { metadataTable: "Meta data", historyTable: "History" };
      migrateSync({ database: handle, migrations: [{ version: 1, up: "CREATE TABLE a (x)" }], ...names });
      handle.exec('CREATE INDEX i ON history (name); CREATE TRIGGER r INSERT ON "meta DATA" BEGIN SELECT 1; END');
      handle.exec("CREATE TABLE metadata (mine)");
      const { tables, indexes, triggers } = inspectSync({ database: handle, ...names });
      assert.deepEqual(
        tables.map(({ name }) => name),
        ["a", "metadata"],
      );
      assert.deepEqual([indexes, triggers], [[], []]);
      assert.deepEqual(
        inspectSync({ database: handle }).tables.map(({ name }) => name),
        ["Meta data", "History", "a"],
      );
      handle.close();
    });

    it("gives virtual tables their columns and their shadow tables", () => {
      const handle = openHandle(driver, ":memory:");
      handle.exec(`CREATE VIRTUAL TABLE docs USING fts5(title, body); CREATE VIRTUAL TABLE docs_2 USING fts5(x);
        CREATE VIRTUAL TABLE places USING rtree(id, x1, x2); CREATE TABLE docs_notes (a)`);
      const { tables, virtualTables } = inspectSync({ database: handle });
      assert.deepEqual(
        tables.map(({ name }) => name),
        ["docs_notes"],
      );
      const [docs, docs2, places] = virtualTables;
      assert.deepEqual(docs?.columns, [
        { name: "title", type: "", visibility: "visible" },
        { name: "body", type: "", visibility: "visible" },
        { name: "docs", type: "", visibility: "hidden" },
        { name: "rank", type: "", visibility: "hidden" },
      ]);
      const shadows = (table = docs): readonly (string | undefined)[] =>
        table?.shadowTables.map(({ name }) => name) ?? [];
      assert.deepEqual(shadows(), ["docs_data", "docs_idx", "docs_content", "docs_docsize", "docs_config"]);
      assert.equal(shadows(docs2).length, 5);
      assert.deepEqual(shadows(places), ["places_rowid", "places_node", "places_parent"]);
      assert.deepEqual(docs?.arguments, ["title", "body"]);
      handle.close();
    });

    it("is not disturbed by views that are broken, nor by temporary tables of the same name", () => {
      const handle = openHandle(driver, ":memory:");
      handle.exec(`CREATE VIEW a AS SELECT * FROM nowhere; CREATE VIEW b AS SELECT lost FROM a; CREATE TABLE t (x INT);
        CREATE TEMP TABLE t (y TEXT, z UNIQUE); CREATE TEMP VIEW c AS SELECT 1; ATTACH ':memory:' AS other; CREATE TABLE other.u (v)`);
      const { tables, views } = inspectSync({ database: handle });
      assert.deepEqual(
        tables.map(({ columns }) => columns.map(({ name }) => name)),
        [["x"]],
      );
      assert.deepEqual(
        views.map(({ name }) => name),
        ["a", "b"],
      );
      handle.close();
    });

    it("reads a file of a format in which SQLite ignores DESC", () => {
      const space = withDatabase("CREATE TABLE t (a, b, UNIQUE (a DESC)); CREATE INDEX i ON t (b DESC)");
      const bytes = readFileSync(space.path("app.db"));
      // The schema format number (https://sqlite.org/fileformat.html#the_database_header).
      bytes.writeUInt32BE(1, 44);
      space.write({ "app.db": bytes });
      const { tables, indexes } = inspectSync({ database: space.path("app.db"), driver });
      assert.equal(tables[0]?.uniques[0]?.columns[0]?.order, "DESC");
      assert.equal(indexes[0]?.terms[0]?.order, "DESC");
    });

    it("refuses an option that it does not have", () => {
      const options = { database: ":memory:", metadatatable: "x" };
      const error = thrown(() => inspectSync(options), "invalid_option");
      assert.match(error.message, /did you mean metadataTable\?/);
    });
  });
}

describe("inspect", () => {
  it("reads what a SQLite with double-quoted strings made", () => {
    const database = new DatabaseSync(":memory:", { enableDoubleQuotedStringLiterals: true });
    database.exec(`CREATE TABLE t (a, CHECK (a <> "x")); CREATE INDEX i ON t ("no column", "a")`);
    const { indexes } = inspectSync({ database });
    assert.deepEqual(withoutPlaces(indexes[0]?.terms), [
      { kind: "expression", expression: '"no column"', order: "ASC" },
      { kind: "column", name: "a", order: "ASC" },
    ]);
    database.close();
  });
});
