/** Dumps of schemas that are hard to load: virtual tables, triggers, comments, odd names. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrateSync } from "../../src/index.ts";
import { dumpOf } from "../support/load-dump.ts";

describe("a dump of what is hard to load", () => {
  /** Makes a database, dumps it, loads that, and checks that both have the same objects and the same dump. */
  async function roundTrip(sql: string): Promise<{ readonly dump: string; readonly loaded: DatabaseSync }> {
    const source = new DatabaseSync(":memory:");
    source.exec(sql);
    const dump = await dumpOf({ database: source });
    const loaded = new DatabaseSync(":memory:");
    loaded.exec(dump);
    const stored = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name";
    const trimmed = (handle: DatabaseSync): readonly unknown[] =>
      handle
        .prepare(stored)
        .all()
        .map((row) => ({ ...row, sql: row["sql"] === null ? null : String(row["sql"]).trimEnd() }));
    assert.deepEqual(trimmed(loaded), trimmed(source));
    assert.equal(await dumpOf({ database: loaded }), dump);
    return { dump, loaded };
  }

  it("makes no shadow table by hand", async () => {
    const { dump } = await roundTrip(`CREATE VIRTUAL TABLE docs USING fts5(body);
      CREATE VIRTUAL TABLE "old docs" USING fts4(body);
      CREATE VIRTUAL TABLE boxes USING rtree(id, low, high);
      INSERT INTO docs VALUES ('x'); INSERT INTO boxes VALUES (1, 2, 3)`);
    assert.equal(dump.match(/CREATE TABLE/g), null);
    assert.equal(dump.match(/CREATE VIRTUAL TABLE/g)?.length, 3);
  });

  it("makes a table of the application that has the name of a shadow table", async () => {
    const { dump, loaded } = await roundTrip(`CREATE TABLE docs_content (id INTEGER PRIMARY KEY, body);
      CREATE INDEX bodies ON docs_content (body);
      CREATE TRIGGER docs_ai AFTER INSERT ON docs_content BEGIN INSERT INTO docs (rowid, body) VALUES (new.id, new.body); END;
      CREATE VIRTUAL TABLE docs USING fts5(body, content='docs_content', content_rowid='id')`);
    assert.ok(dump.indexOf("CREATE TABLE docs_content") < dump.indexOf("CREATE VIRTUAL TABLE docs"));
    assert.equal(loaded.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'docs_content'").get()?.["n"], 1);
  });

  it("makes it too where the virtual table cannot be tried alone", async () => {
    // fts4 without columns of its own takes those of the table that it is about, which has to be there.
    await roundTrip(
      "CREATE TABLE notes_content (body); CREATE VIRTUAL TABLE notes USING fts4(content='notes_content')",
    );
  });

  it("makes a virtual table behind the view and the virtual table that it is about", async () => {
    await roundTrip(`CREATE VIRTUAL TABLE z USING fts5(body); CREATE VIEW m AS SELECT body FROM z;
      CREATE VIRTUAL TABLE a USING fts4(content='m')`);
  });

  it("has an index on a shadow table", async () => {
    await roundTrip("CREATE VIRTUAL TABLE f USING fts5(x); CREATE INDEX odd ON f_docsize (sz)");
  });

  it("has views and triggers on what does not exist any more", async () => {
    await roundTrip(`CREATE TABLE t (x); CREATE VIEW a AS SELECT * FROM b; CREATE VIEW b AS SELECT * FROM t;
      CREATE TRIGGER r INSTEAD OF DELETE ON a BEGIN DELETE FROM nowhere; END; DROP TABLE t`);
  });

  it("has tables that refer to each other", async () => {
    await roundTrip(
      "CREATE TABLE a (x REFERENCES b DEFERRABLE INITIALLY DEFERRED); CREATE TABLE b (x REFERENCES a, y REFERENCES b)",
    );
  });

  it("keeps comments at the end of a definition", async () => {
    await roundTrip("CREATE TABLE t (x TEXT) STRICT -- why");
    await roundTrip("CREATE VIEW v AS SELECT 1 -- why\n; CREATE TABLE t (x TEXT) STRICT /* why */;");
    await roundTrip("CREATE TABLE t (x INTEGER); CREATE INDEX i ON t (x) -- why\n");
  });

  it("closes a comment that nothing ended", async () => {
    const source = new DatabaseSync(":memory:");
    source.exec("CREATE VIEW v AS SELECT 1 /* why");
    const dump = await dumpOf({ database: source });
    const loaded = new DatabaseSync(":memory:");
    loaded.exec(dump);
    assert.equal(await dumpOf({ database: loaded }), dump);
  });

  it("fires the triggers of a table in the same order", async () => {
    const { loaded } = await roundTrip(`CREATE TABLE t (x); CREATE TABLE log (who);
      CREATE TRIGGER b AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('b'); END;
      CREATE TRIGGER c AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('c'); END;
      CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('a'); END`);
    loaded.exec("INSERT INTO t VALUES (1)");
    assert.deepEqual(
      loaded
        .prepare("SELECT who FROM log")
        .all()
        .map(({ who }) => who),
      ["a", "c", "b"],
    );
  });

  it("does not fire a trigger on lockstep's own tables", async () => {
    const source = new DatabaseSync(":memory:");
    migrateSync({
      database: source,
      migrations: [
        {
          version: 1,
          up: `CREATE TABLE log (x); CREATE TRIGGER m AFTER INSERT ON metadata BEGIN INSERT INTO log VALUES (new.key); END;
            CREATE TRIGGER h AFTER INSERT ON lockstep_history BEGIN INSERT INTO log VALUES (new.name); END`,
        },
      ],
    });
    const loaded = new DatabaseSync(":memory:");
    loaded.exec(await dumpOf({ database: source }));
    assert.deepEqual(loaded.prepare("SELECT * FROM log").all(), []);
    assert.equal(loaded.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type = 'trigger'").get()?.["n"], 2);
  });

  it("has names and texts with quotes, semicolons and line ends in them", async () => {
    await roundTrip(`CREATE TABLE "a;""b" ("x'y" DEFAULT ';
--', z CHECK (z <> 'it''s'));\r\nCREATE TABLE [t]\r\n(\r\n  x -- one\r\n);\nCREATE VIEW \`v\` AS SELECT ';' AS ";"`);
  });

  it("loads ten thousand rows of history", async () => {
    const source = new DatabaseSync(":memory:");
    migrateSync({ database: source, migrations: [{ version: 10_000, up: "SELECT 1" }] });
    source.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
      INSERT INTO lockstep_history SELECT i, 'a name', NULL, '', 0, NULL, NULL, '' FROM n`);
    const loaded = new DatabaseSync(":memory:");
    loaded.exec(await dumpOf({ database: source }));
    assert.equal(loaded.prepare("SELECT count(*) AS n FROM lockstep_history").get()?.["n"], 10_000);
  });
});
