/** Writes a database down as a script that makes one like it: its schema, its version, and which migrations count as applied. */
import type { AppliedMigration, HistorySnapshot } from "../history/history.ts";
import { foldIdentifier, quoteIdentifier, quoteString } from "../sql/quote.ts";
import { loadOrder } from "./load-order.ts";
import type { Schema } from "./schema.ts";
import { terminated } from "./terminated.ts";

/** What is written down of a database. docs/format.md says how. */
export interface DumpedDatabase {
  /** With lockstep's own two tables. The shadow tables of its virtual tables are those that their modules make. */
  readonly schema: Schema;
  /** The names of lockstep's two tables. */
  readonly own: { readonly metadata: string; readonly history: string };
  /** The rows of these two that it writes into `metadata`, by key. */
  readonly values: ReadonlyMap<string, string>;
  readonly snapshot: HistorySnapshot;
  /** The rows of the history. */
  readonly applied: readonly Pick<AppliedMigration, "version" | "name" | "checksum">[];
  /** The numbers in the file's header that are the application's own, by the name of their pragma. */
  readonly settings: ReadonlyMap<string, number>;
}

/** What stands at the beginning of every dump; the number is that of the format. */
const MARK = "-- lockstep schema";
const FORMAT = 1;

/** Whether a text is a dump, or was one before somebody merged another into it. */
export function isDump(text: string): boolean {
  return text.split("\n").some((line) => line.startsWith(`${MARK}, format `));
}

/** The script. Equal databases give equal scripts: nothing in it is of a time, a machine or a version of lockstep or SQLite. */
export function dumpText(database: DumpedDatabase): string {
  const { schema, own, settings } = database;
  const groups = loadOrder(schema);
  const isOwn = (name: string): boolean => Object.values(own).map(foldIdentifier).includes(foldIdentifier(name));
  const others = groups.filter(({ object }) => !isOwn(object.name));
  const blocks = [
    header(database.snapshot),
    "BEGIN;",
    ...[...settings].filter(([, value]) => value !== 0).map(([name, value]) => `PRAGMA ${name} = ${value};`),
    ...others.flatMap(({ object, dependents }) => [object, ...dependents].map(({ sql }) => terminated(sql))),
    ...ownBlocks(
      database,
      groups.filter(({ object }) => isOwn(object.name)),
    ),
    "COMMIT;",
  ];
  return `${blocks.join("\n\n")}\n`;
}

function header({ version, progress }: HistorySnapshot): string {
  const lines = [
    `${MARK}, format ${FORMAT}, version ${version}`,
    '-- Written by "lockstep dump". Do not edit it: change the schema with a migration, and write it again.',
    "-- It has no rows but lockstep's own. A new database at this version: sqlite3 -bail new.db < schema.sql",
  ];
  if (progress !== undefined) {
    // The row is JSON that anybody may have written: no text of it stands in a comment, which a line end would end.
    const { version: half, direction, done, total } = progress;
    const way = direction === "down" ? "down" : "up";
    const of = Number.isSafeInteger(total) ? total : "?";
    lines.push(`-- Version ${half} is half-way ${way}: ${done} of ${of} statements are done.`);
  }
  return lines.join("\n");
}

/** The two tables and their rows. What belongs to them comes last: a trigger must not fire for these rows. */
function ownBlocks(database: DumpedDatabase, groups: ReturnType<typeof loadOrder>): readonly string[] {
  if (groups.length === 0) return [];
  const { own, values } = database;
  const tableOf = (name: string): readonly string[] => {
    const group = groups.find(({ object }) => foldIdentifier(object.name) === foldIdentifier(name));
    return group === undefined ? [] : [terminated(group.object.sql)];
  };
  const metadata = quoteIdentifier(own.metadata);
  return [
    "-- lockstep's own tables: the version, and the migrations that count as applied.",
    ...tableOf(own.metadata),
    ...[...values].map(
      ([key, value]) => `INSERT INTO ${metadata} (key, value) VALUES (${quoteText(key)}, ${quoteText(value)});`,
    ),
    ...tableOf(own.history),
    ...historyRows(database),
    ...groups.flatMap(({ dependents }) => dependents.map(({ sql }) => terminated(sql))),
  ];
}

/**
 * The rows as a baseline would write them. When and how long they ran differs from one database to the next, so that a loaded one says
 * when it was loaded. The newest stands first: a migration more is a line more, and no line that changes.
 */
function historyRows({ own, applied }: DumpedDatabase): readonly string[] {
  if (applied.length === 0) return [];
  const rows = applied
    .toSorted((left, right) => right.version - left.version)
    .map(({ version, name, checksum }) => {
      return `  (${version}, ${quoteText(name)}, ${checksum === null ? "NULL" : quoteText(checksum)})`;
    });
  return [
    `WITH applied (version, name, checksum) AS (VALUES
${rows.join(",\n")}
)
INSERT INTO ${quoteIdentifier(own.history)} (version, name, checksum, applied_at, duration_ms, applied_by)
SELECT version, name, checksum, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), 0, 'dump' FROM applied;`,
  ];
}

/** Some drivers end a text at its first NUL, and SQL can hold none: no driver gives more than what stands before it. */
function quoteText(text: string): string {
  return quoteString(text.split("\0", 1)[0] ?? "");
}
