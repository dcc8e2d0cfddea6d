/** Runs a plan: settings, lock, history read again, body, checks, history written, commit; for each step or for all at once. */
import { toRef } from "../core/migration/reference.ts";
import type { Step } from "../core/plan/plan.ts";
import type { Task } from "../core/task.ts";
import { LockstepError, placeOfMigration } from "../error.ts";
import { readSnapshot } from "../history/read.ts";
import type { MigrationReport } from "../report.ts";
import { elapsedSince } from "./execute.ts";
import { guardRun } from "./guard/run-guard.ts";
import { keepSettings, refuseOpenTransaction } from "./keep-settings.ts";
import { toRunError } from "./run-error.ts";
import { SchemaMirror } from "./schema-mirror.ts";
import { settingsFor, settle, type Run, type RunInput, type StepDone } from "./run.ts";
import { runStep } from "./step.ts";
import { transact } from "./transaction.ts";
import { runUnprotected } from "./unprotected.ts";

export interface RunResult {
  readonly toVersion: number;
  readonly migrations: readonly MigrationReport[];
}

/** Runs the plan. Throws a LockstepError that knows what was done before it and at which version the database is. */
export function* runPlan(input: RunInput): Task<RunResult> {
  const { session, plan } = input;
  const { direction, fromVersion, steps } = plan;
  // Before the connection is touched: opening it would create a database that is not there.
  if (steps.length === 0) return { toVersion: fromVersion, migrations: [] };
  if (session.transaction === "all") refuseMixed(input);
  const { connection, emit } = session;
  refuseOpenTransaction(session, input.snapshot.version);
  const startedAt = performance.now();
  emit?.({ kind: "started", direction, total: steps.length, fromVersion });
  const run = yield* keepSettings(session, function* (kept) {
    const mirror = new SchemaMirror(connection, session.tables);
    const guard = yield* guardRun(session, plan);
    const begun: Run = { ...input, kept, mirror, guard, completed: [], isAlone: true };
    yield* session.transaction === "all" ? runTogether(begun) : runEach(begun);
    return begun;
  });
  const toVersion = run.snapshot.version;
  emit?.({
    kind: "finished",
    direction,
    fromVersion,
    toVersion,
    count: run.completed.length,
    durationMs: elapsedSince(startedAt),
  });
  return { toVersion, migrations: run.completed };
}

/** A transaction for each migration. What was committed before a failure stays. */
function* runEach(run: Run): Task<void> {
  const { session, plan } = run;
  let position = 0;
  for (const step of plan.steps) {
    position += 1;
    yield* guarded(run, step, function* () {
      if (run.beforeStep !== undefined) yield* run.beforeStep(step);
      if (!step.migration.transaction) {
        yield* runUnprotected(run, step, position);
        return;
      }
      const done = yield* transact(session, settingsFor(run, step), () => runStep(run, step, position));
      finish(run, done);
      tellFinished(run, done);
      settle(run, step);
    });
  }
}

/** One transaction for the whole run: all of it or nothing. */
function* runTogether(run: Run): Task<void> {
  const { session, plan } = run;
  const before = run.snapshot;
  const [first] = plan.steps as [Step];
  let current = first;
  try {
    const finished = yield* transact(session, settingsFor(run, first), function* () {
      const all: StepDone[] = [];
      for (const step of plan.steps) {
        current = step;
        const done = yield* runStep(run, step, all.length + 1);
        finish(run, done);
        all.push(done);
      }
      return all;
    });
    for (const done of finished) tellFinished(run, done);
  } catch (error) {
    // A migration that ended the transaction itself may have committed the steps before it.
    const isLost = error instanceof LockstepError && error.code === "transaction_lost";
    run.snapshot = isLost ? yield* readSnapshot(session) : before;
    const kept = isLost ? run.completed.filter(({ version }) => isDone(run, version)) : [];
    run.completed.splice(0, run.completed.length, ...kept);
    throw tellFailure(run, current, error);
  }
}

function isDone({ plan, snapshot }: Run, version: number): boolean {
  return snapshot.versions.includes(version) === (plan.direction === "up");
}

function finish(run: Run, { snapshot, clock, report }: StepDone): void {
  run.snapshot = snapshot;
  if (clock === undefined) delete run.clock;
  else run.clock = clock;
  if (report !== undefined) run.completed.push(report);
}

/** Said once it is committed: until then it can still be rolled back. */
function tellFinished({ session, plan }: Run, { report, position }: StepDone): void {
  if (report === undefined) return;
  const { durationMs } = report;
  const { direction, steps } = plan;
  session.emit?.({
    kind: "migration_finished",
    direction,
    migration: toRef(report),
    position,
    total: steps.length,
    durationMs,
  });
}

function* guarded(run: Run, step: Step, body: () => Task<void>): Task<void> {
  try {
    yield* body();
  } catch (error) {
    throw tellFailure(run, step, error);
  }
}

/** The error of a step that failed, after saying so to whoever listens. */
function tellFailure(run: Run, { migration }: Step, error: unknown): LockstepError {
  const told = toRunError(run, migration, error);
  run.session.emit?.({ kind: "migration_failed", migration: toRef(migration), error: told });
  return told;
}

/** One transaction for all cannot hold a step that runs outside of it, nor switch foreign keys on the way. */
function refuseMixed({ plan, snapshot }: RunInput): void {
  const refuse = ({ migration }: Step, problem: string): never => {
    throw new LockstepError({
      code: "transaction_impossible",
      problem,
      place: placeOfMigration(migration.file),
      outcome: "unchanged",
      databaseVersion: snapshot.version,
      migration: toRef(migration),
      hint: "run it by itself first, with a transaction for each migration",
    });
  };
  for (const step of plan.steps) {
    if (!step.migration.transaction)
      refuse(step, "a migration without a transaction cannot be part of one for the whole run");
    if (step.migration.foreignKeys !== plan.steps[0]?.migration.foreignKeys) {
      refuse(step, "foreign keys cannot be switched on or off within one transaction for the whole run");
    }
  }
}
