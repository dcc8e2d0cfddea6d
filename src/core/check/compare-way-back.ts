/** Compares a database before a migration and after its way back: what the way back lost, and what the way up had taken. */
import { foldIdentifier } from "../sql/quote.ts";
import type { Renames } from "../sql/renames.ts";
import { compareRows, describeRow, type RowDifference, type StoredRow, type TableRows } from "./compare-rows.ts";

/** The rows of some tables, by folded name. */
export type RowsByTable = ReadonlyMap<string, TableRows>;

/** What is not as it was, in words: a row or a column in each. */
export interface WayBackLoss {
  /** Rows and values that the way up had kept, and the way back did not. */
  readonly lost: readonly string[];
  /** Rows that were not there before. */
  readonly left: readonly string[];
  /** Rows and values that the way up itself had removed or changed: no way back can know them. */
  readonly dropped: readonly string[];
}

interface Moments {
  readonly before: RowsByTable;
  /** Between the way up and the way back. */
  readonly between: RowsByTable;
  readonly after: RowsByTable;
  readonly renames: Renames;
}

/** Compares the rows of all tables that were there before and are there again. */
export function compareWayBack(moments: Moments): WayBackLoss {
  const lost = new Set<string>();
  const left = new Set<string>();
  const dropped = new Set<string>();
  for (const [name, rows] of moments.before) {
    const now = moments.after.get(name);
    // A table that is not there again is a difference of the schema, and told as one.
    if (now === undefined) continue;
    const heir = heirOf(name, rows, moments);
    for (const difference of paired(compareRows(rows, now), rows.columns, heir)) {
      if (difference.kind === "renumbered") continue;
      if (difference.kind === "added") left.add(`${name}: ${describeRow(rows.columns, difference.row)}`);
      else tell(difference, { name, rows, heir, lost, dropped });
    }
  }
  return { lost: [...lost], left: [...left], dropped: [...dropped] };
}

/**
 * A row of which the way up dropped the number by which it is found comes back with another one: it is the row with the values that were
 * kept, and no other.
 */
function paired(
  differences: readonly RowDifference[],
  columns: readonly string[],
  heir: Heir | undefined,
): readonly RowDifference[] {
  const kept = columns.flatMap((column, place) => (heir?.has(column) === true ? [place] : []));
  if (heir === undefined || kept.length === columns.length) return differences;
  const added = new Set(differences.flatMap((one) => (one.kind === "added" ? [one] : [])));
  const found = differences.map((difference): RowDifference => {
    if (difference.kind !== "lost") return difference;
    const before = difference.row;
    const match = [...added].find(({ row }) => kept.every((place) => row.values[place] === before.values[place]));
    if (match === undefined) return difference;
    added.delete(match);
    const after = match.row;
    const others = columns.filter((_column, place) => before.values[place] !== after.values[place]);
    return { kind: "changed", before, after, columns: others };
  });
  return found.filter((difference) => difference.kind !== "added" || added.has(difference));
}

interface Telling {
  readonly name: string;
  readonly rows: TableRows;
  readonly heir: Heir | undefined;
  readonly lost: Set<string>;
  readonly dropped: Set<string>;
}

function tell(
  difference: Extract<RowDifference, { readonly kind: "lost" | "changed" }>,
  { name, rows, heir, lost, dropped }: Telling,
): void {
  if (difference.kind === "lost") {
    const isKept = heir?.find(difference.row) !== undefined;
    if (isKept) lost.add(`${name}: ${describeRow(rows.columns, difference.row)}`);
    else dropped.add(`rows of ${name}`);
    return;
  }
  const { before, after, columns } = difference;
  const found = heir?.find(before);
  for (const column of columns) {
    const place = rows.columns.indexOf(column);
    const isKept = found !== undefined && heir?.value(found, column) === before.values[place];
    if (isKept) {
      lost.add(`${name}.${column}: ${before.values[place]} became ${after.values[place]}`);
    } else dropped.add(`values of ${name}.${column}`);
  }
}

/** What a table has become on the way up. */
interface Heir {
  find(row: StoredRow): StoredRow | undefined;
  has(column: string): boolean;
  /** Undefined where the column is gone. */
  value(row: StoredRow, column: string): string | undefined;
}

function heirOf(name: string, rows: TableRows, { before, between, renames }: Moments): Heir | undefined {
  const known = renames.tableOf(name, { before: [...before.keys()], now: [...between.keys()] });
  const heir = known === undefined ? undefined : between.get(foldIdentifier(known));
  if (heir === undefined || known === undefined) return undefined;
  const places = new Map<string, number>();
  for (const column of rows.columns) {
    const now = renames.columnOf(column, known, { before: rows.columns, now: heir.columns });
    if (now !== undefined) places.set(column, heir.columns.indexOf(now));
  }
  const value = (row: StoredRow, column: string): string | undefined => row.values[places.get(column) ?? -1];
  const byId = new Map(heir.rows.map((row) => [row.id, row]));
  const sharesValues = (row: StoredRow, other: StoredRow): boolean =>
    rows.columns.every((column, place) => !places.has(column) || value(other, column) === row.values[place]);
  return {
    find: (row) =>
      (row.id === "" ? undefined : byId.get(row.id)) ?? heir.rows.find((other) => sharesValues(row, other)),
    has: (column) => places.has(column),
    value,
  };
}
