/** Proves that a migration's way back undoes it: up, down and up again on sample rows, in a transaction that is rolled back. */
import type { StoredObject } from "../core/check/stored-object.ts";
import type { SampleStyle } from "../core/check/sample.ts";
import type { FoundInMigration } from "../core/check/verdict.ts";
import { NO_HISTORY } from "../core/history/history.ts";
import type { LoadedMigration, MigrationBody } from "../core/migration/migration.ts";
import { Renames } from "../core/sql/renames.ts";
import { classify } from "../core/sql/statement-kind.ts";
import type { Task } from "../core/task.ts";
import { executeBody } from "../apply/execute.ts";
import { keepSettings } from "../apply/keep-settings.ts";
import { toRunError } from "../apply/run-error.ts";
import { workingSettings } from "../apply/settings.ts";
import { begin, rollBack } from "../apply/transaction.ts";
import { notingConnection } from "../driver/noting.ts";
import { LockstepError } from "../error.ts";
import type { WaysBack } from "../options.ts";
import type { Session } from "../session.ts";
import { readStored } from "../source/load.ts";
import { capture, tablesOf, type Capture } from "./capture.ts";
import { compareAgain, compareMoments } from "./compare-moments.ts";
import { fillTables } from "./fill-tables.ts";
import { failure, found, noted, UNPROVEN, type Proof } from "./proof.ts";
import { reachedTables } from "./reached-tables.ts";
import { readObjects, type TextMemory } from "./schema-reader.ts";

/** What the proof needs to know beside the migration. */
export interface ProofOptions {
  readonly memory: TextMemory;
  readonly waysBack: WaysBack;
}

/** Tries it on the scratch database as it is before the migration. The database is as before. */
export function* proveWayBack(session: Session, migration: LoadedMigration, options: ProofOptions): Task<Proof> {
  if (!migration.transaction) {
    if (migration.down === undefined) return withoutWay(options);
    return noted({ kind: "not_tried", text: "its way back was not tried: it runs without a transaction" });
  }
  const objects = yield* readObjects(session.connection, session.tables);
  const reached = reachedTables([migration.up, migration.down], objects, options.memory);
  const trial: Trial = { session, migration, options, objects, reached };
  let refused: LockstepError | undefined;
  for (const style of ["with_nulls", "without_nulls", "none"] as const) {
    const tried = yield* tryWith(trial, style);
    if (tried.kind === "refused") {
      refused = tried.error;
      continue;
    }
    if (refused === undefined || style === "without_nulls") return tried.proof;
    const text = `tried without rows only: with sample rows its way up fails (${refused.details.problem})`;
    return { ...tried.proof, notes: [...tried.proof.notes, { kind: "not_sampled", text }] };
  }
  return UNPROVEN;
}

interface Trial {
  readonly session: Session;
  readonly migration: LoadedMigration;
  readonly options: ProofOptions;
  /** The schema before it. */
  readonly objects: readonly StoredObject[];
  /** The tables that the migration can have to do with, by folded name. */
  readonly reached: ReadonlySet<string>;
}

type Tried =
  | { readonly kind: "refused"; readonly error: LockstepError }
  | { readonly kind: "tried"; readonly proof: Proof };

function* tryWith(trial: Trial, style: SampleStyle | "none"): Task<Tried> {
  const { session, migration } = trial;
  return yield* keepSettings(session, function* (kept) {
    yield* begin(session, { kept, working: workingSettings(kept, migration.foreignKeys) });
    try {
      return yield* runTrial(trial, style);
    } finally {
      yield* rollBack(session);
    }
  });
}

