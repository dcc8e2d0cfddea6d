/** Finds what an operation names, as SQLite does: A to Z are the same as a to z. */
import { suggest } from "../../diagnostic/suggest.ts";
import { isSameName } from "../../sql/quote.ts";
import type { ColumnConstraint, TableConstraint } from "../constraint.ts";
import type { Column, ColumnDefinition, Definition, Table } from "../table.ts";
import { refuse } from "./problem.ts";

/** A constraint, and the definition that it is or that it stands in. */
export interface PlacedConstraint {
  readonly definition: Definition;
  readonly constraint: ColumnConstraint | TableConstraint;
}

/** All constraints, those of columns among them, in the order of the text. */
export function placedConstraints({ definitions }: Pick<Table, "definitions">): readonly PlacedConstraint[] {
  return definitions.flatMap((definition): readonly PlacedConstraint[] =>
    definition.kind === "column"
      ? definition.column.constraints.map((constraint) => ({ definition, constraint }))
      : [{ definition, constraint: definition.constraint }],
  );
}

/** Whether two lists of names are the same for SQLite, in the same order. */
export function areSameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => isSameName(name, right[index] ?? ""));
}

/** The column of that name. Throws RefusedEdit. */
export function findColumn({ name: table, columns }: Table, name: string): Column {
  const found = columns.find((column) => isSameName(column.name, name));
  if (found !== undefined) return found;
  const known = columns.map((column) => column.name);
  const meant = suggest(name, known);
  const hint = meant === undefined ? `its columns are ${known.join(", ")}` : `did you mean "${meant}"?`;
  return refuse("unknown_column", `there is no column "${name}" in "${table}"`, hint);
}

/** The definition of a column of the table. */
export function definitionOf({ definitions }: Table, column: Column): ColumnDefinition {
  const found = definitions.find((one) => one.kind === "column" && one.column === column);
  if (found?.kind !== "column") throw new RangeError(`"${column.name}" is a column of another table`);
  return found;
}
