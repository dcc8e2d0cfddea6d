/** Reads a schema from wherever it is: a file of SQL, a database, or a directory of migrations. */
import { isReserved, readWanted, type Annotation } from "../core/diff/annotations.ts";
import { fromSquash } from "../core/history/listing.ts";
import type { Schema } from "../core/schema/schema.ts";
import { classify } from "../core/sql/statement-kind.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import { wait, type Task } from "../core/task.ts";
import { databasePath, isLink, whatIsAt } from "../database-path.ts";
import { LockstepError, type Place } from "../error.ts";
import { fs } from "../node.ts";
import { executeStatement } from "../apply/execute.ts";
import { findTables } from "../history/read.ts";
import { onScratch } from "../scratch/on-scratch.ts";
import { replay } from "../scratch/replay.ts";
import { onConnection, type Session } from "../session.ts";
import { placeIn, readTextFile } from "../source/sql-text.ts";
import { listMigrations, placeOfSource, toSource, type MigrationSource } from "../source/source.ts";
import { readUserSchema } from "./read-user-schema.ts";

/** A schema, and what is said in its text. */
export interface SchemaSource {
  readonly schema: Schema;
  readonly annotations: readonly (Annotation & { readonly place: Place })[];
  /** For messages. */
  readonly place: Place;
}

/** The schema that the migrations of a source make on a new database. */
export function* readMigrations(session: Session, source: MigrationSource): Task<SchemaSource> {
  const place = placeOfSource(source);
  try {
    return yield* replay(session, { entries: fromSquash(listMigrations(source)) }, function* (scratch) {
      return { schema: yield* readUserSchema(scratch), annotations: [], place };
    });
  } catch (error) {
    throw error instanceof LockstepError ? onNoDatabase(error) : error;
  }
}

/** The same error without what it says of a database: that one was in memory, and is gone. */
function onNoDatabase({ details }: LockstepError): LockstepError {
  const { databaseVersion: _version, completed: _completed, ...rest } = details;
  return new LockstepError({ ...rest, outcome: "unchanged" });
}

/** The schema at a path. Throws `wanted_unreadable` where none is. */
export function* readSource(session: Session, named: string | URL): Task<SchemaSource> {
  const path = databasePath(named);
  const found = whatIsAt(path);
  if (found === "folder") return yield* readMigrations(session, toSource(path));
  if (found !== "file") throw unreadable(path, PROBLEMS[isLink(path) && found === "nothing" ? "link" : found]);
  if (isDatabase(path)) return yield* readDatabase(session, path);
  const text = readText(path);
  const wanted = readWanted(text, path);
  if (wanted.kind === "problem") {
    const { message, hint, offset, length } = wanted.problem;
    const place = placeIn({ text }, path, offset, length);
    throw new LockstepError({ code: wanted.code, problem: message, place, outcome: "unchanged", hint });
  }
  const annotations = wanted.annotations.map((one) => ({
    ...one,
    place: placeIn({ text }, path, one.offset, one.length),
  }));
  const place = { kind: "file", file: path } as const;
  return yield* onScratch(session, function* (scratch) {
    yield* runSchema(scratch, wanted.script);
    return { schema: yield* readForeign(scratch, place), annotations, place };
  });
}

/** The schema that somebody else made: a table with the name of one of lockstep's own has to be that one, for it is left out. */
function* readForeign(session: Session, place: Place): Task<Schema> {
  try {
    yield* findTables(session);
  } catch (error) {
    throw error instanceof LockstepError ? error.with({ place, outcome: "unchanged" }) : error;
  }
  return yield* readUserSchema(session);
}

function* readDatabase(session: Session, path: string): Task<SchemaSource> {
  const connection = session.openFile(path);
  try {
    const within = { ...onConnection(session, connection), database: path, compared: new Set<string>() };
    const place = { kind: "database", database: path } as const;
    return { schema: yield* readForeign(within, place), annotations: [], place };
  } finally {
    yield* wait(connection.close());
  }
}

/** Runs what makes a schema, and leaves the rest out: rows, settings, and what SQLite or its modules make by themselves. */
function* runSchema(scratch: Session, script: Script): Task<void> {
  yield* wait(scratch.connection.query("PRAGMA foreign_keys = OFF"));
  let hasModules = false;
  for (const [index, statement] of script.statements.entries()) {
    if (!makesSchema(script, statement)) continue;
    const kind = classify(statement);
    const made = kind.kind === "schema" && kind.verb === "CREATE" ? kind : undefined;
    hasModules ||= made?.object === "virtual_table";
    // Only modules make such tables. Looking for one reads the whole schema.
    if (hasModules && made?.object === "table" && (yield* isShadowTable(scratch, made.name ?? ""))) continue;
    try {
      yield* executeStatement(scratch, script, index + 1);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      throw error.with({ outcome: "unchanged", hint: error.details.hint.replace(" and run it again", "") });
    }
  }
}

function makesSchema(script: Script, statement: Statement): boolean {
  const kind = classify(statement);
  if (kind.kind === "outside_transaction" && kind.verb !== "VACUUM") {
    const place = placeIn(script, script.file ?? "", statement.offset, kind.verb.length);
    const problem = `a schema has no place for ${kind.verb}: it is run on a database in memory, and reaches no other`;
    throw new LockstepError({ code: "wanted_unreadable", problem, place, outcome: "unchanged", hint: "leave it out" });
  }
  if (kind.kind !== "schema") return kind.kind === "other";
  if (kind.verb === "ANALYZE" || kind.verb === "REINDEX") return false;
  if (kind.verb !== "CREATE" || kind.object !== "table" || kind.name === undefined) return true;
  return !isReserved(kind.name);
}

/** Whether there is such a table already, which a module has made for a virtual one. */
function* isShadowTable({ connection }: Session, name: string): Task<boolean> {
  const sql = "SELECT 1 FROM pragma_table_list WHERE type = 'shadow' AND name = ? COLLATE NOCASE";
  return (yield* wait(connection.query(sql, [name]))).length > 0;
}

const HEADER = "SQLite format 3\0";

function isDatabase(file: string): boolean {
  try {
    const handle = fs.openSync(file, "r");
    try {
      const bytes = new Uint8Array(HEADER.length);
      fs.readSync(handle, bytes, 0, bytes.length, 0);
      return String.fromCharCode(...bytes) === HEADER;
    } finally {
      fs.closeSync(handle);
    }
  } catch {
    // Reading it as a text says what is wrong.
    return false;
  }
}

function readText(file: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({ code: "wanted_unreadable" });
  }
}

const PROBLEMS = {
  nothing: "there is nothing at this path",
  link: "the link leads nowhere",
  special: "a pipe, a socket or a device is no schema",
  unknown: "the path cannot be looked at",
} as const;

function unreadable(file: string, problem: string): LockstepError {
  return new LockstepError({
    code: "wanted_unreadable",
    problem,
    place: { kind: "file", file },
    outcome: "unchanged",
    hint: "name a file with CREATE statements, a SQLite database, or a directory of migrations",
  });
}
