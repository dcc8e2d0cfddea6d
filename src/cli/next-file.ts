/** The next file in a directory of migrations: its number, its name, and writing it. */
import { isLink } from "../database-path.ts";
import { fs, path } from "../node.ts";
import { LockstepError, MigrationRunner, type MigrationRef } from "../index.ts";
import { slugOf } from "../core/migration/file-name.ts";
import type { Configuration } from "./configuration.ts";
import type { Draft } from "./draft.ts";
import { usageError } from "./usage-error.ts";

/** The migrations that are there. A directory that is not is an empty one: the first migration creates it. */
export async function listKnown(
  configuration: Configuration,
): Promise<{ readonly known: readonly MigrationRef[]; readonly isThere: boolean }> {
  try {
    const known = await new MigrationRunner({ ...configuration, database: ":memory:" }).loadMigrations();
    return { known, isThere: true };
  } catch (error) {
    // A link that leads nowhere is in the way of a new directory.
    const isFree = !isLink(configuration.migrations);
    if (error instanceof LockstepError && error.code === "directory_not_found" && isFree)
      return { known: [], isThere: false };
    throw error;
  }
}

/** The number and the slug: the next one after all known and applied, or the number that the user wrote in front. */
export async function toName(
  argument: string,
  known: readonly MigrationRef[],
  configuration: Configuration,
): Promise<{ readonly digits: string; readonly slug: string }> {
  const [, given, words = argument] = /^(\d+)[-_](.*)$/s.exec(argument) ?? [];
  const slug = slugOf(words);
  if (slug === "")
    throw usageError(argument, "the name has no letter", "say what the migration does, for example add-users");
  const applied = await newestApplied(configuration);
  if (given === undefined) return { digits: nextDigits(known, applied), slug };
  const version = Number(given);
  if (version > applied && Number.isSafeInteger(version)) return { digits: given, slug };
  throw usageError(
    argument,
    version < 1 || !Number.isSafeInteger(version)
      ? `${given} is no version: versions go from 1 to ${Number.MAX_SAFE_INTEGER}`
      : `version ${version} would not sort after version ${applied}, which is applied`,
    "leave the number out: lockstep takes the next one",
  );
}

/** The newest applied version; 0 where no database is named. */
async function newestApplied(configuration: Configuration): Promise<number> {
  return configuration.database === "" ? 0 : await new MigrationRunner(configuration).getCurrentVersion();
}

/** One more than the newest, as wide as the others; a time where they are times. */
function nextDigits(known: readonly MigrationRef[], applied: number): string {
  const newest = known.at(-1);
  const next = Math.max(newest?.version ?? 0, applied) + 1;
  const name = path.basename(newest?.file?.replace(/[/\\]up\.sql$/, "") ?? "000-none");
  const digits = /^(?:squash-)?(\d+)/.exec(name)?.[1] ?? "000";
  if (digits.length === 14) {
    const now = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
    return Number(now) >= next ? now : String(next);
  }
  return String(next).padStart(digits.length, "0");
}

/** Refuses a number that another migration has. */
export function refuseTaken(known: readonly MigrationRef[], version: number, file: string): void {
  const taken = known.find((migration) => migration.version === version);
  if (taken === undefined) return;
  throw new LockstepError({
    code: "version_duplicate",
    problem: `version ${version} is taken by ${taken.file ?? taken.name}`,
    place: { kind: "file", file },
    outcome: "unchanged",
    hint: "leave the number out: lockstep takes the next one",
  });
}

/** Writes a file that is not there, and the folders on the way to it. */
export function writeDraft({ file, text }: Draft): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    const isTaken = code === "EEXIST";
    const hint = code === "ENAMETOOLONG" ? "choose a shorter name" : "check the permissions of the directory";
    throw new LockstepError({
      code: isTaken ? "file_exists" : "directory_unreadable",
      problem: isTaken ? "the file is there already" : `the file cannot be written: ${code}`,
      place: { kind: "file", file },
      outcome: "unchanged",
      hint: isTaken ? "choose another name" : hint,
      cause: error,
    });
  }
}
