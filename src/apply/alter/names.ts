/** The objects of a schema by their names. */
import type { Schema } from "../../core/schema/schema.ts";
import type { Table } from "../../core/schema/table.ts";
import { foldIdentifier, isSameName } from "../../core/sql/quote.ts";

/** The names of everything in a schema, folded. */
export function namesOf(schema: Schema): ReadonlySet<string> {
  const objects = [
    ...schema.tables,
    ...schema.virtualTables,
    ...schema.virtualTables.flatMap(({ shadowTables }) => shadowTables),
    ...schema.views,
    ...schema.indexes,
    ...schema.triggers,
  ];
  return new Set(objects.map(({ name }) => foldIdentifier(name)));
}

/** Those of the indexes or triggers that are on the table. */
export function belongingTo<Owned extends { readonly table: string }>(
  objects: readonly Owned[],
  { name }: Table,
): readonly Owned[] {
  return objects.filter(({ table }) => isSameName(table, name));
}
