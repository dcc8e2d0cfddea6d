/** What a drafted migration does to rows and values that are there. */
import { emptyColumns } from "../alter/match.ts";
import { nameText } from "../schema/edit/name-text.ts";
import type { Schema } from "../schema/schema.ts";
import { isSameName, quoteIdentifier, quoteTable } from "../sql/quote.ts";
import type { Change, Rename } from "../diff/change.ts";
import { contentOfFts5 } from "./full-text.ts";
import { matchTables } from "./draft-table.ts";

/**
 * `drop_table`: all rows go · `drop_column`: all values go · `value_missing`: a new column refuses NULL, and nothing gives it a value in
 * the rows that are there · `null_refused`: a column refuses NULL from now on, and the migration fails while there is one ·
 * `leaves_broken`: a view or trigger does not work in the wanted schema.
 */
export type DiffHazardCode = "drop_table" | "drop_column" | "value_missing" | "null_refused" | "leaves_broken";

/** A hazard that two schemas show, and a database counts. Names are those of the schema before the change. */
export interface DraftHazard {
  readonly code: Exclude<DiffHazardCode, "leaves_broken">;
  readonly table: string;
  readonly column?: string;
}

/** A hazard, with a query that counts the rows or values in question: one row, with `count`. */
export interface CountedHazard extends DraftHazard {
  readonly query: string;
}

/** The hazards of a way up. `from` has the new names of what is renamed. */
export function hazardsOf(
  { from, to }: { readonly from: Schema; readonly to: Schema },
  changes: readonly Change[],
  renames: readonly Rename[],
): readonly CountedHazard[] {
  return changes.flatMap((change): readonly CountedHazard[] => {
    if (change.kind === "drop_virtual_table" || change.kind === "replace_virtual_table") {
      const table = from.virtualTables.find(({ name }) => isSameName(name, change.table));
      // The rows that a full-text table finds in another one stay there.
      return table !== undefined && contentOfFts5(table) !== undefined ? [] : [dropHazard(change.table)];
    }
    if (change.kind === "drop_table") return [dropHazard(change.table)];
    return change.kind === "alter_table" ? tableHazards(change.table, { from, to }, renames) : [];
  });
}

function dropHazard(table: string): CountedHazard {
  return { code: "drop_table", table, query: countOf(table) };
}

function tableHazards(
  name: string,
  { from, to }: { readonly from: Schema; readonly to: Schema },
  renames: readonly Rename[],
): readonly CountedHazard[] {
  const find = ({ tables }: Schema) => tables.find((table) => isSameName(table.name, name));
  const [current, wanted] = [find(from), find(to)];
  if (current === undefined || wanted === undefined) return [];
  const match = matchTables(current, wanted);
  const old = namesBefore(name, renames);
  const table = old.table ?? current.name;
  const hazard = (code: DraftHazard["code"], column: string, where: string): CountedHazard => ({
    code,
    table,
    column,
    query: countOf(table) + where,
  });
  const refused = match.columns.flatMap((source) => {
    const isNew = source.kind === "kept" && source.column.nulls === "refused" && source.from.nulls === "allowed";
    // SQLite numbers the rows by itself.
    return isNew && source.from.name !== current.rowidColumn
      ? [old.columns.get(source.from.name) ?? source.from.name]
      : [];
  });
  return [
    ...match.dropped
      .filter(({ generated }) => generated === undefined)
      .map((column) => hazard("drop_column", column.name, ` WHERE ${quoteIdentifier(column.name)} IS NOT NULL`)),
    ...emptyColumns(match, wanted).map((column) => hazard("value_missing", column.name, "")),
    ...refused.map((column) => hazard("null_refused", column, ` WHERE ${quoteIdentifier(column)} IS NULL`)),
  ];
}

/** The names that a table and its columns have before the renames. */
function namesBefore(
  name: string,
  renames: readonly Rename[],
): { readonly table?: string; readonly columns: ReadonlyMap<string, string> } {
  const isIt = (other: string): boolean => isSameName(other, name);
  const table = renames.find((rename) => rename.kind === "table" && isIt(rename.to))?.from;
  const columns = renames.flatMap((rename) =>
    rename.kind === "column" && isIt(rename.table) ? [[rename.to, rename.from] as const] : [],
  );
  return { ...(table === undefined ? {} : { table }), columns: new Map(columns) };
}

function countOf(table: string): string {
  return `SELECT count(*) AS count FROM ${quoteTable(table)}`;
}

/** A hazard in words. `count`: how many rows or values a database has; undefined where none was asked. */
export function describeHazard({ code, table, column = "", count }: DraftHazard & { readonly count?: number }): string {
  const place = column === "" ? nameText(table) : `${nameText(table)}.${nameText(column)}`;
  const one = count === 1;
  switch (code) {
    case "drop_table":
      return `${amount(count, "row")} of ${place} ${one ? "goes" : "go"} with the table`;
    case "drop_column":
      return `${amount(count, "value")} of ${place} ${one ? "goes" : "go"} with the column`;
    case "value_missing":
      return `${place} refuses NULL and has no default: ${fails(count, "a row", `${amount(count, "row")} there ${one ? "is" : "are"}`)}`;
    case "null_refused":
      return `${place} refuses NULL from now on: ${fails(count, "a NULL", `${amount(count, "NULL")} there ${one ? "is" : "are"}`)}`;
  }
}

function amount(count: number | undefined, unit: string): string {
  return count === undefined ? `all ${unit}s` : `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** When a migration fails: where there is something in the way, of which a database may have none. */
function fails(count: number | undefined, what: string, found: string): string {
  if (count === undefined) return `it fails where there is ${what}`;
  return count === 0 ? `it would fail with ${what}, and there is none` : `it fails with the ${found}`;
}
