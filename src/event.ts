/** What happens while migrations run, as data: a command line, a log and a splash screen show the same work. */
import type { Hazard } from "./core/lint/hazard.ts";
import type { Direction, MigrationRef } from "./core/migration/migration.ts";
import type { LockstepError } from "./error.ts";

/** Something that happened. Durations and times are in milliseconds. */
export type MigrationEvent =
  /** A rebuild has copied so many rows of a table; told every so often. */
  | { readonly kind: "rows_copied"; readonly table: string; readonly rows: number; readonly total: number }
  /** Another process holds the database. First after 200 ms, then every 5 seconds. */
  | { readonly kind: "waiting"; readonly elapsedMs: number; readonly lockTimeoutMs: number }
  /** A database of a hand-written runner was taken over: versions up to `version` count as applied. */
  | { readonly kind: "taken_over"; readonly version: number }
  /** A danger or a warning in what is about to run; told before it starts. */
  | { readonly kind: "hazard_found"; readonly migration: MigrationRef; readonly hazard: Hazard }
  | { readonly kind: "started"; readonly direction: Direction; readonly total: number; readonly fromVersion: number }
  | {
      readonly kind: "migration_started";
      readonly direction: Direction;
      readonly migration: MigrationRef;
      /** From 1. */
      readonly position: number;
      readonly total: number;
      /** Null for code. */
      readonly statementCount: number | null;
    }
  | {
      readonly kind: "statement_finished";
      readonly migration: MigrationRef;
      /** From 1. */
      readonly position: number;
      readonly total: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: "migration_finished";
      readonly direction: Direction;
      readonly migration: MigrationRef;
      readonly position: number;
      readonly total: number;
      readonly durationMs: number;
    }
  /** Another process applied it while this one waited. */
  | { readonly kind: "migration_skipped"; readonly migration: MigrationRef; readonly reason: "applied_elsewhere" }
  | { readonly kind: "migration_failed"; readonly migration: MigrationRef; readonly error: LockstepError }
  | {
      readonly kind: "finished";
      readonly direction: Direction;
      readonly fromVersion: number;
      readonly toVersion: number;
      readonly count: number;
      readonly durationMs: number;
    };
