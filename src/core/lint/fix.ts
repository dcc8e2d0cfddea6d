/** SQL that rules propose. */
import type { Table } from "../schema/table.ts";
import { affinityOf } from "../alter/affinity.ts";
import type { Column } from "../schema/table.ts";
import { nameText } from "./words.ts";

/** A rebuild that makes a table so, with what is said behind it. */
export function rebuildFix(table: Pick<Table, "sql">, ...directives: readonly string[]): string {
  return [`-- lockstep:rebuild`, `${table.sql};`, ...directives.map((line) => `-- lockstep:${line}`)].join("\n");
}

/** The text of a table under another name. */
export function textNamed({ sql, source }: Pick<Table, "sql" | "source">, name: string): string {
  return sql.slice(0, source.name.start) + nameText(name) + sql.slice(source.name.end);
}

/** A value that fits a column, to begin with. */
export function plainValue({ type }: Column, typing: Table["typing"]): string {
  const affinity = affinityOf(type, typing);
  return affinity === "TEXT" || affinity === "BLOB" ? "''" : "0";
}

/** Columns in parentheses, as they are written. */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map((name) => nameText(name)).join(", ")})`;
}
