/** Full-text tables that keep no rows of their own: made anew, they find nothing until they are told to read those of their table. */
import { columnsOf, contentOf, optionOf } from "../alter/full-text.ts";
import { nameText } from "../schema/edit/name-text.ts";
import type { Schema, VirtualTable } from "../schema/schema.ts";
import { isSameName } from "../sql/quote.ts";

/** The name of the table or view whose rows an FTS5 table finds; undefined for any other. */
export function contentOfFts5(table: VirtualTable): string | undefined {
  return /^fts5$/i.test(table.module) ? contentOf(table) : undefined;
}

/**
 * The statement that fills it (https://sqlite.org/fts5.html#the_rebuild_command). Undefined where its table is new, and has no rows, or
 * does not have what it reads.
 */
export function refillText(
  table: VirtualTable,
  { from, to }: { readonly from: Schema; readonly to: Schema },
): string | undefined {
  const content = contentOfFts5(table);
  if (content === undefined || !from.tables.some(({ name }) => isSameName(name, content))) return undefined;
  const source = to.tables.find(({ name }) => isSameName(name, content));
  if (source === undefined) return undefined;
  const has = (name: string): boolean => source.columns.some((column) => isSameName(column.name, name));
  const rowid = optionOf(table, "content_rowid");
  const isFound = rowid === undefined || /^(rowid|oid|_rowid_)$/i.test(rowid) ? source.storage === "rowid" : has(rowid);
  if (!isFound || !columnsOf(table).every(has)) return undefined;
  const name = nameText(table.name);
  return `INSERT INTO ${name} (${name}) VALUES ('rebuild');`;
}
