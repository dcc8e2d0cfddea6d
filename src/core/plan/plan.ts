/** The Plan: what a run will do, as a value. Dry run, status, JSON and execution read the same one. */
import type { LoadedMigration, MigrationBody } from "../migration/migration.ts";

export interface Plan {
  readonly direction: "up" | "down";
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly steps: readonly Step[];
}

/** One migration, one way. */
export interface Step {
  readonly migration: Pick<
    LoadedMigration,
    "version" | "name" | "file" | "transaction" | "foreignKeys" | "checksum" | "down" | "covers"
  >;
  readonly body: MigrationBody;
  /** Where the body comes from: the migration's file or array, or what the history kept of it. */
  readonly origin: "source" | "history";
}

/** The steps of a way up. The version after it never falls: a late migration leaves it where it is. */
export function planUp(migrations: readonly LoadedMigration[], fromVersion: number): Plan {
  const steps = migrations.map((migration): Step => ({ migration, body: migration.up, origin: "source" }));
  const toVersion = Math.max(fromVersion, ...migrations.map(({ version }) => version));
  return { direction: "up", fromVersion, toVersion, steps };
}
