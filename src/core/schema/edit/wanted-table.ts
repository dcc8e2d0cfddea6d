/** The table that a migration wants, and what has to be said because a text alone cannot tell it. */

/** What an edit results in. Names are without quotes, as the texts declare them. */
export interface WantedTable {
  /** The CREATE TABLE, with the name that the table has now. */
  readonly sql: string;
  /** The name in the wanted table → the name in the table as it is, for each column that has another name now. */
  readonly renames: ReadonlyMap<string, string>;
  /** Columns of the table as it is, by the names there. One that is in the wanted table too is a new column of that name. */
  readonly drops: ReadonlySet<string>;
  /** The name in the wanted table → an expression over the columns of the table as it is, by the names there. */
  readonly copies: ReadonlyMap<string, string>;
}
