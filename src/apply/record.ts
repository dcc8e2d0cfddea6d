/** Writes the two tables, inside the transaction of the change that they tell of. */
import type { HistorySnapshot, Progress } from "../core/history/history.ts";
import type { MigrationEntry, SquashedMigration } from "../core/migration/migration.ts";
import { humanName } from "../core/migration/file-name.ts";
import { sourceOf } from "../core/sql/script.ts";
import type { Step } from "../core/plan/plan.ts";
import { wait, type Task } from "../core/task.ts";
import { createTables, PROGRESS_KEY, VERSION_KEY } from "../history/tables.ts";
import type { Session } from "../session.ts";
import { packageVersion } from "../package-version.ts";

/** What a row of the history says beside the migration itself. */
export interface HistoryRow {
  readonly version: number;
  readonly name: string;
  readonly checksum: string | null;
  readonly durationMs: number;
  readonly schemaHash: string | null;
  readonly reverseSql: string | null;
}

/** Creates the two tables where they are missing. */
export function* ensureTables({ connection, tables }: Session): Task<void> {
  for (const sql of createTables(tables)) yield* wait(connection.execute(sql));
}

export function* insertRow({ connection, tables }: Session, row: HistoryRow): Task<void> {
  const { version, name, checksum, durationMs, schemaHash, reverseSql } = row;
  const sql = `INSERT INTO ${tables.historySql} (version, name, checksum, applied_at, duration_ms, schema_hash, reverse_sql, applied_by)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
  const values = [
    version,
    name,
    checksum,
    new Date().toISOString(),
    durationMs,
    schemaHash,
    reverseSql,
    packageVersion,
  ];
  yield* wait(connection.query(sql, values));
}

export function* deleteRow({ connection, tables }: Session, version: number): Task<void> {
  yield* wait(connection.query(`DELETE FROM ${tables.historySql} WHERE version = ?`, [version]));
}

export function* writeVersion(session: Session, version: number): Task<void> {
  yield* writeValue(session, VERSION_KEY, String(version));
}

/** Keeps how far a migration without a transaction has come; undefined when it is done. */
export function* writeProgress(session: Session, progress: Progress | undefined): Task<void> {
  if (progress !== undefined) {
    yield* writeValue(session, PROGRESS_KEY, JSON.stringify(progress));
    return;
  }
  const { connection, tables } = session;
  yield* wait(connection.query(`DELETE FROM ${tables.metadataSql} WHERE key = ?`, [PROGRESS_KEY]));
}

/** Not an upsert: a hand-written runner's table need not have a unique key. */
function* writeValue({ connection, tables }: Session, key: string, value: string): Task<void> {
  const { metadataSql } = tables;
  const updated = yield* wait(
    connection.query(`UPDATE ${metadataSql} SET value = ? WHERE key = ? RETURNING key`, [value, key]),
  );
  if (updated.length > 0) return;
  yield* wait(connection.query(`INSERT INTO ${metadataSql} (key, value) VALUES (?, ?)`, [key, value]));
}

/**
 * Gives a database of a hand-written runner its history: a row for each known version up to its own, and one for that version itself.
 * They have no checksum: lockstep did not run them and cannot say what was run.
 */
export function* takeOver(
  session: Session,
  snapshot: HistorySnapshot,
  entries: readonly MigrationEntry[],
): Task<HistorySnapshot> {
  const recordedTo = snapshot.versions.at(-1) ?? 0;
  if (snapshot.version <= recordedTo) return snapshot;
  const names = new Map(entries.map(({ version, name }) => [version, name]));
  if (!names.has(snapshot.version)) names.set(snapshot.version, humanName("", snapshot.version));
  const versions = [...names.keys()].filter((version) => version > recordedTo && version <= snapshot.version);
  versions.sort((left, right) => left - right);
  for (const version of versions) {
    const name = names.get(version) ?? "";
    yield* insertRow(session, { version, name, checksum: null, durationMs: 0, schemaHash: null, reverseSql: null });
  }
  session.emit?.({ kind: "taken_over", version: snapshot.version });
  return toSnapshot([...snapshot.versions, ...versions], snapshot.progress);
}

/** Writes the row and the version of a step that is done, and gives the history as it is then. */
export function* recordStep(
  session: Session,
  snapshot: HistorySnapshot,
  step: Step,
  done: {
    readonly direction: "up" | "down";
    readonly durationMs: number;
    readonly schemaHash: string | null;
    readonly reverseSql?: string | undefined;
  },
): Task<HistorySnapshot> {
  const { version, name, checksum } = step.migration;
  const { covers } = step.migration;
  if (covers !== undefined) return yield* recordSquash(session, covers, done.durationMs);
  const next =
    done.direction === "up"
      ? inOrder([...snapshot.versions, version])
      : snapshot.versions.filter((other) => other !== version);
  if (done.direction === "up") {
    const { down } = step.migration;
    // The way down that somebody wrote counts; a computed one only where there is none.
    const reverseSql = down?.kind === "sql" ? sourceOf(down.script.statements) : (done.reverseSql ?? null);
    yield* insertRow(session, {
      version,
      name,
      checksum,
      reverseSql,
      durationMs: done.durationMs,
      schemaHash: done.schemaHash,
    });
  } else {
    yield* deleteRow(session, version);
  }
  // Another one that is half-way stays so: a late migration may be applied before it is carried on.
  const { progress } = snapshot;
  const after = toSnapshot(next, progress?.version === version ? undefined : progress);
  yield* writeVersion(session, after.version);
  return after;
}

/** A row for each migration that the squash stands for, as if each had run by itself. The whole time is that of the last one. */
function* recordSquash(
  session: Session,
  covers: readonly SquashedMigration[],
  durationMs: number,
): Task<HistorySnapshot> {
  const after = toSnapshot(
    covers.map(({ version }) => version),
    undefined,
  );
  for (const row of covers)
    yield* insertRow(session, { ...row, durationMs: row.version === after.version ? durationMs : 0 });
  yield* writeVersion(session, after.version);
  return after;
}

/** Nearly always the new one is the newest: then there is nothing to sort. */
function inOrder(versions: readonly number[]): readonly number[] {
  return (versions.at(-2) ?? 0) < (versions.at(-1) ?? 0) ? versions : versions.toSorted((left, right) => left - right);
}

/** The snapshot of a recorded history. */
export function toSnapshot(versions: readonly number[], progress: Progress | undefined): HistorySnapshot {
  const version = versions.at(-1) ?? 0;
  return {
    version,
    versions,
    origin: "recorded",
    ...(progress === undefined ? {} : { progress }),
  };
}
