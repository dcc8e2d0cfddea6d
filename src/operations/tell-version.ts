/** Adds to an error the version that the database is at, which the part that failed did not know. */
import type { Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";

/** Runs `body`; what it throws says the version, if it says none by itself. */
export function* tellVersion<T>(databaseVersion: number, body: () => Task<T>): Task<T> {
  try {
    return yield* body();
  } catch (error) {
    if (!(error instanceof LockstepError) || error.details.databaseVersion !== undefined) throw error;
    throw error.with({ databaseVersion });
  }
}
