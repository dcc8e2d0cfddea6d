/** Runs a migration in code: inside lockstep's transaction, or without one. */
import { wait, type Task } from "../../core/task.ts";
import { LockstepError, placeOfMigration } from "../../error.ts";
import type { Session } from "../../session.ts";
import { callCode, type Code, type CodeManner } from "./call.ts";

/**
 * Runs code between a savepoint and its release. The release fails if the code got past every guard and ended our transaction, also
 * where it opened another one: the name is random, so no code can have made a savepoint like it.
 */
export function* executeCode(session: Session, code: Code, told: Omit<CodeManner, "kind"> = {}): Task<void> {
  const { connection } = session;
  const { file } = code;
  const savepoint = `lockstep_${Math.random().toString(36).slice(2)}`;
  yield* wait(connection.execute(`SAVEPOINT ${savepoint}`));
  yield* callCode(session, code, { kind: "in_transaction", ...told });
  try {
    yield* wait(connection.execute(`RELEASE ${savepoint}`));
  } catch (cause) {
    if (!connection.isOpen) throw closedError(file, cause);
    throw new LockstepError({
      code: "transaction_lost",
      problem: "the migration ended the transaction that lockstep keeps around it",
      place: placeOfMigration(file),
      outcome: "unknown",
      hint: "take BEGIN, COMMIT and ROLLBACK out of it, and look at what it wrote before it is run again",
      cause,
    });
  }
}

/** Runs code outside of a transaction, and refuses to go on where it closes the database or leaves a transaction open. */
export function* executeBareCode(session: Session, code: Code, told: Pick<CodeManner, "watch"> = {}): Task<void> {
  const { connection } = session;
  yield* callCode(session, code, { kind: "bare", ...told });
  if (!connection.isOpen) throw closedError(code.file);
  if (!connection.inTransaction) return;
  throw new LockstepError({
    code: "transaction_open",
    problem: "the migration leaves a transaction open",
    place: placeOfMigration(code.file),
    outcome: "rolled_back",
    hint: "commit in it what it began",
  });
}

function closedError(file: string | undefined, cause?: unknown): LockstepError {
  return new LockstepError({
    code: "handle_closed",
    problem: "the migration closed the database",
    place: placeOfMigration(file),
    outcome: "rolled_back",
    hint: "leave the handle open: lockstep needs it to write the history",
    ...(cause === undefined ? {} : { cause }),
  });
}
