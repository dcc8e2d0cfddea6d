/** The sentences for text that SQLite cannot read as tokens. */
import type { TextProblem } from "./token.ts";

/** What was opened and not closed. */
type Unterminated = "string" | "name" | "blob";

/** A quote or bracket that is never closed; points at its first line. */
export function unterminated(text: string, offset: number, what: Unterminated): TextProblem {
  const opening = text.charAt(offset);
  const closing = opening === "[" ? "]" : what === "blob" ? "'" : opening;
  const messages: Record<Unterminated, string> = {
    string: "this string is never closed",
    name: "this quoted name is never closed",
    blob: "this blob is never closed",
  };
  const doubled =
    opening === "[" || what === "blob" ? "" : `; inside it, write ${closing}${closing} for one ${closing}`;
  return {
    message: messages[what],
    hint: `close it with ${closing}${doubled}`,
    offset,
    length: restOfLine(text, offset),
  };
}

/** A number, parameter or blob that is malformed. */
export function illegalToken(text: string, offset: number, end: number): TextProblem {
  return {
    message: `"${shorten(text.slice(offset, end))}" is not valid SQL`,
    hint: hintFor(text.charAt(offset)),
    offset,
    length: Math.min(end - offset, restOfLine(text, offset)),
  };
}

/** A character that can begin nothing. */
export function illegalCharacter(text: string, offset: number): TextProblem {
  const character = text.charAt(offset);
  const shown = /[!-~]/.test(character)
    ? `"${character}"`
    : `U+${text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, "0")}`;
  return {
    message: `the character ${shown} has no meaning in SQL`,
    hint: character === "!" ? 'write "!=" or "NOT"' : "remove it, or put it in quotes",
    offset,
    length: 1,
  };
}

/** A NUL, where SQLite stops reading. */
export function nulCharacter(offset: number): TextProblem {
  return {
    message: "the text contains a NUL character, and SQLite would ignore everything behind it",
    hint: "save the file as UTF-8, or remove the character",
    offset,
    length: 1,
  };
}

function hintFor(first: string): string {
  if (/[xX]/.test(first)) return "a blob is an even number of hexadecimal digits, as in x'00ff'";
  if (/[$@#:]/.test(first)) return "a parameter is a sign and a name, as in :name";
  return "a name that begins with a digit needs double quotes; an underscore in a number stands between two digits";
}

/** The beginning of a text, to be shown in a message of one line. */
function shorten(text: string): string {
  const line = /^.{0,40}/.exec(text)?.[0] ?? "";
  return line.length === text.length ? text : `${line}…`;
}

function restOfLine(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  const line = text.slice(offset, newline < 0 ? undefined : newline).trimEnd();
  return Math.max(1, line.length);
}
