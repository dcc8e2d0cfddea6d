/** Which table of a schema becomes which one of the wanted schema. */
import type { Schema } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { foldIdentifier } from "../sql/quote.ts";
import type { Rename } from "./change.ts";
import { keyOf } from "./diff-table.ts";

/** Finds the table that becomes a wanted one; there is none for a new one. */
export function ancestors(
  { tables }: Schema,
  renames: readonly Rename[],
): (wanted: { readonly name: string }) => Table | undefined {
  const byName = new Map(tables.map((table) => [keyOf(table), table]));
  const oldNames = new Map(
    renames.flatMap(({ kind, from, to }) => (kind === "table" ? [[foldIdentifier(to), foldIdentifier(from)]] : [])),
  );
  return (wanted) => byName.get(oldNames.get(keyOf(wanted)) ?? keyOf(wanted));
}
