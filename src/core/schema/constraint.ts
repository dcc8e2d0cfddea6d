/** The constraints of a table and of its columns, as the text of the table has them. */
import type { Expression, Span } from "./span.ts";

/** What is done with a row that breaks a constraint, behind ON CONFLICT (https://sqlite.org/lang_conflict.html). */
export type ConflictClause = "ROLLBACK" | "ABORT" | "FAIL" | "IGNORE" | "REPLACE";

/** What happens to a row whose parent is deleted or changes its key (https://sqlite.org/foreignkeys.html#fk_actions). */
export type ForeignKeyAction = "NO ACTION" | "RESTRICT" | "SET NULL" | "SET DEFAULT" | "CASCADE";

/** Whether a constraint stands in the definition of a column, or beside the columns. */
export type ConstraintLevel = "column" | "table";

/** What all constraints have. */
export interface ConstraintText {
  /** The name behind CONSTRAINT, without quotes. */
  readonly name?: string;
  readonly source: ConstraintSource;
}

/** Where a constraint stands. */
export interface ConstraintSource {
  /** From its first word, which is CONSTRAINT where it has a name, to its last token. */
  readonly span: Span;
  readonly name?: Span;
}

/** A column in a key or in an index. */
export interface KeyColumn {
  readonly kind: "column";
  /** As the table declares it; without quotes. */
  readonly name: string;
  /** The collation that is written beside it. Where there is none, the one of the column applies. */
  readonly collation?: string;
  readonly order: "ASC" | "DESC";
  readonly source: {
    readonly span: Span;
    /** The name with its collation, without the order. */
    readonly key: Span;
    /** The name alone. */
    readonly name: Span;
  };
}

/** PRIMARY KEY. That of a table is one, whether it stands in a column or beside all of them. */
export interface PrimaryKey extends ConstraintText {
  readonly kind: "primary_key";
  readonly level: ConstraintLevel;
  readonly columns: readonly KeyColumn[];
  readonly autoincrement: "yes" | "no";
  readonly conflict?: ConflictClause;
}

/** UNIQUE. */
export interface Unique extends ConstraintText {
  readonly kind: "unique";
  readonly level: ConstraintLevel;
  readonly columns: readonly KeyColumn[];
  readonly conflict?: ConflictClause;
}

/** CHECK. */
export interface Check extends ConstraintText {
  readonly kind: "check";
  readonly level: ConstraintLevel;
  readonly expression: Expression;
  /** SQLite reads it here, for a constraint of the table, and does not act on it. */
  readonly conflict?: ConflictClause;
}

/** NOT NULL. */
export interface NotNull extends ConstraintText {
  readonly kind: "not_null";
  readonly conflict?: ConflictClause;
}

/** The word NULL where a constraint can stand. SQLite takes it and does nothing with it. */
export interface Null extends ConstraintText {
  readonly kind: "null";
}

/** DEFAULT. */
export interface Default extends ConstraintText {
  readonly kind: "default";
  /** As SQLite's pragmas report it: a literal, or the text between the parentheses of an expression. */
  readonly text: string;
  readonly form: "literal" | "expression";
  readonly source: ConstraintSource & {
    /** All that follows DEFAULT, with the parentheses. */
    readonly value: Span;
  };
}

/** COLLATE. */
export interface Collate extends ConstraintText {
  readonly kind: "collate";
  readonly collation: string;
  readonly source: ConstraintSource & { readonly collation: Span };
}

/** The expression of a generated column (https://sqlite.org/gencol.html). `virtual` where nothing is written. */
export interface Generated extends ConstraintText {
  readonly kind: "generated";
  readonly expression: Expression;
  readonly storage: "virtual" | "stored";
}

/** A foreign key (https://sqlite.org/foreignkeys.html). */
export interface ForeignKey extends ConstraintText {
  readonly kind: "foreign_key";
  readonly level: ConstraintLevel;
  /** The columns of this table, as it declares them. */
  readonly columns: readonly string[];
  /** The table that it refers to, as written here; without quotes. */
  readonly parent: string;
  /** As written here. Missing where none are named: then it is the primary key of the parent. */
  readonly parentColumns?: readonly string[];
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  /** The name behind MATCH, which SQLite reads and does not act on. */
  readonly match?: string;
  /** When it is checked, after all that is written: `deferred` is at COMMIT. */
  readonly timing: "immediate" | "deferred";
  readonly source: ConstraintSource & {
    /** Those of this table; empty in the definition of a column. */
    readonly columns: readonly Span[];
    readonly parent: Span;
    readonly parentColumns: readonly Span[];
  };
}

/** DEFERRABLE where it does not follow a foreign key at once. It is about the last foreign key above it, if there is one. */
export interface Deferral extends ConstraintText {
  readonly kind: "deferral";
  readonly timing: "immediate" | "deferred";
}

/** CONSTRAINT and a name that no constraint follows. SQLite takes it and does nothing with it. */
export interface NameOnly extends ConstraintText {
  readonly kind: "name_only";
}

/** What can stand behind the type of a column. */
export type ColumnConstraint =
  | PrimaryKey
  | Unique
  | Check
  | NotNull
  | Null
  | Default
  | Collate
  | Generated
  | ForeignKey
  | Deferral
  | NameOnly;

/** What can stand beside the columns of a table. */
export type TableConstraint = PrimaryKey | Unique | Check | ForeignKey | NameOnly;