function* runTrial(trial: Trial, style: SampleStyle | "none"): Task<Tried> {
  const { session, migration, options, objects, reached } = trial;
  const { memory } = options;
  const known = tablesOf(objects, memory);
  const notes: Proof["notes"][number][] = [];
  if (style !== "none") {
    const tables = new Map([...known].filter(([name]) => reached.has(name)));
    for (const [name, why] of yield* fillTables(session.connection, tables, style)) {
      notes.push({ kind: "not_sampled", text: `no sample rows fit into ${name}: ${why}` });
    }
  }
  const before = yield* capture(session, memory, (name) => reached.has(name));
  const wanted = (name: string): boolean => reached.has(name) || !known.has(name);
  const renames = new Renames();
  const watched = { ...session, connection: notingConnection(session.connection, (sql) => renames.note(sql)) };
  let reverse: string | undefined;
  try {
    reverse = yield* runBody(watched, migration, migration.up);
  } catch (error) {
    return { kind: "refused", error: error as LockstepError };
  }
  const between = yield* capture(session, memory, wanted);
  const way = wayBackOf(migration, reverse);
  const done = (proof: Proof): Tried => ({ kind: "tried", proof: { ...proof, notes: [...notes, ...proof.notes] } });
  if (way === undefined) return done(withoutWay(options));
  try {
    yield* runBody(session, migration, way);
  } catch (error) {
    const what = "its way back fails";
    return done(found(failure(error as LockstepError, { code: "down_failed", part: "down", what })));
  }
  const after = yield* capture(session, memory, wanted);
  const compared = compareMoments({ before, between, after, renames });
  if (compared.findings.length > 0) return done(compared);
  const again = yield* applyAgain(trial, between, compared.notes.length === 0 ? "compared" : "ignored");
  return done({ ...compared, findings: again, proof: again.length === 0 ? "proven" : "not_proven" });
}

/** Runs one way of the migration. Whatever it throws is told as a run would tell it. */
function* runBody(session: Session, migration: LoadedMigration, body: MigrationBody): Task<string | undefined> {
  try {
    const reverse = yield* executeBody(session, { migration, body, origin: "source" });
    if (session.connection.inTransaction) return reverse;
  } catch (error) {
    throw toRunError({ session, snapshot: NO_HISTORY, completed: [] }, migration, error);
  }
  throw new LockstepError({
    code: "transaction_lost",
    problem: "the migration ended the transaction",
    place: { kind: "argument", argument: "migrations" },
    outcome: "unknown",
    hint: "leave BEGIN, COMMIT and ROLLBACK to lockstep",
  });
}

/** The way that somebody wrote counts; a computed one only where there is none. */
function wayBackOf({ down, version }: LoadedMigration, reverse: string | undefined): MigrationBody | undefined {
  if (down !== undefined || reverse === undefined) return down;
  return { kind: "sql", script: readStored(reverse, `the computed way back of version ${version}`, true) };
}

/** Applies it once more. It must work, and give the same as the first time, unless its first time has taken away what it starts from. */
function* applyAgain(
  { session, migration, options, reached }: Trial,
  between: Capture,
  rows: "compared" | "ignored",
): Task<readonly FoundInMigration[]> {
  try {
    yield* runBody(session, migration, migration.up);
  } catch (error) {
    const what = "after its way back, its way up fails";
    return [failure(error as LockstepError, { code: "up_fails_again", part: "up", what })];
  }
  const again = yield* capture(session, options.memory, (name) => reached.has(name) || between.rows.has(name));
  return compareAgain(between, again, isFixed(migration.up) ? "ignored" : rows);
}

/** Whether a way up changes nothing but the schema: then its rows cannot differ. */
function isFixed(body: MigrationBody): boolean {
  if (body.kind === "code") return false;
  return body.script.statements.every((statement) => {
    const kind = classify(statement);
    return kind.kind === "schema" && kind.verb !== "ALTER" && !/\bAS\s+(?:SELECT|WITH|VALUES)\b/i.test(statement.text);
  });
}

function withoutWay({ waysBack }: ProofOptions): Proof {
  if (waysBack === "optional") return noted({ kind: "no_way_down", text: "it has no way back" });
  return found({
    code: "no_way_down",
    part: "up",
    problem: "it has no way back, and the configuration asks for one",
    fix: 'add one behind -- lockstep:down, or set waysBack to "optional"',
  });
}
