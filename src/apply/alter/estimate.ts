/** How much a change of a table has to do, before it does it. */
import { classify } from "../../core/sql/statement-kind.ts";
import { quoteIdentifier, quoteTable } from "../../core/sql/quote.ts";
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

/** How many columns are added up in one expression: SQLite refuses one that is a thousand operators deep. */
const TOGETHER = 200;

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
    const names = columns.map(({ name }) => String(name));
    const [sample = {}] = yield* wait(
      connection.query(`SELECT ${sizes(names).join(", ")} FROM (SELECT * FROM ${table} LIMIT ${SAMPLE})`),
    );
    const size = Object.values(sample).reduce<number>((sum, part) => sum + Number(part ?? 0), names.length);
    return {
      rows,
      lockMs: Math.round((rows * (ROW_US + INDEX_US * indexes.length)) / 1000),
      writtenBytes: Math.round(rows * (size + 8 + 16 * indexes.length)),
    };
  } catch (error) {
    // An earlier step of the plan makes it.
    if (connection.failure(error)?.kind === "other") return NOTHING;
    throw error;
  }
}

/** The average sizes of the values of some columns each, in bytes. */
function sizes(names: readonly string[]): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < names.length; at += TOGETHER) {
    const terms = names
      .slice(at, at + TOGETHER)
      .map((name) => `coalesce(length(CAST(${quoteIdentifier(name)} AS BLOB)), 0)`);
    parts.push(`avg(${terms.join(" + ")}) AS size${at}`);
  }
  return parts;
}
