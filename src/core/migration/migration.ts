/** The Migration value in its three stages: as an author writes it, as a source lists it, as it is loaded to run. */
import type { MaybePromise } from "../task.ts";
import type { Script } from "../sql/script.ts";
import type { MigrationContext } from "./context.ts";

/**
 * A migration as its author writes it in a code file: the default export, or these names exported one by one.
 *
 * `Database` is the driver's own handle: `DatabaseSync` of `node:sqlite`, or `Database` of `better-sqlite3`.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an author who names no driver gets its handle unchecked
export interface Migration<Database = any> {
  /** What the migration does, in a few words. Default: the file's name, `001-add-users.ts` gives "Add users". */
  readonly name?: string;
  /** Must equal the number in front of the file's name. */
  readonly version?: number;
  /** `false` runs it outside a transaction, as `VACUUM` needs. Default `true`. */
  readonly transaction?: boolean;
  /**
   * `"check"` (default): foreign keys are off while it runs, and it fails if it leaves rows that point at nothing.
   * `"enforce"`: foreign keys are on while it runs, so that ON DELETE actions happen.
   */
  readonly foreignKeys?: ForeignKeyMode;
  /** Makes the change. A promise is awaited, where the caller is `migrate()`. */
  up(db: Database, context: MigrationContext): MaybePromise<unknown>;
  /** Undoes the change. */
  down?(db: Database, context: MigrationContext): MaybePromise<unknown>;
}

/** A migration in a plain array, for an application that is bundled and has no directory. SQL text is allowed as well. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export interface ListedMigration<Database = any> extends Omit<Migration<Database>, "up" | "down"> {
  /** A whole number from 1 up; the order in which migrations run. */
  readonly version: number;
  readonly up: string | ((db: Database, context: MigrationContext) => MaybePromise<unknown>);
  readonly down?: string | ((db: Database, context: MigrationContext) => MaybePromise<unknown>);
}

/** The two ways that a migration goes. */
export type Direction = "up" | "down";

/** A migration in events, reports and errors. */
export interface MigrationRef {
  readonly version: number;
  readonly name: string;
  /** Missing for a migration of a plain array, and for one whose file is gone. */
  readonly file?: string;
}

export type ForeignKeyMode = "check" | "enforce";

/**
 * How a migration is written down; decides how it is loaded, never what it is: a migration's identity is its version. `squash`: the
 * file that several were squashed into, with the version of the last one · `squashed`: one that only such a file has.
 */
export type MigrationLayout = "code" | "sql" | "pair" | "folder" | "listed" | "squash" | "squashed";

/** A migration that a squash stands for: what the history of a database says of it that took the long way. */
export interface SquashedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string | null;
  readonly schemaHash: string | null;
  readonly reverseSql: string | null;
}

/** A migration that a source knows of and has not read yet. */
export interface MigrationEntry {
  readonly version: number;
  /** From the file's name, until the migration is loaded. */
  readonly name: string;
  readonly layout: MigrationLayout;
  /** The file with the way up, as the user named its directory; none in a plain array. */
  readonly file?: string;
  /** The file with the way down, where it is one of its own. */
  readonly downFile?: string;
  /** The definition itself, in a plain array. */
  readonly definition?: ListedMigration;
  /** Of one that only a squash has. */
  readonly squashed?: SquashedMigration;
}

/** A migration that is read, checked and ready to run. */
export interface LoadedMigration {
  readonly version: number;
  readonly name: string;
  readonly file?: string;
  readonly transaction: boolean;
  readonly foreignKeys: ForeignKeyMode;
  /** Of the SQL that goes up (docs/format.md); null for code, whose text is not the same before and after a build. */
  readonly checksum: string | null;
  readonly up: MigrationBody;
  readonly down?: MigrationBody;
  /** Of a squash: all that it stands for, by version. */
  readonly covers?: readonly SquashedMigration[];
}

/** What one direction of a migration runs. */
export type MigrationBody =
  | { readonly kind: "sql"; readonly script: Script }
  | { readonly kind: "code"; readonly run: RunCode };

/** A migration's function. */
export type RunCode = (db: unknown, context: MigrationContext) => unknown;
