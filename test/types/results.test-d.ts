/** The shapes of what calls give back: exact, readonly, and closed where a program decides by them. Read by the compiler only. */
/* oxlint-disable typescript/no-unnecessary-type-parameters -- it is how types are compared and checked */
import type {
  BaselineReport,
  Direction,
  DumpReport,
  LintReport,
  ErrorCode,
  ErrorDetails,
  LockstepError,
  Loss,
  MigrateReport,
  MigrationEvent,
  MigrationReport,
  MigrationRef,
  MigrationState,
  MigrationStatus,
  migrate,
  migrateSync,
  MigrationRunner,
  Outcome,
  Place,
  PlanView,
  RollbackReport,
  StatusReport,
  StepView,
} from "../../src/index.ts";
import type { errorCodes } from "../../src/error-code.ts";

/** True only for two types that are the same in every way. */
type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;

/** Compiles only for `true`. */
function check<Answer extends true>(): Answer | undefined {
  return undefined;
}

// What each call gives.
check<Same<Awaited<ReturnType<typeof migrate>>, MigrateReport>>();
check<Same<ReturnType<typeof migrateSync>, MigrateReport>>();
type Gives<Method extends keyof MigrationRunner> = Awaited<ReturnType<MigrationRunner[Method]>>;
check<Same<Gives<"getCurrentVersion">, number>>();
check<Same<Gives<"loadMigrations">, readonly MigrationRef[]>>();
check<Same<Gives<"status">, StatusReport>>();
check<Same<Gives<"plan">, PlanView>>();
check<Same<Gives<"runMigrations">, MigrateReport>>();
check<Same<Gives<"rollback">, RollbackReport>>();
check<Same<Gives<"measureLoss">, readonly Loss[]>>();
check<Same<Gives<"baseline">, BaselineReport>>();
check<Same<Gives<"dump">, DumpReport>>();
check<Same<Gives<"lint">, LintReport>>();

// The names of the members are a promise to scripts: --json prints them.
check<Same<keyof MigrateReport, "database" | "fromVersion" | "toVersion" | "applied">>();
check<Same<keyof RollbackReport, "database" | "fromVersion" | "toVersion" | "reverted">>();
check<Same<keyof BaselineReport, "database" | "fromVersion" | "toVersion" | "marked">>();
check<Same<keyof DumpReport, "database" | "currentVersion" | "schema">>();
check<Same<keyof StatusReport, "database" | "currentVersion" | "upToDate" | "migrations" | "hazards">>();
check<Same<keyof LintReport, "database" | "checked" | "findings">>();
check<Same<keyof MigrationReport, "version" | "name" | "file" | "durationMs">>();
check<
  Same<
    keyof MigrationStatus,
    "version" | "name" | "file" | "state" | "appliedAt" | "durationMs" | "progress" | "notProven"
  >
>();
check<Same<keyof PlanView, "direction" | "fromVersion" | "toVersion" | "steps">>();
check<Same<MigrateReport["applied"], readonly MigrationReport[]>>();
check<Same<StepView["kind"], "sql" | "code">>();
check<Same<Direction, "up" | "down">>();
check<Same<Outcome, "unchanged" | "rolled_back" | "partial" | "unknown">>();
check<Same<MigrationState, "applied" | "pending" | "changed" | "missing" | "out_of_order" | "partial">>();

// The codes are closed, and the list of them has every one.
check<Same<ErrorCode, (typeof errorCodes)[number]>>();
check<Same<LockstepError["code"], ErrorCode>>();
// @ts-expect-error -- there is no such code
export const noCode: ErrorCode = "statement_fialed";
// @ts-expect-error -- a code is not any text
check<Same<ErrorCode, string>>();

/** A switch over all kinds compiles without a default: one more kind, and it does not. */
export function nameKind(event: MigrationEvent): string {
  switch (event.kind) {
    case "waiting":
      return String(event.elapsedMs + event.lockTimeoutMs);
    case "taken_over":
      return String(event.version);
    case "hazard_found":
      return event.hazard.code;
    case "started":
      return event.direction;
    case "migration_started":
      return String(event.statementCount);
    case "rows_copied":
      return event.table;
    case "statement_finished":
      return event.migration.name;
    case "migration_finished":
      return String(event.durationMs);
    case "migration_skipped":
      return event.reason;
    case "migration_failed":
      return event.error.code;
    case "finished":
      return String(event.count);
  }
}

/** The same for places. */
export function namePlace(place: Place): string {
  switch (place.kind) {
    case "file":
      return `${place.file}:${place.line ?? 1}`;
    case "database":
      return place.database;
    case "directory":
      return place.directory;
    case "argument":
      return place.argument;
    default:
      return never(place);
  }
}

/** The same for losses, whose kinds have different members. */
export function nameLoss(loss: Loss): string {
  // @ts-expect-error -- rows have no column
  check<Same<Extract<Loss, { kind: "rows" }>["column"], string>>();
  return loss.kind === "rows" ? loss.table : loss.column;
}

/** A switch over the codes that a server acts on; the rest is left for `never` to find where one of them vanishes. */
export function mayRetry(code: Extract<ErrorCode, "database_locked" | "database_full" | "database_io">): string {
  switch (code) {
    case "database_locked":
      return "at once";
    case "database_full":
    case "database_io":
      return "later";
    default:
      return never(code);
  }
}

export function incomplete(outcome: Outcome): string {
  switch (outcome) {
    case "unchanged":
    case "rolled_back":
      return "as before";
    case "partial":
      return "half-way";
    default:
      // @ts-expect-error -- "unknown" is left
      return never(outcome);
  }
}

function never(value: never): string {
  return String(value);
}

declare const report: MigrateReport;
declare const details: ErrorDetails;
// @ts-expect-error -- reports are for reading
report.toVersion = 2;
// @ts-expect-error -- and so are their lists
report.applied.push({ version: 1, name: "A", durationMs: 1 });
// @ts-expect-error -- and the details of an error
details.code = "changed";
// @ts-expect-error -- a version may be unknown
export const version: number = details.databaseVersion;
