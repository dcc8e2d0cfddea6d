/** SQLite's primary result codes, as the kinds of failure that lockstep acts on (https://sqlite.org/rescode.html). */
import type { DatabaseFailure } from "./driver.ts";

const KINDS: Readonly<Record<string, DatabaseFailure["kind"]>> = {
  SQLITE_PERM: "denied",
  SQLITE_BUSY: "busy",
  SQLITE_LOCKED: "busy",
  SQLITE_READONLY: "readonly",
  SQLITE_IOERR: "io",
  SQLITE_CORRUPT: "corrupt",
  SQLITE_FULL: "full",
  SQLITE_CANTOPEN: "cannot_open",
  SQLITE_PROTOCOL: "busy",
  SQLITE_AUTH: "denied",
  SQLITE_NOTADB: "not_a_database",
};

const NAMES: Readonly<Record<number, string>> = {
  3: "SQLITE_PERM",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  15: "SQLITE_PROTOCOL",
  23: "SQLITE_AUTH",
  26: "SQLITE_NOTADB",
};

/** The shared memory of a write-ahead log cannot be made larger: nearly always for want of room (https://sqlite.org/rescode.html). */
const NO_ROOM_FOR_LOG: ReadonlySet<number | string> = new Set([4874, "SQLITE_IOERR_SHMSIZE"]);

/** The kind of a result code, by number or by name; other extended codes count as their primary one. */
export function kindOfResult(code: number | string): DatabaseFailure["kind"] {
  if (NO_ROOM_FOR_LOG.has(code)) return "full";
  if (typeof code === "number") return KINDS[NAMES[code & 0xff] ?? ""] ?? "other";
  const primary = code.split("_").slice(0, 2).join("_");
  return KINDS[primary] ?? "other";
}
