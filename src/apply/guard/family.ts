/** The tables whose rows go, or lose values, with the rows of another one, where foreign keys are on. */
import { foldIdentifier } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Connection } from "../../driver/driver.ts";

const ACTIONS = `SELECT object.name AS child, key."table" AS parent, key."from" AS "column"
  FROM main.sqlite_schema AS object, pragma_foreign_key_list(object.name, 'main') AS key
  WHERE object.type = 'table' AND object.rootpage > 0 AND key.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT')`;

/** The tables below `table` in any generation, by their names, with the folded columns that refer to it. None where foreign keys are off. */
export function* readFamily(connection: Connection, table: string): Task<ReadonlyMap<string, readonly string[]>> {
  const family = new Map<string, string[]>();
  const [row] = yield* wait(connection.query("PRAGMA foreign_keys"));
  if (Number(row?.["foreign_keys"]) === 0) return family;
  const keys = (yield* wait(connection.query(ACTIONS))).map((key) => ({
    child: String(key["child"]),
    parent: foldIdentifier(String(key["parent"])),
    column: foldIdentifier(String(key["column"])),
  }));
  const parents = [foldIdentifier(table)];
  // It grows while it is read.
  for (const name of parents) {
    for (const { child, parent, column } of keys) {
      if (parent !== name) continue;
      family.set(child, [...(family.get(child) ?? []), column]);
      if (!parents.includes(foldIdentifier(child))) parents.push(foldIdentifier(child));
    }
  }
  return family;
}
