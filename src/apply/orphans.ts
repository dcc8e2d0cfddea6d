/** Orphans: rows whose foreign key points at nothing. A migration may not make new ones; those from before do not block it. */
import { quoteIdentifier } from "../core/sql/quote.ts";
import { changedObjects, orphanReach, type Reach } from "../core/sql/reach.ts";
import type { Statement } from "../core/sql/script.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection, Row } from "../driver/driver.ts";
import { LockstepError, placeOfMigration } from "../error.ts";
import type { SchemaMirror } from "./schema-mirror.ts";
import type { MigrationRef } from "../core/migration/migration.ts";

/** The orphans of one foreign key that point at the same missing parent. */
interface OrphanGroup {
  /** `key_mismatch`: the key leads to columns that are not unique, so that SQLite cannot tell orphans at all. */
  readonly kind: "rows" | "key_mismatch";
  readonly table: string;
  /** The foreign key's columns, as in "author_id". */
  readonly columns: string;
  /** Their values as SQL, as in "7"; empty where the rows cannot be told apart. */
  readonly values: string;
  readonly parent: string;
  readonly count: number;
}

/** By table, foreign key and values: a rebuild may renumber rows and foreign keys, and an old orphan is still the same one. */
type Orphans = ReadonlyMap<string, OrphanGroup>;

/** Where to look: the mirror of the schema, and the statements that will run, or "any" for code. */
export interface OrphanWatch {
  readonly connection: Connection;
  readonly mirror: SchemaMirror;
  readonly statements: readonly Statement[] | "any";
}

/** Runs `body`, and fails if it leaves orphans that were not there before. Looks only where the statements reach. */
export function* refuseOrphans(watch: OrphanWatch, migration: MigrationRef, body: () => Task<void>): Task<void> {
  const { mirror, statements } = watch;
  yield* mirror.update();
  const reach = yield* reachOf(watch);
  const before = yield* findOrphans(watch, reach);
  yield* body();
  yield* mirror.update(statements === "any" ? "any" : changedObjects(statements));
  const after = yield* findOrphans(watch, reach);
  const orphans = [...after]
    .map(([key, group]) => ({ ...group, count: group.count - (before.get(key)?.count ?? 0) }))
    .filter(({ count }) => count > 0);
  if (orphans.length > 0) throw orphanError(migration, orphans);
}

function* reachOf({ connection, mirror, statements }: OrphanWatch): Task<Reach> {
  if (statements === "any") return "any";
  const reach = orphanReach(statements, mirror);
  if (reach === "any" || reach.size === 0) return reach;
  // A TEMP trigger of this connection stands in no schema that the mirror shows, and may do anything.
  const triggers = yield* wait(connection.query("SELECT 1 FROM sqlite_temp_schema WHERE type = 'trigger' LIMIT 1"));
  return triggers.length > 0 ? "any" : reach;
}

function* findOrphans({ connection, mirror }: OrphanWatch, reach: Reach): Task<Orphans> {
  const groups = new Map<string, OrphanGroup>();
  for (const table of mirror.referring(reach).toSorted()) {
    for (const group of yield* checkTable(connection, table)) {
      groups.set(JSON.stringify([group.table, group.columns, group.parent, group.values]), group);
    }
  }
  return groups;
}

function* checkTable(connection: Connection, table: string): Task<readonly OrphanGroup[]> {
  let violations: readonly Row[];
  try {
    violations = yield* wait(
      connection.query(
        "SELECT parent, fkid, count(*) AS count FROM pragma_foreign_key_check(?) GROUP BY 1, 2 ORDER BY 1, 2",
        [table],
      ),
    );
  } catch (error) {
    const [, parent] = MISMATCH.exec(connection.failure(error)?.message ?? "") ?? [];
    if (parent === undefined) throw error;
    return [{ kind: "key_mismatch", table, columns: "", values: "", parent, count: 1 }];
  }
  const groups: OrphanGroup[] = [];
  for (const row of violations) {
    const id = Number(row["fkid"]);
    const columns = yield* columnsOf(connection, { table, id });
    const known = { kind: "rows", table, columns: columns.join(", "), parent: String(row["parent"]) } as const;
    const rowid = yield* rowidOf(connection, table);
    const found: readonly (readonly [values: string, count: number])[] =
      rowid === undefined
        ? [["", Number(row["count"])]]
        : yield* groupByValues(connection, { table, id, columns, rowid });
    groups.push(...found.map(([values, count]) => ({ ...known, values, count })));
  }
  return groups;
}

/** https://sqlite.org/foreignkeys.html#fk_indexes */
const MISMATCH = /^foreign key mismatch - ".*" referencing "(.*)"$/;

function* groupByValues(
  connection: Connection,
  { table, id, columns, rowid }: { table: string; id: number; columns: readonly string[]; rowid: string },
): Task<readonly (readonly [values: string, count: number])[]> {
  const values = columns.map((column) => `quote(${quoteIdentifier(column)})`).join(" || ', ' || ");
  const rows = yield* wait(
    connection.query(
      `SELECT ${values} AS "values", count(*) AS count FROM ${quoteIdentifier(table)}
      WHERE ${rowid} IN (SELECT violation.rowid FROM pragma_foreign_key_check(?) AS violation WHERE violation.fkid = ?)
      GROUP BY 1 ORDER BY 1`,
      [table, id],
    ),
  );
  return rows.map((row) => [String(row["values"]), Number(row["count"])]);
}

function* columnsOf(
  connection: Connection,
  { table, id }: { readonly table: string; readonly id: number },
): Task<readonly string[]> {
  const rows = yield* wait(connection.query(`PRAGMA foreign_key_list(${quoteIdentifier(table)})`));
  return rows.filter((row) => Number(row["id"]) === id).map((row) => String(row["from"]));
}

/** A name of the row id that no column has taken; undefined for a table WITHOUT ROWID. */
function* rowidOf(connection: Connection, table: string): Task<string | undefined> {
  const [listed] = yield* wait(
    connection.query("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE", [table]),
  );
  if (Number(listed?.["wr"]) === 1) return undefined;
  const rows = yield* wait(connection.query("SELECT lower(name) AS name FROM pragma_table_xinfo(?)", [table]));
  const taken = new Set(rows.map((row) => row["name"]));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name));
}

/** How many groups a message names. */
const SHOWN = 5;

function orphanError(migration: MigrationRef, orphans: readonly OrphanGroup[]): LockstepError {
  const described = orphans.slice(0, SHOWN).map(({ kind, table, columns, values, parent, count }) => {
    if (kind === "key_mismatch") return `a foreign key of ${table} that leads to no unique columns of ${parent}`;
    const rows = count === 1 ? "1 row" : `${count} rows`;
    return `${rows} of ${table} whose ${columns}${values === "" ? "" : ` = ${values}`} is not in ${parent}`;
  });
  const more = orphans.length > SHOWN ? [`and ${orphans.length - SHOWN} more like these`] : [];
  return new LockstepError({
    code: "foreign_key_violation",
    problem: `the migration leaves ${[...described, ...more].join("; ")}`,
    place: placeOfMigration(migration.file),
    outcome: "rolled_back",
    hint: 'delete or mend those rows in the migration; for ON DELETE actions to happen in it, say foreignKeys: "enforce"',
  });
}
