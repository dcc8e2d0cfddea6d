import type { MaybePromise } from "../core/task.ts";

/** A value that SQLite stores. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A row of a result, by column name. */
export type Row = Readonly<Record<string, SqlValue>>;

/**
 * A driver connects lockstep to one database library. To write one:
 *
 * 1. Keep it dumb. It passes SQL on and reports what happened; it never retries, never opens a transaction by itself, never
 *    corrects what it is given. All policy lives above.
 * 2. Return plain values where the library is synchronous and promises where it is not: the executor takes both, and a
 *    synchronous driver keeps the whole run synchronous.
 * 3. `owns(handle)` recognises the library's open handle by its shape and must not load the library to do so.
 * 4. `failure(error)` maps the library's errors to a `DatabaseFailure` by code, not by message.
 * 5. Run the suite in test/driver against it.
 */
export interface Driver {
  readonly name: string;
  /** Whether a value is an open (or closed) handle of this library. */
  owns(handle: unknown): boolean;
  /** Wraps a handle that the caller opened and will close. */
  adopt(handle: unknown): Connection;
  /** Opens a file. `"read"` never creates or changes it. Throws what the library throws. */
  open(path: string, access: Access): Connection;
}

/** What a connection is opened for. */
export type Access = "read" | "write";

/** An open database. */
export interface Connection {
  /** The driver's own handle, given to `up(db)`. */
  readonly handle: unknown;
  /** The database file's absolute path, or null for a database in memory. */
  readonly path: string | null;
  readonly isOpen: boolean;
  readonly inTransaction: boolean;
  /** Whether `execute` and `query` give values, or promises of them. */
  readonly answers: "at_once" | "later";
  /**
   * `sealed`: the database itself denies every statement that would begin or end a transaction, or attach a file, until it is `open`
   * again. Missing where the library cannot, and for a handle whose owner may have an authorizer set: this would replace it.
   */
  seal?(state: "sealed" | "open"): void;
  /**
   * Whether the stored text of a table may be changed. Missing where the library has no such guard, and for a handle whose owner may
   * have set it one way or the other: it cannot be read back.
   */
  allowSchemaEdits?(state: "allowed" | "denied"): void;
  /** Writes the database, as it is, into a file that is not there yet. Missing where the library cannot. */
  copyTo?(file: string): MaybePromise<unknown>;
  /** Runs one statement without parameters and drops its rows. */
  execute(sql: string): MaybePromise<void>;
  /** Runs one statement and gives its rows, none for a statement that has no result. */
  query(sql: string, parameters?: readonly SqlValue[]): MaybePromise<readonly Row[]>;
  /** What the database said, or undefined for an error that does not come from it. */
  failure(error: unknown): DatabaseFailure | undefined;
  close(): MaybePromise<void>;
}

/** An error of the database itself, by SQLite's primary result code (https://sqlite.org/rescode.html). */
export interface DatabaseFailure {
  readonly kind:
    | "busy"
    | "readonly"
    | "not_a_database"
    | "corrupt"
    | "full"
    | "io"
    | "cannot_open"
    | "denied"
    | "other";
  readonly message: string;
}
