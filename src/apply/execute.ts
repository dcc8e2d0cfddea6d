/** Runs the body of one step: SQL statement by statement, or code. */
import { toRef } from "../core/migration/reference.ts";
import { classify } from "../core/sql/statement-kind.ts";
import type { Script } from "../core/sql/script.ts";
import type { Step } from "../core/plan/plan.ts";
import { wait, type Task } from "../core/task.ts";
import { LockstepError, placeOfMigration } from "../error.ts";
import type { MigrationRef } from "../core/migration/migration.ts";
import type { Session } from "../session.ts";
import { statementError } from "./statement-error.ts";
import { thrownError } from "./thrown-error.ts";

/** Runs a step's body inside the open transaction. Throws a LockstepError that does not know its version yet. */
export function* executeBody(session: Session, { body, migration }: Step): Task<void> {
  if (body.kind === "sql") yield* executeScript(session, body.script, migration);
  else yield* executeCode(session, body.run, migration.file);
}

function* executeScript(session: Session, script: Script, migration: MigrationRef): Task<void> {
  const { connection, emit } = session;
  const total = script.statements.length;
  let position = 0;
  for (const statement of script.statements) {
    position += 1;
    // SQLite ignores this pragma inside a transaction. What it wants is so already: foreign keys are off and checked at the end.
    const kind = classify(statement);
    if (kind.kind === "pragma" && kind.name === "foreign_keys") continue;
    const startedAt = performance.now();
    try {
      yield* wait(connection.execute(statement.text));
    } catch (cause) {
      throw yield* statementError(session, { script, position, cause });
    }
    emit?.({
      kind: "statement_finished",
      migration: toRef(migration),
      position,
      total,
      durationMs: elapsedSince(startedAt),
    });
  }
}

/**
 * Runs code between a savepoint and its release. The release fails if the code ended our transaction, also where it
 * opened another one: the name is random, so no code can have made a savepoint like it.
 */
function* executeCode(session: Session, run: (db: unknown) => unknown, file: string | undefined): Task<void> {
  const { connection } = session;
  const savepoint = `lockstep_${Math.random().toString(36).slice(2)}`;
  yield* wait(connection.execute(`SAVEPOINT ${savepoint}`));
  yield* callCode(session, run, file);
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
export function* executeBareCode(
  session: Session,
  run: (db: unknown) => unknown,
  file: string | undefined,
): Task<void> {
  const { connection } = session;
  yield* callCode(session, run, file);
  if (!connection.isOpen) throw closedError(file);
  if (!connection.inTransaction) return;
  throw new LockstepError({
    code: "transaction_open",
    problem: "the migration leaves a transaction open",
    place: placeOfMigration(file),
    outcome: "rolled_back",
    hint: "commit in it what it began",
  });
}

function* callCode(session: Session, run: (db: unknown) => unknown, file: string | undefined): Task<void> {
  try {
    yield* wait(run(session.connection.handle));
  } catch (cause) {
    if (cause instanceof LockstepError) throw cause;
    throw thrownError(session, file, cause);
  }
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

/** The time since `startedAt`, in milliseconds with one decimal. */
export function elapsedSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
