/** Proves that a migration's way back undoes it: up, down and up again on sample rows, in a transaction that is rolled back. */
import { compareSchemas, describeDifferences, summarizeDifferences } from "../core/check/compare-schemas.ts";
import { compareWayBack } from "../core/check/compare-captures.ts";
import { compareRows } from "../core/check/compare-rows.ts";
import type { StoredObject } from "../core/check/stored-object.ts";
import type { SampleStyle } from "../core/check/sample.ts";
import type { FoundInMigration, Verdict } from "../core/check/verdict.ts";
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
import { headerNumbers } from "../inspect/header.ts";
import type { WaysBack } from "../options.ts";
import type { Session } from "../session.ts";
import { readStored } from "../source/load.ts";
import { capture, tablesOf, type Capture } from "./capture.ts";
import { fillTables } from "./fill-tables.ts";
import { reachedTables } from "./reached-tables.ts";
import { readObjects, type TextMemory } from "./schema-reader.ts";

/** What the proof needs to know beside the migration. */
export interface ProofOptions {
  readonly memory: TextMemory;
  readonly waysBack: WaysBack;
}

/** What is found out about the way back of one migration. */
export type Proof = Pick<Verdict, "findings" | "notes" | "proof">;

/** Nothing is proven of what fails on its way up: the replay itself tells of that. */
export const UNPROVEN: Proof = { findings: [], notes: [], proof: "not_proven" };

/** Tries it on the scratch database as it is before the migration. The database is as before. */
export function* proveWayBack(session: Session, migration: LoadedMigration, options: ProofOptions): Task<Proof> {
  if (!migration.transaction) {
    if (migration.down === undefined) return withoutWay(options);
    return note("not_tried", "its way back was not tried: it runs without a transaction");
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
    return done(found(failure("down_failed", "its way back fails", error as LockstepError)));
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

interface Trio {
  readonly before: Capture;
  readonly between: Capture;
  readonly after: Capture;
  readonly renames: Renames;
}

function compareMoments({ before, between, after, renames }: Trio): Proof {
  const findings: FoundInMigration[] = [];
  const differences = compareSchemas(before.objects, after.objects);
  const number = headerNumbers.find((name) => before.header[name] !== after.header[name]);
  if (differences.length > 0 || number !== undefined) {
    const what =
      number === undefined || differences.length > 0
        ? summarizeDifferences(differences, "is still there")
        : `${number} is ${after.header[number]} and not ${before.header[number]}`;
    findings.push({
      code: "down_differs",
      part: "down",
      problem: `the way back does not lead to the schema before it: ${what}`,
      fix: "let the way back undo all that the way up does",
      ...(differences.length > 0 ? { details: describeDifferences(differences) } : {}),
    });
  }
  const rows = { before: before.rows, between: between.rows, after: after.rows, renames };
  const { lost, left, dropped } = compareWayBack(rows);
  if (lost.length > 0) {
    findings.push({
      code: "down_loses_rows",
      part: "down",
      problem: `the way back loses what the way up had kept: ${lost[0]}${more(lost)}`,
      fix: "carry the rows and values back, as the way up carried them on",
      details: lost,
    });
  }
  if (left.length > 0) {
    findings.push({
      code: "down_leaves_rows",
      part: "down",
      problem: `the way back leaves rows that were not there before: ${left[0]}${more(left)}`,
      fix: "delete in the way back what the way up inserts",
      details: left,
    });
  }
  const notes = dropped.map((what) => ({
    kind: "drops_values" as const,
    text: `the way up removes or changes ${what}, and no way back can know them`,
  }));
  return { findings, notes, proof: "not_proven" };
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
    return found(failure("up_fails_again", "after its way back, its way up fails", error as LockstepError)).findings;
  }
  const again = yield* capture(session, options.memory, (name) => reached.has(name) || between.rows.has(name));
  const differences = compareSchemas(between.objects, again.objects);
  const changed = rows === "ignored" || isFixed(migration.up) ? undefined : differentTable(between, again);
  if (differences.length === 0 && changed === undefined) return [];
  const what =
    differences.length > 0
      ? summarizeDifferences(differences, "is there the second time only")
      : `the rows of ${changed}`;
  return [
    {
      code: "not_repeatable",
      part: "up",
      problem: `applied twice, it gives two different databases: ${what}`,
      fix: "write values that do not depend on the clock or on chance, or fill them in when the application runs",
      ...(differences.length > 0 ? { details: describeDifferences(differences) } : {}),
    },
  ];
}

/** The first table whose rows differ. Numbers that a table with AUTOINCREMENT gives are never the same twice. */
function differentTable(first: Capture, second: Capture): string | undefined {
  for (const [name, rows] of first.rows) {
    const other = second.rows.get(name);
    const isNumbered = [...first.sequences.keys()].some((table) => table.toLowerCase() === name);
    if (other === undefined || isNumbered) continue;
    if (compareRows(rows, other).some(({ kind }) => kind !== "renumbered")) return name;
  }
  return undefined;
}

/** Whether a way up changes nothing but the schema: then its rows cannot differ. */
function isFixed(body: MigrationBody): boolean {
  if (body.kind === "code") return false;
  return body.script.statements.every((statement) => {
    const kind = classify(statement);
    return kind.kind === "schema" && kind.verb !== "ALTER" && !/\bAS\s+(?:SELECT|WITH|VALUES)\b/i.test(statement.text);
  });
}

function failure(code: "down_failed" | "up_fails_again", what: string, { details }: LockstepError): FoundInMigration {
  const { place, problem, hint } = details;
  const { line, column } = place.kind === "file" ? place : {};
  return {
    code,
    part: code === "down_failed" ? "down" : "up",
    problem: `${what}: ${problem}`,
    fix: hint,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
}

function found(finding: FoundInMigration): Proof {
  return { findings: [finding], notes: [], proof: "not_proven" };
}

function note(kind: Proof["notes"][number]["kind"], text: string): Proof {
  return { findings: [], notes: [{ kind, text }], proof: "not_proven" };
}

function withoutWay({ waysBack }: ProofOptions): Proof {
  if (waysBack === "optional") return note("no_way_down", "it has no way back");
  return found({
    code: "no_way_down",
    part: "up",
    problem: "it has no way back, and the configuration asks for one",
    fix: 'add one behind -- lockstep:down, or set waysBack to "optional"',
  });
}

function more(all: readonly string[]): string {
  return all.length === 1 ? "" : `, and ${all.length - 1} more`;
}
