/** Reads a squash: its header, and its statements, which have to be those that were proven. */
import { checksum } from "../core/migration/checksum.ts";
import type { LoadedMigration, MigrationEntry } from "../core/migration/migration.ts";
import { readHeader, type SquashHeader } from "../core/squash/header.ts";
import type { Script } from "../core/sql/script.ts";
import { LockstepError } from "../error.ts";
import { sha256 } from "../hash.ts";
import { readSqlFile } from "./sql-text.ts";

/** Reads the header alone. Throws `squash_invalid` for one that was changed. */
export function readSquashHeader({ file = "", version }: MigrationEntry): SquashHeader {
  return headerOf(readSqlFile(file, "whole").up.text, file, version);
}

/** Reads all of it, to run it. Throws `squash_invalid` where it says something else than what was proven. */
export function loadSquash(entry: MigrationEntry): LoadedMigration {
  const { file = "", version } = entry;
  const { up } = readSqlFile(file, "whole");
  const header = headerOf(up.text, file, version);
  const found = checksum(up.statements, sha256);
  if (found !== header.checksum) throw invalid(file, "its statements are not those that were written");
  return squashOf(header, { script: up, version });
}

/** A squash that is ready to run. */
export function squashOf(
  { covers, checksum: own }: SquashHeader,
  { script, version }: { readonly script: Script; readonly version: number },
): LoadedMigration {
  return {
    version,
    name: `Squash of ${covers.length} migration${covers.length === 1 ? "" : "s"}`,
    ...(script.file === undefined ? {} : { file: script.file }),
    transaction: true,
    foreignKeys: "check",
    checksum: own,
    up: { kind: "sql", script },
    covers,
  };
}

/** The error for a migration that has to run on a database that has some of its squash already, and whose own file is gone. */
export function squashedAway({ version, name, file = "" }: MigrationEntry): LockstepError {
  return new LockstepError({
    code: "squashed_away",
    problem: `version ${version} has no file of its own any more: it is part of a squash, which runs as a whole and begins a database`,
    place: { kind: "file", file },
    outcome: "unchanged",
    migration: { version, name },
    hint: "put the files of the squashed migrations back until this database has them all, or start the build that has them",
  });
}

function headerOf(text: string, file: string, version: number): SquashHeader {
  const header = readHeader(text, version);
  if (typeof header === "string") throw invalid(file, header);
  return header;
}

function invalid(file: string, what: string): LockstepError {
  return new LockstepError({
    code: "squash_invalid",
    problem: `the squash cannot be used: ${what}`,
    place: { kind: "file", file },
    outcome: "unchanged",
    hint: 'put the file back as "lockstep squash" wrote it, or delete it and write it again while its migrations are there',
  });
}
