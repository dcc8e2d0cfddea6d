/** Renames columns by SQLite itself, which also renames them in indexes, triggers, views and the foreign keys of other tables. */
import type { ColumnMatch } from "../../core/alter/match.ts";
import { planRenames, type RenamePlan, type RenameStep } from "../../core/alter/rename.ts";
import type { Schema } from "../../core/schema/schema.ts";
import type { Table } from "../../core/schema/table.ts";
import { quoteIdentifier, quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import { readSchema } from "../../inspect/read-schema.ts";
import { adviseCopy } from "./advice.ts";
import { inAlterMode } from "./alter-mode.ts";
import { refuse, type Altering } from "./altering.ts";
import { findTable } from "./find-table.ts";

/** What there is once the columns have their new names. */
export interface Renamed {
  readonly schema: Schema;
  readonly current: Table;
  readonly match: ColumnMatch;
  /** The name of every column before, by the name that it has now. */
  readonly oldNames: ReadonlyMap<string, string>;
  readonly count: number;
}

/** Renames the columns of the table. Throws `rebuild_refused` where SQLite cannot. */
export function* renameColumns(
  altering: Altering,
  { schema, current, match }: Pick<Renamed, "schema" | "current" | "match">,
): Task<Renamed> {
  const { connection } = altering.session;
  const plan = planRenames(current, altering.intent);
  const count = plan.steps.length;
  if (count === 0) return { schema, current, match, oldNames: plan.oldNames, count };
  yield* inAlterMode(connection, "modern", function* () {
    for (const step of plan.steps) yield* renameColumn(altering, current, step);
  });
  const after = yield* readSchema(altering.session);
  const renamed = findTable(altering, after, altering.intent.wanted.name);
  return {
    schema: after,
    current: renamed,
    match: underNewNames(match, renamed, plan),
    oldNames: plan.oldNames,
    count,
  };
}

function* renameColumn(altering: Altering, { name }: Table, { from, to }: RenameStep): Task<void> {
  const { connection } = altering.session;
  const sql = `ALTER TABLE ${quoteTable(name)} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)}`;
  try {
    yield* wait(connection.execute(sql));
  } catch (error) {
    const failure = connection.failure(error);
    if (failure?.kind !== "other") throw error;
    const isOther = /^error in (?:view|trigger|index|table) /.test(failure.message);
    throw refuse(altering, {
      problem: `the column "${from}" cannot be renamed to "${to}": ${failure.message}`,
      hint: isOther
        ? "SQLite renames a column only where everything works, before and after: mend or drop what it names first"
        : `make it a new column with ${adviseCopy(altering.intent, to, from)}; what names the old one has to be changed first`,
    });
  }
}

/** The same sources, with the columns as they are now. */
function underNewNames(match: ColumnMatch, renamed: Table, { oldNames }: RenamePlan): ColumnMatch {
  const now = new Map(renamed.columns.map((column) => [oldNames.get(column.name) ?? column.name, column]));
  return {
    kind: "match",
    dropped: match.dropped.map((column) => now.get(column.name) ?? column),
    columns: match.columns.map((source) =>
      "from" in source && source.from !== undefined
        ? { ...source, from: now.get(source.from.name) ?? source.from }
        : source,
    ),
  };
}
