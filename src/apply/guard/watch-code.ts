/** Has every statement of a migration in code looked at before it runs. */
import { allowancesOf } from "../../core/sql/allowance.ts";
import type { Statement } from "../../core/sql/script.ts";
import { classify } from "../../core/sql/statement-kind.ts";
import { runSync, type Task } from "../../core/task.ts";
import type { Session } from "../../session.ts";
import type { StatementWatch } from "../code/code-run.ts";
import type { Run } from "../run.ts";
import type { Site } from "./risk.ts";
import { StepGuard, type Next } from "./step-guard.ts";

/** Who is told of the statements. */
export interface Telling {
  readonly guard: StepGuard;
  readonly tell: (next: Next) => Task<unknown>;
}

/** Tells of each statement; undefined where the connection cannot be asked in between. */
export function watchCode({ connection }: Session, { guard, tell }: Telling): StatementWatch | undefined {
  if (connection.answers !== "at_once") return undefined;
  return {
    statements(statements, place) {
      const site = (): Site => ({ place: place() });
      for (const statement of statements)
        runSync(tell({ statement, allowed: allowancesOf(statement), site }), unexpectedPromise);
    },
    altered: (table) => guard.altered(table),
  };
}

/**
 * Watches code without a transaction of ours. What it does in one that it has begun itself is judged when it commits that; anything
 * else before it happens.
 */
export function watchBareCode({ session, guard: run }: Run): StatementWatch | undefined {
  if (run === undefined) return undefined;
  const guard = new StepGuard(session, run);
  // A transaction that somebody else has begun can be committed without a word to us.
  let hasBegun = false;
  const tell = function* (next: Next): Task<void> {
    const verb = boundaryOf(next.statement);
    if (verb === undefined) {
      if (hasBegun && session.connection.inTransaction) yield* guard.before(next);
      else yield* guard.refuseNow(next);
      return;
    }
    if (verb === "COMMIT" || verb === "END") yield* guard.refuse();
    if (verb === "ROLLBACK") guard.forget();
    hasBegun = verb === "BEGIN";
  };
  return watchCode(session, { guard, tell });
}

/** The verb of a statement that begins or ends a transaction. */
function boundaryOf(statement: Statement): string | undefined {
  const kind = classify(statement);
  return kind.kind === "transaction" && kind.savepoint === undefined ? kind.verb : undefined;
}

function unexpectedPromise(): Error {
  return new Error("a connection that answers at once has given a promise");
}
