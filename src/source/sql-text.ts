/** Reads SQL: a file's bytes to text, the text to statements, and what is wrong with either to an error with its place. */
import { fs } from "../node.ts";
import { parseMigrationFile, parseSql, type ParsedFile } from "../core/sql/migration-file.ts";
import { positionAt, type Script } from "../core/sql/script.ts";
import { LockstepError, type Place } from "../error.ts";
import { expectFile, isMissing, unreadableFile } from "./ordinary-file.ts";

/** What a piece of SQL says. */
export interface SqlSections {
  readonly up: Script;
  readonly down?: Script;
  readonly transaction: boolean;
}

/** Whether a file may have sections, is all one, or is all one and need not be there. */
export type SqlFileKind = "sections" | "whole" | "whole_if_there";

/** Reads a file; undefined only for one that need not be there. */
export function readSqlFile(file: string, kind: "sections" | "whole"): SqlSections;
export function readSqlFile(file: string, kind: SqlFileKind): SqlSections | undefined;
export function readSqlFile(file: string, kind: SqlFileKind): SqlSections | undefined {
  if (kind === "whole_if_there" && isMissing(file)) return undefined;
  const text = readTextFile(file);
  const parsed = kind === "sections" ? parseMigrationFile(text, file) : parseSql(text, file);
  return toSections(parsed, { kind: "file", file }, text);
}

/** Reads a file as text. Throws `migration_unreadable` for what is no file with UTF-8 in it. */
export function readTextFile(file: string): string {
  return decode(readBytes(file), file).replace(/^\uFEFF+/, "");
}

/** Reads SQL that is no file: of an array, or what the history kept. `name` says which, in messages. */
export function readSqlText(text: string, name: string): SqlSections {
  const file = `(${name})`;
  return toSections(parseSql(text, file), { kind: "file", file }, text);
}

/** The place of a part of a script, with the line for the code frame. */
export function placeIn(script: Pick<Script, "text">, file: string, offset: number, length: number): Place {
  const { line, column } = positionAt(script.text, offset);
  const start = offset - (column - 1);
  const end = script.text.indexOf("\n", offset);
  const lineText = script.text.slice(start, end === -1 ? undefined : end).replace(/\r$/, "");
  return {
    kind: "file",
    file,
    line,
    column,
    length: Math.min(length, Math.max(1, lineText.length - column + 1)),
    lineText,
  };
}

function toSections(parsed: ParsedFile, place: Extract<Place, { kind: "file" }>, text: string): SqlSections {
  if (parsed.kind === "problem") {
    const { code, message, hint, offset, length } = parsed.problem;
    throw new LockstepError({
      code,
      problem: message,
      place: placeIn({ text }, place.file, offset, length),
      outcome: "unchanged",
      hint,
    });
  }
  const { up, down, transaction } = parsed;
  return { up, transaction, ...(down === undefined ? {} : { down }) };
}

function readBytes(file: string): Buffer {
  const { size } = expectFile(file, "migration_unreadable");
  // What JavaScript can hold in one text, in characters; none of them has less than a byte.
  const most = process.getBuiltinModule("node:buffer").constants.MAX_STRING_LENGTH;
  if (size > most) {
    throw new LockstepError({
      code: "migration_unreadable",
      problem: `the file has ${megabytes(size)} MB, more than the ${megabytes(most)} MB that can be one text`,
      place: { kind: "file", file },
      outcome: "unchanged",
      hint: "cut it into several migrations, or load its data piece by piece in code",
    });
  }
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw unreadableFile(file, error);
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function decode(bytes: Buffer, file: string): string {
  if (process.getBuiltinModule("node:buffer").isUtf8(bytes)) return bytes.toString("utf8");
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  throw new LockstepError({
    code: "migration_unreadable",
    problem: isUtf16 ? "the file is UTF-16, not UTF-8" : "the file is not valid UTF-8",
    place: { kind: "file", file },
    outcome: "unchanged",
    hint: "save it as UTF-8",
  });
}
