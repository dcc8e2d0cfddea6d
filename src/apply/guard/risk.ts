/** What was there in front of a statement that takes it away, and where the statement stands. */
import type { LossCode } from "../../core/sql/loss-code.ts";
import type { Place } from "../../error.ts";
import type { Loss } from "../../report.ts";
import type { GuardedTable } from "./table.ts";

/** Where a statement stands, and what it may do. */
export interface Site {
  readonly place: Place;
  /** Of a migration in SQL: which statement, from 1. */
  readonly statement?: { readonly position: number; readonly total: number };
}

/** What a statement puts at risk. Names are folded. */
export interface Risk {
  readonly code: LossCode;
  /**
   * `table`: its rows have to be somewhere afterwards, and its columns · `rows`: as many rows · `values`: as many of one column ·
   * `family`: as many rows, and as many values in the columns that refer to a table that goes.
   */
  readonly extent: "table" | "rows" | "values" | "family";
  /** As it was in front of the statement. */
  readonly table: GuardedTable;
  /** What the table was called in this step, and what it may be called afterwards. It grows with each new name. */
  readonly names: Set<string>;
  readonly rows: number;
  /** How many there were, by the folded names of the columns that held any. */
  readonly values: ReadonlyMap<string, number>;
  readonly site: Site;
  /** What else may go with it. */
  readonly allowed: ReadonlySet<string>;
}

/** What is gone. */
export interface Destroyed {
  readonly code: LossCode;
  /** Without a count where it was not known in front of the statement, and cannot be found out any more. */
  readonly loss: Loss | Uncounted;
  readonly site: Site;
}

/** Something that is gone and was not counted. */
export interface Uncounted {
  readonly kind: "uncounted";
  readonly table: string;
  readonly column?: string;
}
