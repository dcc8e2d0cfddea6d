/**
 * Foreign keys under random SQL: a migration is refused exactly when it leaves rows that point at nothing and were not there before.
 * What counts is asked from SQLite itself, on another database on which the same SQL was run with foreign keys off.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, migrateSync, type ListedMigration } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { readState, stateOf } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";
import { tries } from "./tries.ts";

useFastFiles();

/** Three generations, a table that points at itself, keys of two columns, triggers that write elsewhere, and a view to write through. */
const SCHEMA = `
  CREATE TABLE Parents (id INTEGER PRIMARY KEY, name TEXT UNIQUE ON CONFLICT REPLACE, UNIQUE (id, name));
  CREATE TABLE "the children" (id INTEGER PRIMARY KEY, parent_id INT REFERENCES "PARENTS", parent_name TEXT,
    FOREIGN KEY (parent_id, parent_name) REFERENCES parents (id, name));
  CREATE TABLE grandchildren (id INTEGER PRIMARY KEY, child_id INT CONSTRAINT c REFERENCES [the children] (id) ON DELETE CASCADE);
  CREATE TABLE tree (id INTEGER PRIMARY KEY, up_id INT REFERENCES tree (id));
  CREATE TABLE keyed (k TEXT PRIMARY KEY, tree_id INT REFERENCES Tree) WITHOUT ROWID;
  CREATE TABLE plain (a INT);
  CREATE TABLE watched (a INT);
  CREATE TRIGGER watch AFTER INSERT ON watched BEGIN DELETE FROM parents WHERE id = new.a; END;
  CREATE TRIGGER watch_too AFTER UPDATE ON watched BEGIN INSERT INTO keyed VALUES ('t' || new.a, new.a); END;
  CREATE VIEW door AS SELECT id FROM tree;
  CREATE TRIGGER through INSTEAD OF INSERT ON door BEGIN DELETE FROM tree WHERE id = new.id; END;
  INSERT INTO parents VALUES (1, 'a'), (2, 'b'), (3, 'c');
  INSERT INTO "the children" VALUES (1, 1, 'a'), (2, 2, NULL), (3, 2, 'b');
  INSERT INTO grandchildren VALUES (1, 1), (2, 3), (3, NULL);
  INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 2);
  INSERT INTO keyed VALUES ('x', 1), ('y', NULL);
  INSERT INTO plain VALUES (1), (2);
`;

/** Rows that point at nothing from the beginning. */
const OLD_ORPHANS = `INSERT INTO grandchildren VALUES (8, 77), (9, 77); INSERT INTO tree VALUES (9, 99);
  INSERT INTO keyed VALUES ('o', 98), ('p', 98);`;

