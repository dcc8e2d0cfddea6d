/** Reads what the database remembers. Nothing here writes, and one query tells whether there is anything to do. */
import {
  isSameHistory,
  type AppliedMigration,
  type HistorySnapshot,
  type Progress,
  type StoredReverse,
} from "../core/history/history.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection, Row, SqlValue } from "../driver/driver.ts";
import { LockstepError, type ErrorDetails } from "../error.ts";
import type { ErrorCode } from "../error-code.ts";
import { PROGRESS_KEY, VERSION_KEY, type HistoryTables } from "./tables.ts";

/** A database whose history can be read. */
export interface HistoryReader {
  readonly connection: Connection;
  /** For messages. */
  readonly database: string;
  readonly tables: HistoryTables;
}

/** Reads the snapshot. One query where both tables are there; a database without them is at version 0. */
export function* readSnapshot(reader: HistoryReader): Task<HistorySnapshot> {
  try {
    return yield* querySnapshot(reader, "recorded");
  } catch (error) {
    if (reader.connection.failure(error)?.kind !== "other") throw error;
    const origin = yield* findTables(reader);
    if (origin === "none") return { version: 0, versions: [], origin };
    // Where both tables are there now, another process has made them since the first query.
    return yield* querySnapshot(reader, origin);
  }
}

function* querySnapshot(reader: HistoryReader, origin: "recorded" | "hand_written"): Task<HistorySnapshot> {
  const rows = yield* wait(reader.connection.query(snapshotSql(reader.tables, origin)));
  return toSnapshot(reader, origin, rows[0] ?? {});
}

/** Reads the snapshot again; gives `known` itself where nothing has changed since. */
export function* readSnapshotAgain(reader: HistoryReader, known: HistorySnapshot): Task<HistorySnapshot> {
  const now = yield* readSnapshot(reader);
  return isSameHistory(now, known) ? known : now;
}

/** The SQL that undoes a row, or what stands in its place. Some drivers end a text at its first NUL: they would show half of it. */
const REVERSE = `CASE WHEN typeof(reverse_sql) NOT IN ('text', 'null') THEN 'a value of type ' || typeof(reverse_sql)
    WHEN instr(reverse_sql, char(0)) > 0 THEN 'a text with a NUL character' END AS odd_reverse,
  iif(typeof(reverse_sql) = 'text', reverse_sql, NULL) AS reverse_sql`;

/** Reads the rows of the history table, by version. */
export function* readApplied(reader: HistoryReader): Task<ReadonlyMap<number, AppliedMigration>> {
  const { historySql } = reader.tables;
  const rows = yield* wait(
    reader.connection.query(
      `SELECT version, name, checksum, applied_at, duration_ms, schema_hash, ${REVERSE} FROM ${historySql} ORDER BY version`,
    ),
  );
  return new Map(rows.map((row) => [Number(row["version"]), toApplied(row)]));
}

function snapshotSql({ metadataSql, historySql }: HistoryTables, origin: "recorded" | "hand_written"): string {
  const versions = origin === "recorded" ? `(SELECT group_concat(version) FROM ${historySql})` : "NULL";
  // As text: an integer that JavaScript cannot hold makes node:sqlite throw.
  const asText = "iif(typeof(value) = 'integer', CAST(value AS TEXT), value)";
  const value = (key: string): string => `(SELECT ${asText} FROM ${metadataSql} WHERE key = '${key}')`;
  return `SELECT ${versions} AS versions, ${value(VERSION_KEY)} AS version, ${value(PROGRESS_KEY)} AS progress`;
}

/** Which of the two tables are there. Refuses tables of another shape with `metadata_invalid` and `history_invalid`. */
export function* findTables(reader: HistoryReader): Task<HistorySnapshot["origin"]> {
  const { metadata, history } = reader.tables;
  const { metadata: metadataColumns, history: historyColumns } = yield* columnsOf(reader);
  if (metadataColumns.length > 0 && !["key", "value"].every((name) => metadataColumns.includes(name))) {
    throw invalid(reader, "metadata_invalid", {
      problem: `the table "${metadata}" has the columns ${metadataColumns.join(", ")}, not key and value`,
      hint: "if it is your own, keep lockstep's elsewhere with the option metadataTable",
    });
  }
  if (
    historyColumns.length > 0 &&
    !["version", "checksum", "reverse_sql"].every((name) => historyColumns.includes(name))
  ) {
    throw invalid(reader, "history_invalid", {
      problem: `the table "${history}" has the columns ${historyColumns.join(", ")}: lockstep did not make it`,
      hint: "if it is your own, keep lockstep's elsewhere with the option historyTable",
    });
  }
  if (metadataColumns.length > 0) return historyColumns.length > 0 ? "recorded" : "hand_written";
  if (historyColumns.length === 0) return "none";
  throw invalid(reader, "history_mismatch", {
    problem: `the table "${history}" is there, but "${metadata}" with the version is gone`,
    hint: "restore it from a backup, or create it with the row schema_version of the newest applied migration",
  });
}

