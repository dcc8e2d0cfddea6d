/** Reads a statement that gives something another name (https://sqlite.org/lang_altertable.html). */
import { foldIdentifier } from "./quote.ts";
import type { Token } from "./token.ts";
import { TokenReader } from "./token-reader.ts";

/** A new name for a table of the main database, or for a column of one. Names are without quotes, as written. */
export interface Rename {
  readonly kind: "table" | "column";
  /** The table, as it is called before. */
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/** What a statement renames; undefined for every other statement. */
export function readRename(tokens: readonly Token[]): Rename | undefined {
  const reader = new TokenReader(tokens);
  const table = reader.take("ALTER", "TABLE") ? reader.qualifiedName() : undefined;
  if (table === undefined || foldIdentifier(table.schema ?? "main") !== "main" || !reader.take("RENAME"))
    return undefined;
  const isTable = reader.take("TO");
  if (!isTable) reader.take("COLUMN");
  const from = isTable ? table.name : reader.name();
  if (!isTable) reader.take("TO");
  const to = reader.name();
  if (from === undefined || to === undefined) return undefined;
  return { kind: isTable ? "table" : "column", table: table.name, from, to };
}
