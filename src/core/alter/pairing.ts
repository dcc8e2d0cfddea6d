/** How each row of the rebuilt table is known to be the one that it was made from. */
import { quoteIdentifier } from "../sql/quote.ts";
import type { KeyColumn } from "../schema/constraint.ts";
import type { Table } from "../schema/table.ts";
import { affinityOf, type Affinity } from "./affinity.ts";
import type { ColumnMatch, ValueSource } from "./match.ts";
import type { OldRows } from "./old-rows.ts";
import { alterProblem, type AlterProblem } from "./problem.ts";
import { rowidOf } from "./row-id.ts";

/** The pairing of rows. Names are quoted. */
export type Pairing =
  /** By the row id, which each row keeps. `copied`: no column is it, so that it has to be copied by itself. */
  | { readonly kind: "rowid"; readonly old: string; readonly next: string; readonly copied: boolean }
  /** By a new row id, given in the order of the old primary key. */
  | { readonly kind: "numbered"; readonly number: string; readonly next: string }
  /** By the key of the wanted table. */
  | { readonly kind: "key"; readonly by: "rowid" | "primary_key"; readonly terms: readonly KeyTerm[] }
  /** Not at all: nothing that the key is made of comes from the old rows. */
  | { readonly kind: "none" };

/** A column of the key and its value in the old row. */
export interface KeyTerm {
  readonly next: string;
  /** SQL over the columns of the old row. */
  readonly old: string;
  readonly kind: "kept" | "computed";
  /** How the new column turns that value into the one it stores. */
  readonly affinity: Affinity;
}

/** Pairs the rows. Row ids are kept: an external-content index, or the application, may know a row by its id. */
export function pairRows(
  current: Table,
  wanted: Table,
  { match, rows }: { readonly match: ColumnMatch; readonly rows: OldRows },
): Pairing | AlterProblem {
  if (wanted.storage === "without_rowid") {
    const names = wanted.primaryKey?.columns.map(({ name }) => name) ?? [];
    const terms = names.flatMap((name) => termOf(sourceOf(match, name), { wanted, rows }));
    return terms.length === 0 ? { kind: "none" } : { kind: "key", by: "primary_key", terms };
  }
  const source = wanted.rowidColumn === undefined ? undefined : sourceOf(match, wanted.rowidColumn);
  const next = rowidOf(wanted);
  const isSame = source?.kind === "kept" && source.from.name === current.rowidColumn;
  if (source !== undefined && source.kind !== "new" && !isSame) {
    return { kind: "key", by: "rowid", terms: termOf(source, { wanted, rows }) };
  }
  if (current.storage === "without_rowid" && next !== undefined) {
    return { kind: "numbered", number: `row_number() OVER (ORDER BY ${orderOf(current, rows)})`, next };
  }
  if (rows.rowid === undefined || next === undefined) return unreachable(current);
  return { kind: "rowid", old: rows.rowid, next, copied: !isSame };
}

function sourceOf({ columns }: ColumnMatch, name: string): ValueSource | undefined {
  return columns.find(({ column }) => column.name === name);
}

function termOf(
  source: ValueSource | undefined,
  { wanted, rows }: { readonly wanted: Table; readonly rows: OldRows },
): readonly KeyTerm[] {
  if (source === undefined || source.kind === "new" || source.kind === "generated") return [];
  const { kind, column } = source;
  const old = kind === "kept" ? rows.nameOf(source.from) : `(${source.expression})`;
  return [{ next: quoteIdentifier(column.name), old, kind, affinity: affinityOf(column.type, wanted.typing) }];
}

/** The order in which the rows are stored, so that nothing has to be sorted. */
function orderOf({ columns, primaryKey }: Table, rows: OldRows): string {
  const term = ({ name, collation, order }: KeyColumn): string => {
    const column = columns.find((candidate) => candidate.name === name);
    const own = column === undefined ? quoteIdentifier(name) : rows.nameOf(column);
    return `${own}${collation === undefined ? "" : ` COLLATE ${quoteIdentifier(collation)}`} ${order}`;
  };
  return (primaryKey?.columns ?? []).map(term).join(", ");
}

function unreachable({ name }: Table): AlterProblem {
  return alterProblem(
    `the row ids of "${name}" cannot be kept: columns have taken all of their names`,
    "rename the column rowid, oid or _rowid_ first",
  );
}
