/** A table as a value, for tests that change it in JavaScript: columns keep their numbers whatever they are called. */
import { write } from "../support/schema-text.ts";

/** A column. `#` in an expression stands for the column that it is about. */
export interface ColumnSpec {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly nulls: "allowed" | "refused";
  /** SQL behind DEFAULT. */
  readonly default?: string;
  readonly collation?: string;
  readonly check?: string;
  /** Computed from the column with this number. */
  readonly generated?: { readonly from: number; readonly expression: string; readonly storage: "VIRTUAL" | "STORED" };
  /** What REFERENCES says. */
  readonly references?: string;
}

export type KeySpec =
  | { readonly kind: "none" }
  | { readonly kind: "rowid"; readonly column: number; readonly autoincrement: boolean }
  | { readonly kind: "columns"; readonly columns: readonly number[] };

export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
  readonly key: KeySpec;
  readonly uniques: readonly (readonly number[])[];
  readonly strict: boolean;
  readonly withoutRowid: boolean;
}

/** A name in double quotes. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A column by its number. */
export function columnOf({ columns }: Pick<TableSpec, "columns">, id: number): ColumnSpec | undefined {
  return columns.find((column) => column.id === id);
}

/** The quoted name of a column by its number. */
export function nameOf(table: TableSpec, id: number): string {
  return quoted(columnOf(table, id)?.name ?? `no column ${id}`);
}

/** Whether the column is the row id. */
export function isRowid({ key }: TableSpec, id: number): boolean {
  return key.kind === "rowid" && key.column === id;
}

/** What is written beside the columns and what between the tokens. */
export interface Style {
  readonly gaps: readonly string[];
  /** The name of the table, and what stands in front of it. */
  readonly name?: string;
  /** By the number of a column: a comment behind it. */
  readonly beside?: ReadonlyMap<number, string>;
}

/** The definition of a column. */
export function columnSql(table: TableSpec, column: ColumnSpec): readonly string[] {
  const { id, name, type, nulls, default: value, collation, check, generated, references } = column;
  const { key } = table;
  const own = quoted(name);
  return [
    own,
    ...(type === "" ? [] : [type]),
    ...(key.kind === "rowid" && key.column === id
      ? ["PRIMARY KEY", ...(key.autoincrement ? ["AUTOINCREMENT"] : [])]
      : []),
    ...(nulls === "refused" ? ["NOT NULL"] : []),
    ...(value === undefined ? [] : ["DEFAULT", value]),
    ...(collation === undefined ? [] : ["COLLATE", collation]),
    ...(check === undefined ? [] : ["CHECK", `(${check.replaceAll("#", own)})`]),
    ...(generated === undefined
      ? []
      : ["AS", `(${generated.expression.replaceAll("#", nameOf(table, generated.from))})`, generated.storage]),
    ...(references === undefined ? [] : [references]),
  ];
}

/** CREATE TABLE. */
export function tableSql(table: TableSpec, { gaps, name = quoted(table.name), beside = new Map() }: Style): string {
  const { columns, key, uniques, strict, withoutRowid } = table;
  const list = (ids: readonly number[]): string => `(${ids.map((id) => nameOf(table, id)).join(", ")})`;
  const constraints = [
    ...(key.kind === "columns" ? [["PRIMARY KEY", list(key.columns)]] : []),
    ...uniques.map((ids) => ["UNIQUE", list(ids)]),
  ];
  const parts = [
    ...columns.map((column) => ({ tokens: columnSql(table, column), comment: beside.get(column.id) })),
    ...constraints.map((tokens) => ({ tokens, comment: undefined })),
  ];
  const body = parts.flatMap(({ tokens, comment }, index) => [
    ...tokens.slice(0, -1),
    // A comment is about the column on whose line it begins.
    `${tokens.at(-1)}${comment === undefined ? "" : ` ${comment}\n`}`,
    ...(index < parts.length - 1 ? [","] : []),
  ]);
  const options = [...(strict ? ["STRICT"] : []), ...(withoutRowid ? ["WITHOUT ROWID"] : [])].join(", ");
  return write(["CREATE TABLE", name, "(", ...body, ")", ...(options === "" ? [] : [options])], gaps);
}