/** Statements with # for a small number. */
const STATEMENTS: readonly string[] = [
  "DELETE FROM parents WHERE id = #",
  'DELETE FROM MAIN."Parents" WHERE id > #',
  "WITH doomed (id) AS (SELECT #) DELETE FROM parents WHERE id IN (SELECT id FROM doomed)",
  "INSERT INTO parents VALUES (# + 3, 'a')",
  "REPLACE INTO parents VALUES (#, 'z#')",
  "INSERT INTO parents (id, name) VALUES (#, 'q') ON CONFLICT DO UPDATE SET id = id + 10",
  "UPDATE parents SET id = id + #",
  "UPDATE OR REPLACE tree SET id = 1 WHERE id = #",
  'INSERT INTO "the children" VALUES (# + 10, #, NULL)',
  "INSERT INTO [the children] (id, parent_id, parent_name) SELECT id + 20, id, 'a' FROM parents WHERE id = #",
  'UPDATE "The Children" SET parent_id = # WHERE id = 3',
  "DELETE FROM `the children` WHERE id = #",
  "DELETE FROM grandchildren WHERE child_id = 77",
  "INSERT INTO grandchildren VALUES (NULL, #)",
  "UPDATE grandchildren SET id = id + 100",
  "INSERT INTO tree VALUES (# + 20, # + 20), (# + 30, # + 31)",
  "INSERT OR IGNORE INTO keyed VALUES ('k#', #)",
  "UPDATE keyed SET tree_id = NULL WHERE k = 'o'",
  "UPDATE keyed SET tree_id = 97 WHERE k = 'p'",
  "DELETE FROM tree WHERE id = #",
  "INSERT INTO plain VALUES (#)",
  "DELETE FROM plain",
  "INSERT INTO watched VALUES (#)",
  "UPDATE watched SET a = a + #",
  "INSERT INTO door VALUES (#)",
  "CREATE TABLE IF NOT EXISTS door (id); INSERT INTO door VALUES (#)",
  "ALTER TABLE watched RENAME TO seen; INSERT INTO seen VALUES (#)",
  "DROP TABLE plain; ALTER TABLE watched RENAME TO plain",
  "CREATE UNIQUE INDEX IF NOT EXISTS one ON parents (id, name)",
  "DROP INDEX IF EXISTS one",
  "ALTER TABLE tree ADD COLUMN other# INT REFERENCES parents",
  "ALTER TABLE tree ADD COLUMN further# INT DEFAULT # REFERENCES parents (id)",
  "ALTER TABLE grandchildren RENAME COLUMN child_id TO child",
  "ALTER TABLE grandchildren RENAME TO offspring",
  "ALTER TABLE tree RENAME COLUMN up_id TO above_id",
  "ALTER TABLE tree RENAME TO forest",
  "ALTER TABLE parents RENAME TO elders",
  "ALTER TABLE elders RENAME TO parents",
  "INSERT INTO elders VALUES (#, 'e')",
  "DELETE FROM elders WHERE id = #",
  "ALTER TABLE tree DROP COLUMN other#",
  "ALTER TABLE plain RENAME TO simple",
  "DROP TABLE IF EXISTS keyed",
  "DROP TABLE IF EXISTS parents",
  "CREATE INDEX IF NOT EXISTS i# ON tree (up_id)",
  "CREATE TABLE IF NOT EXISTS new# (p INT REFERENCES parents); INSERT INTO new# VALUES (#)",
  "CREATE TABLE copy# AS SELECT * FROM tree",
  "CREATE TRIGGER IF NOT EXISTS r# AFTER DELETE ON plain BEGIN DELETE FROM tree WHERE id = #; END; DELETE FROM plain",
  // A new table under the old one's name, and the old one under another.
  "ALTER TABLE tree RENAME TO forest; CREATE TABLE tree (id INTEGER PRIMARY KEY, up_id INT); INSERT INTO tree VALUES (#, NULL); DROP TABLE forest",
  `CREATE TABLE saplings (id INTEGER PRIMARY KEY, up_id INT REFERENCES saplings (id)); INSERT INTO saplings SELECT id, up_id FROM tree WHERE id <> #;
    DROP TABLE tree; ALTER TABLE saplings RENAME TO tree`,
  // SQLite renames no table that a trigger speaks of, unless it is told not to look.
  `PRAGMA legacy_alter_table = ON; CREATE TABLE rebuilt (id INTEGER PRIMARY KEY, name TEXT, UNIQUE (id, name)); INSERT INTO rebuilt SELECT id, name FROM parents WHERE id <> #;
    DROP TABLE parents; ALTER TABLE rebuilt RENAME TO parents`,
];

/** What the statements rename, by its new name: an orphan from before is the same one under it. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  child: "child_id",
  above_id: "up_id",
  elders: "parents",
  offspring: "grandchildren",
  forest: "tree",
};

function former(name: string): string {
  return FORMER_NAMES[name.toLowerCase()] ?? name.toLowerCase();
}

/** Where each row that points at nothing stands: the table, the columns, the parent, and the values. */
function orphansOf(database: DatabaseSync): readonly string[] {
  const violations = database
    .prepare('SELECT DISTINCT "table" AS child, rowid, parent, fkid FROM pragma_foreign_key_check')
    .all();
  return violations.flatMap(({ child: childName, parent, fkid, rowid }) => {
    const child = String(childName);
    const columns = database
      .prepare('SELECT "from" AS name FROM pragma_foreign_key_list(?) WHERE id = ?')
      .all(child, Number(fkid))
      .map(({ name }) => String(name));
    const key = [former(child), columns.map(former).join(), former(String(parent))].join(" ");
    const list = columns.map((column) => `quote("${column}")`).join(" || ',' || ");
    const found = `SELECT ${list} AS row FROM "${child}" WHERE`;
    // Of a table WITHOUT ROWID SQLite names no rows. The only one here has a key of one column.
    const isParent = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE").get(String(parent));
    const without = `${found} "${columns[0]}" ${isParent === undefined ? "IS NOT NULL" : `NOT IN (SELECT id FROM "${String(parent)}")`}`;
    const rows =
      rowid === null ? database.prepare(without).all() : database.prepare(`${found} rowid = ?`).all(Number(rowid));
    return rows.map(({ row }) => `${key} ${String(row)}`);
  });
}

