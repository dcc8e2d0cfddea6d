/** The dangers of a plan: for each statement, and as events for those who listen. */
import { isSerious, type Hazard } from "../core/lint/hazard.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Statement } from "../core/sql/script.ts";
import type { Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import type { Session } from "../session.ts";
import type { FoundHazard, LintedMigration } from "./find-hazards.ts";
import { tools } from "./load-tools.ts";

/** By the statement. Advice is left to those who ask for it. */
export function* hazardsOf(
  session: Session,
  plan: Plan,
  partial?: number,
): Task<ReadonlyMap<Statement, readonly Hazard[]>> {
  const hazards = new Map<Statement, readonly Hazard[]>();
  for (const { statement, hazard } of yield* seriousOf(session, plan, partial))
    hazards.set(statement, [...(hazards.get(statement) ?? []), hazard]);
  return hazards;
}

/**
 * Tells the listeners of a session. Without any, nothing is looked for: a start is not to be slowed by what nobody hears. Nor is it to
 * be stopped: what is wrong with a database or a text is told by the run itself, which follows.
 */
export function* tellHazards(session: Session, plan: Plan, partial?: number): Task<void> {
  const { emit } = session;
  if (emit === undefined) return;
  let found: readonly FoundHazard[] = [];
  try {
    const all = yield* seriousOf(session, plan, partial);
    // A statement that fails is told by its failure, in a moment, with the state of the database.
    found = all.filter(({ hazard }) => hazard.code !== "always_fails");
  } catch (error) {
    if (error instanceof LockstepError && error.code === "invalid_option") throw error;
  }
  for (const { migration, hazard } of found) emit({ kind: "hazard_found", migration, hazard });
}

/** `partial` is the version of a migration that stopped half-way: what is left of it has nothing to do with the schema in front of it. */
function* seriousOf(session: Session, { steps }: Plan, partial?: number): Task<readonly FoundHazard[]> {
  const migrations = steps.map(({ migration, body }): LintedMigration => {
    if (migration.version === partial) return { migration, body: { kind: "code" } };
    return { migration, body };
  });
  if (migrations.length === 0) return [];
  const { findHazards } = yield* tools(session);
  return (yield* findHazards(session, migrations, "database")).filter(({ hazard }) => isSerious(hazard));
}
