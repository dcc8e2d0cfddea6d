/** The files that a config names, kept by every command that changes a schema. */
import { visible } from "../core/diagnostic/visible.ts";
import { LockstepError, type MigrationReport, type MigrationRunner } from "../index.ts";
import { SCHEMA, TYPES, writeKept } from "./kept-file.ts";
import type { Output } from "./output.ts";

/** The files that the config names. */
export interface KeptFiles {
  readonly schemaFile?: string | undefined;
  readonly typesFile?: string | undefined;
}

/** What a run did before the file is written. */
export interface Done {
  readonly toVersion: number;
  /** What it applied, undid or marked. */
  readonly completed: readonly MigrationReport[];
}

/**
 * Writes the schema and the types into the files that the config names, if it names any. Gives those that it changed. An error tells
 * what the run has done before it, and keeps.
 */
export async function keepFiles(
  runner: MigrationRunner,
  { schemaFile, typesFile }: KeptFiles,
  { toVersion, completed }: Done,
): Promise<KeptFiles> {
  const written: { schemaFile?: string; typesFile?: string } = {};
  try {
    if (schemaFile !== undefined && writeKept(schemaFile, (await runner.dump()).schema, SCHEMA) === "written")
      written.schemaFile = schemaFile;
    if (typesFile !== undefined && writeKept(typesFile, (await runner.types()).types, TYPES) === "written")
      written.typesFile = typesFile;
    return written;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({ databaseVersion: toVersion, ...(completed.length > 0 ? { completed } : {}) });
  }
}

/** A line for each file that was written. */
export function tellWritten({ schemaFile, typesFile }: KeptFiles, output: Output): void {
  for (const file of [schemaFile, typesFile]) {
    if (file !== undefined) output.print(`Wrote ${visible(file)}.`);
  }
}
