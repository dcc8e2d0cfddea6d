/** The comparison behind check() against another program: it finds a difference exactly where two dumps of that program differ. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate } from "../../src/index.ts";
import { checkedProject, codesOf } from "../support/check.ts";
import { lookUp } from "../support/oracle.ts";

const files = {
  "001-all.sql": `CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT DEFAULT 'x', c REAL, d BLOB);
CREATE TABLE n (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE INDEX a_b ON a (b DESC) WHERE c > 1;
CREATE VIEW v AS SELECT id FROM a;
CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO n VALUES (new.id, 1) ON CONFLICT DO NOTHING; END;
CREATE VIRTUAL TABLE f USING fts5(b, content='a', content_rowid='id');
PRAGMA user_version = 4;`,
};

/** What is done to the database by hand, and whether the schema is then another one. */
const deeds: Readonly<Record<string, "same" | "other">> = {
  "INSERT INTO a (b) VALUES ('rows are not the schema')": "same",
  ANALYZE: "same",
  VACUUM: "same",
  "DROP INDEX a_b; CREATE INDEX a_b ON a (b DESC) WHERE c > 1": "same",
  "DROP INDEX a_b; CREATE INDEX a_b ON a (b) WHERE c > 1": "other",
  "DROP INDEX a_b; CREATE INDEX a_b ON a (b DESC) WHERE c > 2": "other",
  "DROP INDEX a_b; CREATE UNIQUE INDEX a_b ON a (b DESC) WHERE c > 1": "other",
  "DROP TRIGGER t": "other",
  "DROP VIEW v; CREATE VIEW v AS SELECT id, b FROM a": "other",
  "ALTER TABLE a RENAME COLUMN d TO e": "other",
  "ALTER TABLE n ADD COLUMN w": "other",
  "CREATE TABLE z (x)": "other",
  "DROP TABLE f": "other",
};

describe("drift", () => {
  for (const [sql, wanted] of Object.entries(deeds)) {
    it(`is ${wanted === "same" ? "not found" : "found"} after: ${sql}`, async () => {
      const { check, options, database } = checkedProject(files);
      await migrate(options);
      const schema =
        "SELECT type || name || coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name";
      const before = lookUp(database, schema);
      const handle = new DatabaseSync(database);
      handle.exec(sql);
      handle.close();
      assert.equal(JSON.stringify(lookUp(database, schema)) === JSON.stringify(before), wanted === "same");
      assert.deepEqual(codesOf(await check()), wanted === "same" ? [] : ["drift"]);
    });
  }

  it("says why no SQL can be drafted that mends it", async () => {
    const view = "CREATE VIEW dangling AS SELECT * FROM nowhere";
    const { check, options, database } = checkedProject({ ...files, "900-view.sql": `${view};` });
    await migrate(options);
    const handle = new DatabaseSync(database);
    handle.exec("ALTER TABLE n ADD COLUMN w; PRAGMA user_version = 5");
    handle.close();
    const found = (await check()).findings.filter(({ code }) => code === "drift");
    assert.equal(found.length, 1);
    assert.match(
      found[0]?.notDrafted ?? "",
      /^SQLite renames and drops columns only where .* view "dangling" does not/,
    );
    assert.equal(found[0]?.sql, "PRAGMA user_version = 4;", "the part that is known is given");
  });

  it("is found in a number that a migration has set", async () => {
    const { check, options, database } = checkedProject(files);
    await migrate(options);
    const handle = new DatabaseSync(database);
    handle.exec("PRAGMA user_version = 5; PRAGMA application_id = 9");
    handle.close();
    const { findings } = await check();
    assert.deepEqual(
      findings.map(({ code, sql }) => [code, sql]),
      [["drift", "PRAGMA user_version = 4;"]],
    );
  });
});
