/** A run in progress: what it was given, what it knows, what it has done. */
import type { HistorySnapshot } from "../core/history/history.ts";
import type { ForeignKeyMode, MigrationEntry } from "../core/migration/migration.ts";
import type { Plan, Step } from "../core/plan/plan.ts";
import { classify } from "../core/sql/statement-kind.ts";
import { wait, type Task } from "../core/task.ts";
import { readSnapshotAgain } from "../history/read.ts";
import type { MigrationReport } from "../report.ts";
import type { Session } from "../session.ts";
import type { RunGuard } from "./guard/run-guard.ts";
import type { SchemaMirror } from "./schema-mirror.ts";
import { workingSettings, type Settings } from "./settings.ts";
import type { TransactionSettings } from "./transaction.ts";

/** What a run is given. */
export interface RunInput {
  readonly session: Session;
  readonly plan: Plan;
  readonly entries: readonly MigrationEntry[];
  readonly snapshot: HistorySnapshot;
  /** Decides again, inside the lock, whether a step is still to be run. May throw a refusal. */
  readonly isWanted: (now: HistorySnapshot, version: number) => Task<boolean>;
  /** Refuses a step back that would destroy rows or values. Ways up are guarded in any case. */
  readonly refusesLoss?: boolean;
  /** Called before each step, while no transaction is open. It leaves the database and the settings as they are. */
  readonly beforeStep?: (step: Step) => Task<void>;
}

/** A run in progress. */
export interface Run extends RunInput {
  /** The settings of the connection, to be put back. */
  readonly kept: Settings;
  readonly mirror: SchemaMirror;
  /** Refuses a step up that destroys what was there before the run; undefined where none can. */
  readonly guard: RunGuard | undefined;
  readonly completed: MigrationReport[];
  /** The history as this run knows it; moves with every commit. */
  snapshot: HistorySnapshot;
  /** Whether this run alone has written since it was planned. Once another process has, every step is decided again. */
  isAlone: boolean;
  /** The connection's clock of commits as of the last step; see `readClock`. */
  clock?: string;
  /** The mode that the connection's settings are known to be in. */
  settledFor?: ForeignKeyMode;
}

/** The settings for a step. */
export function settingsFor({ kept, settledFor }: Run, { migration }: Step): TransactionSettings {
  const { foreignKeys } = migration;
  return { kept, working: workingSettings(kept, foreignKeys), isSet: settledFor === foreignKeys };
}

/** Notes, after a step, whether its settings still hold: on a connection of our own only code and PRAGMA can change them. */
export function settle(run: Run, { body, migration }: Step): void {
  const isHarmless =
    run.session.ownership === "own" &&
    body.kind === "sql" &&
    !body.script.statements.some((statement) => classify(statement).kind === "pragma");
  if (isHarmless) run.settledFor = migration.foreignKeys;
  else delete run.settledFor;
}

/** What a step finds when it has the lock. */
export interface Found {
  readonly known: HistorySnapshot;
  /** Whether the step is still to be run. */
  readonly isWanted: boolean;
  readonly clock: string;
}

/** Reads the history again, inside the lock, and decides again if another process has written since the plan was made. */
export function* readAgain(run: Run, { migration }: Step): Task<Found> {
  const clock = yield* readClock(run.session);
  const known = clock === run.clock ? run.snapshot : yield* readNow(run);
  return { known, isWanted: run.isAlone || (yield* run.isWanted(known, migration.version)), clock };
}

/** Reads the history again, inside the lock; gives the run's own where nobody else has written. */
export function* readNow(run: Run): Task<HistorySnapshot> {
  const known = yield* readSnapshotAgain(run.session, run.snapshot);
  if (known !== run.snapshot) run.isAlone = false;
  return known;
}

/**
 * Moves with every commit of another connection and, where others use this one, with every row that is changed on it: while it stands
 * still, the history is as it was. Far cheaper than reading a long history again for each of a thousand migrations.
 */
export function* readClock({ connection, ownership }: Session): Task<string> {
  const [version] = yield* wait(connection.query("PRAGMA data_version"));
  const commits = String(version?.["data_version"]);
  if (ownership === "own") return commits;
  const [changes] = yield* wait(connection.query("SELECT total_changes() AS changes"));
  return `${commits} ${String(changes?.["changes"])}`;
}

/** What a step leaves behind once its transaction is committed; no report for one that another process had done. */
export interface StepDone {
  readonly snapshot: HistorySnapshot;
  readonly clock?: string;
  readonly report?: MigrationReport;
  /** Among the steps of the plan, from 1. */
  readonly position: number;
}
