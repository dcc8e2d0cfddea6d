/** Runs the body of a step up under guard: what would really destroy rows or values is refused while it can still be undone. */
import { placeOfMigration } from "../../error.ts";
import type { Step } from "../../core/plan/plan.ts";
import { allowancesOf } from "../../core/sql/allowance.ts";
import type { Script, Statement } from "../../core/sql/script.ts";
import type { Task } from "../../core/task.ts";
import { placeIn } from "../../source/sql-text.ts";
import type { Session } from "../../session.ts";
import type { Observe } from "../code/code-run.ts";
import { executeBody } from "../execute.ts";
import type { Run } from "../run.ts";
import { lookAfter, lookBefore } from "./code-look.ts";
import type { Site } from "./risk.ts";
import { StepGuard, type Next } from "./step-guard.ts";
import { watchCode } from "./watch-code.ts";

/** What runs, and who is told of it. */
export interface Guarded {
  readonly session: Session;
  readonly step: Step;
  readonly observe: Observe | undefined;
}

/** A body that has run. */
export interface GuardedBody {
  /** The SQL that undoes it, where that could be computed. */
  readonly reverseSql: string | undefined;
  /** To be called in front of the commit, when all else is found to be right: throws `would_lose_data`. */
  readonly judge: () => Task<void>;
}

/** Runs the body in the open transaction. */
export function* guardBody({ guard: run }: Run, { session, step, observe }: Guarded): Task<GuardedBody> {
  if (run === undefined) return { reverseSql: yield* executeBody(session, step, { observe }), judge: nothing };
  const guard = new StepGuard(session, run);
  if (step.body.kind === "sql") {
    const before = function* (script: Script, position: number): Task<void> {
      yield* guard.before(nextOf(script, position));
    };
    return { reverseSql: yield* executeBody(session, step, { before }), judge: () => guard.refuse() };
  }
  const { file } = step.migration;
  // On a connection of our own, nothing runs that is not seen.
  const isSeen = session.ownership === "own" && session.connection.answers === "at_once";
  const before = isSeen ? [] : yield* lookBefore(session, run);
  const watch = watchCode(session, { guard, tell: (next) => guard.before(next) });
  yield* executeBody(session, step, { observe, watch });
  const judge = function* (): Task<void> {
    const site = { place: placeOfMigration(file) };
    yield* guard.refuse(before.length === 0 ? [] : yield* lookAfter(session, { before, guard, site }));
  };
  return { reverseSql: undefined, judge };
}

// eslint-disable-next-line require-yield -- a task like the others
function* nothing(): Task<void> {
  return undefined;
}

/** A statement of a script, from 1. */
export function nextOf(script: Script, position: number): Next {
  const statement = script.statements[position - 1] as Statement;
  const { text, offset } = statement;
  const site = (): Site => ({
    place: placeIn(script, script.file ?? "", offset, /^.*/.exec(text)?.[0].length ?? 1),
    statement: { position, total: script.statements.length },
  });
  return { statement, allowed: allowancesOf(statement), site };
}
