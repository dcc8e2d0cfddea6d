/** What a table has to be for SQLite to take it, as far as its text tells; the rest SQLite itself will say. */
import { isSameName } from "../../sql/quote.ts";
import type { Table } from "../table.ts";
import { describeConstraint } from "./describe.ts";
import { placedConstraints } from "./find.ts";
import { expressionOf, otherNames, refuseUnknown, unknownName } from "./meaning.ts";
import { refuse } from "./problem.ts";

/** Refuses a table that cannot be. `original` is what it was made of. Throws RefusedEdit. */
export function verifyTable(table: Table, original: Table): void {
  checkColumns(table);
  checkKind(table);
  checkExpressions(table, original);
  checkSelfReferences(table);
}

function checkColumns({ name, columns }: Table): void {
  if (columns.some(({ generated }) => generated === undefined)) return;
  refuse("impossible", `"${name}" would have no column but generated ones`, "keep a column, or drop the table");
}

const STRICT_TYPES: ReadonlySet<string> = new Set(["ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"]);

function checkKind({ name, columns, primaryKey, typing, storage, rowidColumn }: Table): void {
  const untyped = columns.find(({ type }) => !STRICT_TYPES.has(type));
  if (typing === "strict" && untyped !== undefined) {
    const has = untyped.type === "" ? "no type" : `the type ${untyped.type}`;
    refuse(
      "impossible",
      `the column "${untyped.name}" has ${has}, which a STRICT table cannot have`,
      `call retypeColumn() for it with one of ${[...STRICT_TYPES].join(", ")}`,
    );
  }
  if (storage === "without_rowid" && primaryKey === undefined) {
    refuse(
      "impossible",
      `"${name}" would be WITHOUT ROWID and have no primary key`,
      "call setPrimaryKey() or setRowid()",
    );
  }
  const computed = columns.find(
    (column) => column.generated !== undefined && primaryKey?.columns.some((key) => key.name === column.name) === true,
  );
  if (computed !== undefined) {
    refuse(
      "impossible",
      `the generated column "${computed.name}" cannot be in the primary key`,
      "choose other columns",
    );
  }
  if (primaryKey?.autoincrement === "yes" && rowidColumn === undefined) {
    const message = "AUTOINCREMENT needs a primary key of one INTEGER column, in a table with rowids";
    refuse("impossible", message, 'call setPrimaryKey() with { autoincrement: "no" }');
  }
}

function checkExpressions(table: Table, original: Table): void {
  const strings = new Set(placedConstraints(original).flatMap(({ constraint }) => otherNames(original, constraint)));
  for (const { constraint } of placedConstraints(table)) {
    const expression = expressionOf(constraint);
    const unknown = expression === undefined ? undefined : unknownName(table, expression, strings);
    if (unknown !== undefined) refuseUnknown(table, unknown, describeConstraint(constraint));
  }
}

function checkSelfReferences(table: Table): void {
  for (const key of table.foreignKeys) {
    if (!isSameName(key.parent, table.name)) continue;
    const { parentColumns, columns } = key;
    const missing = parentColumns?.find((name) => !table.columns.some((column) => isSameName(column.name, name)));
    if (missing !== undefined) {
      const message = `there is no column "${missing}" in "${table.name}", to which ${describeConstraint(key)} refers`;
      refuse("unknown_column", message, "drop the foreign key, or let it refer to another column");
    }
    if (parentColumns === undefined && table.primaryKey?.columns.length !== columns.length) {
      const message = `${describeConstraint(key)} refers to the primary key, which has other columns or is not there`;
      refuse("in_use", message, "drop the foreign key, or name the columns that it refers to");
    }
  }
}
