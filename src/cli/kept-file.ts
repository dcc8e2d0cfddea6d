/** A file that the command line keeps: written whole or not at all, and only where it says something else. */
import { followLinks, whatIsAt } from "../database-path.ts";
import { isDump } from "../core/schema/dump.ts";
import { isTypes } from "../core/types/types-text.ts";
import { LockstepError, type ErrorCode } from "../index.ts";
import { fs, path } from "../node.ts";

/** What can be kept in a file. */
export interface KeptText {
  /** What the file is for, behind "the file for". */
  readonly what: "the schema" | "the types" | "the squash";
  readonly command: "dump" | "types" | "squash";
  /** What a file that lockstep may not write over is, and what can be done. */
  readonly foreign: Text;
  /** Whether lockstep may write over a file that says this. */
  isOurs(text: string): boolean;
}

const CHOOSE = "choose another name, or delete the file if nobody needs it";

export const SCHEMA: KeptText = {
  what: "the schema",
  command: "dump",
  foreign: { problem: "is no schema that lockstep wrote", hint: CHOOSE },
  isOurs: isDump,
};
export const TYPES: KeptText = {
  what: "the types",
  command: "types",
  foreign: { problem: "is no types file that lockstep wrote", hint: CHOOSE },
  isOurs: isTypes,
};
/** Databases may have begun with one: it is never written over. */
export const SQUASH: KeptText = {
  what: "the squash",
  command: "squash",
  foreign: {
    problem: "says something else",
    hint: "put back the migrations that it was made of; or delete it, if no database has begun with it",
  },
  isOurs: () => false,
};

/** Writes a text, and leaves a file alone that says the same. Throws `file_exists` for a file that is something else. */
export function writeKept(file: string, text: string, kept: KeptText): "written" | "unchanged" {
  // The file itself and not the link to it, which a rename would replace.
  const target = followLinks(file);
  const found = target === undefined ? "unknown" : whatIsAt(target);
  if (target === undefined || found === "unknown" || found === "folder" || found === "special")
    throw fileError(
      file,
      "file_unwritable",
      unfit(found === "folder" || found === "special" ? found : "unknown", kept),
    );
  try {
    if (found === "nothing") {
      replace(target, text, undefined);
      return "written";
    }
    const before = fs.readFileSync(target, "utf8");
    // Git may have checked it out with the line ends of another system.
    if (withoutReturns(before) === withoutReturns(text)) return "unchanged";
    if (before.trim() !== "" && !kept.isOurs(before)) throw fileError(file, "file_exists", taken(kept));
    // A rename would not ask whether the file may be written.
    fs.closeSync(fs.openSync(target, "r+"));
    replace(target, text, fs.statSync(target).mode);
    return "written";
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    throw writingError(file, kept, error);
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

function taken({ foreign }: KeptText): Text {
  return {
    problem: `the file is there already, and ${foreign.problem}`,
    hint: foreign.hint,
  };
}

function unfit(found: "folder" | "special" | "unknown", { what, command }: KeptText): Text {
  switch (found) {
    case "folder":
      return { problem: `the file for ${what} is a folder`, hint: "name a file in it" };
    case "special":
      return {
        problem: `the file for ${what} is a pipe, a socket or a device`,
        hint: `name a file; without --output, "lockstep ${command}" writes to stdout`,
      };
    case "unknown":
      return {
        problem: `the file for ${what} cannot be looked at`,
        hint: "check the permissions of its folder, and that a link does not lead back to itself",
      };
  }
}

function writingError(file: string, { what }: KeptText, cause: unknown): LockstepError {
  const { code = "unknown error" } = cause as NodeJS.ErrnoException;
  const folder = path.dirname(file);
  if (code === "ENOENT" || code === "ENOTDIR") {
    const text = {
      problem: `the folder for ${what} is not there: ${folder}`,
      hint: "create it first; lockstep creates the file and no folders",
    };
    return fileError(file, "file_unwritable", text, cause);
  }
  const text = {
    problem: `the file for ${what} cannot be written: ${code}`,
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
