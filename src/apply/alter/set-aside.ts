/** Sets a table aside under another name, with its rows and its indexes. What refers to it goes on speaking of the old name. */
import { findMention, namesOwnTable, withoutOwnName } from "../../core/alter/own-name.ts";
import type { Schema } from "../../core/schema/schema.ts";
import type { Table } from "../../core/schema/table.ts";
import { quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import { inAlterMode } from "./alter-mode.ts";
import { refuse, type Altering } from "./altering.ts";
import { belongingTo } from "./names.ts";
import { canEditSchema, editSchema, type EditKind } from "./schema-text.ts";

/** What is set aside, and how. */
export interface Aside {
  readonly schema: Schema;
  readonly current: Table;
  /** The statement that renames it. */
  readonly sql: string;
  /** A `trial` is taken back, and counts as no change. */
  readonly kind: EditKind;
}

/**
 * Renames it, in legacy mode. There SQLite does not carry a name of the table in its own CHECKs and partial indexes along, and then
 * refuses the rename: so these name their columns alone meanwhile, or are made again afterwards.
 */
export function* setAside(altering: Altering, aside: Aside): Task<void> {
  const { connection } = altering.session;
  const { schema, current, sql, kind } = aside;
  const run = (text: string): Task<unknown> =>
    wait<unknown>(kind === "trial" ? connection.query(text) : connection.execute(text));
  for (const index of belongingTo(schema.indexes, current).filter(namesOwnTable)) {
    yield* run(`DROP INDEX ${quoteTable(index.name)}`);
  }
  const plain = withoutOwnName(current);
  if (plain !== undefined && !(yield* canEditSchema(connection))) {
    refuseMentioned(altering, aside);
    // Here SQLite carries the name along. It would do so everywhere, and nobody else speaks of the table.
    yield* inAlterMode(connection, "modern", () => run(sql));
    return;
  }
  if (plain !== undefined) yield* editSchema(connection, { name: current.name, sql: plain, kind });
  yield* run(sql);
}

/** Whether it can be set aside at all. */
export function* canSetAside(
  altering: Altering,
  { schema, current }: Pick<Aside, "schema" | "current">,
): Task<boolean> {
  if (withoutOwnName(current) === undefined || findMention(schema, current) === undefined) return true;
  return yield* canEditSchema(altering.session.connection);
}

function refuseMentioned(altering: Altering, { schema, current }: Aside): void {
  const other = findMention(schema, current);
  if (other === undefined) return;
  throw refuse(altering, {
    problem: `a CHECK of "${current.name}" names the table itself, "${other}" names the table too, and this connection does not let the text of a table be edited`,
    hint: "give lockstep the path of the database, or a handle that is not in SQLite's defensive mode",
  });
}