type Columns = Readonly<Record<"metadata" | "history", readonly string[]>>;

/**
 * The columns of the two tables, none for one that is not there. In one statement, which reads the schema itself: between two looks
 * another process can make both.
 */
function* columnsOf({ connection, tables }: HistoryReader): Task<Columns> {
  const { metadata, history } = tables;
  const sql = `SELECT lower(t.name) = lower(?) AS is_metadata, c.name AS name
    FROM main.sqlite_schema AS t, pragma_table_info(t.name, 'main') AS c WHERE lower(t.name) IN (lower(?), lower(?))`;
  const rows = yield* wait(connection.query(sql, [metadata, metadata, history]));
  const pick = (isMetadata: 0 | 1): readonly string[] =>
    rows.filter((row) => row["is_metadata"] === isMetadata).map((row) => String(row["name"]));
  return { metadata: pick(1), history: pick(0) };
}

function toSnapshot(reader: HistoryReader, origin: "recorded" | "hand_written", row: Row): HistorySnapshot {
  const list = row["versions"] ?? null;
  const versions = list === null ? [] : String(list).split(",").map(Number);
  versions.sort((left, right) => left - right);
  const odd = versions.find(
    (version, index) => !(Number.isSafeInteger(version) && version > 0) || version === versions[index + 1],
  );
  if (odd !== undefined) {
    throw invalid(reader, "history_invalid", {
      problem: `the table "${reader.tables.history}" has a row that no migration can have: ${String(list)}`,
      hint: "versions are whole numbers from 1 up, each once; if the table is your own, keep lockstep's elsewhere with the option historyTable",
    });
  }
  const version = toVersion(reader, row["version"] ?? null);
  const recordedTo = versions.at(-1) ?? 0;
  if (version < recordedTo) {
    throw invalid(reader, "history_mismatch", {
      problem: `"${reader.tables.metadata}" says version ${version}, but "${reader.tables.history}" has version ${recordedTo} as applied`,
      hint: "another tool changed one of them; correct schema_version or the rows above it by hand, whichever is wrong",
    });
  }
  const progress = toProgress(reader, row["progress"] ?? null);
  return { version, versions, origin, ...(progress === undefined ? {} : { progress }) };
}

function toVersion(reader: HistoryReader, value: SqlValue): number {
  if (value === null) return 0;
  // "2.0" is what a TEXT column makes of a number of JavaScript, which is bound as a float.
  const version = typeof value === "string" && /^\d+(?:\.0)?$/.test(value) ? Number(value) : value;
  if (typeof version === "number" && Number.isSafeInteger(version) && version >= 0) return version;
  throw invalid(reader, "metadata_invalid", {
    problem: `schema_version in "${reader.tables.metadata}" is ${JSON.stringify(String(value))}, not a whole number`,
    hint: "set it to the number of the newest applied migration, or keep lockstep's version elsewhere with the option metadataTable",
  });
}

function toProgress(reader: HistoryReader, value: SqlValue): Progress | undefined {
  if (value === null) return undefined;
  try {
    const progress = JSON.parse(String(value)) as Progress;
    if (isProgress(progress)) return progress;
  } catch {
    // Told below, with the value.
  }
  throw invalid(reader, "metadata_invalid", {
    problem: `${PROGRESS_KEY} in "${reader.tables.metadata}" is not what lockstep writes there: ${JSON.stringify(String(value))}`,
    hint: "another program changed it; restore the row from a backup",
  });
}

function isProgress({ version, direction, done, total, checksum }: Progress): boolean {
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && Number(count) >= 0;
  return (
    isCount(version) &&
    version > 0 &&
    ["up", "down"].includes(direction) &&
    isCount(done) &&
    (total === null || isCount(total)) &&
    (checksum === null || typeof checksum === "string")
  );
}

function toApplied(row: Row): AppliedMigration {
  const text = (name: string): string | null => (row[name] === null ? null : String(row[name]));
  return {
    version: Number(row["version"]),
    name: text("name") ?? "",
    checksum: text("checksum"),
    appliedAt: text("applied_at") ?? "",
    durationMs: Number(row["duration_ms"]),
    schemaHash: text("schema_hash"),
    reverse: toReverse(text("reverse_sql"), text("odd_reverse")),
  };
}

function toReverse(sql: string | null, odd: string | null): StoredReverse {
  if (odd !== null) return { kind: "odd", found: odd };
  return sql === null ? { kind: "none" } : { kind: "sql", sql };
}

function invalid(
  { database }: HistoryReader,
  code: ErrorCode,
  text: Pick<ErrorDetails, "problem" | "hint">,
): LockstepError {
  return new LockstepError({ code, ...text, place: { kind: "database", database }, outcome: "unchanged" });
}
