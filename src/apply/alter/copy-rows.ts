/** Copies the rows of a table into the one that takes its place, and says how far it is. */
import type { Rebuild } from "../../core/alter/rebuild.ts";
import { quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import { adviseCopy } from "./advice.ts";
import { refuse, type Altering } from "./altering.ts";

/** How many rows are copied between two events. */
const PIECE = 50_000;

/** Copies all of them, piece by piece where their row ids allow it. Throws `rebuild_refused` for a row that the new table does not take. */
export function* copyRows(altering: Altering, plan: Rebuild, total: number): Task<void> {
  const { session, intent } = altering;
  const { connection, emit } = session;
  if (plan.pieces === undefined || total <= PIECE) {
    yield* acceptRows(altering, plan.copy());
    return;
  }
  // As text: JavaScript's numbers do not hold every row id.
  const last = `SELECT CAST(max(${plan.pieces}) AS TEXT) AS last FROM ${quoteTable(intent.wanted.name)}`;
  let after: string | undefined;
  for (let rows = 0; rows < total; rows += PIECE) {
    yield* acceptRows(altering, plan.copy({ after, count: PIECE }));
    const [row] = yield* wait(connection.query(last));
    after = String(row?.["last"]);
    emit?.({ kind: "rows_copied", table: intent.wanted.name, rows: Math.min(rows + PIECE, total), total });
  }
}

/** Runs a statement that compiles, as the rehearsal has shown: what SQLite says against it is about a row. */
export function* acceptRows(altering: Altering, sql: string): Task<void> {
  const { connection } = altering.session;
  try {
    yield* wait(connection.execute(sql));
  } catch (error) {
    const failure = connection.failure(error);
    if (failure?.kind !== "other") throw error;
    throw refuse(altering, {
      problem: `a row is not one of the wanted table: ${failure.message}`,
      hint: `mend the rows first, or say how their values become others with ${adviseCopy(altering.intent)}`,
    });
  }
}
