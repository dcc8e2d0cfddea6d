/** A session: one call's connection, migrations and options. It opens the database when it is first needed, and closes what it opened. */
import { checkOptions, optionError } from "./check-options.ts";
import { databasePath, followLinks, whatIsAt } from "./database-path.ts";
import { lossCodes } from "./core/sql/loss-code.ts";
import type { SchemaObject } from "./core/schema/schema.ts";
import { wait, type Task } from "./core/task.ts";
import { betterSqlite3 } from "./driver/better-sqlite3.ts";
import type { Access, Connection, Driver } from "./driver/driver.ts";
import { nodeSqlite } from "./driver/node-sqlite.ts";
import { LockstepError } from "./error.ts";
import type { MigrationEvent } from "./event.ts";
import { historyTables, type HistoryTables } from "./history/tables.ts";
import type { Mode } from "./mode.ts";
import type { LintOptions, MigrateOptions, Policies } from "./options.ts";
import { anyError, openingError } from "./database-error.ts";
import { describeEvent } from "./describe-event.ts";
import { toSource, type MigrationSource } from "./source/source.ts";

export interface Session {
  /** The database as the caller named it; for messages and reports. */
  readonly database: string;
  /** The name of the driver. */
  readonly driver: string;
  readonly source: MigrationSource;
  readonly mode: Mode;
  readonly tables: HistoryTables;
  /** The objects of schemas that were read already, by their texts: a run reads the same schema several times. */
  readonly parsed: Map<string, SchemaObject>;
  /** The tables whose reading was compared with what SQLite itself says on this connection, by their texts and those of their indexes. */
  readonly compared: Set<string>;
  /** The same of databases in memory, which lockstep makes for itself. */
  readonly comparedInMemory: Set<string>;
  readonly policies: Required<Policies>;
  /** What a way up may destroy, by its codes. */
  readonly allow: ReadonlySet<string>;
  readonly transaction: "each" | "all";
  /** As the caller gave it; not checked yet. */
  readonly lint: LintOptions;
  readonly lockTimeoutMs: number;
  /** How long the promise of a migration in code is waited for; undefined for as long as it takes. */
  readonly migrationTimeoutMs: number | undefined;
  /** The open connection; the first call opens it. */
  readonly connection: Connection;
  /** Whether the connection is this session's own, or the caller's, whom other parts of the program share it with. */
  readonly ownership: "own" | "shared";
  /** Whether the database is there: an open handle, or a path with a file. */
  readonly isThere: boolean;
  /** Opens a file beside the database with the same driver; undefined for a database in memory. The caller closes it. */
  openBeside(suffix: string): Connection | undefined;
  /** Opens an empty database in memory with the same driver, or a file that nobody else knows. The caller closes it. */
  openScratch(file?: string): Connection;
  /** Opens another database with the same driver, for reading only. The caller closes it. */
  openFile(path: string): Connection;
  /** Undefined where nobody listens, so that nothing is made for nobody. */
  readonly emit: ((event: MigrationEvent) => void) | undefined;
}

const DRIVERS: Readonly<Record<string, Driver>> = { "node:sqlite": nodeSqlite, "better-sqlite3": betterSqlite3 };

/** The path of a database that is in no file. */
const MEMORY = ":memory:";

/** How a call runs. */
export interface Manner {
  readonly mode: Mode;
  readonly access: Access;
  /** The drivers by name, for handles of libraries that lockstep does not know. */
  readonly drivers?: Readonly<Record<string, Driver>>;
}

/** Runs `body` with a session, and closes what the session opened, whatever happens. Throws nothing but a LockstepError. */
export function* withSession<T>(
  options: MigrateOptions,
  { mode, access, drivers = DRIVERS }: Manner,
  body: (session: Session) => Task<T>,
): Task<T> {
  checkOptions(options);
  const target = toTarget(options, drivers);
  let connection: Connection | undefined = target.kind === "handle" ? target.connection : undefined;
  const session: Session = {
    database: target.name,
    driver: target.driver.name,
    source: toSource(options.migrations),
    mode,
    tables: historyTables(options.metadataTable ?? "metadata", options.historyTable ?? "lockstep_history"),
    parsed: new Map(),
    compared: new Set(),
    comparedInMemory: new Set(),
    policies: {
      outOfOrder: options.outOfOrder ?? "if-commutes",
      changed: options.changed ?? "refuse",
      newerDatabase: options.newerDatabase ?? "refuse",
    },
    allow: new Set(options.allow),
    transaction: options.transaction ?? "each",
    lint: options.lint ?? {},
    lockTimeoutMs: options.lockTimeoutMs ?? 60_000,
    migrationTimeoutMs: options.migrationTimeoutMs,
    get connection(): Connection {
      connection ??= openPath(target as PathTarget, access);
      return connection;
    },
    ownership: target.kind === "path" ? "own" : "shared",
    get isThere(): boolean {
      return target.kind === "handle" || connection !== undefined || isFile(target.path);
    },
    openBeside: (suffix) => openBeside(target, suffix),
    openScratch: (file = MEMORY) => openPath({ kind: "path", name: file, path: file, driver: target.driver }, "write"),
    openFile: (path) => openPath({ kind: "path", name: path, path, driver: target.driver }, "read"),
    emit: toEmit(options),
  };
  try {
    return yield* body(session);
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    throw anyError(error, connection?.failure(error), { database: target.name, outcome: "unchanged" });
  } finally {
    // A migration may have closed it already.
    if (target.kind === "path" && connection?.isOpen === true) yield* wait(connection.close());
  }
}

