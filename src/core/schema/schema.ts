/** A schema: everything that the text of a database's objects says. */
import type { KeyColumn } from "./constraint.ts";
import type { Expression, Span } from "./span.ts";
import type { ObjectSource, Table } from "./table.ts";

/** The schema of a database, each list in the order in which the objects were made. */
export interface Schema {
  readonly tables: readonly Table[];
  readonly virtualTables: readonly VirtualTable[];
  /** Those of CREATE INDEX. The ones that SQLite makes for UNIQUE and PRIMARY KEY are constraints of their tables. */
  readonly indexes: readonly Index[];
  readonly views: readonly View[];
  readonly triggers: readonly Trigger[];
}

/** An index that CREATE INDEX made. */
export interface Index {
  readonly kind: "index";
  readonly name: string;
  readonly table: string;
  readonly uniqueness: "unique" | "not_unique";
  readonly terms: readonly IndexTerm[];
  /** The condition of a partial index. */
  readonly where?: Expression;
  readonly sql: string;
  readonly source: ObjectSource & {
    readonly table: Span;
    /** What stands between the parentheses. */
    readonly terms: Span;
  };
}

/** What an index is sorted by. */
export type IndexTerm = KeyColumn | IndexExpression;

/** An expression that an index is sorted by. A COLLATE at its end is part of it. */
export interface IndexExpression {
  readonly kind: "expression";
  readonly expression: Expression;
  readonly order: "ASC" | "DESC";
  readonly source: { readonly span: Span };
}

/** A view. */
export interface View {
  readonly kind: "view";
  readonly name: string;
  /** The names in parentheses, where the view gives its columns some. */
  readonly columns?: readonly string[];
  readonly query: Expression;
  readonly sql: string;
  readonly source: ObjectSource;
}

/** A trigger. */
export interface Trigger {
  readonly kind: "trigger";
  readonly name: string;
  /** The table or view that it is on. */
  readonly table: string;
  readonly time: "BEFORE" | "AFTER" | "INSTEAD OF";
  readonly event: "INSERT" | "UPDATE" | "DELETE";
  /** Those of UPDATE OF; missing where every column counts. */
  readonly columns?: readonly string[];
  readonly when?: Expression;
  /** The statements between BEGIN and END. */
  readonly body: Expression;
  readonly sql: string;
  readonly source: ObjectSource & {
    readonly table: Span;
    readonly columns: readonly Span[];
  };
}

/** A virtual table, as far as its text tells. */
export interface VirtualTableText {
  readonly kind: "virtual_table";
  readonly name: string;
  readonly module: string;
  /** What is passed to the module, as written. */
  readonly arguments: readonly string[];
  readonly sql: string;
  readonly source: ObjectSource & { readonly module: Span };
}

/** A virtual table (https://sqlite.org/vtab.html). */
export interface VirtualTable extends VirtualTableText {
  /** What the module makes of it; missing where the connection does not have the module. */
  readonly columns?: readonly VirtualColumn[];
  /** The tables that the module keeps its rows in. They are not in the schema's `tables`. */
  readonly shadowTables: readonly Table[];
}

/** A column of a virtual table, as its module declares it. */
export interface VirtualColumn {
  readonly name: string;
  /** As the module declares it. */
  readonly type: string;
  readonly visibility: "visible" | "hidden";
}

/** What can be read from the text of one object alone. */
export type SchemaObject = Table | Index | View | Trigger | VirtualTableText;

/** A text that lockstep does not know how to read. */
export interface UnreadableText {
  readonly kind: "unreadable";
  /** What is wrong, in a few words: `expected ")" and found "x"`. */
  readonly what: string;
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;
}
