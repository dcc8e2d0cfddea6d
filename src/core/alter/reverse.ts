/** The way back of a change of a table, as the SQL of a migration: made where the change has lost nothing. */
import { isSameName, quoteIdentifier } from "../sql/quote.ts";
import type { Column, Table } from "../schema/table.ts";
import type { ColumnMatch, ValueSource } from "./match.ts";
import { asStored } from "./stored-text.ts";

/** What every computed way back begins with: it tells them from those that somebody wrote. */
export const COMPUTED = "-- computed by lockstep";

type Renamed = ValueSource & { readonly from: Column };

/** The rebuild that leads back to the table as it was; undefined where values of it are gone. */
export function reverseOf(before: Table, match: ColumnMatch): string | undefined {
  if (match.dropped.some(({ generated }) => generated === undefined)) return undefined;
  const kept = match.columns.filter((source) => source.kind === "kept");
  const known = new Set(kept.map(({ from }) => from.name));
  // A column that was computed over: its old values are nowhere.
  if (before.columns.some(({ name, generated }) => generated === undefined && !known.has(name))) return undefined;
  const settled = kept.filter(({ from }) => from.generated !== undefined);
  const renamed = match.columns.filter(
    (source): source is Renamed =>
      "from" in source && source.from !== undefined && !isSameName(source.column.name, source.from.name),
  );
  // What names the column would have to follow it back, while its values go: SQLite does only one of the two.
  if (settled.some((source) => renamed.includes(source))) return undefined;
  const added = [...match.columns.filter(({ kind }) => kind === "new" || kind === "computed"), ...settled].map(
    ({ column }) => quoteIdentifier(column.name),
  );
  return [
    "-- lockstep:rebuild",
    // Comments in it that speak to lockstep tell of another change.
    `${asStored(before).sql};`,
    ...renamed.map(
      ({ column, from }) => `-- lockstep:renamed ${quoteIdentifier(from.name)} from ${quoteIdentifier(column.name)}`,
    ),
    ...(added.length === 0 ? [] : [`-- lockstep:drop ${added.join(", ")}`]),
  ].join("\n");
}
