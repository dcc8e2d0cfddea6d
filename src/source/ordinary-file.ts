/** Looks at a migration's file before it is opened: opening a pipe waits for ever, and a device has no end. Links are followed. */
import type { Stats } from "node:fs";
import { isLink } from "../database-path.ts";
import { LockstepError } from "../error.ts";
import { fs, path } from "../node.ts";

/** The codes for what is no file: of a text, and of a module. */
type Code = "migration_unreadable" | "migration_not_loaded";

/** Throws an error of this code where there is no file, but nothing, a folder, a pipe, a socket or a device. Size in bytes. */
export function expectFile(file: string, code: Code): { readonly size: number } {
  const found = find(file, code);
  if (found === undefined) {
    throw fileError(code, file, {
      problem: describeMissing(file),
      hint: "a migration in a folder needs up.sql, and a link has to lead to a file",
    });
  }
  if (found.isFile()) return { size: found.size };
  throw fileError(
    code,
    file,
    found.isDirectory()
      ? { problem: "the file cannot be read: it is a folder (EISDIR)", hint: "put the file in its place" }
      : { problem: "the file cannot be read: it is a pipe, a socket or a device", hint: "put a file in its place" },
  );
}

/** Whether nothing is there. A link that leads nowhere is something: whoever made it wanted a file. */
export function isMissing(file: string): boolean {
  return find(file, "migration_unreadable") === undefined && !isLink(file);
}

/** The error for a file that the system does not let be read. */
export function unreadableFile(file: string, cause: unknown): LockstepError {
  const { code = "unknown error" } = cause as NodeJS.ErrnoException;
  return fileError("migration_unreadable", file, {
    problem: `the file cannot be read: ${code}`,
    hint: "check its permissions, and that it is a file",
    cause,
  });
}

function describeMissing(file: string): string {
  if (isLink(file)) return "the file is a link that leads nowhere";
  const folder = path.dirname(file);
  return isLink(folder) && !fs.existsSync(folder)
    ? "the file is not there: its folder is a link that leads nowhere"
    : "the file is not there";
}

function find(file: string, code: Code): Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch (cause) {
    const { code: reason } = cause as NodeJS.ErrnoException;
    // A file where a folder should be, somewhere on the way: what is behind it is not there.
    if (reason === "ENOTDIR") return undefined;
    if (reason !== "ELOOP") throw unreadableFile(file, cause);
    throw fileError(code, file, {
      problem: "the file cannot be read: it is a link that leads back to itself (ELOOP)",
      hint: "let the link lead to a file",
      cause,
    });
  }
}

function fileError(
  code: Code,
  file: string,
  text: { readonly problem: string; readonly hint: string; readonly cause?: unknown },
): LockstepError {
  return new LockstepError({ code, place: { kind: "file", file }, outcome: "unchanged", ...text });
}
