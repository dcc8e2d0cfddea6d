/** What a check finds: each finding with a stable code, a sentence, a place and a way out. */
import type { Hazard } from "../lint/hazard.ts";
import type { MigrationRef } from "../migration/migration.ts";

/** Every code, in the order of docs/check.md: the history, the replay, the ways back, the database, the files, the linter. */
export const findingCodes = [
  "changed",
  "missing",
  "out_of_order",
  "partial",
  "database_newer",
  "replay_failed",
  "no_way_down",
  "down_failed",
  "down_differs",
  "down_loses_rows",
  "down_leaves_rows",
  "up_fails_again",
  "not_repeatable",
  "drift",
  "schema_file_stale",
  "types_file_stale",
  "squash_stale",
  "hazard",
] as const;

/** What was found, for a program to act on. */
export type FindingCode = (typeof findingCodes)[number];

/** Something that has to be put right. */
export interface Finding {
  readonly code: FindingCode;
  /** What is wrong, in one sentence. */
  readonly problem: string;
  /** What to do. */
  readonly fix: string;
  /** The file that it is about, as the caller named its directory. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: number;
  readonly migration?: MigrationRef;
  /** The rule of the linter that found it, and how bad it is: of a `hazard`, and of no other. */
  readonly lint?: Pick<Hazard, "code" | "level">;
  /** What differs, line by line: the lines of a unified diff, or a row in each. */
  readonly details?: readonly string[];
  /** The SQL that puts it right, where there is some. It is a migration as it could be written. */
  readonly sql?: string;
  /** Why there is no such SQL, or only a part of it, where there should be: the problem of the draft, in one sentence. */
  readonly notDrafted?: string;
}

/** What one part of a check gives. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  readonly notes: readonly CheckNote[];
}

/** Why something was not checked, or is as it has to be though it looks odd. */
export interface CheckNote {
  /**
   * `no_way_down`: the migration has none, so that nothing undoes it · `drops_values`: rows or values that the way up itself removes ·
   * `not_sampled`: a table in which no sample rows could be put · `not_tried`: a way back that could not be run ·
   * `not_checked`: a part of the check that was left out · `out_of_order`: one that came late where the order does not matter.
   */
  readonly kind: "no_way_down" | "drops_values" | "not_sampled" | "not_tried" | "not_checked" | "out_of_order";
  readonly text: string;
  readonly migration?: MigrationRef;
}
