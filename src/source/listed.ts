/** Migrations in a plain array, for an application that is bundled and has no directory. */
import { humanName } from "../core/migration/file-name.ts";
import type { ListedMigration, MigrationEntry } from "../core/migration/migration.ts";
import { LockstepError } from "../error.ts";

/** Lists an array's migrations by version. Throws for a version that is no version, or is there twice. */
export function listArray(migrations: readonly ListedMigration[]): readonly MigrationEntry[] {
  const seen = new Map<number, number>();
  for (const [index, definition] of migrations.entries()) {
    // Whoever writes no TypeScript may have put anything here.
    const version = (definition as ListedMigration | null | undefined)?.version ?? Number.NaN;
    if (!Number.isSafeInteger(version) || version < 1) {
      throw listedError("version_invalid", index, {
        problem: `version ${String(version)} is not a whole number from 1 up`,
        hint: "give each migration of the array its own version",
      });
    }
    const first = seen.get(version);
    if (first !== undefined) {
      throw listedError("version_duplicate", index, {
        problem: `migrations[${first}] and migrations[${index}] both have version ${version}`,
        hint: "give one of them another number",
      });
    }
    seen.set(version, index);
  }
  return migrations
    .map((definition): MigrationEntry => {
      const { version, name = humanName("", version) } = definition;
      return { version, name, layout: "listed", definition };
    })
    .toSorted((left, right) => left.version - right.version);
}

function listedError(
  code: "version_invalid" | "version_duplicate",
  index: number,
  text: { readonly problem: string; readonly hint: string },
): LockstepError {
  return new LockstepError({
    code,
    ...text,
    place: { kind: "argument", argument: `migrations[${index}]` },
    outcome: "unchanged",
  });
}
