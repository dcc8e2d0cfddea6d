/** What a call gives back: the shapes of results, the same in the library and in `--json`. */
import type { Change } from "./core/diff/change.ts";
import type { DiffHazardCode } from "./core/draft/hazard.ts";
import type { Hazard } from "./core/lint/hazard.ts";
import type { CheckNote, Finding } from "./core/check/finding.ts";
import type { Direction, MigrationRef } from "./core/migration/migration.ts";

/** A migration that was applied or reverted. */
export interface MigrationReport extends MigrationRef {
  readonly durationMs: number;
}

/** What `migrate()` and `runMigrations()` did. `applied` is empty where there was nothing to do. */
export interface MigrateReport {
  /** The path as the caller gave it, or `:memory:`. */
  readonly database: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly applied: readonly MigrationReport[];
}

/** What `rollback()` did, in the order in which it was done. */
export interface RollbackReport {
  readonly database: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly reverted: readonly MigrationReport[];
}

/** What `baseline()` marked as applied without running it. */
export interface BaselineReport {
  readonly database: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly marked: readonly MigrationRef[];
}

/**
 * `applied` · `pending` · `changed`: applied, and its SQL was edited since · `missing`: applied, and its file is gone ·
 * `out_of_order`: not applied, and older than the newest applied one · `partial`: one without a transaction that stopped half-way.
 */
export type MigrationState = "applied" | "pending" | "changed" | "missing" | "out_of_order" | "partial";

/** One line of a status. */
export interface MigrationStatus extends MigrationRef {
  readonly state: MigrationState;
  /** UTC, ISO 8601. Only where it was applied by lockstep or marked as applied. */
  readonly appliedAt?: string;
  readonly durationMs?: number;
  /** For `partial`: which way it was going, and how many statements are done, of how many. */
  readonly progress?: { readonly direction: Direction; readonly done: number; readonly total: number | null };
  /** For `out_of_order` with the policy `"if-commutes"`: why it is refused. Missing where it would be applied. */
  readonly notProven?: string;
}

/** What `status()` found. Nothing was written. */
export interface StatusReport {
  readonly database: string;
  readonly currentVersion: number;
  /** Whether every known migration is applied and nothing is changed, missing or half-way. */
  readonly upToDate: boolean;
  readonly migrations: readonly MigrationStatus[];
  /** How many dangers and warnings the linter has for what is not applied yet. Missing where there are none. */
  readonly hazards?: number;
}

/** What `lint()` found. Nothing was written. */
export interface LintReport {
  readonly database: string;
  /** How many migrations were looked at. */
  readonly checked: number;
  /** In the order of the migrations, and of their texts. */
  readonly findings: readonly LintFinding[];
}

/** A danger, a warning or an advice, with its place. */
export interface LintFinding extends Hazard {
  readonly migration: MigrationRef;
  /** From 1, in the migration. */
  readonly statement: number;
  /** The line of the file that it is in. */
  readonly lineText: string;
}

/** What `dump()` read. Nothing was written. */
export interface DumpReport {
  readonly database: string;
  readonly currentVersion: number;
  /** The script that makes a database with this schema, at this version; without rows but lockstep's own. docs/format.md describes it. */
  readonly schema: string;
}

/** What `types()` read. Nothing was written. */
export interface TypesReport {
  readonly database: string;
  readonly currentVersion: number;
  /** A TypeScript file with the rows of every table and view. docs/format.md describes it. */
  readonly types: string;
}

/** What `diff()` found. Nothing was written. */
export interface DiffReport {
  /** As they were given; `from` is missing where all migrations were replayed. */
  readonly from?: string;
  readonly to: string;
  /** A name for the migration, such as `add-age-to-users`; empty where nothing differs. */
  readonly name: string;
  /** Empty where the two schemas are the same. */
  readonly changes: readonly Change[];
  /** The SQL of a migration that makes the changes, and of its way back. Both were run on a copy of the schema in memory. */
  readonly up: string;
  readonly down: string;
  readonly hazards: readonly DiffHazard[];
}

/** What a drafted migration does to rows and values that are there. */
export interface DiffHazard {
  /**
   * `drop_table`, `drop_column`: rows or values go · `value_missing`: a new column refuses NULL, and nothing gives it a value ·
   * `null_refused`: a column refuses NULL from now on. The last two fail where there are such rows. `leaves_broken`: a view or trigger
   * that comes, or stays, does not work.
   */
  readonly code: DiffHazardCode;
  /** As they are called before the change; a new column by its new name. Of `leaves_broken` the view, or what the trigger is on. */
  readonly table: string;
  readonly column?: string;
  /** How many rows or values the database has; missing where it is not there, or does not have the table. */
  readonly count?: number;
  /** In one sentence. */
  readonly message: string;
}

/** What `check()` found. Nothing was written into the database. */
export interface CheckReport {
  /** Null where there is none: then what is about it was not checked. */
  readonly database: string | null;
  readonly currentVersion: number | null;
  /** How many migrations the replay has. */
  readonly replayed: number;
  /** How many of them were run for it; the others are known from an earlier check. */
  readonly executed: number;
  /** Of how many the way back is proven to undo the way up. */
  readonly proven: number;
  readonly durationMs: number;
  /** What has to be put right. */
  readonly findings: readonly Finding[];
  /** What was not checked, and what is as it has to be though it looks odd. */
  readonly notes: readonly CheckNote[];
}

/** What `squash()` made of migrations. Nothing was written. */
export interface SquashReport {
  /** The version of the last migration that it stands for. */
  readonly toVersion: number;
  /** Where it belongs: beside the migrations, by the name that lockstep looks for. */
  readonly file: string;
  /** The text of that file. docs/format.md describes it. */
  readonly sql: string;
  /** All that it stands for, by version. */
  readonly covers: readonly MigrationRef[];
  /** Those of them that are in code: of these it has what they did on an empty database. */
  readonly code: readonly MigrationRef[];
  /** How many rows they left. */
  readonly rows: number;
}

/** What going back would destroy, measured by running it and rolling it back. */
export type Loss =
  | { readonly kind: "rows"; readonly table: string; readonly count: number }
  /** Values that are not NULL in a column that disappears, or that become NULL. */
  | { readonly kind: "values"; readonly table: string; readonly column: string; readonly count: number };
