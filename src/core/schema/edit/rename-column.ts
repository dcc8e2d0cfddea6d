/** Gives a column another name, everywhere in the text of its own table where that column is meant. */
import { isSameName } from "../../sql/quote.ts";
import type { ColumnConstraint, TableConstraint } from "../constraint.ts";
import { applyEdits, type Edit } from "../edit.ts";
import type { Span } from "../span.ts";
import type { Column, Table } from "../table.ts";
import { checkNewName } from "./add-column.ts";
import type { Change } from "./change.ts";
import { findColumn, placedConstraints } from "./find.ts";
import { expressionOf, mentionsOf } from "./meaning.ts";
import { renamedText } from "./name-text.ts";
import { outlineOf } from "./outline.ts";

/** Renames the column. */
export function renameColumn(table: Table, name: string, to: string): Change {
  const column = findColumn(table, name);
  checkNewName({ name: table.name, columns: table.columns.filter((one) => one !== column) }, to);
  const constraints = placedConstraints(table).map(({ constraint }) => constraint);
  // In a constraint of the column itself the place of the name is that in front of the type.
  const places = new Map(
    [column.source.name, ...constraints.flatMap((one) => placesIn(table, one, column))].map((span) => [
      span.start,
      span,
    ]),
  );
  const edits = [...places.values()].map((span) => ({ span, text: renamedText(table.sql, span, to) }));
  const change: Renaming = { table, from: column.name, to, edits };
  const definitions = table.definitions.map((definition) =>
    definition.kind === "column"
      ? { ...definition, column: renamedColumn(definition.column, change) }
      : { ...definition, constraint: renamedConstraint(definition.constraint, change) },
  );
  const columns = definitions.flatMap((one) => (one.kind === "column" ? [one.column] : []));
  return { edits, outline: outlineOf({ ...table, columns, definitions }) };
}

/** Where a constraint names the column. */
function placesIn(table: Table, constraint: ColumnConstraint | TableConstraint, { name }: Column): readonly Span[] {
  const expression = expressionOf(constraint);
  if (expression !== undefined) return mentionsOf(table, expression, name).map(({ span }) => span);
  if (constraint.kind === "primary_key" || constraint.kind === "unique") {
    return constraint.columns.filter((key) => key.name === name).map(({ source }) => source.name);
  }
  if (constraint.kind !== "foreign_key") return [];
  const { columns, parent, parentColumns = [], source } = constraint;
  const own = source.columns.filter((_, index) => columns[index] === name);
  if (!isSameName(parent, table.name)) return own;
  return [...own, ...source.parentColumns.filter((_, index) => isSameName(parentColumns[index] ?? "", name))];
}

interface Renaming {
  readonly table: Table;
  readonly from: string;
  readonly to: string;
  readonly edits: readonly Edit[];
}

function renamedColumn(column: Column, change: Renaming): Column {
  const name = column.name === change.from ? change.to : column.name;
  return { ...column, name, constraints: column.constraints.map((one) => renamedConstraint(one, change)) };
}

function renamedConstraint<Constraint extends ColumnConstraint | TableConstraint>(
  constraint: Constraint,
  { table, from, to, edits }: Renaming,
): Constraint {
  const rename = (name: string): string => (isSameName(name, from) ? to : name);
  switch (constraint.kind) {
    case "primary_key":
    case "unique":
      return { ...constraint, columns: constraint.columns.map((key) => ({ ...key, name: rename(key.name) })) };
    case "foreign_key": {
      const { columns, parent, parentColumns } = constraint;
      const isSelf = parentColumns !== undefined && isSameName(parent, table.name);
      return {
        ...constraint,
        columns: columns.map(rename),
        ...(isSelf ? { parentColumns: parentColumns.map(rename) } : {}),
      };
    }
    case "check":
    case "generated": {
      const { text, span } = constraint.expression;
      const inside = edits.filter((edit) => edit.span.start >= span.start && edit.span.end <= span.end);
      const moved = inside.map((edit) => ({
        span: { start: edit.span.start - span.start, end: edit.span.end - span.start },
        text: edit.text,
      }));
      return { ...constraint, expression: { text: applyEdits(text, moved), span } };
    }
    default:
      return constraint;
  }
}
