/** Turns whatever a step threw into a LockstepError that knows the migration, the version and what was done before. */
import { toRef } from "../core/migration/reference.ts";
import { anyError } from "../database-error.ts";
import { LockstepError } from "../error.ts";
import type { MigrationRef } from "../core/migration/migration.ts";
import type { Run } from "./run.ts";

export function toRunError(
  run: Pick<Run, "session" | "snapshot" | "completed">,
  migration: MigrationRef,
  error: unknown,
): LockstepError {
  const { session, snapshot, completed } = run;
  // A refusal that was made inside the lock has read a newer history than this run's.
  const read = error instanceof LockstepError ? error.details.databaseVersion : undefined;
  const known = {
    databaseVersion: read ?? snapshot.version,
    migration: toRef(migration),
    ...(completed.length > 0 ? { completed: [...completed] } : {}),
  };
  if (error instanceof LockstepError) return error.with(known);
  const { database, connection } = session;
  return anyError(error, connection.failure(error), { database, outcome: "rolled_back", ...known });
}
