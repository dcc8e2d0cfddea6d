/** The statement that makes an object of the main database. */
import { textOf } from "../schema/span.ts";
import type { SchemaObject } from "../schema/schema.ts";

/**
 * CREATE as it is stored, with the schema in front of the name: SQLite does not store that, and without it a TEMP table of the same
 * name would get the indexes and triggers of this one. Under another name where one is given, in quotes.
 */
export function createInMain(
  { sql, source }: Pick<SchemaObject, "sql" | "source">,
  name: string = textOf(sql, source.name),
): string {
  return `${sql.slice(0, source.name.start)}main.${name}${sql.slice(source.name.end)}`;
}
