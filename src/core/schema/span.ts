/** Places in the text of an object, and SQL that is kept as it stands. */

/** A part of a text: from `start` up to `end`, which is behind it. In UTF-16 units from the beginning of the object's `sql`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** SQL that is kept and never read: an expression, a query, the body of a trigger. */
export interface Expression {
  /** As written, with the comments in it, and without the parentheses and the white space around it. */
  readonly text: string;
  readonly span: Span;
}

/** A name as it stands in a text. */
export interface NameInText {
  /** Without quotes. */
  readonly name: string;
  /** With its quotes. */
  readonly span: Span;
}

/** The part of a text that a span is about. */
export function textOf(sql: string, { start, end }: Span): string {
  return sql.slice(start, end);
}
