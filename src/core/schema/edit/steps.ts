/** Which steps an operation is made of. */
import type { Table } from "../table.ts";
import { addCheck, addForeignKey, addUnique } from "./add-constraint.ts";
import { addColumn } from "./add-column.ts";
import type { Step } from "./change.ts";
import { dropDefault, dropNotNull, retypeColumn, setCollation, setDefault, setNotNull } from "./column-clause.ts";
import { dropCheck, dropConstraint, dropForeignKey, dropPrimaryKey, dropUnique } from "./drop-constraint.ts";
import { readColumnFragment } from "./fragment.ts";
import type { TableOperation } from "./operation.ts";
import { setPrimaryKey } from "./primary-key.ts";
import { renameColumn } from "./rename-column.ts";
import { setOption } from "./table-option.ts";

/** An operation that changes the text at once. */
export type TextOperation = Exclude<TableOperation, { readonly kind: "drop_column" | "fill" }>;

/** The steps for a table as it is when the first of them is taken. Throws RefusedEdit. */
export function stepsOf(table: Table, operation: TextOperation): readonly Step[] {
  switch (operation.kind) {
    case "add_column":
      return addColumn(readColumnFragment(operation.definition));
    case "rename_column":
      return [(current) => renameColumn(current, operation.column, operation.to)];
    case "retype_column":
      return retypeColumn(operation);
    case "set_default":
      return setDefault(operation);
    case "drop_default":
      return dropDefault(operation);
    case "set_not_null":
      return setNotNull(operation);
    case "drop_not_null":
      return dropNotNull(operation);
    case "set_collation":
      return setCollation(operation);
    case "add_check":
      return addCheck(operation);
    case "add_unique":
      return addUnique(operation);
    case "add_foreign_key":
      return addForeignKey(operation);
    case "set_primary_key":
      return setPrimaryKey(table, operation);
    case "drop_primary_key":
      return dropPrimaryKey();
    case "drop_constraint":
      return dropConstraint(operation);
    case "drop_check":
      return dropCheck(operation);
    case "drop_unique":
      return dropUnique(operation);
    case "drop_foreign_key":
      return dropForeignKey(operation);
    case "set_typing":
      return [(current) => setOption(current, "strict", operation.typing === "strict" ? "on" : "off")];
    case "set_storage":
      return [(current) => setOption(current, "without_rowid", operation.storage === "without_rowid" ? "on" : "off")];
  }
}
