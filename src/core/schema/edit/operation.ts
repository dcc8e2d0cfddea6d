/** What can be said about a table in one call, as a value. Names are without quotes. */
import type { ForeignKeyAction } from "../constraint.ts";
import type { Table } from "../table.ts";

/** One call of a `TableEditor`. */
export type TableOperation =
  | { readonly kind: "add_column"; readonly definition: string }
  | { readonly kind: "drop_column"; readonly column: string }
  | { readonly kind: "rename_column"; readonly column: string; readonly to: string }
  | { readonly kind: "retype_column"; readonly column: string; readonly type: string }
  | { readonly kind: "set_default"; readonly column: string; readonly expression: string }
  | { readonly kind: "drop_default"; readonly column: string }
  | { readonly kind: "set_not_null"; readonly column: string }
  | { readonly kind: "drop_not_null"; readonly column: string }
  | { readonly kind: "set_collation"; readonly column: string; readonly collation: string }
  | ({ readonly kind: "add_check"; readonly expression: string } & ConstraintOptions)
  | ({ readonly kind: "add_unique"; readonly columns: readonly string[] } & ConstraintOptions)
  | ({
      readonly kind: "add_foreign_key";
      readonly columns: readonly string[];
      readonly references: ForeignKeyTarget;
    } & ConstraintOptions)
  | ({ readonly kind: "set_primary_key"; readonly columns: readonly string[] } & PrimaryKeyOptions)
  | { readonly kind: "drop_primary_key" }
  | { readonly kind: "drop_constraint"; readonly name: string }
  | { readonly kind: "drop_check"; readonly expression: string }
  | { readonly kind: "drop_unique"; readonly columns: readonly string[] }
  | { readonly kind: "drop_foreign_key"; readonly columns: readonly string[] }
  | { readonly kind: "set_typing"; readonly typing: Table["typing"] }
  | { readonly kind: "set_storage"; readonly storage: Table["storage"] }
  | { readonly kind: "fill"; readonly column: string; readonly expression: string };

/** The operation of one kind. */
export type Operation<Kind extends TableOperation["kind"]> = Extract<TableOperation, { readonly kind: Kind }>;

export interface ConstraintOptions {
  /** The name behind CONSTRAINT. */
  readonly name?: string;
}

export interface PrimaryKeyOptions {
  /** Where it is not said, a key of the same columns keeps what it has, and any other key is `no`. */
  readonly autoincrement?: "yes" | "no";
}

/** What a foreign key refers to, and what it does. */
export interface ForeignKeyTarget {
  readonly table: string;
  /** Where none are said, the primary key of the table. */
  readonly columns?: readonly string[];
  /** NO ACTION where it is not said. */
  readonly onDelete?: ForeignKeyAction;
  /** NO ACTION where it is not said. */
  readonly onUpdate?: ForeignKeyAction;
  /** When it is checked: `deferred` is at COMMIT. `immediate` where it is not said. */
  readonly timing?: "immediate" | "deferred";
}
