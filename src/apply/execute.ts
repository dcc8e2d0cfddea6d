/** Runs the body of one step: SQL statement by statement, or code. */
import { toRef } from "../core/migration/reference.ts";
import { classify } from "../core/sql/statement-kind.ts";
import type { Script } from "../core/sql/script.ts";
import type { Step } from "../core/plan/plan.ts";
import { wait, type Task } from "../core/task.ts";
import type { MigrationRef } from "../core/migration/migration.ts";
import type { Session } from "../session.ts";
import type { Observe } from "./code/code-run.ts";
import { executeCode } from "./code/execute-code.ts";
import { statementError } from "./statement-error.ts";

/**
 * Runs a step's body inside the open transaction. Throws a LockstepError that does not know its version yet. `observe` is told what
 * code runs; the statements of SQL are known before.
 */
export function* executeBody(session: Session, { body, migration }: Step, observe?: Observe): Task<void> {
  if (body.kind === "sql") yield* executeScript(session, body.script, migration);
  else yield* executeCode(session, { run: body.run, file: migration.file }, observe);
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

/** The time since `startedAt`, in milliseconds with one decimal. */
export function elapsedSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
