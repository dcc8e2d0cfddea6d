/** The statements of a rebuild: the table is set aside, made anew under its name, filled, and the old one dropped. */
import { foldIdentifier, quoteIdentifier, quoteTable } from "../sql/quote.ts";
import type { Table } from "../schema/table.ts";
import { readsOtherRows } from "./copy.ts";
import { createInMain } from "./create.ts";
import { defaultExpression } from "./default-value.ts";
import type { ColumnMatch, ValueSource } from "./match.ts";
import { oldRows, type OldRows } from "./old-rows.ts";
import { pairRows, type Pairing } from "./pairing.ts";
import type { AlterProblem } from "./problem.ts";
import { rowidOf } from "./row-id.ts";

/** A rebuild, in the order in which it runs. */
export interface Rebuild {
  readonly kind: "rebuild";
  /** The name under which the table is set aside. */
  readonly aside: string;
  readonly setAside: string;
  readonly create: string;
  /** Copies all rows, or the next ones behind a row id. */
  readonly copy: (range?: RowRange) => string;
  /** The row id in the new table, where the rows can be copied piece by piece: it is the same before and after. */
  readonly pieces: string | undefined;
  readonly dropOld: string;
  readonly rows: OldRows;
  readonly pairing: Pairing;
}

/** So many rows, behind a row id where there is one. */
export interface RowRange {
  /** In decimal digits: it may be more than JavaScript's numbers hold. */
  readonly after: string | undefined;
  readonly count: number;
}

/** What it is made from. */
export interface RebuildInput {
  readonly current: Table;
  readonly wanted: Table;
  readonly match: ColumnMatch;
  /** The name of every column before the change, by the name that it has now. */
  readonly oldNames: ReadonlyMap<string, string>;
  /** The folded names of all objects of the schema. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Plans a rebuild. It needs foreign keys off and `legacy_alter_table` on: then renaming a table changes no text of another object, so
 * that the triggers, views and foreign keys which name it are right again when it is back (https://sqlite.org/lang_altertable.html).
 */
export function planRebuild({ current, wanted, match, oldNames, taken }: RebuildInput): Rebuild | AlterProblem {
  const aside = freeName(`lockstep_old_${wanted.name}`, taken);
  const rows = oldRows({ current, match, oldNames, aside });
  const pairing = pairRows(current, wanted, { match, rows });
  if (pairing.kind === "problem") return pairing;
  const filled = match.columns.filter(({ kind }) => kind === "kept" || kind === "computed");
  const ids = idsOf(pairing);
  const terms = [
    ...ids.map(({ next, old }) => [next, old] as const),
    ...filled.map((source) => [quoteIdentifier(source.column.name), valueOf(source, rows)] as const),
  ];
  // INSERT names at least one column, also where nothing of the old rows is left.
  const [into, values] = [0, 1].map((side) =>
    (terms.length === 0 ? defaultTerms(wanted) : terms).map((term) => term[side]).join(", "),
  );
  // Whatever the constraints of the wanted table say, a row that breaks one is an error and never left out.
  const insert = `${rows.with}INSERT OR ABORT INTO ${quoteTable(wanted.name)} (${into}) SELECT ${values} FROM ${rows.from}`;
  const canBeParted = pairing.kind === "rowid" && filled.every((source) => !isOfSeveral(source));
  return {
    kind: "rebuild",
    aside,
    setAside: `ALTER TABLE ${quoteTable(wanted.name)} RENAME TO ${quoteIdentifier(aside)}`,
    create: createInMain(wanted),
    copy: (range) => (range === undefined ? insert : insert + partOf(rows, range)),
    pieces: canBeParted ? rowidOf(wanted) : undefined,
    dropOld: `DROP TABLE ${quoteTable(aside)}`,
    rows,
    pairing,
  };
}

/** The row id, where it is not the value of a column. */
function idsOf(pairing: Pairing): readonly { readonly next: string; readonly old: string }[] {
  if (pairing.kind === "numbered") return [{ next: pairing.next, old: pairing.number }];
  return pairing.kind === "rowid" && pairing.copied ? [pairing] : [];
}

/** The first column that takes a value, and its default. */
function defaultTerms({ columns }: Table): readonly (readonly [string, string])[] {
  const column = columns.find(({ generated }) => generated === undefined);
  return column === undefined ? [] : [[quoteIdentifier(column.name), defaultExpression(column)]];
}

function valueOf(source: ValueSource, rows: OldRows): string {
  if (source.kind === "computed") return `(${source.expression})`;
  return source.kind === "kept" ? rows.nameOf(source.from) : quoteIdentifier(source.column.name);
}

/** Where a value depends on the other rows of the statement, all of them have to be in one. */
function isOfSeveral(source: ValueSource): boolean {
  return source.kind === "computed" && readsOtherRows(source.expression);
}

function partOf({ rowid = "" }: OldRows, { after, count }: RowRange): string {
  return `${after === undefined ? "" : ` WHERE ${rowid} > ${after}`} ORDER BY ${rowid} LIMIT ${count}`;
}

/** A name that no object of the schema has. */
export function freeName(wish: string, taken: ReadonlySet<string>): string {
  let name = wish;
  for (let number = 2; taken.has(foldIdentifier(name)); number += 1) name = `${wish}_${number}`;
  return name;
}