/** Whether there are more of any kind of orphan than before. */
function hasMore(before: readonly string[], after: readonly string[]): boolean {
  const count = (list: readonly string[], orphan: string): number => list.filter((other) => other === orphan).length;
  return after.some((orphan) => count(after, orphan) > count(before, orphan));
}

type Verdict = "applied" | "refused" | "failed";

/** What should happen with a migration, found out by running it on the oracle, which keeps what is applied. */
function judge(oracle: DatabaseSync, sql: string): Verdict {
  const before = orphansOf(oracle);
  oracle.exec("BEGIN");
  try {
    oracle.exec(sql);
    const isRefused = hasMore(before, orphansOf(oracle));
    oracle.exec(isRefused ? "ROLLBACK" : "COMMIT");
    return isRefused ? "refused" : "applied";
  } catch {
    oracle.exec("ROLLBACK");
    return "failed";
  }
}

/** How the SQL reaches the database: as SQL, or in code as one text, as many, as prepared statements; by a path or a handle. */
const FORMS = ["sql", "code", "many calls", "prepared", "handle"] as const;
type Form = (typeof FORMS)[number];

function toUp(statements: readonly string[], form: Form): ListedMigration["up"] {
  if (form === "sql") return statements.join(";\n");
  if (form === "code" || form === "handle") return (db: DatabaseSync) => db.exec(statements.join(";\n"));
  return (db: DatabaseSync) => {
    for (const sql of statements) {
      // What is several statements cannot be prepared as one.
      if (form === "prepared" && !sql.includes(";")) db.prepare(sql).run();
      else db.exec(sql);
    }
  };
}

function attempt(path: string, migration: ListedMigration, form: Form): Verdict {
  const database = form === "handle" ? new DatabaseSync(path) : path;
  try {
    const allow = ["drop_table", "drop_column", "delete_all_rows"] as const;
    migrateSync({ database, migrations: [migration], allow, outOfOrder: "allow", newerDatabase: "allow" });
    return "applied";
  } catch (error) {
    assert.ok(error instanceof LockstepError);
    if (error.code === "foreign_key_violation") return "refused";
    assert.ok(error.code === "statement_failed" || error.code === "migration_threw", error.message);
    return "failed";
  } finally {
    if (typeof database !== "string") database.close();
  }
}

const scripts = fc.array(
  fc.array(
    fc
      .tuple(fc.constantFrom(...STATEMENTS), fc.integer({ min: 1, max: 4 }))
      .map(([sql, number]) => sql.replaceAll("#", String(number))),
    { minLength: 1, maxLength: 4 },
  ),
  { minLength: 1, maxLength: 4 },
);

describe("a migration", () => {
  it("is refused exactly when it leaves rows that point at nothing and were not there before", () => {
    fc.assert(
      fc.property(scripts, fc.boolean(), fc.constantFrom(...FORMS), (texts, hasOldOrphans, form) => {
        const database = workspace().path("app.db");
        const oracle = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
        const made = new DatabaseSync(database, { enableForeignKeyConstraints: false });
        for (const handle of [oracle, made]) handle.exec(SCHEMA + (hasOldOrphans ? OLD_ORPHANS : ""));
        made.close();
        for (const [index, statements] of texts.entries()) {
          const sql = statements.join(";\n");
          const expected = judge(oracle, sql);
          oracle.exec("PRAGMA legacy_alter_table = OFF");
          const actual = attempt(database, { version: index + 1, up: toUp(statements, form) }, form);
          assert.equal(actual, expected, sql);
        }
        const { schema, rows } = readState(database);
        assert.deepEqual({ schema, rows }, stateOf(oracle));
        oracle.close();
      }),
      tries(60),
    );
  });
});
