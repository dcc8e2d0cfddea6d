/** The shapes of a parsed SQL text: a script, its statements and their directives. */
import type { Token } from "./token.ts";

/** A place in a text. Only LF and CRLF end a line, as in SQLite, whose line comments run over a lone CR. */
export interface Position {
  /** The first line is 1. */
  readonly line: number;
  /** The first column is 1; counted in UTF-16 units. */
  readonly column: number;
}

/** A line comment of the form `-- lockstep:name argument`. */
export interface Directive {
  /** The word behind `lockstep:`. */
  readonly name: string;
  /** What follows the name, without the blanks around it; empty if nothing follows. */
  readonly argument: string;
  /** The UTF-16 offset of the comment in the script. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** One SQL statement of a script. */
export interface Statement {
  /** From its first token to its last: without the `;`, and without the comments before and behind it. */
  readonly text: string;
  /** The UTF-16 offset of its first token in the script. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  /** Its tokens without the closing `;`. Their offsets are relative to the script. */
  readonly tokens: readonly Token[];
  /** The directives about this statement: `allow` and `rebuild` in front of it, and those behind it that say more. In the order of the text. */
  readonly directives: readonly Directive[];
}

/** A text of SQL with statements that were found in it: all of them, or those of one section. */
export interface Script {
  /** The file that the text came from, as the user should see it. */
  readonly file?: string;
  /** The whole text, without a byte order mark; the positions of the statements refer to it. */
  readonly text: string;
  readonly statements: readonly Statement[];
}

/** The line and column of a UTF-16 offset. An offset beyond the text counts as its end. */
export function positionAt(text: string, offset: number): Position {
  return positionReader(text)(offset);
}

/** Gives positions for offsets that never decrease, and reads the text only once for all of them. */
export function positionReader(text: string): (offset: number) => Position {
  let line = 1;
  let lineStart = 0;
  let newline = text.indexOf("\n");
  return (offset) => {
    const target = Math.min(Math.max(offset, 0), text.length);
    while (newline >= 0 && newline < target) {
      line += 1;
      lineStart = newline + 1;
      newline = text.indexOf("\n", lineStart);
    }
    return { line, column: target - lineStart + 1 };
  };
}

/** Statements as a text that says the same when it is read again: each with its directives, and without the comments around it. */
export function sourceOf(statements: readonly Statement[]): string {
  return statements
    .map(({ text, directives }) => {
      const write = ({ name, argument }: Directive): string =>
        `-- lockstep:${name}${argument === "" ? "" : ` ${argument}`}`;
      const isInFront = ({ name }: Directive): boolean => name === "allow" || name === "rebuild";
      const behind = directives.filter((directive) => !isInFront(directive));
      return [...directives.filter(isInFront).map(write), `${text};`, ...behind.map(write)].join("\n");
    })
    .join("\n");
}
