/**
 * A migration without a transaction: each statement commits together with its number, so that a run that stops half-way is carried
 * on by the next one. Two processes at work on it take the statements in turn; only a statement that no transaction can
 * hold, such as VACUUM, may run twice.
 */
import { toRef } from "../core/migration/reference.ts";
import type { Progress } from "../core/history/history.ts";
import { checksum } from "../core/migration/checksum.ts";
import type { Step } from "../core/plan/plan.ts";
import type { RunCode } from "../core/migration/migration.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import { wait, type Task } from "../core/task.ts";
import { LockstepError, placeOfMigration } from "../error.ts";
import type { Session } from "../session.ts";
import { sha256 } from "../hash.ts";
import { needsNoTransaction } from "../source/statement-check.ts";
import { nextOf } from "./guard/guard-body.ts";
import { watchBareCode } from "./guard/watch-code.ts";
import { StepGuard } from "./guard/step-guard.ts";
import { executeBareCode } from "./code/execute-code.ts";
import { elapsedSince, executeStatement } from "./execute.ts";
import { ensureTables, recordStep, takeOver, toSnapshot, writeProgress, writeVersion } from "./record.ts";
import { unmeasurableError } from "./loss.ts";
import { refuseOrphans } from "./orphans.ts";
import { readAgain, readNow, settingsFor, type Run } from "./run.ts";
import { toRunError } from "./run-error.ts";
import { withSidecarLock } from "./sidecar-lock.ts";
import { transact, whenFree } from "./transaction.ts";

/** Runs the step from where it stopped, and moves the run's history along. */
export function* runUnprotected(run: Run, step: Step, position: number): Task<void> {
  // Statements are taken in turn; code is one piece, and a process that finds it under way has to wait for its end.
  if (step.body.kind === "sql") yield* runFromProgress(run, step, position);
  else yield* withSidecarLock(run.session, () => runFromProgress(run, step, position));
}

function* runFromProgress(run: Run, step: Step, position: number): Task<void> {
  const { session, plan } = run;
  const { direction } = plan;
  const migration = toRef(step.migration);
  const total = plan.steps.length;
  const statementCount = step.body.kind === "sql" ? step.body.script.statements.length : null;
  if (run.refusesLoss === true) throw unmeasurableError(step);
  const startedAt = performance.now();
  const isStarted = yield* begin(run, step, statementCount);
  if (!isStarted) {
    session.emit?.({ kind: "migration_skipped", migration, reason: "applied_elsewhere" });
    return;
  }
  session.emit?.({ kind: "migration_started", direction, migration, position, total, statementCount });
  let durationMs: number;
  try {
    if (step.body.kind === "code") yield* runCode(run, step, step.body.run);
    else yield* runStatements(run, step, step.body.script);
    durationMs = elapsedSince(startedAt);
    if (!(yield* end(run, step, durationMs))) return;
  } catch (error) {
    throw toPartial(run, toRunError(run, migration, error), statementCount);
  }
  session.emit?.({ kind: "migration_finished", direction, migration, position, total, durationMs });
  run.completed.push({ ...migration, durationMs });
}

/** Notes that the migration is under way. False where another process has finished it. */
function* begin(run: Run, step: Step, total: number | null): Task<boolean> {
  const { session, plan, entries } = run;
  const { version } = step.migration;
  // The run's own history moves only with what is committed.
  const begun = yield* transact(session, settingsFor(run, step), function* () {
    const { known, isWanted } = yield* readAgain(run, step);
    if (!isWanted) return { isWanted, snapshot: known };
    if (known.origin !== "recorded") yield* ensureTables(session);
    const before = yield* takeOver(session, known, entries);
    if (before.progress !== undefined) {
      refuseOther(run, step, before.progress);
      return { isWanted, snapshot: before };
    }
    const progress: Progress = { version, direction: plan.direction, done: 0, total, checksum: null };
    yield* writeProgress(session, progress);
    if (before.version === 0) yield* writeVersion(session, 0);
    return { isWanted, snapshot: toSnapshot(before.versions, progress) };
  });
  run.snapshot = begun.snapshot;
  return begun.isWanted;
}

function* runCode(run: Run, { migration: { file } }: Step, body: RunCode): Task<void> {
  const { session } = run;
  yield* waitingInside(session, () => executeBareCode(session, { run: body, file }, { watch: watchBareCode(run) }));
  run.guard?.endStep();
}

/** How long a statement of code waits for the lock of another connection, at most: as better-sqlite3 does by itself. */
const WAIT_MS = 5000;

