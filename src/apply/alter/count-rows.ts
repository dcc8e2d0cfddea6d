/** Counts the rows of a table that is to be changed. Everything that is done with them, and every proof, begins at this number. */
import { quoteIdentifier, quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import { refuse, type Altering } from "./altering.ts";

/**
 * How many rows the table has. SQLite counts the entries of its smallest index, which is a part of the work, and says nothing where one of
 * them is missing: a table that has a row while its index has none would count as empty. Throws `rebuild_refused` for that one.
 */
export function* countRows(altering: Altering, name: string): Task<number> {
  const table = quoteTable(name);
  const first = `EXISTS (SELECT 1 FROM ${table} NOT INDEXED)`;
  const [row] = yield* ask(altering, `SELECT (SELECT count(*) FROM ${table}) AS count, ${first} AS first`);
  const count = Number(row?.["count"]);
  if (count === 0 && Number(row?.["first"]) === 1) throw damaged(altering, name, "an index of it has no entries");
  return count;
}

/** Throws `rebuild_refused` where the table itself has another number of rows than its index: what is lost, nobody can tell. */
export function* checkCount(altering: Altering, name: string, count: number): Task<void> {
  const [row] = yield* ask(altering, `SELECT count(*) AS count FROM ${quoteTable(name)} NOT INDEXED`);
  const own = Number(row?.["count"]);
  if (own === count) return;
  throw damaged(altering, name, `an index of it has entries for ${count} rows, and the table has ${own}`);
}

function ask({ session: { connection } }: Altering, sql: string) {
  return wait(connection.query(sql));
}

function damaged(altering: Altering, name: string, what: string): Error {
  return refuse(altering, {
    problem: `the table "${name}" is damaged: ${what}`,
    hint: `look at PRAGMA integrity_check; REINDEX ${quoteIdentifier(name)} makes the indexes anew from the rows of the table`,
  });
}
