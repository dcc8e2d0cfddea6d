/** Takes constraints and columns out of a table, wherever they stand. */
import { removeDefinition } from "../edit.ts";
import type { Definition, Table } from "../table.ts";
import type { Change } from "./change.ts";
import { commentsWithin } from "./column-text.ts";
import type { PlacedConstraint } from "./find.ts";
import { outlineOf, withoutComments } from "./outline.ts";
import { clear } from "./splice.ts";

/** Takes one constraint out, or several that stand in columns. */
export function removeConstraints(table: Table, placed: readonly PlacedConstraint[]): Change {
  const first = placed[0]?.definition;
  if (first?.kind === "constraint") return removeWhole(table, first);
  const outline = outlineOf(table);
  const gone = new Set<unknown>(placed.map(({ constraint }) => constraint));
  const columns = outline.columns.map((column) => ({
    ...column,
    constraints: column.constraints.filter((constraint) => !gone.has(constraint)),
  }));
  const comments = placed.flatMap(({ definition, constraint }) => commentsWithin(definition, constraint.source.span));
  const spans = placed.map(({ constraint }) => constraint.source.span);
  return {
    edits: clear(table.sql, spans),
    outline: { ...outline, columns, comments: withoutComments(outline.comments, comments) },
  };
}

/** Takes a column or a constraint beside the columns out, with the comments that are about it. */
export function removeWhole(table: Table, definition: Definition): Change {
  const outline = outlineOf(table);
  return {
    edits: removeDefinition(table, definition),
    outline: {
      ...outline,
      columns: outline.columns.filter((one) => definition.kind !== "column" || one !== definition.column),
      constraints: outline.constraints.filter((one) => definition.kind === "column" || one !== definition.constraint),
      comments: withoutComments(outline.comments, definition.comments),
    },
  };
}
