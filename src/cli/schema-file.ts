/** The file with the schema: written whole or not at all, and only where it says something else. */
import { followLinks, whatIsAt } from "../database-path.ts";
import { isDump } from "../core/schema/dump.ts";
import { LockstepError, type ErrorCode, type MigrationReport, type MigrationRunner } from "../index.ts";
import { fs, path } from "../node.ts";

/** What a run did before the file is written. */
export interface Done {
  readonly toVersion: number;
  /** What it applied, undid or marked. */
  readonly completed: readonly MigrationReport[];
}

/**
 * Writes the schema into the file that the config names, if it names one. Gives the file where that changed it. An error tells what
 * the run has done before it, and keeps.
 */
export async function keepSchemaFile(
  runner: MigrationRunner,
  file: string | undefined,
  { toVersion, completed }: Done,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    const { schema } = await runner.dump();
    return writeSchemaFile(file, schema) === "written" ? file : undefined;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    throw error.with({ databaseVersion: toVersion, ...(completed.length > 0 ? { completed } : {}) });
  }
}

/** Writes a dump, and leaves a file alone that says the same. Throws `file_exists` for a file that is something else. */
export function writeSchemaFile(file: string, schema: string): "written" | "unchanged" {
  // The file itself and not the link to it, which a rename would replace.
  const target = followLinks(file);
  const found = target === undefined ? "unknown" : whatIsAt(target);
  if (target === undefined || found === "unknown" || found === "folder" || found === "special")
    throw fileError(file, "file_unwritable", UNFIT[found === "nothing" || found === "file" ? "unknown" : found]);
  try {
    if (found === "nothing") {
      replace(target, schema, undefined);
      return "written";
    }
    const before = fs.readFileSync(target, "utf8");
    // Git may have checked it out with the line ends of another system.
    if (withoutReturns(before) === withoutReturns(schema)) return "unchanged";
    if (before.trim() !== "" && !isDump(before)) throw fileError(file, "file_exists", TAKEN);
    // A rename would not ask whether the file may be written.
    fs.closeSync(fs.openSync(target, "r+"));
    replace(target, schema, fs.statSync(target).mode);
    return "written";
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    throw writingError(file, error);
  }
}

/** Writes beside the file and renames: nobody ever reads half of it. */
function replace(target: string, text: string, mode: number | undefined): void {
  const beside = `${target}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(beside, text);
    if (mode !== undefined) fs.chmodSync(beside, mode);
    fs.renameSync(beside, target);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

function withoutReturns(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

interface Text {
  readonly problem: string;
  readonly hint: string;
}

const TAKEN: Text = {
  problem: "the file is there already, and is no schema that lockstep wrote",
  hint: "choose another name, or delete the file if nobody needs it",
};

const UNFIT: Readonly<Record<"folder" | "special" | "unknown", Text>> = {
  folder: { problem: "the file for the schema is a folder", hint: "name a file in it" },
  special: {
    problem: "the file for the schema is a pipe, a socket or a device",
    hint: 'name a file; without --output, "lockstep dump" writes to stdout',
  },
  unknown: {
    problem: "the file for the schema cannot be looked at",
    hint: "check the permissions of its folder, and that a link does not lead back to itself",
  },
};

function writingError(file: string, cause: unknown): LockstepError {
  const { code = "unknown error" } = cause as NodeJS.ErrnoException;
  const folder = path.dirname(file);
  if (code === "ENOENT" || code === "ENOTDIR") {
    const text = {
      problem: `the folder for the schema is not there: ${folder}`,
      hint: "create it first; lockstep creates the file and no folders",
    };
    return fileError(file, "file_unwritable", text, cause);
  }
  const text = {
    problem: `the file for the schema cannot be written: ${code}`,
    hint: "check the permissions of the file and of its folder, and the room on the disk",
  };
  return fileError(file, "file_unwritable", text, cause);
}

function fileError(
  file: string,
  code: Extract<ErrorCode, "file_exists" | "file_unwritable">,
  text: Text,
  cause?: unknown,
): LockstepError {
  return new LockstepError({
    code,
    ...text,
    place: { kind: "file", file },
    outcome: "unchanged",
    ...(cause === undefined ? {} : { cause }),
  });
}
