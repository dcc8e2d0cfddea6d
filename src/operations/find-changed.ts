/** Finds the applied migrations whose SQL was edited since. The one place that reads files which will not run. */
import type { AppliedMigration } from "../core/history/history.ts";
import { checksumsDiffer } from "../core/migration/checksum.ts";
import type { MigrationEntry } from "../core/migration/migration.ts";
import { LockstepError } from "../error.ts";
import { readChecksum } from "../source/load.ts";

/** The versions whose checksum differs from the one in the history, both being of the same format. */
export function findChanged(
  entries: readonly MigrationEntry[],
  applied: ReadonlyMap<number, AppliedMigration>,
): ReadonlySet<number> {
  const changed = new Set<number>();
  for (const entry of entries) {
    const recorded = applied.get(entry.version)?.checksum ?? null;
    if (recorded === null || entry.layout === "code") continue;
    if (isChanged(entry, recorded)) changed.add(entry.version);
  }
  return changed;
}

function isChanged(entry: MigrationEntry, recorded: string): boolean {
  try {
    return checksumsDiffer(recorded, readChecksum(entry));
  } catch (error) {
    // A text that is no SQL any more is not the text that was applied.
    if (error instanceof LockstepError && error.code !== "migration_unreadable") return true;
    throw error;
  }
}
