/** The error for a migration in code that threw: its own message, its own stack, the line in its own file first. */
import { databaseError } from "../../database-error.ts";
import { LockstepError } from "../../error.ts";
import { util } from "../../node.ts";
import type { Session } from "../../session.ts";
import { readStack } from "./stack.ts";

/** Makes the error. `file` is missing for a migration of a plain array. */
export function thrownError(session: Session, file: string | undefined, cause: unknown): LockstepError {
  const { connection, database } = session;
  const failure = connection.failure(cause);
  const general =
    failure === undefined ? undefined : databaseError(failure, { database, outcome: "rolled_back", cause });
  if (general !== undefined) return general;
  return new LockstepError({
    code: "migration_threw",
    problem: cause instanceof Error ? cause.message : `the migration threw ${describeValue(cause)}, which is no Error`,
    ...readStack(cause, file),
    outcome: "rolled_back",
    hint: "correct the migration and run it again",
    cause,
  });
}

function describeValue(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : util.inspect(value, { depth: 0, breakLength: Infinity });
}
