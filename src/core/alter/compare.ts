/** The queries that prove a copy: no row is missing, and no value differs that was to stay. */
import { quoteIdentifier, quoteTable } from "../sql/quote.ts";
import type { Column, Table } from "../schema/table.ts";
import { affinityOf, type Affinity } from "./affinity.ts";
import type { ColumnMatch } from "./match.ts";
import type { OldRows } from "./old-rows.ts";
import { freeName, type Rebuild } from "./rebuild.ts";

/** A query with one row and one column, `count`: how many rows differ in that column. */
export interface ColumnComparison {
  readonly column: string;
  /** The value as it was and as it is, in SQL over a pair of rows. */
  readonly old: string;
  readonly next: string;
  /** `same`: its values are stored as before, and any difference is a fault of ours · `converted`: a value may have become another. */
  readonly kind: "same" | "converted";
  readonly condition: string;
  /**
   * True for a value that the old type would not give back. A column without a type holds 1 beside '1': what became '1' as a TEXT stays so.
   */
  readonly isFinal: string;
}

/** How the rows of two tables are paired and compared. */
export interface Comparison {
  /** What stands in front of SELECT. */
  readonly with: string;
  /** `FROM old AS o … new AS n ON …`; missing where nothing tells which row was made from which. */
  readonly pairs: string | undefined;
  readonly columns: readonly ColumnComparison[];
}

/** What is compared. */
export interface Compared {
  readonly current: Table;
  readonly wanted: Table;
  readonly match: ColumnMatch;
  readonly rebuild: Rebuild;
}

/** Compares the table that was set aside with the one that was filled from it. */
export function compareTables({ current, wanted, match, rebuild }: Compared): Comparison {
  const { rows, pairing } = rebuild;
  // The row id by which the rows are paired is the same in each pair.
  const isPairedBy = (column: Column, from: Column): boolean =>
    pairing.kind === "rowid" && column.name === wanted.rowidColumn && from.name === current.rowidColumn;
  const kept = match.columns
    .filter((source) => source.kind === "kept")
    .filter(({ column, from }) => !isPairedBy(column, from));
  const columns = kept.map(({ column, from }): ColumnComparison => {
    const before = affinityOf(from.type, current.typing);
    const isSame = before === affinityOf(column.type, wanted.typing);
    const names = { old: `o.${rows.nameOf(from)}`, next: `n.${quoteIdentifier(column.name)}` };
    return {
      column: column.name,
      ...names,
      kind: isSame ? "same" : "converted",
      condition: isSame ? differs(names) : isLost(names),
      isFinal: before === "BLOB" ? `typeof(${names.old}) IS NOT typeof(${names.next})` : isLost(names),
    };
  });
  return { with: rows.with, pairs: pairsOf(wanted, rebuild), columns };
}

function pairsOf(wanted: Table, { rows, pairing }: Rebuild): string | undefined {
  if (pairing.kind === "none") return undefined;
  // Along an index the rows would be read in another order than that of their row ids, each from another page.
  const isTable = rows.with === "";
  const plain = isTable ? `${rows.from} AS o NOT INDEXED` : `${rows.from} AS o`;
  const next = `CROSS JOIN ${quoteTable(wanted.name)} AS n`;
  const more = freeName("lockstep_value", rows.columns);
  switch (pairing.kind) {
    case "rowid":
      return `FROM ${plain} ${next} NOT INDEXED ON n.${pairing.next} = o.${pairing.old}`;
    case "numbered":
      return `FROM ${withMore(rows, more, [pairing.number])} ${next} NOT INDEXED ON n.${pairing.next} = o.${more}_1`;
    case "key": {
      const old = pairing.terms.map(({ old: term }) => term);
      const from = pairing.terms.some(({ kind }) => kind === "computed") ? withMore(rows, more, old) : plain;
      const terms = pairing.terms.map(({ next: name, old: term, affinity }, index) => {
        const value = from === plain ? `o.${term}` : `o.${more}_${index + 1}`;
        return `n.${name} IS ${asStored(value, affinity)}`;
      });
      return `FROM ${from} ${next}${pairing.by === "rowid" ? " NOT INDEXED" : ""} ON ${terms.join(" AND ")}`;
    }
  }
}

/**
 * A value as a column stores it. `+` takes its own affinity away: so it is compared as it would be stored, and an index on the column can
 * be used. Only as a REAL a number may be stored as another one: what numbers are below infinity are numbers, and what texts of numbers.
 */
function asStored(value: string, affinity: Affinity): string {
  if (affinity !== "REAL") return `+${value}`;
  const isNumber = `typeof(${value}) IN ('integer', 'text') AND +${value} <= CAST(9e999 AS REAL)`;
  return `CASE WHEN ${isNumber} THEN CAST(${value} AS REAL) ELSE +${value} END`;
}

/** The old rows with further values, called by this name and their numbers. */
function withMore({ from }: OldRows, name: string, values: readonly string[]): string {
  return `(SELECT *, ${values.map((value, index) => `${value} AS ${name}_${index + 1}`).join(", ")} FROM ${from}) AS o`;
}

interface Names {
  readonly old: string;
  readonly next: string;
}

/** The values are stored alike: then they differ as they compare. BINARY takes a collation away, which may call two texts equal. */
function differs({ old, next }: Names): string {
  return `(${old} COLLATE BINARY IS NOT ${next})`;
}

/**
 * A value is lost where the stored one does not lead back to it: '007' that became 7, 20 digits that became a REAL. `+` takes the
 * affinity away, under which '007' and 7 would be the same.
 */
function isLost({ old, next }: Names): string {
  // Most values are the same at once, and then nobody asks for their types.
  return `(+${old} COLLATE BINARY IS NOT +${next} AND CASE typeof(${old})
    WHEN 'text' THEN CAST(${next} AS TEXT) COLLATE BINARY IS NOT +${old}
    WHEN 'integer' THEN CASE typeof(${next}) WHEN 'text' THEN CAST(${next} AS NUMERIC) ELSE +${next} END IS NOT +${old}
    WHEN 'real' THEN CASE typeof(${next}) WHEN 'text' THEN CAST(${next} AS REAL) ELSE +${next} END IS NOT +${old}
    ELSE +${next} IS NOT +${old} END)`;
}
