/** Puts sample rows into the tables of a scratch database: a few into each, foreign keys and CHECKs kept. */
import { SAMPLE_ROWS, sampleInserts, type SampleStyle, type TablesByName } from "../core/check/sample.ts";
import type { Table } from "../core/schema/table.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";

/** Why no row could be put into a table, by its name. */
export type Unfilled = ReadonlyMap<string, string>;

/** Fills the tables in the open transaction. One that takes no row is told, and stays as it is. */
export function* fillTables(connection: Connection, tables: TablesByName, style: SampleStyle): Task<Unfilled> {
  const unfilled = new Map<string, string>();
  for (const table of inOrder(tables)) {
    for (let index = 0; index < SAMPLE_ROWS; index += 1) {
      const refused = yield* insertRow(connection, tables, { table, index, style });
      if (refused === undefined) continue;
      // Two rows are enough where a third is one too many.
      if (index === 0) unfilled.set(table.name, refused);
      break;
    }
  }
  return unfilled;
}

function* insertRow(
  connection: Connection,
  tables: TablesByName,
  { table, index, style }: { readonly table: Table; readonly index: number; readonly style: SampleStyle },
): Task<string | undefined> {
  let first: string | undefined;
  for (const sql of sampleInserts(table, tables, { index, style })) {
    try {
      yield* wait(connection.execute(sql));
      return undefined;
    } catch (error) {
      const message = connection.failure(error)?.message;
      if (message === undefined) throw error;
      first ??= message;
      // ON CONFLICT ROLLBACK, or RAISE(ROLLBACK) in a trigger.
      if (!connection.inTransaction) yield* wait(connection.execute("BEGIN"));
      // Only another value for a column that is checked can help.
      if (!/\b(?:CHECK|UNIQUE) constraint/.test(message)) break;
    }
  }
  return first ?? "it has no column that can be written";
}

/** Parents first. Where tables refer to each other in a circle, in the order in which they are named. */
function inOrder(tables: TablesByName): readonly Table[] {
  const ordered = new Set<Table>();
  const visit = (table: Table, trail: ReadonlySet<Table>): void => {
    if (ordered.has(table) || trail.has(table)) return;
    for (const { parent } of table.foreignKeys) {
      const found = tables.get(foldIdentifier(parent));
      if (found !== undefined) visit(found, new Set([...trail, table]));
    }
    ordered.add(table);
  };
  for (const table of tables.values()) visit(table, new Set());
  return [...ordered];
}
