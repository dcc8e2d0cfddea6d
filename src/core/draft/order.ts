/** The order of tables among each other. */
import type { Table } from "../schema/table.ts";
import { foldIdentifier } from "../sql/quote.ts";

/** Tables whose foreign keys point at others come before those. Where they point at each other in a circle, the first one does. */
export function childrenFirst(tables: readonly Table[]): readonly Table[] {
  const byName = new Map(tables.map((table) => [foldIdentifier(table.name), table]));
  const ordered: Table[] = [];
  const visited = new Set<Table>();
  // Parents are put down before their children, and all of it is turned round.
  const visit = (table: Table): void => {
    if (visited.has(table)) return;
    visited.add(table);
    for (const { parent } of table.foreignKeys) {
      const found = byName.get(foldIdentifier(parent));
      if (found !== undefined) visit(found);
    }
    ordered.push(table);
  };
  for (const table of tables.toReversed()) visit(table);
  return ordered.toReversed();
}
