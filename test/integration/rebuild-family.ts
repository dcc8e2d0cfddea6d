/** Four generations of tables below and within one that is to be rebuilt, by every action and kind of key, and a look at all their rows. */
import { readFileSync, writeFileSync } from "node:fs";
import { migrate, type ListedMigration } from "../../src/index.ts";
import { look, type OracleRow } from "../support/oracle.ts";
import { workspace } from "../support/workspace.ts";

/** What ON DELETE and ON UPDATE can say. */
export const ACTIONS = ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"] as const;

/** How the table that is rebuilt keeps its rows. */
export type Storage = "rowid" | "without_rowid";

/** The columns that every form of `parents` has. */
export const PARENT_COLUMNS = ["id", "tenant", "code", "boss_id"] as const;

/** The CREATE TABLE of `parents` under this name, with these columns more. `self` is what it calls itself in its own foreign key. */
export function parentsSql(
  name: string,
  { storage, more = [], self = "parents" }: { storage: Storage; more?: readonly string[]; self?: string },
): string {
  const columns = [
    storage === "rowid" ? "id INTEGER PRIMARY KEY" : "id INTEGER NOT NULL PRIMARY KEY",
    "tenant INTEGER NOT NULL",
    "code TEXT NOT NULL COLLATE NOCASE UNIQUE",
    `boss_id INTEGER REFERENCES "${self}" (id) ON DELETE CASCADE ON UPDATE CASCADE`,
    ...more,
    "UNIQUE (tenant, id)",
  ];
  return `CREATE TABLE "${name}" (${columns.join(", ")})${storage === "rowid" ? "" : " WITHOUT ROWID"}`;
}

/** The index of `parents`, which goes with the table and has to be made again. */
export const PARENTS_INDEX = "CREATE INDEX parents_tenant ON parents (tenant)";

/** Three levels of tables that hang on `parents` by one action. */
function line(action: string): string {
  const suffix = action.toLowerCase().replace(" ", "_");
  const when = `ON DELETE ${action} ON UPDATE ${action}`;
  return `
    CREATE TABLE child_${suffix} (id INTEGER PRIMARY KEY, up_id INTEGER DEFAULT 1 REFERENCES parents (id) ${when});
    CREATE TABLE grandchild_${suffix} (id INTEGER PRIMARY KEY, up_id INTEGER DEFAULT 1 REFERENCES child_${suffix} ${when});
    CREATE TABLE last_${suffix} (id INTEGER PRIMARY KEY, up_id INTEGER DEFAULT 1 REFERENCES "grandchild_${suffix}" (id) ${when});
    INSERT INTO child_${suffix} VALUES (1, 1), (2, 2), (3, 2), (4, NULL);
    INSERT INTO grandchild_${suffix} VALUES (1, 1), (2, 2), (3, 3);
    INSERT INTO last_${suffix} VALUES (1, 1), (2, 2), (3, 3), (4, 3);`;
}

/** Keys of other kinds: of a column that is not the primary key, of two columns, deferred, in a table without rowid, of a child that is its own parent. */
const OTHERS = `
  CREATE TABLE by_code (id INTEGER PRIMARY KEY, code TEXT REFERENCES parents (code) ON DELETE CASCADE ON UPDATE CASCADE);
  CREATE TABLE by_pair (tenant INTEGER, up_id INTEGER, note TEXT, PRIMARY KEY (tenant, up_id),
    FOREIGN KEY (tenant, up_id) REFERENCES parents (tenant, id) ON DELETE CASCADE ON UPDATE CASCADE) WITHOUT ROWID;
  CREATE TABLE by_two_ways (id INTEGER PRIMARY KEY, first_id INTEGER REFERENCES parents ON DELETE SET NULL,
    second_id INTEGER CONSTRAINT second REFERENCES "PARENTS" (id) ON DELETE CASCADE, up_id INTEGER REFERENCES by_two_ways ON DELETE CASCADE);
  CREATE TABLE deferred (id INTEGER PRIMARY KEY, up_id INTEGER NOT NULL REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE deferred_cascade (id INTEGER PRIMARY KEY,
    up_id INTEGER REFERENCES parents ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
  INSERT INTO by_code VALUES (1, 'ANN'), (2, 'bob');
  INSERT INTO by_pair VALUES (1, 1, 'x'), (1, 2, 'y');
  INSERT INTO by_two_ways VALUES (1, 1, 2, NULL), (2, 2, 2, 1), (3, NULL, 1, 2);
  INSERT INTO deferred VALUES (1, 1), (2, 2);
  INSERT INTO deferred_cascade VALUES (1, 2);`;

/** The migration that makes the family. */
export function family(storage: Storage): ListedMigration {
  return {
    version: 1,
    up: `${parentsSql("parents", { storage })};
      ${PARENTS_INDEX};
      INSERT INTO parents VALUES (1, 1, 'ann', NULL), (2, 1, 'bob', 1), (3, 2, 'eve', 2);
      ${ACTIONS.map(line).join("")}
      ${OTHERS}`,
  };
}

const made = new Map<Storage, Uint8Array>();

/** A new database with the family in it, at version 1. */
export async function makeFamily(storage: Storage): Promise<string> {
  const database = workspace().path("app.db");
  const bytes = made.get(storage);
  if (bytes !== undefined) {
    writeFileSync(database, bytes);
    return database;
  }
  await migrate({ database, migrations: [family(storage)] });
  made.set(storage, readFileSync(database));
  return database;
}

const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  parents: PARENT_COLUMNS,
  ...Object.fromEntries(
    ACTIONS.map((action) => action.toLowerCase().replace(" ", "_")).flatMap((suffix) =>
      ["child", "grandchild", "last"].map((generation) => [`${generation}_${suffix}`, ["id", "up_id"]]),
    ),
  ),
  by_code: ["id", "code"],
  by_pair: ["tenant", "up_id", "note"],
  by_two_ways: ["id", "first_id", "second_id", "up_id"],
  deferred: ["id", "up_id"],
  deferred_cascade: ["id", "up_id"],
};

/** One query for all of it: the rows of each table, where each foreign key leads, the indexes, what points at nothing, what is damaged. */
const EVERYTHING = [
  ...Object.entries(CHILDREN).map(([table, columns]) => {
    const row = columns.map((column) => `quote(${column})`).join(" || ',' || ");
    return `SELECT '${table}' AS what, (SELECT group_concat(row, ' ') FROM (SELECT ${row} AS row FROM ${table} ORDER BY 1)) AS value`;
  }),
  `SELECT 'keys', (SELECT group_concat(key, ' ') FROM (
    SELECT object.name || '.' || key."from" || '>' || lower(key."table") || ':' || key.on_delete || ':' || key.on_update AS key
    FROM sqlite_schema AS object, pragma_foreign_key_list(object.name) AS key WHERE object.type = 'table' ORDER BY 1))`,
  "SELECT 'indexes', (SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1))",
  "SELECT 'tables', (SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1))",
  "SELECT 'orphans', (SELECT count(*) FROM pragma_foreign_key_check)",
  "SELECT 'integrity', (SELECT group_concat(integrity_check) FROM pragma_integrity_check)",
].join("\nUNION ALL ");

/** The family as another program sees it, whatever columns `parents` has got. Equal before and after: no row lost, no key led astray. */
export function lookAtFamily(database: string): Readonly<Record<string, OracleRow[string]>> {
  return Object.fromEntries(look(database, EVERYTHING).map(({ what, value }) => [String(what), value ?? null]));
}
