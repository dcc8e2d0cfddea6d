/** Drops a column that nothing else in the text of its table uses. */
import { isSameName } from "../../sql/quote.ts";
import type { Column, Table } from "../table.ts";
import type { Change } from "./change.ts";
import { deferralsOf } from "./deferral.ts";
import { describeConstraint, describeDrop } from "./describe.ts";
import { definitionOf, placedConstraints, type PlacedConstraint } from "./find.ts";
import { expressionOf, mentionsOf } from "./meaning.ts";
import { mentionsIn } from "./mentions.ts";
import { refuse } from "./problem.ts";
import { removeWhole } from "./remove.ts";

/** Takes a column out. `gone` are the columns that go with it: what only they say does not count. Throws RefusedEdit. */
export function dropColumn(table: Table, column: Column, gone: readonly Column[]): Change {
  const definition = definitionOf(table, column);
  for (const placed of placedConstraints(table)) {
    const isGone = placed.definition.kind === "column" && gone.includes(placed.definition.column);
    if (placed.definition === definition) checkOwn(table, column, placed);
    else if (!isGone && uses(table, placed, column)) refuseUse(column, placed);
  }
  const [left] = table.columns.filter((one) => one !== column);
  if (left === undefined) {
    refuse("impossible", `"${column.name}" is the last column of "${table.name}"`, "drop the table instead");
  }
  return removeWhole(table, definition);
}

function uses(table: Table, { constraint }: PlacedConstraint, { name }: Column): boolean {
  const expression = expressionOf(constraint);
  if (expression !== undefined) return mentionsOf(table, expression, name).length > 0;
  if (constraint.kind === "primary_key" || constraint.kind === "unique") {
    return constraint.columns.some((key) => key.name === name);
  }
  if (constraint.kind !== "foreign_key") return false;
  const { columns, parent, parentColumns } = constraint;
  if (columns.includes(name)) return true;
  return isSameName(parent, table.name) && (parentColumns ?? []).some((one) => isSameName(one, name));
}

/** What stands in the definition of the column goes with it, except what is about the whole table or about another column. */
function checkOwn(table: Table, column: Column, placed: PlacedConstraint): void {
  const { constraint } = placed;
  if (constraint.kind === "primary_key") refuseUse(column, placed);
  if (constraint.kind === "check") {
    const mentions = mentionsIn(constraint.expression) ?? [];
    const isOwn = mentions.length === 0 || mentions.some(({ name }) => isSameName(name, column.name));
    if (!isOwn) {
      const message = `${describeConstraint(constraint)} stands in the definition of "${column.name}" and is not about it`;
      refuse("in_use", message, `call ${describeDrop(constraint)} in the same edit, and addCheck() if it should stay`);
    }
  }
  const deferrals = constraint.kind === "foreign_key" ? deferralsOf(table, constraint) : [];
  const outside = deferrals.find(({ definition }) => definition !== placed.definition);
  // A DEFERRABLE is about the last foreign key in front of it, which may be that of another column.
  const isStray = constraint.kind === "deferral" && !isAboutOwn(table, column, placed);
  if (outside === undefined && !isStray) return;
  refuse(
    "undecidable",
    `DEFERRABLE and the foreign key that it is about stand in different columns, one of them "${column.name}"`,
    "call dropForeignKey() in an edit of its own, and add the foreign key again behind it",
  );
}

function isAboutOwn(table: Table, column: Column, { constraint }: PlacedConstraint): boolean {
  return column.constraints.some(
    (one) =>
      one.kind === "foreign_key" && deferralsOf(table, one).some((deferral) => deferral.constraint === constraint),
  );
}

function refuseUse({ name }: Column, { definition, constraint }: PlacedConstraint): never {
  const isGenerated = constraint.kind === "generated" && definition.kind === "column";
  const user = isGenerated ? `the generated column "${definition.column.name}"` : describeConstraint(constraint);
  const other = isGenerated ? `dropColumn(${JSON.stringify(definition.column.name)})` : describeDrop(constraint);
  const hint =
    constraint.kind === "primary_key"
      ? `call ${other} or setPrimaryKey() in the same edit`
      : `call ${other} in the same edit, or keep the column`;
  refuse("in_use", `the column "${name}" is used by ${user}`, hint);
}
