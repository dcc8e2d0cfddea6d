/** The connection's settings: what they are, what a run works with, and how one becomes the other. */
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { LockstepError } from "../error.ts";

/**
 * The pragmas that a migration needs, or that it may leave changed: several of them survive a ROLLBACK. `synchronous` is the last
 * because it alone may have to read the file, and so can find it locked.
 */
const PRAGMAS = [
  "busy_timeout",
  "foreign_keys",
  "ignore_check_constraints",
  "legacy_alter_table",
  "query_only",
  "recursive_triggers",
  "reverse_unordered_selects",
  "writable_schema",
  "synchronous",
] as const;

type Pragma = (typeof PRAGMAS)[number];

export type Settings = Readonly<Record<Pragma, number>>;

export function* readSettings(connection: Connection): Task<Settings> {
  const settings: Partial<Record<Pragma, number>> = {};
  for (const pragma of PRAGMAS) settings[pragma] = yield* readPragma(connection, pragma);
  return settings as Settings;
}

/**
 * What a run works with. `busy_timeout` 0: the waiting is ours. `synchronous` at least FULL (2): "applied" must
 * survive a power cut. Foreign keys off, which works only outside a transaction, or ON DELETE would fire when a table is rebuilt
 * (https://sqlite.org/lang_altertable.html#otheralter).
 */
export function workingSettings(kept: Settings, foreignKeys: "check" | "enforce"): Settings {
  return {
    ...kept,
    busy_timeout: 0,
    foreign_keys: foreignKeys === "enforce" ? 1 : 0,
    synchronous: Math.max(kept.synchronous, 2),
  };
}

/** Sets what is not as wanted, and reads foreign keys back: SQLite ignores that pragma inside a transaction. */
export function* applySettings(connection: Connection, wanted: Settings): Task<void> {
  for (const pragma of PRAGMAS) {
    if ((yield* readPragma(connection, pragma)) === wanted[pragma]) continue;
    yield* wait(connection.query(`PRAGMA ${pragma} = ${wanted[pragma]}`));
    if (pragma !== "foreign_keys" || (yield* readPragma(connection, pragma)) === wanted[pragma]) continue;
    throw new LockstepError({
      code: "transaction_open",
      problem: "foreign keys cannot be switched: a transaction is open on this connection",
      place: { kind: "argument", argument: "database" },
      outcome: "unchanged",
      hint: "end the transaction before migrating",
    });
  }
}

function* readPragma(connection: Connection, pragma: Pragma): Task<number> {
  const rows = yield* wait(connection.query(`PRAGMA ${pragma}`));
  return Number(Object.values(rows[0] ?? {})[0] ?? 0);
}
