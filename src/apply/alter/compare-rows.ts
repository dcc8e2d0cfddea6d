/** Compares the rows of the rebuilt table with those that it was made from, before these are gone. */
import type { ColumnComparison, Comparison } from "../../core/alter/compare.ts";
import type { Rebuild } from "../../core/alter/rebuild.ts";
import { quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Row } from "../../driver/driver.ts";
import { assert, LockstepError } from "../../error.ts";
import { adviseAllow, adviseCopy } from "./advice.ts";
import { placeOfColumn, refuse, type Altering } from "./altering.ts";

/** What is compared. */
export interface ComparedRows {
  readonly comparison: Comparison;
  readonly plan: Rebuild;
  /** How many rows there were. */
  readonly rows: number;
}

/**
 * How many columns are compared in one query. SQLite nests conditions no deeper than 1,000, and an aggregate reads no more than 2,000
 * columns of both tables together (https://sqlite.org/limits.html).
 */
const AT_ONCE = 400;

/** `reversible`: under its old type each value would be the one that it was. */
export type ConvertedValues = "reversible" | "final";

/** Compares. A difference that nobody wanted is a fault of ours; values that a new type has changed are refused unless allowed. */
export function* compareRows(altering: Altering, compared: ComparedRows): Task<ConvertedValues> {
  const isAllowed = altering.intent.allows.has("lossy_conversion");
  const columns = compared.comparison.columns.filter(({ kind }) => kind === "same" || !isAllowed);
  // Where no column is compared, the rows are counted and paired all the same.
  for (let first = 0; first === 0 || first < columns.length; first += AT_ONCE) {
    yield* compareColumns(altering, compared, columns.slice(first, first + AT_ONCE));
  }
  const converted = compared.comparison.columns.filter(
    // What is lost has just been refused.
    ({ kind, condition, isFinal }) => kind === "converted" && (isAllowed || isFinal !== condition),
  );
  for (let first = 0; first < converted.length; first += AT_ONCE) {
    if (yield* isAnyFinal(altering, compared, converted.slice(first, first + AT_ONCE))) return "final";
  }
  return "reversible";
}

function* isAnyFinal(
  { session }: Altering,
  { comparison: { with: before, pairs = "" } }: ComparedRows,
  columns: readonly ColumnComparison[],
): Task<boolean> {
  const any = columns.map(({ isFinal }) => isFinal).join(" OR ");
  const [row] = yield* wait(
    session.connection.query(`${before}SELECT EXISTS (SELECT 1 ${pairs} WHERE ${any}) AS final`),
  );
  return Number(row?.["final"]) === 1;
}

function* compareColumns(
  altering: Altering,
  { comparison, plan, rows }: ComparedRows,
  columns: readonly ColumnComparison[],
): Task<void> {
  const { session, intent } = altering;
  const { connection } = session;
  const { name } = intent.wanted;
  const { with: before, pairs } = comparison;
  const counted = function* (counters: readonly string[]): Task<Row | undefined> {
    const compared = pairs === undefined ? "0 AS paired" : `${["count(*) AS paired", ...counters].join(", ")} ${pairs}`;
    const after = `(SELECT count(*) FROM ${quoteTable(name)}) AS after`;
    const [row] = yield* wait(connection.query(`${before}SELECT *, ${after} FROM (SELECT ${compared})`));
    return row;
  };
  // Counting column by column costs twice as much, and is only asked for where a row differs at all.
  const any = columns.map(({ condition }) => condition).join(" OR ");
  let row = yield* counted(any === "" ? [] : [`count(CASE WHEN ${any} THEN 1 END) AS differing`]);
  if (Number(row?.["differing"] ?? 0) > 0) {
    row = yield* counted(columns.map(({ condition }, index) => `total(${condition}) AS c${index}`));
  }
  const value = (counter: string): number => Number(row?.[counter] ?? 0);
  assert(value("after") === rows, `a rebuild keeps every row of ${name}`);
  if (value("paired") !== rows) {
    refuseUnpaired(altering, plan);
    assert(false, `a rebuild keeps the key of every row of ${name}`);
  }
  for (const [index, column] of columns.entries()) {
    const differing = value(`c${index}`);
    if (differing === 0) continue;
    assert(column.kind === "converted", `a rebuild keeps the values of ${name}.${column.column}`);
    throw yield* lossError(altering, column, { from: pairs ?? "", before, differing });
  }
}

/** Where the key is made by an expression, or NULL was given a number, the rows cannot be compared, and so nothing can be proven. */
function refuseUnpaired(altering: Altering, { pairing }: Rebuild): void {
  if (pairing.kind !== "key" && pairing.kind !== "none") return;
  const isOwn =
    pairing.kind === "key" && pairing.by === "primary_key" && pairing.terms.every(({ kind }) => kind === "kept");
  if (isOwn) return;
  throw refuse(altering, {
    problem: `it cannot be told which row of "${altering.intent.wanted.name}" was made from which: their new keys do not follow from the old rows`,
    hint: "give each row its key first, in a column of its own, and make that the key in a second rebuild",
  });
}

/** How many values a message shows, and how much of each. */
const SHOWN = 3;
const SHOWN_LENGTH = 60;

function* lossError(
  altering: Altering,
  { column, old, next, condition }: ColumnComparison,
  { from, before, differing }: { readonly from: string; readonly before: string; readonly differing: number },
): Task<LockstepError> {
  const { session, intent } = altering;
  const shorten = (value: string): string =>
    `CASE WHEN length(quote(${value})) > ${SHOWN_LENGTH} THEN substr(quote(${value}), 1, ${SHOWN_LENGTH}) || '…' ELSE quote(${value}) END`;
  const sql = `${before}SELECT ${shorten(old)} AS old, ${shorten(next)} AS new ${from} WHERE ${condition} LIMIT ${SHOWN}`;
  const rows = yield* wait(session.connection.query(sql));
  const shown = rows.map((row) => `${String(row["old"])} → ${String(row["new"])}`).join(", ");
  const type = intent.wanted.columns.find(({ name }) => name === column)?.type ?? "";
  const values = `${differing} ${differing === 1 ? "value" : "values"} of ${intent.wanted.name}.${column}`;
  return new LockstepError({
    code: "lossy_conversion",
    problem: `as ${type === "" ? "no type" : type}, ${values} would become another: ${shown}${differing > SHOWN ? ", …" : ""}`,
    place: placeOfColumn(altering, column),
    outcome: "rolled_back",
    hint: `mend the values first, or say how with ${adviseCopy(intent, column)}; to let them change: ${adviseAllow(intent)}`,
  });
}
