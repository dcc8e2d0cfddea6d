/** The text of a table as SQLite stores it, which is not all that somebody writes. */
import { parseObject } from "../schema/parse.ts";
import type { Table } from "../schema/table.ts";
import { readDirective } from "../sql/directive.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import type { Comment } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";

/**
 * The table as SQLite would store it: without IF NOT EXISTS, without the schema in front of its name, and without the comments that
 * speak to lockstep. These tell of one change, and the table outlives it.
 */
export function asStored({ sql, source }: Table): Table {
  const end = tokenize(sql).tokens.findLast(({ kind }) => kind !== "semicolon");
  const text = sql.slice(source.name.start, end === undefined ? undefined : end.offset + end.text.length);
  return reparse(withoutDirectives(`CREATE TABLE ${text}`));
}

/** The same table under another name. */
export function underName(table: Table, name: string): Table {
  const { start, end } = table.source.name;
  return reparse(table.sql.slice(0, start) + quoteIdentifier(name) + table.sql.slice(end));
}

/** The comments in a text, in its order. */
export function commentsOf(sql: string): readonly string[] {
  return tokenize(sql).comments.map(({ text }) => text.trim());
}

/** Whether a comment says something to lockstep. */
function isDirective(comment: Comment): boolean {
  return readDirective(comment).kind === "directive";
}

function withoutDirectives(sql: string): string {
  let rest = sql;
  for (const comment of tokenize(sql).comments.toReversed().filter(isDirective)) {
    const before = rest.slice(0, comment.offset).replace(/[ \t]+$/, "");
    const isAlone = before.endsWith("\n");
    // The line end behind the comment stays: it may keep two tokens apart.
    rest = (isAlone ? before.replace(/\r?\n$/, "") : before) + rest.slice(comment.offset + comment.text.length);
  }
  return rest;
}

/** What was read before, with a part of it replaced, can be read again. */
function reparse(sql: string): Table {
  const table = parseObject(sql);
  if (table.kind !== "table") throw new Error(`the text of a table is no longer one: ${sql}`);
  return table;
}
