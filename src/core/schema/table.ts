/** A table: what it is, and where each part of it stands in its text. */
import type { Comment } from "../sql/token.ts";
import type {
  Check,
  ColumnConstraint,
  Default,
  ForeignKey,
  Generated,
  NotNull,
  PrimaryKey,
  TableConstraint,
  Unique,
} from "./constraint.ts";
import type { Span } from "./span.ts";

/** Where the parts that every object has stand in its text. */
export interface ObjectSource {
  /** The name alone, with its quotes. */
  readonly name: Span;
  /** The schema in front of the name, or "temp" for TEMP. SQLite stores neither. */
  readonly schema?: string;
  /** IF NOT EXISTS, which SQLite does not store. */
  readonly ifNotExists?: Span;
}

/** An ordinary table. */
export interface Table {
  readonly kind: "table";
  /** Without quotes, as in all of the schema. */
  readonly name: string;
  readonly columns: readonly Column[];
  /** It stands in `columns` too where it is one of a column. */
  readonly primaryKey?: PrimaryKey;
  /** All constraints of these kinds, those of columns among them, in the order of the text. */
  readonly uniques: readonly Unique[];
  readonly checks: readonly Check[];
  readonly foreignKeys: readonly ForeignKey[];
  /** `without_rowid`: the rows are stored by their primary key (https://sqlite.org/withoutrowid.html). */
  readonly storage: "rowid" | "without_rowid";
  /** `strict`: every value has the type of its column (https://sqlite.org/stricttables.html). */
  readonly typing: "flexible" | "strict";
  /** The column that is another name of the rowid: the INTEGER PRIMARY KEY. */
  readonly rowidColumn?: string;
  /** The comments that are beside no definition. */
  readonly comments: readonly Comment[];
  /** What stands between the parentheses, in its order. */
  readonly definitions: readonly Definition[];
  /** The text. All spans and the offsets of comments are places in it. */
  readonly sql: string;
  readonly source: TableSource;
}

/** Where the parts of a table stand. */
export interface TableSource extends ObjectSource {
  /** What stands between the parentheses, with all white space. */
  readonly body: Span;
  readonly options: readonly TableOption[];
}

/** An option behind the parentheses. */
export interface TableOption {
  readonly kind: "strict" | "without_rowid";
  readonly span: Span;
}

/** A column, or a constraint that stands beside the columns, with its place in the list. */
export type Definition = ColumnDefinition | ConstraintDefinition;

/** A column in its place. */
export interface ColumnDefinition extends DefinitionPlace {
  readonly kind: "column";
  readonly column: Column;
}

/** A constraint in its place. */
export interface ConstraintDefinition extends DefinitionPlace {
  readonly kind: "constraint";
  readonly constraint: TableConstraint;
}

/** Where a definition stands. */
export interface DefinitionPlace {
  /** From its first token to its last. */
  readonly span: Span;
  /**
   * The span, the comments that are about the definition, and what lies between: from the first comment above or in front of it to
   * the last one behind it on its line. Regions do not overlap, and outside of them is nothing but white space, commas and the
   * comments of the table.
   */
  readonly region: Span;
  /** The comma behind it. The last definition has none, and one between two constraints may be missing. */
  readonly comma?: Span;
  /** The comments in the region. */
  readonly comments: readonly Comment[];
}

/** A column. */
export interface Column {
  readonly kind: "column";
  readonly name: string;
  /** The declared type, as SQLite reports it: the six types that it knows in upper case, others as written; "" where there is none. */
  readonly type: string;
  /** `refused` also where the kind of table makes it so: a primary key that is STRICT or WITHOUT ROWID. */
  readonly nulls: "allowed" | "refused";
  /** The NOT NULL that counts, where it is written. */
  readonly notNull?: NotNull;
  /** "BINARY" where none is written. */
  readonly collation: string;
  readonly default?: Default;
  readonly generated?: Generated;
  /** All that stands behind the type, in its order. */
  readonly constraints: readonly ColumnConstraint[];
  /** The comments in it and beside it, with their delimiters. */
  readonly comments: readonly Comment[];
  readonly source: ColumnSource;
}

/** Where the parts of a column stand. */
export interface ColumnSource {
  /** From its first token to its last. */
  readonly span: Span;
  readonly name: Span;
  /** The type as written, with what stands in parentheses. Missing where there is none. */
  readonly type?: Span;
}
