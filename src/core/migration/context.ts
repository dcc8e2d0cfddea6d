/** What a migration in code is given beside the handle. */
import type { TableEditor } from "../schema/edit/editor.ts";

/** The second argument of `up` and `down`. */
export interface MigrationContext {
  readonly schema: SchemaEditor;
}

/** Changes of the schema that SQLite's own ALTER TABLE cannot make. */
export interface SchemaEditor {
  /**
   * Changes a table, in the migration's transaction: all calls on the editor are one change, and a rebuild at most. Rows, row ids,
   * indexes, triggers, views and foreign keys are kept, and the result is proved. Throws a LockstepError (`rebuild_refused`,
   * `lossy_conversion`) and has then changed nothing.
   */
  alterTable(name: string, change: (table: TableEditor) => unknown, options?: AlterOptions): void;
}

/** What else is said of a change. */
export interface AlterOptions {
  /** `lossy_conversion`: values that a new type changes may change. */
  readonly allow?: readonly "lossy_conversion"[];
}
