/** What turns the schema of today into a wanted one: the changes, the next migration, and what it would do to rows. Writes nothing. */
import { describeHazard, hazardsOf, type CountedHazard } from "../core/draft/hazard.ts";
import { nameChanges } from "../core/draft/name.ts";
import type { Schema } from "../core/schema/schema.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import { LockstepError, type Place } from "../error.ts";
import type { Broken } from "../apply/alter/broken-objects.ts";
import { optionError } from "../check-options.ts";
import type { DiffOptions } from "../options.ts";
import type { DiffHazard, DiffReport } from "../report.ts";
import type { Session } from "../session.ts";
import { draftMigration } from "./draft-migration.ts";
import { probeCapabilities } from "./probe-capabilities.ts";
import { findRenames } from "./find-renames.ts";
import { readMigrations, readSource } from "./schema-source.ts";

/** The difference. `from` is a replay of all migrations, where no other is named. */
export function* readDiff(session: Session, options: DiffOptions): Task<DiffReport> {
  const { to, from, allow = [], comments = "ignore" } = options;
  checkDiff(options);
  const wanted = yield* readSource(session, to);
  const today = from === undefined ? yield* readMigrations(session, session.source) : yield* readSource(session, from);
  if (isEmpty(wanted.schema) && !isEmpty(today.schema) && !allow.includes("drop_table"))
    throw nothingWanted(wanted.place);
  const renames = yield* findRenames(today, wanted, options);
  const { changes, renamed, up, down, broken } = yield* draftMigration(session, {
    from: today.schema,
    to: wanted.schema,
    renames,
    allow: new Set<string>(allow),
    comments,
    capabilities: yield* probeCapabilities(session),
    place: wanted.place,
  });
  const hazards = hazardsOf({ from: renamed, to: wanted.schema }, changes, renames);
  return {
    to: String(to),
    ...(from === undefined ? {} : { from: String(from) }),
    name: nameChanges(changes),
    changes,
    up,
    down,
    hazards: [...(yield* countHazards(session, hazards)), ...brokenHazards(broken)],
  };
}

function isEmpty({ tables, virtualTables, views }: Schema): boolean {
  return tables.length + virtualTables.length + views.length === 0;
}

/** An export that has failed, or a path that is not meant: else everything would go. */
function nothingWanted(place: Place): LockstepError {
  return new LockstepError({
    code: "wanted_unreadable",
    problem: "the wanted schema has no table and no view, so that all that is there would be dropped",
    place,
    outcome: "unchanged",
    hint: "name what holds the schema; if everything is to go, say --allow drop_table",
  });
}

function checkDiff({ to, from, allow = [] }: DiffOptions): void {
  for (const [name, value] of Object.entries({ to, from })) {
    if (name === "from" && value === undefined) continue;
    if (value instanceof URL || (typeof value === "string" && value !== "")) continue;
    throw optionError(
      "invalid_option",
      name,
      `${name} names no schema`,
      "pass the path of a .sql file, a database or a directory",
    );
  }
  const unknown = allow.find((code) => code !== "drop_table" && code !== "drop_column");
  if (unknown === undefined) return;
  throw optionError(
    "invalid_option",
    "allow",
    `allow does not know ${JSON.stringify(unknown)}`,
    'use "drop_table" or "drop_column"',
  );
}

/** Counts the rows and values in the database, where it is there and has the table. */
function* countHazards(session: Session, hazards: readonly CountedHazard[]): Task<readonly DiffHazard[]> {
  const told: DiffHazard[] = [];
  for (const { query, ...hazard } of hazards) {
    const count = session.isThere && (yield* isKnown(session, hazard)) ? yield* countRows(session, query) : undefined;
    const counted = { ...hazard, ...(count === undefined ? {} : { count }) };
    told.push({ ...counted, message: describeHazard(counted) });
  }
  return told;
}

/** SQLite makes a view or a trigger whatever it names, and tells it only to who uses it. */
function brokenHazards(broken: Broken): readonly DiffHazard[] {
  return [...broken].map(([key, { what, message }]) => ({
    code: "leaves_broken",
    table: key.slice(key.indexOf(" ") + 1),
    message: `${what} does not work then: ${message}`,
  }));
}

function* isKnown({ connection }: Session, { table, column, code }: Omit<CountedHazard, "query">): Task<boolean> {
  const rows = yield* wait(connection.query("SELECT name FROM pragma_table_xinfo(?, 'main')", [table]));
  const names = rows.map((row) => foldIdentifier(String(row["name"])));
  return (
    names.length > 0 && (column === undefined || code === "value_missing" || names.includes(foldIdentifier(column)))
  );
}

function* countRows({ connection }: Session, query: string): Task<number> {
  const [row] = yield* wait(connection.query(query));
  return Number(row?.["count"]);
}
