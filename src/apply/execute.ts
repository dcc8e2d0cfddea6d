/** Runs the body of one step: SQL statement by statement, or code. */
import { toRef } from "../core/migration/reference.ts";
import { COMPUTED } from "../core/alter/reverse.ts";
import { classify } from "../core/sql/statement-kind.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import type { Step } from "../core/plan/plan.ts";
import { wait, type Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import type { MigrationRef } from "../core/migration/migration.ts";
import type { Session } from "../session.ts";
import type { Observe, StatementWatch } from "./code/code-run.ts";
import { executeCode } from "./code/execute-code.ts";
import { executeRebuild } from "./alter/execute-rebuild.ts";
import { statementError } from "./statement-error.ts";

/**
 * Runs a step's body inside the open transaction. Throws a LockstepError that does not know its version yet. Gives the SQL that undoes
 * it, where that could be computed.
 */
export function* executeBody(
  session: Session,
  { body, migration }: Step,
  { observe, watch, before }: BodyWatch = {},
): Task<string | undefined> {
  if (body.kind === "sql") return yield* executeScript(session, body.script, { migration, before });
  yield* executeCode(session, { run: body.run, file: migration.file }, { observe, watch });
  return undefined;
}

/** Who is told what a body runs, before it runs. */
export interface BodyWatch {
  /** Told what code runs, each text once. */
  readonly observe?: Observe | undefined;
  /** Told every statement of code. */
  readonly watch?: StatementWatch | undefined;
  /** Told every statement of a script. */
  readonly before?: ((script: Script, position: number) => Task<void>) | undefined;
}

function* executeScript(
  session: Session,
  script: Script,
  { migration, before }: { readonly migration: MigrationRef } & Pick<BodyWatch, "before">,
): Task<string | undefined> {
  const { emit } = session;
  const reverses: (string | undefined)[] = [];
  const total = script.statements.length;
  let position = 0;
  for (const statement of script.statements) {
    position += 1;
    // SQLite ignores this pragma inside a transaction. What it wants is so already: foreign keys are off and checked at the end.
    const kind = classify(statement);
    if (kind.kind === "pragma" && kind.name === "foreign_keys") continue;
    const startedAt = performance.now();
    if (before !== undefined) yield* before(script, position);
    reverses.unshift(yield* executeStatement(session, script, position));
    emit?.({
      kind: "statement_finished",
      migration: toRef(migration),
      position,
      total,
      durationMs: elapsedSince(startedAt),
    });
  }
  // Of one that has no way back of its own, nothing is undone by undoing the others.
  return reverses.includes(undefined) ? undefined : [COMPUTED, ...reverses].join("\n");
}

/**
 * Runs one statement of a script, counted from 1. Throws what SQLite says as an error with its place. Gives the SQL that undoes it, where
 * that is known.
 */
export function* executeStatement(session: Session, script: Script, position: number): Task<string | undefined> {
  const { connection } = session;
  const statement = script.statements[position - 1] as Statement;
  try {
    if (classify(statement).kind === "rebuild") return (yield* executeRebuild(session, script, statement)).reverse;
    yield* wait(connection.execute(statement.text));
    return undefined;
  } catch (cause) {
    // Outside of a transaction a lock is met here and not at BEGIN; whoever called waits for it.
    const isBusy = connection.failure(cause)?.kind === "busy" && !connection.inTransaction;
    if (isBusy || cause instanceof LockstepError) throw cause;
    throw yield* statementError(session, { script, position, cause });
  }
}

/** The time since `startedAt`, in milliseconds with one decimal. */
export function elapsedSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
