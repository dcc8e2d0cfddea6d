/** What the types of a database are made from: its schema, and what SQLite says of the columns of its views. */
import type { Schema } from "../schema/schema.ts";

/** A schema with the columns of its views. */
export interface TypedSchema {
  /** Without lockstep's own tables. */
  readonly schema: Schema;
  /** By the exact name of the view. One that SQLite cannot run is missing. */
  readonly viewColumns: ReadonlyMap<string, readonly ViewColumn[]>;
}

/** A column of a view, as SQLite names it. */
export interface ViewColumn {
  readonly name: string;
  /** The declared type that SQLite finds behind it: that of a column, or of a CAST; "" for most expressions. */
  readonly type: string;
}
