/** Refuses what no call can work with: a misspelt option must not become the default in silence. */
import { lossCodes } from "./core/sql/loss-code.ts";
import { suggest } from "./core/diagnostic/suggest.ts";
import { databasePath } from "./database-path.ts";
import { LockstepError } from "./error.ts";
import { url, util } from "./node.ts";
import type { MigrateOptions } from "./options.ts";

const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  driver: ["node:sqlite", "better-sqlite3"],
  transaction: ["each", "all"],
  outOfOrder: ["if-commutes", "refuse", "allow"],
  changed: ["refuse", "allow"],
  newerDatabase: ["refuse", "allow"],
};

/** Every option, with the target of `migrate()`. */
const KNOWN: readonly string[] = [
  "database",
  "migrations",
  ...Object.keys(CHOICES),
  "allow",
  "lockTimeoutMs",
  "migrationTimeoutMs",
  "metadataTable",
  "historyTable",
  "lint",
  "onEvent",
  "logger",
  "to",
];

/** Checks the options of a call, whoever made them. Throws `invalid_option`. */
export function checkOptions(options: MigrateOptions): void {
  for (const name of Object.keys(options)) {
    if (KNOWN.includes(name)) continue;
    const near = suggest(name, KNOWN);
    const hint = near === undefined ? `known are ${KNOWN.join(", ")}` : `did you mean ${near}?`;
    throw optionError("invalid_option", name, `there is no option ${name}`, hint);
  }
  for (const [name, allowed] of Object.entries(CHOICES))
    checkChoice(name, options[name as keyof MigrateOptions], allowed);
  const allow: unknown = options.allow ?? [];
  if (!Array.isArray(allow)) refuse("allow", allow, `use a list of ${lossCodes.join(", ")}`);
  for (const code of allow) checkChoice("allow", code, lossCodes);
  const { lockTimeoutMs = 0 } = options;
  if (typeof lockTimeoutMs !== "number" || !(lockTimeoutMs >= 0))
    refuse("lockTimeoutMs", lockTimeoutMs, "use milliseconds, 0 or more");
  const { migrationTimeoutMs = 1 } = options;
  // What a timer can hold.
  if (typeof migrationTimeoutMs !== "number" || !(migrationTimeoutMs > 0 && migrationTimeoutMs < 2 ** 31))
    refuse("migrationTimeoutMs", migrationTimeoutMs, "use milliseconds, more than 0 and at most 2147483647");
  const { lint = {} } = options;
  // The codes in it are checked by those who lint: a start has no need to know them.
  if (typeof lint !== "object" || lint === null) refuse("lint", lint, 'use an object such as { off: ["not_strict"] }');
  checkDatabase(options);
  checkMigrations(options.migrations);
  checkTables(options);
}

/** Checks how far down to go, and in which direction a plan looks. Throws `invalid_option`. */
export function checkTarget({
  to,
  steps,
  direction = "up",
}: {
  readonly to?: number;
  readonly steps?: number;
  readonly direction?: string;
}): void {
  if (to !== undefined && steps !== undefined)
    refuse("steps", steps, "say how far with to or with steps, not with both");
  if (steps !== undefined && (!Number.isSafeInteger(steps) || steps < 0))
    refuse("steps", steps, "use a whole number, 0 or more");
  checkChoice("direction", direction, ["up", "down"]);
}

/** The error for an option or argument that cannot be used. */
export function optionError(
  code: "invalid_option" | "handle_unknown" | "handle_closed",
  argument: string,
  problem: string,
  hint: string,
): LockstepError {
  return new LockstepError({ code, problem, place: { kind: "argument", argument }, outcome: "unchanged", hint });
}

function checkChoice(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  refuse(name, value, `use ${allowed.map((choice) => JSON.stringify(choice)).join(" or ")}`);
}

/** Anything but a path is a handle, and a driver's business. */
function checkDatabase({ database, driver }: { readonly database?: unknown; readonly driver?: unknown }): void {
  if (database === undefined)
    throw optionError("invalid_option", "database", "no database is named", "pass a path or an open handle");
  if (typeof database !== "string" && !(database instanceof URL)) return;
  if (database instanceof URL && database.protocol !== "file:")
    refuse("database", database.href, "use a path or a file: URL");
  const path = readPath("database", () => databasePath(database));
  if (path.trim() === "")
    throw optionError("invalid_option", "database", "no database is named", "pass a path or an open handle");
  // It cuts them off, and would open another file.
  if (driver === "better-sqlite3" && path !== path.trim())
    refuse(
      "database",
      path,
      "better-sqlite3 opens no file whose name begins or ends with a blank: give it another name",
    );
  if (path.includes("\0")) refuse("database", path, "a path has no NUL character");
}

function checkMigrations(migrations: unknown): void {
  if (migrations instanceof URL) {
    readPath("migrations", () => url.fileURLToPath(migrations));
    return;
  }
  if ((typeof migrations === "string" && migrations !== "") || Array.isArray(migrations)) return;
  throw optionError("invalid_option", "migrations", "no migrations are named", "pass a directory or an array");
}

function checkTables({ metadataTable = "metadata", historyTable = "lockstep_history" }: MigrateOptions): void {
  for (const [name, table] of Object.entries({ metadataTable, historyTable })) {
    const isName = typeof table === "string" && table !== "" && !table.includes("\0") && !/^sqlite_/i.test(table);
    if (!isName) refuse(name, table, "use the name of a table; names that begin with sqlite_ are SQLite's own");
  }
  if (metadataTable.toLowerCase() !== historyTable.toLowerCase()) return;
  refuse("historyTable", historyTable, "give it another name than metadataTable has");
}

/** Reads a path out of a URL. Node throws for one with a host, or with an encoded slash. */
function readPath(name: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw optionError(
      "invalid_option",
      name,
      `${name} is no path: ${(error as Error).message}`,
      "use a path or a file: URL",
    );
  }
}

function refuse(name: string, value: unknown, hint: string): never {
  const shown = typeof value === "string" ? JSON.stringify(value) : util.inspect(value, { depth: 0 });
  throw optionError("invalid_option", name, `${name} is ${shown}`, hint);
}
