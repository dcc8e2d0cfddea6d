/** A directory of migrations in lockstep's own layouts. Listing reads names; a file is read when it is about to run. */
import { isLink } from "../database-path.ts";
import { fs, path } from "../node.ts";
import { humanName, parseFileName } from "../core/migration/file-name.ts";
import { squashName, type Listing } from "../core/history/listing.ts";
import type { MigrationEntry, MigrationLayout } from "../core/migration/migration.ts";
import { LockstepError } from "../error.ts";
import type { ErrorCode } from "../error-code.ts";

/** Lists a directory's migrations and squashes by version, or throws for a name that is an error. */
export function listDirectory(directory: string): Listing {
  // Joined once: a call for each file costs more than all the rest of a start with nothing to do.
  const prefix = path.join(directory, "_").slice(0, -1);
  const byVersion = new Map<number, MigrationEntry>();
  const downFiles = new Map<number, string>();
  const squashes = new Map<number, MigrationEntry>();
  for (const name of readNames(directory)) {
    const parsed = parseFileName(name);
    if (parsed.kind === "ignored") continue;
    const file = prefix + name;
    if (parsed.kind === "unnumbered") throw unnumbered(file);
    if (parsed.kind === "version_invalid") throw invalidVersion(file, parsed.digits);
    if (parsed.kind === "squash") {
      const { version } = parsed;
      refuseSecond(squashes.get(version)?.file, file, version);
      squashes.set(version, { version, name: squashName(version), layout: "squash", file });
      continue;
    }
    const { version, slug } = parsed;
    if (parsed.kind === "file" && parsed.role === "down") {
      refuseSecond(downFiles.get(version), file, version);
      downFiles.set(version, file);
      continue;
    }
    if (parsed.kind === "folder" && !isFolder(file)) continue;
    refuseSecond(byVersion.get(version)?.file, file, version);
    const entry =
      parsed.kind === "folder"
        ? folderEntry(version, slug, file)
        : new FileEntry(version, slug, LAYOUTS[parsed.role], file);
    byVersion.set(version, entry);
  }
  for (const [version, downFile] of downFiles) {
    const entry = byVersion.get(version);
    if (entry === undefined) throw downAlone(downFile);
    if (entry.layout !== "pair") refuseSecond(entry.file, downFile, version);
    const { name, layout, file = "" } = entry;
    byVersion.set(version, { version, name, layout, file, downFile });
  }
  return { entries: byNumber(byVersion), squashes: byNumber(squashes) };
}

function byNumber(entries: ReadonlyMap<number, MigrationEntry>): readonly MigrationEntry[] {
  return [...entries.values()].toSorted((left, right) => left.version - right.version);
}

const LAYOUTS = { code: "code", sql: "sql", up: "pair", down: "pair" } as const;

/** An entry that is one file. A class for the sake of its getter: of thousands of names only a few are ever shown. */
class FileEntry implements MigrationEntry {
  readonly version: number;
  readonly layout: MigrationLayout;
  readonly file: string;
  readonly #slug: string;

  constructor(version: number, slug: string, layout: MigrationLayout, file: string) {
    this.version = version;
    this.layout = layout;
    this.file = file;
    this.#slug = slug;
  }

  get name(): string {
    return humanName(this.#slug, this.version);
  }
}

function folderEntry(version: number, slug: string, folder: string): MigrationEntry {
  const name = humanName(slug, version);
  // Whether down.sql is there is found out when the folder is loaded: listing reads one directory only.
  return {
    version,
    name,
    layout: "folder",
    file: path.join(folder, "up.sql"),
    downFile: path.join(folder, "down.sql"),
  };
}

function readNames(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ELOOP" || (code === "ENOENT" && isLink(directory))) {
      throw directoryError(code === "ELOOP" ? "directory_unreadable" : "directory_not_found", directory, {
        problem: `the directory is a link that leads ${code === "ELOOP" ? "back to itself (ELOOP)" : "nowhere"}`,
        hint: "let it lead to the directory that holds the migration files",
        cause: error,
      });
    }
    if (code === "ENOENT") {
      throw directoryError("directory_not_found", directory, {
        problem: "the directory of migrations is not there",
        hint: "create it, or name the right one; a relative path counts from the working directory",
        cause: error,
      });
    }
    const problem =
      code === "ENOTDIR"
        ? "the migrations are not in a directory: this is a file"
        : `the directory cannot be read: ${code}`;
    throw directoryError("directory_unreadable", directory, {
      problem,
      hint: code === "ENOTDIR" ? "name the directory that holds the migration files" : "check its permissions",
      cause: error,
    });
  }
}

/** A link that leads nowhere counts: whoever gave it a number wanted a migration, and is told when it is to be read. */
function isFolder(entry: string): boolean {
  try {
    return fs.statSync(entry, { throwIfNoEntry: false })?.isDirectory() ?? isLink(entry);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ELOOP") return true;
    throw directoryError("directory_unreadable", entry, {
      problem: `the entry cannot be looked at: ${code}`,
      hint: "check the permissions of the directory of migrations",
      cause: error,
    });
  }
}

function refuseSecond(first: string | undefined, second: string, version: number): void {
  if (first === undefined) return;
  throw new LockstepError({
    code: "version_duplicate",
    problem: `two files have version ${version}: ${first} and ${second}`,
    place: { kind: "file", file: second },
    outcome: "unchanged",
    hint: "give one of them another number, or delete the one that is left over",
  });
}

function unnumbered(file: string): LockstepError {
  return fileError("file_unnumbered", file, {
    problem: "a file with a migration's extension has no version in front",
    hint: 'name it like "001-add-users.sql"; a helper can begin with "_" or live elsewhere',
  });
}

function invalidVersion(file: string, digits: string): LockstepError {
  return fileError("version_invalid", file, {
    problem: `${digits} is no version: versions go from 1 to ${Number.MAX_SAFE_INTEGER}`,
    hint: "version 0 is the empty database; number from 1, or with a time such as 20260131120000",
  });
}

function downAlone(file: string): LockstepError {
  return fileError("migration_invalid", file, {
    problem: "this way down has no way up",
    hint: 'put the way up beside it, with the same number, in a file that ends in ".up.sql"',
  });
}

function fileError(
  code: ErrorCode,
  file: string,
  text: { readonly problem: string; readonly hint: string },
): LockstepError {
  return new LockstepError({ code, ...text, place: { kind: "file", file }, outcome: "unchanged" });
}

function directoryError(
  code: ErrorCode,
  directory: string,
  text: { readonly problem: string; readonly hint: string; readonly cause: unknown },
): LockstepError {
  return new LockstepError({ code, ...text, place: { kind: "directory", directory }, outcome: "unchanged" });
}
