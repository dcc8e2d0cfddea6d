/** Squashes migrations: what they leave on an empty database becomes one script, and is proven before anybody sees it. */
import { NO_HISTORY } from "../core/history/history.ts";
import { fromSquash, isUntouched } from "../core/history/listing.ts";
import { listVersions } from "../core/migration/version-list.ts";
import { toRef } from "../core/migration/reference.ts";
import { checksum } from "../core/migration/checksum.ts";
import type { LoadedMigration, MigrationEntry } from "../core/migration/migration.ts";
import { planUp } from "../core/plan/plan.ts";
import { writeHeader } from "../core/squash/header.ts";
import { compareImages, type Image } from "../core/squash/image.ts";
import { squashBody } from "../core/squash/squash-text.ts";
import type { Schema } from "../core/schema/schema.ts";
import { wait, type Task } from "../core/task.ts";
import { runPlan } from "../apply/run-plan.ts";
import { LockstepError } from "../error.ts";
import { sha256 } from "../hash.ts";
import { path } from "../node.ts";
import type { SquashReport } from "../report.ts";
import { readImage } from "../scratch/read-image.ts";
import { replay } from "../scratch/replay.ts";
import { onConnection, type Session } from "../session.ts";
import { loadMigration } from "../source/load.ts";
import { listMigrations } from "../source/source.ts";
import { readSqlText } from "../source/sql-text.ts";
import { squashOf } from "../source/squash-file.ts";
import { separateShadowTables } from "./module-tables.ts";
import { refuseFileSettings, refuseOfToday, refuseOwnTables, squashRefused } from "./squash-refusal.ts";

/** Longer than the clock of SQL ticks, so that two replays have two times. */
const TICK_MS = 1_050;

/** Gives the text of the squash up to and with `to`. Writes nothing. */
export function* squashMigrations(session: Session, to: number): Task<SquashReport> {
  const entries = entriesUpTo(session, to);
  const migrations: LoadedMigration[] = [];
  for (const entry of entries) migrations.push(yield* loadMigration(entry, session.mode));
  for (const migration of migrations) refuseFileSettings(migration);
  const image = yield* replayTwice(session, entries, migrations);
  const body = squashBody(image);
  const own = checksum(readSqlText(body, "squash").up.statements, sha256);
  const sql = `${writeHeader({ checksum: own, covers: image.history })}\n\n${body}${body === "" ? "" : "\n"}`;
  yield* prove(session, { sql, own, image, to });
  return {
    toVersion: to,
    file: squashFile(entries, to),
    sql,
    covers: image.history.map(({ version, name }) => ({ version, name })),
    code: migrations.filter(({ up }) => up.kind === "code").map(toRef),
    rows: image.tables.reduce((total, { rows }) => total + rows.length, 0),
  };
}

/** Beside the others, with as many digits as they have. */
function squashFile(entries: readonly MigrationEntry[], to: number): string {
  const { file = "", layout } = entries.at(-1) ?? {};
  const named = layout === "folder" ? path.dirname(file) : file;
  const digits = /^(?:squash-)?(\d+)/.exec(path.basename(named))?.[1] ?? String(to);
  return path.join(path.dirname(named), `squash-${digits}.sql`);
}

function entriesUpTo({ source }: Session, to: number): readonly MigrationEntry[] {
  if (source.kind === "listed") {
    throw new LockstepError({
      code: "invalid_option",
      problem: "only a directory of migrations can be squashed",
      place: { kind: "argument", argument: "migrations" },
      outcome: "unchanged",
      hint: "put the migrations into files; in an array, begin with one that makes the schema as it is",
    });
  }
  const all = listMigrations(source);
  const known = all.map(({ version }) => version);
  if (!known.includes(to)) {
    throw new LockstepError({
      code: "version_unknown",
      problem: `there is no migration with version ${to}`,
      place: { kind: "argument", argument: `version ${to}` },
      outcome: "unchanged",
      hint: known.length === 0 ? "the directory has none" : `known are ${listVersions(known)}`,
    });
  }
  return fromSquash(all.filter(({ version }) => version <= to));
}

/** What the migrations leave, where they leave the same at two times. */
function* replayTwice(
  session: Session,
  entries: readonly MigrationEntry[],
  migrations: readonly LoadedMigration[],
): Task<Image> {
  const startedAt = new Date();
  const first = yield* replayNamed(session, entries);
  yield* wait(session.mode.sleep(TICK_MS));
  const second = yield* replayNamed(session, entries);
  const difference = compareImages(first, second);
  if (difference !== undefined)
    throw squashRefused(
      session,
      `${difference.what} is not the same each time these migrations run: it depends on the time or on chance`,
      "write the value itself into the migration, or squash up to a version before it",
    );
  refuseOfToday(session, first, migrations, [startedAt, new Date()]);
  return first;
}

/** What fails on an empty database cannot be squashed, and is named. Nothing was done to any other. */
function* replayNamed(session: Session, entries: readonly MigrationEntry[]): Task<Image> {
  try {
    return yield* replay(session, { entries }, read);
  } catch (error) {
    if (!(error instanceof LockstepError) || error.details.migration === undefined) throw error;
    const { problem, place, migration } = error.details;
    throw new LockstepError({
      code: "squash_refused",
      problem: `version ${migration.version} cannot run on an empty database: ${problem}`,
      place,
      outcome: "unchanged",
      migration,
      hint: "squash up to a version before it, or correct it: a new database cannot be made with it",
      cause: error,
    });
  }
}

function* read(scratch: Session): Task<Image> {
  const separate = (schema: Schema): Task<Schema> => separateShadowTables(scratch, schema);
  const image = yield* readImage(scratch, { separate });
  refuseOwnTables(scratch, image);
  return image;
}

/** Runs the squash as a new database would, and compares all that it makes. */
function* prove(
  session: Session,
  { sql, own, image, to }: { readonly sql: string; readonly own: string; readonly image: Image; readonly to: number },
): Task<void> {
  const connection = session.openScratch();
  try {
    const scratch = onConnection(session, connection);
    const { up: script } = readSqlText(sql, "squash");
    const plan = planUp([squashOf({ covers: image.history, checksum: own }, { script, version: to })], 0);
    yield* runPlan({
      session: scratch,
      plan,
      entries: [],
      snapshot: NO_HISTORY,
      isWanted: (now) => wait(isUntouched(now)),
    });
    const difference = compareImages(image, yield* read(scratch));
    if (difference === undefined) return;
    throw squashRefused(
      session,
      `${difference.what} cannot be written as SQL that makes it the same`,
      "squash up to a version before it, or keep the files",
    );
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code === "squash_refused") throw error;
    throw squashRefused(
      session,
      `what these migrations make cannot be made by one script: ${error.details.problem}`,
      "squash up to a version before it, or keep the files",
      error,
    );
  } finally {
    if (connection.isOpen) yield* wait(connection.close());
  }
}
