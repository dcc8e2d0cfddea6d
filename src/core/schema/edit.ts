/** Changes in the text of a table that leave every other byte as it was. */
import { isSpaceInside } from "../sql/character.ts";
import type { ColumnConstraint } from "./constraint.ts";
import { textOf, type Span } from "./span.ts";
import type { Definition, Table } from "./table.ts";

/** A part of a text, and what stands there afterwards. An empty span is a place to write at. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** The text with all edits made. They may not overlap; those at the same place are made in their order. Throws a RangeError. */
export function applyEdits(sql: string, edits: readonly Edit[]): string {
  let edited = "";
  let at = 0;
  for (const { span, text } of edits.toSorted((left, right) => left.span.start - right.span.start)) {
    if (span.start < at || span.end < span.start || span.end > sql.length) throw new RangeError("edits that overlap");
    edited += sql.slice(at, span.start) + text;
    at = span.end;
  }
  return edited + sql.slice(at);
}

/** Takes a column or a constraint out, with the comments that are about it and one comma. */
export function removeDefinition({ sql, definitions }: Table, definition: Definition): readonly Edit[] {
  const index = definitions.indexOf(definition);
  const { region } = definition;
  const before = definitions[index - 1]?.comma;
  const behind = index === definitions.length - 1 ? undefined : definition.comma;
  if (before !== undefined && before.start >= region.start) {
    // The comma in front stands below a comment, in the region. It goes with that, if another one is left to divide what remains.
    if (behind !== undefined && behind.end <= region.end) return [{ span: region, text: "," }];
    if (behind !== undefined || index === definitions.length - 1) return [remove(withSpace(sql, region))];
    return [remove({ start: region.start, end: before.start }), remove({ start: before.end, end: region.end })];
  }
  if (behind !== undefined && !hasLineEnd(sql, region.end, behind.start))
    return [remove(withSpace(sql, cover(region, behind)))];
  // Where commas lead the lines, the one in front goes; the first definition has only the one on the line below.
  const comma = index === definitions.length - 1 || behind !== undefined ? (before ?? behind) : undefined;
  if (comma === undefined) return [remove(withSpace(sql, region))];
  const isInFront = comma.end <= region.start && !/\S/.test(sql.slice(comma.end, region.start));
  return isInFront ? [remove(withSpace(sql, cover(comma, region)))] : [remove(comma), remove(withSpace(sql, region))];
}

/**
 * Writes a definition behind another one: a column behind the last column, a constraint behind the last definition. The text may
 * not end with a line comment.
 */
export function addDefinition({ sql }: Table, behind: Definition, text: string): readonly Edit[] {
  const { span, region, comma } = behind;
  const indent = /\n[ \t]*$/.exec(sql.slice(0, region.start))?.[0];
  // On the line of a comment it would take that over, or be a part of it.
  const isBehindComment = endsWithLineComment(behind) || (comma !== undefined && region.end > comma.end);
  const gap = indent ?? (isBehindComment ? "\n" : " ");
  // A comma behind a line comment would be part of that.
  if (comma === undefined)
    return [write(endsWithLineComment(behind) ? span.end : region.end, ","), write(region.end, gap + text)];
  if (hasLineEnd(sql, region.end, comma.start)) return [write(region.end, `${gap}, ${text}`)];
  return [write(Math.max(region.end, comma.end), `${gap}${text},`)];
}

/** Takes a constraint out of the definition of its column, with the white space in front of it. */
export function removeConstraint({ sql }: Table, constraint: ColumnConstraint): readonly Edit[] {
  return [remove(withSpace(sql, constraint.source.span))];
}

function remove(span: Span): Edit {
  return { span, text: "" };
}

function write(at: number, text: string): Edit {
  return { span: { start: at, end: at }, text };
}

function cover(left: Span, right: Span): Span {
  return { start: Math.min(left.start, right.start), end: Math.max(left.end, right.end) };
}

function hasLineEnd(sql: string, start: number, end: number): boolean {
  return start < end && textOf(sql, { start, end }).includes("\n");
}

function endsWithLineComment({ region, comments }: Definition): boolean {
  const last = comments.at(-1);
  return last !== undefined && last.text.startsWith("--") && last.offset + last.text.length === region.end;
}

/** The span with the white space beside it that would be left over: in front of it, or else behind it. */
function withSpace(sql: string, { start, end }: Span): Span {
  let from = start;
  while (from > 0 && isSpaceInside(sql.charCodeAt(from - 1))) from -= 1;
  let to = end;
  while (sql[to] === " " || sql[to] === "\t") to += 1;
  const endsLine = sql[to] === "\n" || sql[to] === "\r";
  // What stands in front may be a line comment, which needs its line end, or a word that would grow into the next one.
  if (hasLineEnd(sql, from, start) && !endsLine)
    return { start: endsList(sql[to]) ? lineStart(sql, start) : start, end: to };
  return from < start && to === end && !endsLine && !isPunctuation(sql[end]) ? { start, end } : { start: from, end };
}

/** Whether the definitions end here: then the white space at the beginning of the line is in front of nothing. */
function endsList(character: string | undefined): boolean {
  return character === undefined || character === ")";
}

function lineStart(sql: string, at: number): number {
  return sql.lastIndexOf("\n", at - 1) + 1;
}

function isPunctuation(character: string | undefined): boolean {
  return character === undefined || character === "," || character === ")";
}
