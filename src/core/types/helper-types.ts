/** The types that stand in every types file: they make a row for INSERT and for UPDATE of a row of SELECT. */

/** They name nothing of any package. Kysely recognises `Column` by its three members. */
export const HELPERS = `/** A value that SQLite stores. */
export type SqlValue = number | string | Uint8Array | null;

/** What a column is in a SELECT, an INSERT and an UPDATE. Kysely takes it for its own ColumnType. */
export interface Column<Selected, Inserted, Updated> {
  readonly __select__: Selected;
  readonly __insert__: Inserted;
  readonly __update__: Updated;
}

/** A table. An INSERT may leave out the columns of Optional and those that can be NULL. Nobody writes those of Computed. */
export type Table<Row, Optional extends keyof Row = never, Computed extends keyof Row = never> = {
  [Name in keyof Row]: Name extends Computed
    ? Column<Row[Name], never, never>
    : Column<Row[Name], Name extends Optional ? Row[Name] | undefined : Row[Name], Row[Name]>;
};

/** A view that cannot be written. */
export type ReadOnly<Row> = Table<Row, never, keyof Row>;

/** What an INSERT takes, by the name of the table. */
export type Insert<Name extends keyof Database> = NewRow<Database[Name]>;

/** What an UPDATE can set, by the name of the table. */
export type Update<Name extends keyof Database> = RowChange<Database[Name]>;

type Inserted<One> = One extends Column<unknown, infer Value, unknown> ? Value : never;

type Updated<One> = One extends Column<unknown, unknown, infer Value> ? Value : never;

type Presence<Value> = [Value] extends [never]
  ? "never"
  : undefined extends Value
    ? "optional"
    : null extends Value
      ? "optional"
      : "needed";

type NewRow<Columns> = {
  [Name in keyof Columns as Presence<Inserted<Columns[Name]>> extends "needed" ? Name : never]: Inserted<Columns[Name]>;
} & {
  [Name in keyof Columns as Presence<Inserted<Columns[Name]>> extends "optional" ? Name : never]?: Exclude<
    Inserted<Columns[Name]>,
    undefined
  >;
};

type RowChange<Columns> = {
  [Name in keyof Columns as [Updated<Columns[Name]>] extends [never] ? never : Name]?: Updated<Columns[Name]>;
};`;
