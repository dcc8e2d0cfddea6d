/** A change of a table, as far as other objects are concerned. */
import type { Schema } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import type { Rename } from "./intent.ts";
import type { ColumnMatch } from "./match.ts";

/** What there is, what is wanted, and what becomes of each column. */
export interface TableChange {
  readonly schema: Schema;
  readonly current: Table;
  readonly wanted: Table;
  readonly match: ColumnMatch;
  /** By the new name of a column. */
  readonly renames: ReadonlyMap<string, Rename>;
}
