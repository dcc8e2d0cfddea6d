/** Compares the rows of a table before and after. */

/** The rows of a table, each value as a literal of SQL, which tells `'1'` from `1` and `NULL` from `''`. */
export interface TableRows {
  readonly columns: readonly string[];
  /** `numbered`: each row has a number of its own that stays, its rowid or the column that is it. */
  readonly identity: "numbered" | "by_value";
  readonly rows: readonly StoredRow[];
}

/** One row. */
export interface StoredRow {
  /** The rowid; empty for a table without. */
  readonly id: string;
  /** In the order of the columns. */
  readonly values: readonly string[];
}

/** A row that is not the same on both sides. */
export type RowDifference =
  | { readonly kind: "lost"; readonly row: StoredRow }
  | { readonly kind: "added"; readonly row: StoredRow }
  /** `columns` are those whose values differ; `after` has the columns of `before`. */
  | {
      readonly kind: "changed";
      readonly before: StoredRow;
      readonly after: StoredRow;
      readonly columns: readonly string[];
    }
  /** The same values under another rowid. */
  | { readonly kind: "renumbered"; readonly before: StoredRow; readonly after: StoredRow };

/** The differences. Rows are found again by their number, and by their values where that has changed. Columns are found by name. */
export function compareRows(before: TableRows, after: TableRows): readonly RowDifference[] {
  const places = before.columns.map((column) => after.columns.indexOf(column));
  const others = after.rows.map(({ id, values }): StoredRow => ({
    id,
    values: places.map((place) => values[place] ?? ""),
  }));
  const byId = new Map(others.filter(({ id }) => id !== "").map((row) => [row.id, row]));
  const left = new Set(others);
  const open: StoredRow[] = [];
  for (const row of before.rows) {
    const same = byId.get(row.id);
    if (same !== undefined && textOf(same) === textOf(row)) left.delete(same);
    else open.push(row);
  }
  const byValues = new Map<string, StoredRow[]>();
  for (const row of left) byValues.set(textOf(row), [...(byValues.get(textOf(row)) ?? []), row]);
  const differences: RowDifference[] = [];
  const unmatched: StoredRow[] = [];
  for (const row of open) {
    const same = byValues.get(textOf(row))?.shift();
    if (same === undefined) {
      unmatched.push(row);
      continue;
    }
    left.delete(same);
    if (same.id !== row.id) differences.push({ kind: "renumbered", before: row, after: same });
  }
  for (const row of unmatched) {
    const same = byId.get(row.id);
    if (same !== undefined && left.delete(same)) {
      const columns = before.columns.filter((_column, index) => row.values[index] !== same.values[index]);
      differences.push({ kind: "changed", before: row, after: same, columns });
    } else differences.push({ kind: "lost", row });
  }
  return [...differences, ...[...left].map((row) => ({ kind: "added", row }) as const)];
}

function textOf({ values }: StoredRow): string {
  return JSON.stringify(values);
}

/** A row for a person: `{"id": 1, "name": 'ann'}` without the braces of JSON. */
export function describeRow(columns: readonly string[], { values }: StoredRow): string {
  return columns.map((column, index) => `${column} = ${shorten(values[index] ?? "")}`).join(", ");
}

function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 57)}...` : value;
}
