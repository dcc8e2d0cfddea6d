/** What somebody wants of a table: the table as it is to be, and what cannot be read from that. */
import type { TextPlace } from "./problem.ts";
import type { Table } from "../schema/table.ts";

/** A value that differs from the one before is refused unless it is allowed. */
export type Allowance = "lossy_conversion";

/** The values of a column, computed from the row as it was. */
export interface Copy {
  /** An SQL expression over the columns as they were. */
  readonly expression: string;
  readonly place: TextPlace;
}

/** The old name of a column. */
export interface Rename {
  readonly from: string;
  readonly place: TextPlace;
}

/** The wish. Names are folded as SQLite folds them. */
export interface AlterIntent {
  /** Under its own name, which is the one of the table that is there. */
  readonly wanted: Table;
  /** By the wanted column. */
  readonly copies: ReadonlyMap<string, Copy>;
  /** By the new name of the column. */
  readonly renames: ReadonlyMap<string, Rename>;
  /** Columns that are to go. One that is in the wanted table too is a new column of that name. */
  readonly drops: ReadonlyMap<string, { readonly place: TextPlace }>;
  readonly allows: ReadonlySet<Allowance>;
  /** Where each wanted column is written, where it is. */
  readonly places?: ReadonlyMap<string, TextPlace>;
}
