/** The orphans of one table, grouped by their foreign key and by the values that point at nothing. */
import { foldIdentifier, quoteIdentifier, quoteTable } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection, Row } from "../driver/driver.ts";

/** The orphans of one foreign key that point at the same missing parent. */
export interface OrphanGroup {
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

/** A foreign key. Its columns and those that they point at stand in the same order; null for the primary key of the parent. */
export interface ReferringKey {
  readonly id: number;
  readonly table: string;
  readonly parent: string;
  readonly columns: readonly string[];
  readonly targets: readonly (string | null)[];
}

/** The orphans of a table of the main database. */
export function* findOrphans(connection: Connection, table: string): Task<readonly OrphanGroup[]> {
  let violations: readonly Row[];
  try {
    violations = yield* wait(
      connection.query(
        "SELECT fkid, count(*) AS count FROM pragma_foreign_key_check(?, 'main') GROUP BY 1 ORDER BY 1",
        [table],
      ),
    );
  } catch (error) {
    const [, parent] = MISMATCH.exec(connection.failure(error)?.message ?? "") ?? [];
    if (parent === undefined) throw error;
    return yield* findAroundMismatch(connection, table, parent);
  }
  const groups: OrphanGroup[] = [];
  const keys = violations.length === 0 ? [] : yield* foreignKeysOf(connection, table);
  for (const row of violations) {
    const key = keys.find(({ id }) => id === Number(row["fkid"]));
    if (key === undefined) continue;
    const found = yield* groupByValues(connection, key);
    const total = found.reduce((sum, { count }) => sum + count, 0);
    // What SQLite itself counts is right. Where our own query sees it differently, the rows are not told apart.
    const isAgreed = total === Number(row["count"]);
    groups.push(...(isAgreed ? found : [groupOf(key, "", Number(row["count"]))]));
  }
  return groups;
}

/** The foreign keys of a table of the main database. */
export function* foreignKeysOf(connection: Connection, table: string): Task<readonly ReferringKey[]> {
  const rows = yield* wait(connection.query(`PRAGMA main.foreign_key_list(${quoteIdentifier(table)})`));
  const byId = new Map<number, Row[]>();
  for (const row of rows) byId.set(Number(row["id"]), [...(byId.get(Number(row["id"])) ?? []), row]);
  return [...byId].map(([id, own]): ReferringKey => {
    const ordered = own.toSorted((left, right) => Number(left["seq"]) - Number(right["seq"]));
    return {
      id,
      table,
      parent: String(ordered[0]?.["table"]),
      columns: ordered.map((row) => String(row["from"])),
      targets: ordered.map((row) => (row["to"] === null ? null : String(row["to"]))),
    };
  });
}

/** What a foreign key is called by: two of the same name are the same one, whatever number SQLite has given it. */
export function foreignKeyName({ table, columns, parent }: Pick<OrphanGroup, "table" | "columns" | "parent">): string {
  return JSON.stringify([table, columns, parent].map(foldIdentifier));
}

/** https://sqlite.org/foreignkeys.html#fk_indexes */
const MISMATCH = /^foreign key mismatch - ".*" referencing "(.*)"$/;

/** One key that leads to no unique columns makes SQLite look at none of the table. The others are not excused by that. */
function* findAroundMismatch(connection: Connection, table: string, parent: string): Task<readonly OrphanGroup[]> {
  const groups: OrphanGroup[] = [{ kind: "key_mismatch", table, columns: "", values: "", parent, count: 1 }];
  for (const key of yield* foreignKeysOf(connection, table)) {
    try {
      groups.push(...(yield* groupByValues(connection, key)));
    } catch (error) {
      // It leads to columns that are not there. Of such a key nothing more can be said.
      if (connection.failure(error)?.kind !== "other") throw error;
    }
  }
  return groups;
}

/** Asks for the rows by the words of the foreign key itself: foreign_key_check names no row of a table WITHOUT ROWID. */
function* groupByValues(connection: Connection, key: ReferringKey): Task<readonly OrphanGroup[]> {
  const columns = key.columns.map((column) => `child.${quoteIdentifier(column)}`);
  const targets = yield* targetsOf(connection, key);
  // The + takes the column's own affinity and collation away, so that the parent's decide, as they do for a foreign key.
  const isParent = columns.map((column, index) => `parent.${quoteIdentifier(targets?.[index] ?? "")} = +${column}`);
  const exists = `SELECT 1 FROM ${quoteTable(key.parent)} AS parent WHERE ${isParent.join(" AND ")}`;
  const rows = yield* wait(
    connection.query(
      `SELECT ${columns.map((column) => `quote(${column})`).join(" || ', ' || ")} AS "values", count(*) AS count
      FROM ${quoteTable(key.table)} AS child WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(" AND ")}
      ${targets === undefined ? "" : `AND NOT EXISTS (${exists})`} GROUP BY 1 ORDER BY 1`,
    ),
  );
  return rows.map((row) => groupOf(key, String(row["values"]), Number(row["count"])));
}

/** The columns of the parent that a key leads to; undefined where there is no parent. */
function* targetsOf(connection: Connection, { parent, targets }: ReferringKey): Task<readonly string[] | undefined> {
  const rows = yield* wait(
    connection.query("SELECT name, pk FROM pragma_table_xinfo(?, 'main') ORDER BY pk", [parent]),
  );
  if (rows.length === 0) return undefined;
  const primary = rows.filter((row) => Number(row["pk"]) > 0).map((row) => String(row["name"]));
  return targets.map((target, index) => target ?? primary[index] ?? "");
}

function groupOf({ table, columns, parent }: ReferringKey, values: string, count: number): OrphanGroup {
  return { kind: "rows", table, columns: columns.join(", "), values, parent, count };
}
