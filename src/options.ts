/** What a caller may say: the options of `migrate()`, `MigrationRunner` and lockstep.config.ts. */
import type { ListedMigration } from "./core/migration/migration.ts";
import type { TargetName } from "./core/lint/target.ts";
import type { LossCode } from "./core/sql/loss-code.ts";
import type { MigrationEvent } from "./event.ts";
import type { RenameQuestion } from "./core/diff/rename-question.ts";

/** How `migrate()` and `MigrationRunner` reach the database and the migrations, and what they may do. */
export interface MigrateOptions extends Policies {
  /**
   * A path (created by the first migration where it is missing), a `file:` URL, or an open handle of `node:sqlite` or
   * `better-sqlite3`. A handle stays open and keeps its settings. If your application uses `better-sqlite3`, pass its handle: two
   * SQLite libraries on one file in one process can lose committed rows (https://sqlite.org/howtocorrupt.html, section 2.2).
   */
  readonly database: string | URL | DatabaseHandle;
  /** The directory of migrations, or the migrations themselves. */
  readonly migrations: string | URL | readonly ListedMigration[];
  /** The library that opens a path. Default `"node:sqlite"`. */
  readonly driver?: DriverName;
  /** `"each"` (default): a transaction for each migration. `"all"`: one for the whole run. */
  readonly transaction?: "each" | "all";
  /**
   * What migrations may destroy on the way up, though rows or values of before are there to lose. Default: nothing. A single statement
   * is allowed by `-- lockstep:allow` in front of it.
   */
  readonly allow?: readonly LossCode[];
  /** How long to wait while another process holds the database, in milliseconds. Default 60,000. */
  readonly lockTimeoutMs?: number;
  /**
   * How long the promise of a migration in code may take to settle, in milliseconds; then it is rolled back. Default: as long as it
   * takes. A promise that can never settle, because nothing is left that the process waits for, is found without this.
   */
  readonly migrationTimeoutMs?: number;
  /** The key-value table whose row `schema_version` holds the version. Default `"metadata"`. */
  readonly metadataTable?: string;
  /** The table with one row for each applied migration. Default `"lockstep_history"`. */
  readonly historyTable?: string;
  /** What the linter leaves out, and where the migrations are to run. */
  readonly lint?: LintOptions;
  /** Called for every step of the work, at once and in order. */
  readonly onEvent?: (event: MigrationEvent) => void;
  /** Told in words what happens; `console` fits. */
  readonly logger?: Logger;
}

/** What the linter is told. docs/lint/README.md lists the codes and the targets. */
export interface LintOptions {
  /** Codes of which nobody wants to hear. */
  readonly off?: readonly string[];
  /** Where the migrations are to run: what that place refuses is a danger. Default: anywhere. */
  readonly target?: TargetName;
}

/** How far to go. Without it: up to the newest, down by one. */
export interface Target {
  /** The version to end at. */
  readonly to?: number;
}

/** How far to go down, and at what price. */
export interface RollbackTarget extends Target {
  /** How many migrations to undo. Default 1. */
  readonly steps?: number;
}

/** Which schemas `diff()` compares, and what it may take for granted. */
export interface DiffOptions {
  /** The wanted schema: a file with CREATE statements, a SQLite database, or a directory of migrations. */
  readonly to: string | URL;
  /** The schema to start from, in the same forms. Default: what all migrations make of a new database. */
  readonly from?: string | URL;
  /**
   * Asked where a table or column is gone and others are new, unless `-- lockstep:renamed from old` in the wanted schema says it. Gives
   * the new name, or undefined where it is dropped. Without this function, and without an allowance, such a case is `rename_ambiguous`.
   */
  readonly rename?: (question: RenameQuestion) => string | undefined | Promise<string | undefined>;
  /** What is meant to go: what is gone counts as dropped, and `-- lockstep:allow` is written in front of the statement. */
  readonly allow?: readonly ("drop_table" | "drop_column")[];
  /** Whether comments beside columns count. Default `"ignore"`: a change of comments alone is no difference. */
  readonly comments?: "ignore" | "compare";
}

/** What `check()` looks at beside migrations and database, and what it may keep. */
export interface CheckOptions {
  /** `"required"`: a migration without a way back is a finding. Default `"optional"`: it is a note. */
  readonly waysBack?: WaysBack;
  /** A file with the schema, as `dump()` writes it: one that is not what the migrations make is a finding. */
  readonly schemaFile?: string;
  /** A file with the types, as `types()` writes them: one that is not what the migrations make is a finding. */
  readonly typesFile?: string;
  /** `"ignore"`: everything is run again, and nothing is kept. Default `"use"`. */
  readonly cache?: "use" | "ignore";
  /** Where replays are kept. Default: `node_modules/.cache/lockstep` above the migrations, else the cache of this system. */
  readonly cacheFolder?: string;
}

/** Whether every migration has to have a way back. */
export type WaysBack = "optional" | "required";

/** What to do in the three situations where going on could harm. */
export interface Policies {
  /**
   * A pending migration is older than the newest applied one: it was merged late. `"if-commutes"` (default) applies it now where it is
   * proven that both orders give the same schema and rows, and refuses it elsewhere. `"allow"` applies it without a proof.
   */
  readonly outOfOrder?: Policy | "if-commutes";
  /** The SQL of an applied migration was edited. Default `"refuse"`; `"allow"` leaves the database as it is and goes on. */
  readonly changed?: Policy;
  /** The database has migrations that are newer than all known ones: an older build was started. Default `"refuse"`; `"allow"` goes on. */
  readonly newerDatabase?: Policy;
}

export type Policy = "refuse" | "allow";

export type DriverName = "node:sqlite" | "better-sqlite3";

/** The part of an open `DatabaseSync` or `better-sqlite3` `Database` by which lockstep recognises it. */
export interface DatabaseHandle {
  exec(sql: string): unknown;
  prepare(sql: string): unknown;
  close(): unknown;
}

/** Where lockstep says what it does. Warnings are what a person should look at. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** What lockstep.config.ts exports: the options, except for what only a running program has. */
export interface LockstepConfig extends Omit<MigrateOptions, "database" | "migrations" | "onEvent" | "logger"> {
  /** A path, relative to the config file. */
  readonly database?: string;
  /** A directory, relative to the config file. */
  readonly migrations?: string;
  /**
   * A file, relative to the config file, for the schema as SQL. `up`, `down` and `baseline` on the command line write it when they are
   * done and it says something else; calls of the library never do.
   */
  readonly schemaFile?: string;
  /** A file, relative to the config file, for the types of the rows as TypeScript. The same commands write it. */
  readonly typesFile?: string;
  /** `"required"`: `check` on the command line finds a migration without a way back. Default `"optional"`. */
  readonly waysBack?: WaysBack;
}

/** Gives its argument back; an editor then completes and checks the config file. */
export function defineConfig(config: LockstepConfig): LockstepConfig {
  return config;
}
