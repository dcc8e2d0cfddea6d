/** Names as they are written into a text. */
import { isKeyword, keywordOf } from "../../sql/keywords.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { textOf, type Span } from "../span.ts";
import type { Table } from "../table.ts";
import { isOperandName } from "./mentions.ts";
import { refuse } from "./problem.ts";

const BARE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name with the quotes that it needs, or without. Throws RefusedEdit for a name with NUL. */
export function nameText(name: string): string {
  if (name.includes("\0")) {
    refuse("invalid_argument", "a name with a NUL character cannot be written in SQL", "choose another name");
  }
  return BARE.test(name) && !isKeyword(name) ? name : quoteIdentifier(name);
}

/** Names with commas between them. */
export function nameList(names: readonly string[]): string {
  return names.map(nameText).join(", ");
}

/** A column of the table as its own definition writes it. */
export function columnText(table: Table, name: string): string {
  const column = table.columns.find((one) => one.name === name);
  const text = column === undefined ? "" : textOf(table.sql, column.source.name);
  const keyword = keywordOf(text);
  // SQLite reads the columns of a key as expressions: there a name in single quotes is a string, and `cast` is no name.
  const isPlain = text !== "" && !text.startsWith("'") && (keyword === undefined || isOperandName(keyword));
  return isPlain ? text : quoteIdentifier(name);
}

/** A name in place of another one, in the same quotes where it can be. */
export function renamedText(sql: string, place: Span, name: string): string {
  const bare = nameText(name);
  switch (textOf(sql, place).charAt(0)) {
    case "[":
      return name.includes("]") ? quoteIdentifier(name) : `[${name}]`;
    case "`":
      return `\`${name.replaceAll("`", "``")}\``;
    case '"':
    case "'":
      return quoteIdentifier(name);
    default:
      return bare;
  }
}
