/** What is known of the rows of one table or view: its columns with their types, and what may be written. */
import { hasDefault } from "../alter/default-value.ts";
import { isSameName } from "../sql/quote.ts";
import type { Comment } from "../sql/token.ts";
import type { Trigger, View, VirtualTable } from "../schema/schema.ts";
import type { Column, Table } from "../schema/table.ts";
import type { TypedSchema } from "./typed-schema.ts";
import { ANY_VALUE, valueType } from "./value-type.ts";

/** The rows of a table or view. */
export interface RowType {
  readonly name: string;
  /** What it is, in words: `the table`. */
  readonly what: string;
  readonly columns: readonly ColumnType[];
}

/** A column of a row. */
export interface ColumnType {
  readonly name: string;
  /** As TypeScript writes it, with `null` where it can be NULL. */
  readonly type: string;
  readonly nulls: Column["nulls"];
  /** `needed` in every INSERT · `optional` · `never`: SQLite computes it, or refuses to write it. */
  readonly insert: "needed" | "optional" | "never";
  readonly comments: readonly Comment[];
}

/** A table or view that has no type, and why. */
export interface Untyped {
  readonly name: string;
  readonly what: string;
  readonly reason: string;
}

/** The rows of an ordinary table. */
export function tableRow(table: Table): RowType {
  const { name, typing, columns } = table;
  const what = typing === "strict" ? "the STRICT table" : "the table";
  return { name, what, columns: columns.map((column) => tableColumn(table, column)) };
}

function tableColumn({ typing, rowidColumn }: Table, column: Column): ColumnType {
  const { name, type, nulls, generated, comments } = column;
  // The pragmas call a column that is the rowid one that may be NULL; SQLite puts a number in its place.
  const isRowid = rowidColumn === name;
  const isNull = nulls === "allowed" && !isRowid;
  const isOptional = isNull || isRowid || hasDefault(column);
  return {
    name,
    type: orNull(valueType(type, typing), isNull),
    nulls: isNull ? "allowed" : "refused",
    insert: generated !== undefined ? "never" : isOptional ? "optional" : "needed",
    comments,
  };
}

function orNull(type: string, isNull: boolean): string {
  if (!isNull) return type === ANY_VALUE ? `NonNullable<${ANY_VALUE}>` : type;
  return type === ANY_VALUE ? ANY_VALUE : `${type} | null`;
}

/** The rows of a view. Which of its values can be NULL nobody says, so that all of them can be. */
export function viewRow({ name }: View, { schema, viewColumns }: TypedSchema): RowType | Untyped {
  const columns = viewColumns.get(name);
  const what = "the view";
  if (columns === undefined) return { name, what, reason: "SQLite cannot run its query" };
  const insert = isWritten(name, schema.triggers) ? "optional" : "never";
  return {
    name,
    what,
    columns: columns.map((column) => ({
      name: column.name,
      type: orNull(valueType(column.type, "view"), true),
      nulls: "allowed",
      insert,
      comments: [],
    })),
  };
}

/** Only a trigger INSTEAD OF makes a view one that can be written; which columns it takes only the trigger knows. */
function isWritten(view: string, triggers: readonly Trigger[]): boolean {
  return triggers.some(
    ({ time, event, table }) => time === "INSTEAD OF" && event !== "DELETE" && isSameName(table, view),
  );
}

/** The rows of a virtual table, without the columns that its module hides from `SELECT *`. */
export function virtualRow({ name, module, columns }: VirtualTable): RowType | Untyped {
  const what = "the virtual table";
  if (columns === undefined) return { name, what, reason: `this connection does not have the module ${module}` };
  return {
    name,
    what,
    columns: columns
      .filter(({ visibility }) => visibility === "visible")
      .map((column) => ({
        name: column.name,
        type: orNull(valueType(column.type, "view"), true),
        nulls: "allowed",
        insert: "optional",
        comments: [],
      })),
  };
}
