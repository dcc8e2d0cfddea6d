/**
 * Where a table or an index names the table itself: `CHECK (users.age > 0)`. While a table is set aside under another name, SQLite finds
 * no column behind the old one. Elsewhere it allows no such name, and there is no subquery in which it would mean another table.
 */
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { Index, Schema } from "../schema/schema.ts";
import type { Span } from "../schema/span.ts";
import type { Table } from "../schema/table.ts";

/** The text of a table whose CHECKs name their columns alone; undefined where they do so already. */
export function withoutOwnName({ name, sql, checks }: Table): string | undefined {
  const places = checks.flatMap(({ expression }) => qualifiers(expression.text, name, expression.span.start));
  if (places.length === 0) return undefined;
  let text = sql;
  for (const { start, end } of places.toSorted((left, right) => right.start - left.start)) {
    text = text.slice(0, start) + text.slice(end);
  }
  return text;
}

/** Whether the condition of a partial index names the table. */
export function namesOwnTable({ where, table }: Index): boolean {
  return where !== undefined && qualifiers(where.text, table, 0).length > 0;
}

/** Another object that may speak of the table: one in whose text its name stands. */
export function findMention({ tables, virtualTables, views, triggers }: Schema, { name }: Table): string | undefined {
  const isName = (text: string): boolean => foldIdentifier(unquoteIdentifier(text)) === foldIdentifier(name);
  const others = [
    ...[...tables, ...virtualTables, ...views].filter((object) => !isName(object.name)),
    ...triggers.filter(({ table }) => !isName(table)),
  ];
  return others.find(({ sql }) => tokenize(sql).tokens.some(({ text }) => isName(text)))?.name;
}

/** From the name of the table, or of the schema in front of it, up to the column. */
function qualifiers(expression: string, table: string, start: number): readonly Span[] {
  const { tokens } = tokenize(expression);
  return tokens.flatMap(({ text }, index): readonly Span[] => {
    const [dot, column] = [tokens[index + 1], tokens[index + 2]];
    if (dot?.text !== "." || column === undefined) return [];
    if (foldIdentifier(unquoteIdentifier(text)) !== foldIdentifier(table)) return [];
    const first = tokens[index - 1]?.text === "." ? tokens[index - 2] : tokens[index];
    return first === undefined ? [] : [{ start: start + first.offset, end: start + column.offset }];
  });
}
