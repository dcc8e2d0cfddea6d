/** Calls a migration's code with the database's handle, and sees to it that nothing of it outlives its step. */
import type { RunCode } from "../../core/migration/migration.ts";
import { isPromise, wait, type Task } from "../../core/task.ts";
import { LockstepError, placeOfMigration } from "../../error.ts";
import type { Session } from "../../session.ts";
import { CodeRun, type Observe, type StatementWatch } from "./code-run.ts";
import { callWithin } from "./context.ts";
import { guard, unguard } from "./handle-guard.ts";
import { schemaEditor } from "./schema-editor.ts";
import { settlement } from "./settlement.ts";
import { thrownError } from "./thrown-error.ts";
import { UnfinishedWork } from "./unfinished-work.ts";

/** A migration's code. */
export interface Code {
  readonly run: RunCode;
  /** Missing for a migration of a plain array. */
  readonly file: string | undefined;
}

/** How it is called. */
export interface CodeManner {
  /** Whether lockstep keeps a transaction around it. */
  readonly kind: "in_transaction" | "bare";
  /** Told what it is about to run. */
  readonly observe?: Observe | undefined;
  /** Told every statement, also one that it has been told of. */
  readonly watch?: StatementWatch | undefined;
}

/** How long work that was begun and not awaited is given to show whether it uses the database, in milliseconds. */
const GRACE_MS = 1000;

/** Calls the code and waits for its promise. Throws what it threw, or its first mistake, as a LockstepError. */
export function* callCode(session: Session, { run: body, file }: Code, manner: CodeManner): Task<void> {
  const { connection } = session;
  const handle = connection.handle as object;
  const run = new CodeRun({ connection, file, ...manner });
  guard(handle);
  const work = new UnfinishedWork(run);
  if (manner.kind === "in_transaction") connection.seal?.("sealed");
  let isLeftOpen = false;
  try {
    const context = { schema: schemaEditor(session, run, { file, ...manner }) };
    const result = callWithin(run, () => body(handle, context));
    if (isPromise(result)) yield* wait(settle(session, { run, file, result }));
    run.finish(callCode);
    run.state = "returned";
    if (work.isLeft) yield* waitForRest(session, { run, file, work });
  } catch (cause) {
    if (run.violation === undefined) throw toError(session, file, cause);
  } finally {
    run.state = "ended";
    work.stop();
    connection.seal?.("open");
    isLeftOpen = run.closeIterators();
    // What may still come back later has to find the handle closed to it.
    if (session.ownership === "shared" && !work.isAsynchronous) unguard(handle);
  }
  if (run.violation !== undefined) throw run.violation;
  if (isLeftOpen) throw iteratorError(file);
}

interface Settling {
  readonly run: CodeRun;
  readonly file: string | undefined;
  readonly result: PromiseLike<unknown>;
}

function settle({ mode, migrationTimeoutMs }: Session, { run, file, result }: Settling): PromiseLike<unknown> {
  // Without a turn of the event loop nothing is awaited: the promise is refused as it is.
  if (mode.kind === "synchronous") return result;
  return callWithin(run, () =>
    settlement(result, migrationTimeoutMs, (why) => unsettledError(file, why, migrationTimeoutMs)),
  );
}

/** Something was begun and not awaited. Only where it uses the database is that a mistake that harms. */
function* waitForRest(
  { mode }: Session,
  { run, file, work }: { readonly run: CodeRun; readonly file: string | undefined; readonly work: UnfinishedWork },
): Task<void> {
  if (mode.kind === "synchronous") throw asynchronousWorkError(file);
  yield* wait(work.wait(GRACE_MS, () => run.violation !== undefined));
}

function toError(session: Session, file: string | undefined, cause: unknown): LockstepError {
  if (cause instanceof LockstepError) return cause;
  // The database itself denied what the code got past us.
  if (session.connection.seal !== undefined && session.connection.failure(cause)?.kind === "denied") {
    return new LockstepError({
      code: "transaction_control",
      problem: "the migration tried to end the transaction that lockstep keeps around it, or to attach a database",
      place: placeOfMigration(file),
      outcome: "rolled_back",
      hint: "take BEGIN, COMMIT, ROLLBACK, ATTACH and DETACH out of it",
      cause,
    });
  }
  return thrownError(session, file, cause);
}

function unsettledError(
  file: string | undefined,
  why: "stalled" | "timed_out",
  timeoutMs: number | undefined,
): LockstepError {
  return new LockstepError({
    code: "migration_unsettled",
    problem:
      why === "stalled"
        ? "the migration's promise can never settle: nothing is left in the process that it could be waiting for"
        : `the migration's promise did not settle within ${timeoutMs} ms`,
    place: placeOfMigration(file),
    outcome: "rolled_back",
    hint:
      why === "stalled"
        ? "look for a promise that is neither resolved nor rejected, such as a callback that is never called"
        : "find out what it waits for, or give it longer: migrationTimeoutMs",
  });
}

function asynchronousWorkError(file: string | undefined): LockstepError {
  return new LockstepError({
    code: "synchronous_only",
    problem: "migrateSync() met a migration that begins asynchronous work",
    place: placeOfMigration(file),
    outcome: "rolled_back",
    hint: "call migrate() and await it, or make the migration synchronous",
  });
}

function iteratorError(file: string | undefined): LockstepError {
  return new LockstepError({
    code: "iterator_open",
    problem: "the migration leaves an iterator open: it still reads, or writes, when the migration ends",
    place: placeOfMigration(file),
    outcome: "rolled_back",
    hint: "read it to its end, call its return(), or use all()",
  });
}
