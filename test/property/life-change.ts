/** What the migrations of a random life do: changes that can be made in nearly any order, each with its exact way back. */

/** A change, statement by statement. `#` is the version of its migration, so that no two get in each other's way. */
export interface Change {
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** In which forms it can be run without a transaction: statement by statement, and in code, which begins again where it was stopped. */
  readonly bare: "never" | "sql" | "sql_and_code";
}

const FAMILY_COLUMNS = "(id INTEGER PRIMARY KEY, boss_id INT REFERENCES elders (id) ON DELETE CASCADE)";

/** What nearly all others build on. The names stand in quotes as SQLite leaves them behind a rename. */
export const BASE: Change = {
  up: [
    "CREATE TABLE base (id INTEGER PRIMARY KEY, text TEXT)",
    `CREATE TABLE "elders" ${FAMILY_COLUMNS}`,
    "CREATE TABLE youngsters (id INTEGER PRIMARY KEY, elder_id INT REFERENCES elders ON DELETE CASCADE ON UPDATE SET NULL)",
    "INSERT INTO base VALUES (1, 'first')",
    "INSERT INTO elders VALUES (1, NULL), (2, 1)",
    "INSERT INTO youngsters VALUES (1, 1), (2, 2), (3, 2)",
  ],
  down: ["DROP TABLE youngsters", "DROP TABLE elders", "DROP TABLE base"],
  bare: "sql",
};

/** Create, copy, drop, rename: the same table as before, and nothing of what hangs on it may be gone. */
const REBUILD: readonly string[] = [
  "PRAGMA foreign_keys=OFF",
  `CREATE TABLE new_elders ${FAMILY_COLUMNS}`,
  "INSERT INTO new_elders SELECT * FROM elders",
  "DROP TABLE elders",
  "ALTER TABLE new_elders RENAME TO elders",
  "PRAGMA foreign_keys=ON",
];

export const CHANGES: readonly Change[] = [
  { up: ["CREATE TABLE t# (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x;y')"], down: ["DROP TABLE t#"], bare: "sql" },
  {
    up: [
      "CREATE TABLE s# (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID",
      "INSERT INTO s# VALUES ('a', 1), ('b', x'00')",
      "INSERT INTO s# VALUES ('c', NULL)",
    ],
    down: ["DELETE FROM s#", "DROP TABLE s#"],
    bare: "sql",
  },
  {
    up: [
      "INSERT INTO base (id, text) VALUES (# + 10, 'row #')",
      "INSERT INTO base (id, text) VALUES (# + 100, 'row #')",
    ],
    down: ["DELETE FROM base WHERE id = # + 100", "DELETE FROM base WHERE text = 'row #'"],
    bare: "sql",
  },
  {
    up: ["ALTER TABLE base ADD COLUMN c# INT", "UPDATE base SET c# = id"],
    down: ["ALTER TABLE base DROP COLUMN c#"],
    bare: "sql",
  },
  { up: ["CREATE INDEX i# ON base (text, id DESC) WHERE text IS NOT NULL"], down: ["DROP INDEX i#"], bare: "sql" },
  { up: ['CREATE VIEW v# AS SELECT id, text AS "a b" FROM base'], down: ["DROP VIEW v#"], bare: "sql" },
  {
    up: [
      "CREATE TABLE log# (a)",
      "CREATE TRIGGER r# AFTER INSERT ON base WHEN new.text = 'by #' BEGIN INSERT INTO log# VALUES (new.id); UPDATE log# SET a = a + 1; END",
      "INSERT INTO base (id, text) VALUES (# + 200, 'by #')",
    ],
    down: ["DROP TRIGGER r#", "DROP TABLE log#", "DELETE FROM base WHERE text = 'by #'"],
    bare: "sql",
  },
  {
    up: [
      "CREATE TABLE p# (id INTEGER PRIMARY KEY)",
      "CREATE TABLE q# (p INT REFERENCES p# ON DELETE CASCADE)",
      "INSERT INTO p# VALUES (1), (2)",
      "INSERT INTO q# VALUES (1), (2)",
    ],
    down: ["DROP TABLE q#", "DROP TABLE p#"],
    bare: "sql",
  },
  { up: REBUILD, down: REBUILD, bare: "never" },
  {
    up: ["INSERT INTO elders VALUES (# + 10, 1)", "INSERT INTO youngsters VALUES (# + 10, # + 10)"],
    down: ["DELETE FROM youngsters WHERE id = # + 10", "DELETE FROM elders WHERE id = # + 10"],
    bare: "sql",
  },
  {
    up: [
      "CREATE TABLE IF NOT EXISTS k# (id INTEGER PRIMARY KEY, v TEXT)",
      "INSERT OR REPLACE INTO k# VALUES (1, 'a')",
      "INSERT OR REPLACE INTO k# VALUES (2, NULL)",
    ],
    down: ["SELECT 1", "DROP TABLE IF EXISTS k#"],
    bare: "sql_and_code",
  },
];

/** The statements of one version. */
export function statementsOf(templates: readonly string[], version: number): readonly string[] {
  return templates.map((template) => template.replaceAll("#", String(version)));
}
