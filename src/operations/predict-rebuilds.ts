/** What each rebuild of a plan would do: found by running the plan's changes of the schema on an empty copy of it in memory. */
import { classify } from "../core/sql/statement-kind.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { RebuildView } from "../core/plan/view.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { notingConnection } from "../driver/noting.ts";
import { LockstepError } from "../error.ts";
import { executeStatement } from "../apply/execute.ts";
import type { Method } from "../core/alter/choose.ts";
import { executeRebuild } from "../apply/alter/execute-rebuild.ts";
import { estimate } from "../apply/alter/estimate.ts";
import { canEditSchema } from "../apply/alter/schema-text.ts";
import { onConnection, type Session } from "../session.ts";

/** By the statement. Empty where the plan has no rebuild. */
export type Predictions = ReadonlyMap<Statement, RebuildView>;

/** Predicts. Code cannot be tried on a copy: what comes behind it in the plan is not known. */
export function* predictRebuilds(session: Session, plan: Plan): Task<Predictions> {
  const predictions = new Map<Statement, RebuildView>();
  const scripts = plan.steps.map(({ body }) => (body.kind === "sql" ? body.script : undefined));
  if (!scripts.some((script) => script?.statements.some(isRebuild))) return predictions;
  // The copy is another connection, which may be able to do more than this one.
  const canEdit = !session.isThere || (yield* canEditSchema(session.connection));
  const statements: string[] = [];
  const instead = canEdit ? {} : { allowSchemaEdits: () => undefined };
  const scratch = notingConnection(session.openScratch(), (sql) => statements.push(sql), instead);
  try {
    let unknown = yield* copySchema(session, scratch);
    for (const script of scripts) {
      if (script === undefined) unknown ??= "a migration in code runs before it";
      else unknown = yield* predictScript(session, { scratch, statements, script, predictions, unknown });
    }
  } finally {
    yield* wait(scratch.close());
  }
  return predictions;
}

interface Prediction {
  readonly scratch: Connection;
  /** What was run on it, in its order. */
  readonly statements: string[];
  readonly script: Script;
  readonly predictions: Map<Statement, RebuildView>;
  /** Why nothing is known any more. */
  readonly unknown: string | undefined;
}

function* predictScript(
  session: Session,
  { scratch, statements: executed, script, predictions, unknown: before }: Prediction,
): Task<string | undefined> {
  let unknown = before;
  for (const [index, statement] of script.statements.entries()) {
    const { kind } = classify(statement);
    if (kind !== "rebuild" && kind !== "schema") continue;
    if (unknown !== undefined) {
      if (kind === "rebuild") predictions.set(statement, { kind: "unknown", why: unknown });
      continue;
    }
    executed.length = 0;
    let method: Method["kind"] | undefined;
    const expected = yield* estimate(session, statement);
    try {
      const within = onConnection(session, scratch);
      if (kind === "rebuild") ({ method } = yield* executeRebuild(within, script, statement, expected.rows > 0));
      else yield* executeStatement(within, script, index + 1);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      unknown = error.details.problem;
      if (kind === "rebuild") predictions.set(statement, { kind: "refused", why: unknown });
      continue;
    }
    if (method === undefined) continue;
    const statements = executed.map((sql) => sql.replaceAll(/\s*\n\s*/g, " ").trim());
    const cost = method === "rebuild" ? expected : { rows: expected.rows, lockMs: 0, writtenBytes: 0 };
    predictions.set(statement, { kind: "known", method, statements, ...cost });
  }
  return unknown;
}

function isRebuild(statement: Statement): boolean {
  return classify(statement).kind === "rebuild";
}

/** Makes the objects of the schema on the scratch database. Gives why one of them cannot be made. */
function* copySchema(session: Session, scratch: Connection): Task<string | undefined> {
  yield* wait(scratch.query("PRAGMA foreign_keys = OFF"));
  if (!session.isThere) return undefined;
  const rows = yield* wait(
    session.connection.query(
      // Its virtual table makes a shadow table. They are asked for once: once for each object took a second with 1,000 tables.
      `SELECT name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
      AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')
      ORDER BY type <> 'table', type = 'trigger', rowid`,
    ),
  );
  for (const { name, sql } of rows) {
    try {
      yield* wait(scratch.execute(String(sql)));
    } catch (error) {
      const message = scratch.failure(error)?.message;
      if (message === undefined) throw error;
      return `${String(name)} cannot be made on a copy: ${message}`;
    }
  }
  return undefined;
}
