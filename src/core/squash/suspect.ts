/** Values that are of today: two replays on one day give the same, and one tomorrow does not. */
import type { ImageRows } from "./image.ts";

/** The first column that holds one of these texts as a whole value; undefined where none does. */
export function columnWith(
  tables: readonly ImageRows[],
  texts: ReadonlySet<string>,
): { readonly table: string; readonly column: string } | undefined {
  for (const { name, columns, rows } of tables) {
    for (const row of rows) {
      const at = row.findIndex((value) => texts.has(value));
      if (at !== -1) return { table: name, column: columns[at] ?? "" };
    }
  }
  return undefined;
}