/** The same call on a connection that nobody else uses, such as one to a scratch database. Nobody is told of what is done there. */
export function onConnection(session: Session, connection: Connection): Session {
  const { database, driver, source, mode, tables, parsed, comparedInMemory, policies } = session;
  return {
    database,
    driver,
    source,
    mode,
    tables,
    parsed,
    compared: comparedInMemory,
    comparedInMemory,
    policies,
    // Nothing that is there is anybody's.
    allow: new Set(lossCodes),
    transaction: "each",
    lint: session.lint,
    lockTimeoutMs: session.lockTimeoutMs,
    migrationTimeoutMs: session.migrationTimeoutMs,
    connection,
    ownership: "own",
    isThere: true,
    openBeside: () => undefined,
    openScratch: (file) => session.openScratch(file),
    openFile: (path) => session.openFile(path),
    emit: undefined,
  };
}

interface PathTarget {
  readonly kind: "path";
  readonly name: string;
  readonly path: string;
  readonly driver: Driver;
}

interface HandleTarget {
  readonly kind: "handle";
  readonly name: string;
  readonly connection: Connection;
  readonly driver: Driver;
}

type Target = PathTarget | HandleTarget;

function toTarget({ database, driver = "node:sqlite" }: MigrateOptions, drivers: Manner["drivers"] = DRIVERS): Target {
  if (typeof database === "string" || database instanceof URL) {
    const name = String(database);
    const path = databasePath(database);
    return { kind: "path", name: database instanceof URL ? path : name, path, driver: drivers[driver] ?? nodeSqlite };
  }
  for (const candidate of Object.values(drivers)) {
    if (!candidate.owns(database)) continue;
    const connection = candidate.adopt(database);
    if (!connection.isOpen) {
      throw optionError("handle_closed", "database", "the database handle is closed", "pass an open one");
    }
    return { kind: "handle", name: connection.path ?? ":memory:", connection, driver: candidate };
  }
  throw optionError(
    "handle_unknown",
    "database",
    "the database is neither a path nor a handle that lockstep knows",
    "pass a path, a DatabaseSync of node:sqlite or a Database of better-sqlite3",
  );
}

function openPath({ path, name, driver }: PathTarget, access: Access): Connection {
  try {
    // Opening a pipe waits for ever, and a device loses what is written.
    if (path !== MEMORY && whatIsAt(path) === "special") throw new Error("not a file");
    return driver.open(path, access === "read" && isInterrupted(path) ? "write" : access);
  } catch (error) {
    throw openingError(error, { file: path, name, driver });
  }
}

/**
 * Whether a rollback journal stands beside the file: a process may have died in the middle of a transaction. Only a connection that
 * may write lets SQLite roll that back, and until then nobody can read.
 */
function isInterrupted(path: string): boolean {
  return path !== MEMORY && whatIsAt(`${followLinks(path) ?? path}-journal`) === "file";
}

function openBeside(target: Target, suffix: string): Connection | undefined {
  const named = target.kind === "path" ? target.path : target.connection.path;
  if (named === null || named === MEMORY) return undefined;
  // Beside the file itself, as its journal: two processes that know it by different names must meet there.
  const path = (followLinks(named) ?? named) + suffix;
  return openPath({ kind: "path", name: path, path, driver: target.driver }, "write");
}

function isFile(path: string): boolean {
  return path === MEMORY || whatIsAt(path) !== "nothing";
}

function toEmit({ onEvent, logger }: MigrateOptions): Session["emit"] {
  if (onEvent === undefined && logger === undefined) return undefined;
  return (event) => {
    try {
      onEvent?.(event);
      const line = logger === undefined ? undefined : describeEvent(event);
      if (line !== undefined) logger?.[line.level](line.text);
    } catch (error) {
      // A listener that throws is a mistake of its own: it must show, and must not undo a migration.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
