/** The type of a column, from its text to what SQLite makes of it. */
import { isSpaceInside } from "../sql/character.ts";

/** A type as SQLite knows it. */
export interface DeclaredType {
  /** What the pragmas report. */
  readonly name: string;
  /** `standard`: one of the six that SQLite stores as a number. Only a standard INTEGER can be another name of the rowid. */
  readonly kind: "standard" | "custom";
}

const STANDARD: ReadonlySet<string> = new Set(["ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"]);

/** Reads the text of a type, comments and all, as sqlite3AddColumn() does; "" for a column without one. */
export function declaredType(text: string): DeclaredType {
  const bare = withoutOuterQuotes(text);
  const upper = /^[A-Za-z]+$/.test(bare) ? bare.toUpperCase() : "";
  if (STANDARD.has(upper)) return { name: upper, kind: "standard" };
  return { name: unquoteStart(bare), kind: "custom" };
}

/**
 * Takes GENERATED ALWAYS off the end of a type's text, as sqlite3AddColumn() does: of any text of 16 bytes that ends with "always",
 * also where only that word is there, or where the letters before it belong to another word.
 */
export function cutGenerated(text: string): string {
  if (!/always$/i.test(text) || utf8Length(text) < "GENERATED ALWAYS".length) return text;
  const shorter = trimEnd(text.slice(0, -"ALWAYS".length));
  return /generated$/i.test(shorter) ? trimEnd(shorter.slice(0, -"GENERATED".length)) : shorter;
}

/** Without the white space at its end, of which SQLite knows six characters. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpaceInside(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** In bytes. Half of a surrogate pair counts as two: a whole pair then has the four that it takes. */
function utf8Length(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    length += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return length;
}

const QUOTES = /["'`[]/;

/** Takes off the first and the last character where the first is a quote and no other quote follows: also of `[a](3)`. */
function withoutOuterQuotes(text: string): string {
  const inner = text.slice(1, -1);
  return text.length >= 3 && QUOTES.test(text.charAt(0)) && !QUOTES.test(inner) ? inner : text;
}

/** Where a quote begins the text, what stands up to the quote that closes it. What follows that is dropped. */
function unquoteStart(text: string): string {
  const opening = text.charAt(0);
  if (opening === "" || !QUOTES.test(opening)) return text;
  const closing = opening === "[" ? "]" : opening;
  let unquoted = "";
  for (let at = 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === closing) {
      if (text.charAt(at + 1) !== closing) break;
      at += 1;
    }
    unquoted += character;
  }
  return unquoted;
}
