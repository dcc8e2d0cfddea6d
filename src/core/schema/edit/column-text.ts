/** Changes inside the definition of one column. */
import { tokenize } from "../../sql/tokenizer.ts";
import type { Comment } from "../../sql/token.ts";
import type { ColumnConstraint } from "../constraint.ts";
import type { Edit } from "../edit.ts";
import type { Span } from "../span.ts";
import type { Column, Definition, Table } from "../table.ts";
import type { Change } from "./change.ts";
import { definitionOf } from "./find.ts";
import { commentText, outlineOf, withoutComments, type Bare, type ColumnOutline } from "./outline.ts";
import { write } from "./splice.ts";

/** What is done to the text of a column, and what the column is then. */
export interface ColumnChange {
  readonly edits: readonly Edit[];
  readonly change: (column: ColumnOutline) => ColumnOutline;
  /** The part of the text that goes; it may hold comments. */
  readonly replaced?: Span;
  /** What is written; it may hold comments. */
  readonly written?: string;
}

/** Changes a column, and nothing else. */
export function changeColumn(table: Table, column: Column, wanted: ColumnChange): Change {
  const { edits, change, replaced, written } = wanted;
  const outline = outlineOf(table);
  const gone = replaced === undefined ? [] : commentsWithin(definitionOf(table, column), replaced);
  return {
    edits,
    outline: {
      ...outline,
      columns: outline.columns.map((one) => (one.name === column.name ? change(one) : one)),
      comments: [...withoutComments(outline.comments, gone), ...commentTexts(written ?? "")],
    },
  };
}

/** Writes a constraint behind those that a column has. */
export function appendToColumn(table: Table, column: Column, constraint: Bare<ColumnConstraint>, text: string): Change {
  // Behind a CONSTRAINT that nothing follows, the new one would take its name.
  const count = column.constraints.findLastIndex(({ kind }) => kind !== "name_only") + 1;
  const { name, type } = column.source;
  const { end } = column.constraints[count - 1]?.source.span ?? type ?? name;
  const change = (one: ColumnOutline): ColumnOutline => ({
    ...one,
    constraints: one.constraints.toSpliced(count, 0, constraint),
  });
  return changeColumn(table, column, { edits: [write(end, ` ${text}`)], change, written: text });
}

/** A constraint of a column that says something else afterwards. */
export interface Replacement {
  readonly current: ColumnConstraint;
  readonly wanted: Bare<ColumnConstraint>;
  /** The part of the constraint that is replaced. */
  readonly place: Span;
  readonly text: string;
}

/** Replaces a part of a constraint. */
export function replaceInColumn(table: Table, column: Column, { current, wanted, place, text }: Replacement): Change {
  const change = (one: ColumnOutline): ColumnOutline => ({
    ...one,
    constraints: one.constraints.map((constraint) => (constraint === current ? wanted : constraint)),
  });
  return changeColumn(table, column, { edits: [{ span: place, text }], change, replaced: place, written: text });
}

/** The table as it is. */
export function unchanged(table: Table): Change {
  return { edits: [], outline: outlineOf(table) };
}

/** The comments of a definition that stand inside of a part of the text. */
export function commentsWithin({ comments }: Definition, { start, end }: Span): readonly Comment[] {
  return comments.filter(({ offset }) => offset > start && offset < end);
}

/** The comments in a piece of SQL. */
export function commentTexts(sql: string): readonly string[] {
  return tokenize(sql).comments.map(commentText);
}
