/** migrate() and migrateSync(): the one call of a server's start-up. */
import { runAsync, runSync } from "./core/task.ts";
import { LockstepError } from "./error.ts";
import { asynchronous, synchronous } from "./mode.ts";
import type { MigrateOptions, Target } from "./options.ts";
import type { MigrateReport } from "./report.ts";
import { withSession } from "./session.ts";
import { up } from "./start.ts";

/**
 * Brings a database to its newest version: every pending migration in order, each in a transaction of its own.
 * Several processes may call it at once; each migration runs once. Throws a LockstepError.
 */
export function migrate(options: MigrateOptions & Target): Promise<MigrateReport> {
  return runAsync(withSession(options, { mode: asynchronous, access: "write" }, (session) => up(session, options.to)));
}

/**
 * The same without a promise, for a start-up that cannot wait. A migration that gives a promise is refused with
 * `synchronous_only` and rolled back.
 */
export function migrateSync(options: MigrateOptions & Target): MigrateReport {
  const task = withSession(options, { mode: synchronous, access: "write" }, (session) => up(session, options.to));
  return runSync(task, synchronousOnly);
}

function synchronousOnly(): LockstepError {
  return new LockstepError({
    code: "synchronous_only",
    problem: "migrateSync() met a promise: a migration is asynchronous, or awaits at its top level",
    place: { kind: "argument", argument: "migrateSync()" },
    outcome: "rolled_back",
    hint: "call migrate() and await it, or make the migration synchronous",
  });
}
