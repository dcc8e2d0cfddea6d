/** SQL that rules propose. */
import type { Table } from "../schema/table.ts";
import { nameText } from "./words.ts";

/** A rebuild that makes a table so, with what is said behind it. */
export function rebuildFix(table: Pick<Table, "sql">, ...directives: readonly string[]): string {
  return [`-- lockstep:rebuild`, `${table.sql};`, ...directives.map((line) => `-- lockstep:${line}`)].join("\n");
}

/** The text of a table without a part of it. */
export function withoutPart(sql: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return `${sql.slice(0, start).trimEnd()}${sql.slice(end)}`;
}

/** Columns in parentheses, as they are written. */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map((name) => nameText(name)).join(", ")})`;
}