/**
 * Every statement of such code commits by itself, and can meet another process that only looks at the history. Nobody could run it
 * again, so SQLite waits, and the event loop with it.
 */
function* waitingInside({ connection, lockTimeoutMs }: Session, body: () => Task<void>): Task<void> {
  yield* wait(connection.query(`PRAGMA busy_timeout = ${Math.min(lockTimeoutMs, WAIT_MS)}`));
  try {
    yield* body();
  } finally {
    // All other waiting is ours.
    if (connection.isOpen) yield* wait(connection.query("PRAGMA busy_timeout = 0"));
  }
}

function* runStatements(run: Run, step: Step, script: Script): Task<void> {
  const { session } = run;
  const guard = run.guard === undefined ? undefined : new StepGuard(session, run.guard);
  let noted = 0;
  const { emit } = session;
  const total = script.statements.length;
  for (let next = run.snapshot.progress?.done ?? 0; next < total; next = run.snapshot.progress?.done ?? total) {
    const statement = script.statements[next] as Statement;
    const startedAt = performance.now();
    const bare = needsNoTransaction(statement);
    if (bare) yield* whenFree(session, settingsFor(run, step), () => executeOne(session, script, next + 1));
    run.snapshot = yield* transact(session, settingsFor(run, step), function* () {
      const known = yield* readNow(run);
      // Another process took this statement, or all the rest.
      if (known !== run.snapshot) return known;
      // Those that have run before, here or in another process, can have renamed what this one is about.
      for (; noted < next; noted += 1) guard?.note(script.statements[noted] as Statement);
      if (guard !== undefined) yield* guard.refuseNow(nextOf(script, next + 1), script.statements.slice(next + 1));
      noted = next + 1;
      if (!bare) {
        const watch = { connection: session.connection, mirror: run.mirror, statements: [statement] };
        yield* refuseOrphans(watch, step.migration, () => executeOne(session, script, next + 1));
      }
      const progress: Progress = {
        version: step.migration.version,
        direction: run.plan.direction,
        done: next + 1,
        total,
        checksum: checksum(script.statements.slice(0, next + 1), sha256),
      };
      yield* writeProgress(session, progress);
      return toSnapshot(known.versions, progress);
    });
    emit?.({
      kind: "statement_finished",
      migration: toRef(step.migration),
      position: next + 1,
      total,
      durationMs: elapsedSince(startedAt),
    });
  }
  run.guard?.endStep();
}

function* executeOne(session: Session, script: Script, position: number): Task<void> {
  yield* executeStatement(session, script, position);
}

/** Writes the history row in place of the progress. False where another process did. */
function* end(run: Run, step: Step, durationMs: number): Task<boolean> {
  const { session, plan } = run;
  const ended = yield* transact(session, settingsFor(run, step), function* () {
    const known = yield* readNow(run);
    if (known.progress?.version !== step.migration.version) return { isMine: false, snapshot: known };
    yield* writeProgress(session, undefined);
    yield* run.mirror.update();
    const schemaHash = plan.direction === "up" ? run.mirror.hash : null;
    const done = { direction: plan.direction, durationMs, schemaHash };
    return { isMine: true, snapshot: yield* recordStep(session, known, step, done) };
  });
  run.snapshot = ended.snapshot;
  return ended.isMine;
}

/** Refuses to carry on with a text of which the part that has run was edited. */
function refuseOther(run: Run, step: Step, progress: Progress): void {
  const { migration, body } = step;
  const isSame = progress.version === migration.version && progress.direction === run.plan.direction;
  const done = body.kind === "sql" ? body.script.statements.slice(0, progress.done) : [];
  const wasEdited =
    progress.checksum !== null && (done.length < progress.done || checksum(done, sha256) !== progress.checksum);
  if (isSame && !wasEdited) return;
  throw new LockstepError({
    code: "partial_mismatch",
    problem: isSame
      ? `version ${progress.version} is half-way, and of its first ${progress.done} statements, which have run, some were edited`
      : `version ${progress.version} is half-way ${progress.direction}, and has to be finished first`,
    place: placeOfMigration(migration.file),
    outcome: "unchanged",
    progress: { done: progress.done, total: progress.total },
    hint: isSame
      ? "put the statements that have run back as they were; those after them may change"
      : `run "lockstep ${progress.direction}" for it first`,
  });
}

function toPartial(run: Run, error: LockstepError, total: number | null): LockstepError {
  const done = run.snapshot.progress?.done ?? 0;
  const { hint } = error.details;
  return error.with({
    outcome: "partial",
    progress: { done, total },
    hint: `${hint}${hint.endsWith("?") ? " The" : "; the"} next run carries on from there`,
  });
}
