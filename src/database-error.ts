/** What the database itself refuses, as errors with a hint: locked, read-only, full, not a database, and the like. */
import { followLinks, whatIsAt } from "./database-path.ts";
import { path } from "./node.ts";
import type { DatabaseFailure, Driver } from "./driver/driver.ts";
import { LockstepError, type ErrorDetails } from "./error.ts";
import type { ErrorCode } from "./error-code.ts";

type Text = { readonly code: ErrorCode; readonly problem: string; readonly hint: string };

const TEXTS: Readonly<Record<Exclude<DatabaseFailure["kind"], "other">, Text>> = {
  busy: {
    code: "database_locked",
    problem: "another connection holds the database",
    hint: "find the process that keeps a transaction open, or wait longer: --lock-timeout on the command line, lockTimeoutMs in code",
  },
  readonly: {
    code: "database_readonly",
    problem: "the database is read-only",
    hint: "check the permissions of the file, of its folder and of a -journal, -wal or -shm beside it; a handle may be read-only, or have query_only set",
  },
  not_a_database: {
    code: "not_a_database",
    problem: "the file is not a SQLite database, or it is encrypted",
    hint: "check the path; an encrypted database needs a driver that knows its key",
  },
  corrupt: {
    code: "database_corrupt",
    problem: "the database file is damaged",
    hint: "check the disk, then restore a backup, or save what is left with the sqlite3 shell's .recover",
  },
  full: {
    code: "database_full",
    problem: "there is no room: the disk, a quota or max_page_count is full",
    hint: "make room and run it again",
  },
  io: {
    code: "database_io",
    problem: "reading or writing the file failed",
    hint: "check the disk, its file system and limits such as a quota or ulimit -f, then run it again",
  },
  cannot_open: {
    code: "database_unreadable",
    problem: "the database file cannot be opened",
    hint: "check the path, the permissions of the file and its folder, and the -journal, -wal or -shm beside it",
  },
  denied: {
    code: "database_unreadable",
    problem: "access to the database is denied",
    hint: "check the permissions of the file, and an authorizer that your application may have set",
  },
};

/** SQLITE_LOCKED: no waiting helps, for it is this connection that holds itself up (https://sqlite.org/rescode.html#locked). */
const OWN_STATEMENT: Partial<Text> = {
  problem: "a statement of this connection still reads what is to be changed",
  hint: "finish or close what goes through rows on the handle, such as an iterator, and run it again",
};

/** The error for a failure of the database, or undefined for one that is about a statement. */
export function databaseError(
  failure: DatabaseFailure,
  known: Pick<ErrorDetails, "outcome" | "cause"> & { readonly database: string } & Partial<ErrorDetails>,
): LockstepError | undefined {
  if (failure.kind === "other") return undefined;
  const { database, ...details } = known;
  const own =
    failure.kind === "busy" && /^database (?:table|schema) is locked/.test(failure.message) ? OWN_STATEMENT : {};
  return new LockstepError({ ...TEXTS[failure.kind], ...own, place: { kind: "database", database }, ...details });
}

/** Any error that is not told yet: of the database by what it says, everything else as a mistake of ours. */
export function anyError(
  cause: unknown,
  failure: DatabaseFailure | undefined,
  known: Pick<ErrorDetails, "outcome"> & { readonly database: string } & Partial<ErrorDetails>,
): LockstepError {
  const told = failure === undefined ? undefined : databaseError(failure, { ...known, cause });
  if (told !== undefined) return told;
  const { database, ...details } = known;
  return new LockstepError({
    code: failure === undefined ? "internal_invariant" : "statement_failed",
    problem: cause instanceof Error ? cause.message : String(cause),
    place: { kind: "database", database },
    hint:
      failure === undefined
        ? "this is a bug in lockstep; please report it with this message"
        : "see the message of the database, and run it again",
    cause,
    ...details,
  });
}

/** The error for a path that does not open. */
export function openingError(
  cause: unknown,
  { file, name, driver }: { readonly file: string; readonly name: string; readonly driver: Driver },
): LockstepError {
  const base = { place: { kind: "database", database: name }, outcome: "unchanged", cause } as const;
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") {
    return new LockstepError({
      code: "driver_not_found",
      problem: `the driver ${driver.name} is not installed`,
      hint: `npm install ${driver.name}, or leave out the option driver to use node:sqlite`,
      ...base,
    });
  }
  const end = followLinks(file);
  if (end === undefined) {
    return new LockstepError({
      ...TEXTS.cannot_open,
      problem: "the database is a link that leads back to itself",
      hint: "let the link lead to a file, or name the file itself",
      ...base,
    });
  }
  const folders = {
    "of the database": path.dirname(file),
    "that the link to the database leads to": path.dirname(end),
  };
  for (const [which, folder] of Object.entries(folders)) {
    if (!["nothing", "file"].includes(whatIsAt(folder))) continue;
    return new LockstepError({
      code: "folder_not_found",
      problem: `the folder ${which} is not there: ${folder}`,
      hint: "create it first; lockstep creates the file and no folders",
      ...base,
    });
  }
  return new LockstepError({ ...TEXTS.cannot_open, ...UNFIT[whatIsAt(file)], ...base });
}

/** What can be said of a path that leads to no file. */
const UNFIT: Readonly<Partial<Record<ReturnType<typeof whatIsAt>, Partial<Text>>>> = {
  folder: { problem: "the database is a folder" },
  special: {
    problem: "the database is a pipe, a socket or a device",
    hint: "name a file; SQLite writes to nothing else",
  },
};
