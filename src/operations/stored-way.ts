/** The way back that the history kept of a migration whose file is gone: read, checked, and told as what it is where it fails. */
import type { AppliedMigration, HistorySnapshot } from "../core/history/history.ts";
import type { Irreversible } from "../core/plan/irreversible.ts";
import type { Plan, Step } from "../core/plan/plan.ts";
import { humanName } from "../core/migration/file-name.ts";
import type { Task } from "../core/task.ts";
import { LockstepError, type Place } from "../error.ts";
import type { ErrorCode } from "../error-code.ts";
import type { Session } from "../session.ts";
import { readStored } from "../source/load.ts";

/** What is known of a migration that has no file here. The row is missing where a hand-written runner applied it. */
export interface Gone {
  readonly version: number;
  readonly row: AppliedMigration | undefined;
}

/** A migration's way back, or why there is none. */
export type WayBack =
  | { readonly kind: "step"; readonly step: Step }
  | { readonly kind: "none"; readonly irreversible: Irreversible };

/** The way back that the history kept. Throws what is wrong with SQL that cannot be run. */
export function storedWay(session: Session, snapshot: HistorySnapshot, { version, row }: Gone): WayBack {
  const name = row?.name ?? humanName("", version);
  // Code has no checksum; what lockstep did not run has none either, but no schema hash as well.
  const isCode = row?.checksum === null && row.schemaHash !== null;
  if (row === undefined || row.reverse.kind === "none")
    return none({ version, name, reason: isCode ? "code_gone" : "nothing_stored" });
  if (row.reverse.kind === "odd") throw oddError(session, { version, name }, row.reverse.found);
  // One that runs without a transaction and stopped half-way down is carried on where it stopped. It says so by its progress
  // alone, and every other one is safer in a transaction.
  const transaction = snapshot.progress?.version !== version;
  const migration = { version, name, transaction, foreignKeys: "check", checksum: null } as const;
  try {
    const script = readStored(row.reverse.sql, rowName(version), transaction);
    if (script.statements.length === 0) return none({ version, name, reason: "nothing_stored" });
    return { kind: "step", step: { migration, body: { kind: "sql", script }, origin: "history" } };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({ migration: { version, name }, hint: HINT });
  }
}

/** Why a migration cannot be undone from what the history kept; undefined where it can. */
export function findObstacle(session: Session, snapshot: HistorySnapshot, gone: Gone): Irreversible | undefined {
  const { version, row } = gone;
  const name = row?.name ?? humanName("", version);
  const { progress } = snapshot;
  if (progress?.version === version && progress.direction === "up") return { version, name, reason: "half_way_up" };
  try {
    const way = storedWay(session, snapshot, gone);
    return way.kind === "none" ? way.irreversible : undefined;
  } catch (error) {
    if (error instanceof LockstepError) return { version, name, reason: "stored_unusable" };
    throw error;
  }
}

function none(irreversible: Irreversible): WayBack {
  return { kind: "none", irreversible };
}

/** What can be done where SQL of the history cannot be run: it is not a file that could be corrected. */
const HINT = "this SQL stands in the history only: put the migration's file back, or start the build that has it";

/** Errors whose usual hint is to correct the migration. */
const TO_CORRECT: readonly ErrorCode[] = ["statement_failed", "foreign_key_violation"];

/** Runs `body`, and tells of an error in a step whose SQL is the history's where that stands and what can be done. */
export function* tellStored<T>(plan: Plan, body: () => Task<T>): Task<T> {
  try {
    return yield* body();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const { migration, place, outcome } = error.details;
    const step = plan.steps.find((candidate) => candidate.migration.version === migration?.version);
    if (step?.origin !== "history") throw error;
    const isNowhere = place.kind === "argument" && place.argument === "migrations";
    const rest = outcome === "partial" ? "; the next run carries on from there" : "";
    throw error.with({
      ...(isNowhere ? { place: rowPlace(step.migration.version) } : {}),
      ...(TO_CORRECT.includes(error.code) ? { hint: HINT + rest } : {}),
    });
  }
}

function rowName(version: number): string {
  return `history row of version ${version}`;
}

/** Where the SQL of a row stands, as SQL of it that is wrong says, too. */
function rowPlace(version: number): Place {
  return { kind: "file", file: `(${rowName(version)})` };
}

function oddError(
  { tables }: Session,
  migration: { readonly version: number; readonly name: string },
  found: string,
): LockstepError {
  return new LockstepError({
    code: "history_invalid",
    problem: `reverse_sql of version ${migration.version} in "${tables.history}" is ${found}, which lockstep does not write`,
    place: rowPlace(migration.version),
    outcome: "unchanged",
    migration,
    hint: "put the migration's file back, or start the build that has it",
  });
}
