/** What differs between two schemas, as facts: names and kinds, and no SQL. */

/** One difference between a schema and the wanted one. Names are without quotes. */
export type Change =
  | { readonly kind: "create_table" | "drop_table"; readonly table: string }
  | { readonly kind: "rename_table"; readonly from: string; readonly to: string }
  | AlterTable
  | { readonly kind: "create_index" | "drop_index" | "replace_index"; readonly index: string; readonly table: string }
  | { readonly kind: "create_view" | "drop_view" | "replace_view"; readonly view: string }
  | {
      readonly kind: "create_trigger" | "drop_trigger" | "replace_trigger";
      readonly trigger: string;
      /** The table or view that it is on. */
      readonly table: string;
    }
  | {
      readonly kind: "create_virtual_table" | "drop_virtual_table" | "replace_virtual_table";
      readonly table: string;
    };

/** A table that stays, and is another one afterwards. */
export interface AlterTable {
  readonly kind: "alter_table";
  /** Its name in the wanted schema. */
  readonly table: string;
  readonly changes: readonly TableDifference[];
}

/** One difference between a table and the wanted one. */
export type TableDifference =
  | { readonly kind: "add_column" | "drop_column"; readonly column: string }
  | { readonly kind: "rename_column"; readonly from: string; readonly to: string }
  | { readonly kind: "change_column"; readonly column: string; readonly aspects: readonly ColumnAspect[] }
  /** The columns that stay stand in another order. */
  | { readonly kind: "reorder_columns" }
  | { readonly kind: "change_primary_key" }
  | {
      readonly kind: "add_constraint" | "drop_constraint";
      readonly constraint: "check" | "unique" | "foreign_key";
      readonly name?: string;
      /** Those of this table; missing for a CHECK. */
      readonly columns?: readonly string[];
    }
  | { readonly kind: "change_storage"; readonly to: "rowid" | "without_rowid" }
  | { readonly kind: "change_typing"; readonly to: "flexible" | "strict" }
  /** Only where comments count. */
  | { readonly kind: "change_comments" };

/** What of a column can be another. `name`: in another case. */
export type ColumnAspect = "name" | "type" | "collation" | "default" | "not_null" | "generated";

/** A new name for something that stays. Names are without quotes, as the two schemas write them. */
export type Rename =
  | { readonly kind: "table"; readonly from: string; readonly to: string }
  | {
      readonly kind: "column";
      /** The name of the table in the wanted schema. */
      readonly table: string;
      readonly from: string;
      readonly to: string;
    };
