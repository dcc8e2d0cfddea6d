/** How much a change of a table has to do, before it does it. */
import { classify } from "../../core/sql/statement-kind.ts";
import { quoteTable } from "../../core/sql/quote.ts";
import type { Statement } from "../../core/sql/script.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Session } from "../../session.ts";

/** What is to be expected, roughly. */
export interface Estimate {
  /** The rows that the table has now. */
  readonly rows: number;
  /** For how long writers wait, in milliseconds. */
  readonly lockMs: number;
  readonly writtenBytes: number;
}

const NOTHING: Estimate = { rows: 0, lockMs: 0, writtenBytes: 0 };

/** Microseconds for a row and for each of its indexes, as docs/performance.md measures them on a small server. */
const ROW_US = 1;
const INDEX_US = 0.7;

/** Of how many rows the size is looked at. */
const SAMPLE = 1000;

/** Estimates a rebuild from the database itself. Its cost is that of counting the rows. */
export function* estimate(session: Session, statement: Statement): Task<Estimate> {
  const kind = classify(statement);
  if (kind.kind !== "rebuild" || !session.isThere) return NOTHING;
  const { connection } = session;
  try {
    const table = quoteTable(kind.table);
    const [counted] = yield* wait(connection.query(`SELECT count(*) AS rows FROM ${table}`));
    const rows = Number(counted?.["rows"]);
    const columns = yield* wait(connection.query("SELECT name FROM pragma_table_xinfo(?)", [kind.table]));
    const indexes = yield* wait(connection.query("SELECT name FROM pragma_index_list(?)", [kind.table]));
    const size = sumOf(
      columns.map(({ name }) => `coalesce(length(CAST("${String(name).replaceAll('"', '""')}" AS BLOB)), 0) + 1`),
    );
    const [sample] = yield* wait(
      connection.query(`SELECT avg(${size}) AS size FROM (SELECT * FROM ${table} LIMIT ${SAMPLE})`),
    );
    return {
      rows,
      lockMs: Math.round((rows * (ROW_US + INDEX_US * indexes.length)) / 1000),
      writtenBytes: Math.round(rows * (Number(sample?.["size"] ?? 0) + 8 + 16 * indexes.length)),
    };
  } catch (error) {
    // An earlier step of the plan makes it.
    if (connection.failure(error)?.kind === "other") return NOTHING;
    throw error;
  }
}

/** How many terms stand beside each other: SQLite nests an expression no deeper than 1,000 (https://sqlite.org/limits.html). */
const BESIDE = 50;

function sumOf(terms: readonly string[]): string {
  if (terms.length <= BESIDE) return terms.join(" + ");
  const size = Math.ceil(terms.length / BESIDE);
  const parts = Array.from({ length: BESIDE }, (_, part) => terms.slice(part * size, (part + 1) * size));
  return parts
    .filter((part) => part.length > 0)
    .map((part) => `(${sumOf(part)})`)
    .join(" + ");
}
