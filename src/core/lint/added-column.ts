/** The column that ALTER TABLE … ADD COLUMN adds. */
import { isSameName } from "../sql/quote.ts";
import type { Column, Table } from "../schema/table.ts";
import type { LintContext } from "./context.ts";
import type { Part } from "./rule.ts";
import { placeOfName } from "./words.ts";

/** A column that is added, and the table before and after. */
export interface AddedColumn {
  readonly old: Table;
  readonly next: Table;
  readonly column: Column;
  readonly place: Part;
}

/** Undefined where the statement adds none, or SQLite refuses it on any table. */
export function addedColumn({ kind, statement, before, after }: LintContext): AddedColumn | undefined {
  if (kind.kind !== "schema" || kind.alteration !== "add_column" || kind.name === undefined) return undefined;
  const [old, next] = [before.table(kind.name), after.table(kind.name)];
  const column = next?.columns.find(({ name }) => old?.columns.every((other) => !isSameName(other.name, name)));
  if (old === undefined || next === undefined || column === undefined) return undefined;
  return { old, next, column, place: placeOfName(statement, column.name, "first") };
}

/** The table that CREATE TABLE, or a rebuild by intent, makes. One that only takes the place of another is none. */
export function createdTable({ kind, after, before, rebuilds, position }: LintContext): Table | undefined {
  if (kind.kind === "rebuild") return after.table(kind.table);
  if (rebuilds.some(({ create }) => create === position)) return undefined;
  if (kind.kind !== "schema" || kind.verb !== "CREATE" || kind.object !== "table" || kind.name === undefined)
    return undefined;
  const table = after.table(kind.name);
  return table === before.table(kind.name) ? undefined : table;
}
