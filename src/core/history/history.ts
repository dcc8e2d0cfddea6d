/** What the database remembers: the applied migrations, and one that stopped half-way. */

/** A row of the history table. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  /** Null for code, and for what a hand-written runner had applied. */
  readonly checksum: string | null;
  /** UTC, ISO 8601. */
  readonly appliedAt: string;
  readonly durationMs: number;
  /** Of the schema after it; null where lockstep did not run it. */
  readonly schemaHash: string | null;
  readonly reverse: StoredReverse;
}

/** What the history has for undoing a migration. */
export type StoredReverse =
  | { readonly kind: "none" }
  | { readonly kind: "sql"; readonly sql: string }
  /** Something that lockstep does not write there, such as a blob; `found` says what. */
  | { readonly kind: "odd"; readonly found: string };

/** How far a migration without a transaction has come. Kept in the metadata table while it is not done. */
export interface Progress {
  readonly version: number;
  readonly direction: "up" | "down";
  readonly done: number;
  /** Null for code, which has no statements to count. */
  readonly total: number | null;
  /** The checksum of the statements that are done, to refuse a file that was edited in between. */
  readonly checksum: string | null;
}

/** The short form of the history that one query gives, enough to see whether there is anything to do. */
export interface HistorySnapshot {
  /** The version of the database: `schema_version`, 0 where there is none. */
  readonly version: number;
  /** The versions in the history table, ascending. */
  readonly versions: readonly number[];
  /** `recorded`: the history table is there. `hand_written`: only a version, of another runner. `none`: neither. */
  readonly origin: "recorded" | "hand_written" | "none";
  readonly progress?: Progress;
}

/** The history of a database that has none. */
export const NO_HISTORY: HistorySnapshot = { version: 0, versions: [], origin: "none" };

/** Whether two looks at the history saw the same. */
export function isSameHistory(left: HistorySnapshot, right: HistorySnapshot): boolean {
  return (
    left.version === right.version &&
    left.origin === right.origin &&
    left.versions.length === right.versions.length &&
    left.versions.every((version, index) => version === right.versions[index]) &&
    JSON.stringify(left.progress) === JSON.stringify(right.progress)
  );
}
