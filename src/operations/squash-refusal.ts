/** What keeps migrations from being squashed, told by name. */
import type { LoadedMigration } from "../core/migration/migration.ts";
import type { Image } from "../core/squash/image.ts";
import { columnWith } from "../core/squash/suspect.ts";
import { quoteString } from "../core/sql/quote.ts";
import { classify } from "../core/sql/statement-kind.ts";
import { toRef } from "../core/migration/reference.ts";
import { LockstepError, placeOfMigration } from "../error.ts";
import { createTables } from "../history/tables.ts";
import type { Session } from "../session.ts";
import { placeOfSource } from "../source/source.ts";

/** The error, at the directory. */
export function squashRefused({ source }: Session, problem: string, hint: string, cause?: unknown): LockstepError {
  return new LockstepError({
    code: "squash_refused",
    problem,
    place: placeOfSource(source),
    outcome: "unchanged",
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** They are kept in the file itself, which a database in memory does not have, and no transaction can set them. */
const FILE_SETTINGS: ReadonlySet<string> = new Set(["auto_vacuum", "encoding", "journal_mode", "page_size"]);

/** Refuses a migration that sets what a squash, which is one transaction, cannot. */
export function refuseFileSettings({ up, transaction, ...migration }: LoadedMigration): void {
  if (up.kind !== "sql" || transaction) return;
  for (const statement of up.script.statements) {
    const kind = classify(statement);
    if (kind.kind !== "pragma" || kind.value === undefined || !FILE_SETTINGS.has(kind.name)) continue;
    throw new LockstepError({
      code: "squash_refused",
      problem: `version ${migration.version} sets PRAGMA ${kind.name}, which belongs to the file and works in no transaction`,
      place: placeOfMigration(migration.file),
      outcome: "unchanged",
      migration: toRef(migration),
      hint: "squash up to a version before it, or set it where your application opens the database",
    });
  }
}

/** Refuses values that are of today where something may have asked for the day: replayed tomorrow they would be others. */
export function refuseOfToday(
  session: Session,
  image: Image,
  migrations: readonly LoadedMigration[],
  times: readonly Date[],
): void {
  if (!migrations.some(asksForDay)) return;
  const local = (time: Date): string =>
    new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const days = times.flatMap((time) => [time.toISOString().slice(0, 10), local(time)]);
  const found = columnWith(image.tables, new Set(days.map(quoteString)));
  if (found === undefined) return;
  throw squashRefused(
    session,
    `the column ${JSON.stringify(found.column)} of the table ${JSON.stringify(found.table)} has the date of today: it may depend on the time`,
    "write the value itself into the migration, or squash up to a version before it; if it is the value itself, squash tomorrow",
  );
}

/** Code may always. */
function asksForDay({ up }: LoadedMigration): boolean {
  if (up.kind === "code") return true;
  return up.script.statements.some(({ tokens }) =>
    tokens.some(({ text }) => /^(?:current_date|'now'|date|strftime)$/i.test(text)),
  );
}

/** Refuses migrations that have changed lockstep's own two tables: those are made by lockstep, and not by the squash. */
export function refuseOwnTables(session: Session, image: Image): void {
  const { tables } = session;
  const wanted = createTables(tables).map((sql) => bare(sql));
  for (const name of [tables.metadata, tables.history]) {
    const label = `table ${JSON.stringify(name)}`;
    const sql = image.objects.find((object) => object.label === label)?.sql ?? "";
    if (wanted.includes(bare(sql))) continue;
    throw squashRefused(
      session,
      `these migrations change ${JSON.stringify(name)}, which is lockstep's own table`,
      "keep the files",
    );
  }
}

/** A definition without what SQLite takes out of it. */
function bare(sql: string): string {
  return sql.replace(/^CREATE TABLE IF NOT EXISTS main\./, "CREATE TABLE ");
}
