/** Quoting of names and strings for SQL, and the way back. */

/** A name as a quoted identifier. Throws a RangeError for a name with NUL, which SQLite cannot read. */
export function quoteIdentifier(name: string): string {
  return quote(name, '"');
}

/**
 * A table of the main database. Without its schema, a TEMP table of the same name would be taken for it, and where it is missing one
 * of an attached database (https://sqlite.org/lang_naming.html). Throws as `quoteIdentifier` does.
 */
export function quoteTable(name: string): string {
  return `main.${quoteIdentifier(name)}`;
}

/** A text as a string literal. Throws a RangeError for a text with NUL, which SQLite cannot read. */
export function quoteString(text: string): string {
  return quote(text, "'");
}

/**
 * The name that a token's text stands for where SQL expects a name. A bare word is the name itself; a string in single quotes
 * counts as a quoted name, since SQLite takes it for one there.
 */
export function unquoteIdentifier(text: string): string {
  const opening = text.charAt(0);
  if (opening === "[") return text.slice(1, -1);
  if (opening !== '"' && opening !== "`" && opening !== "'") return text;
  return text.slice(1, -1).replaceAll(opening + opening, opening);
}

function quote(text: string, mark: string): string {
  if (text.includes("\0")) throw new RangeError("text with a NUL character cannot be quoted for SQLite");
  return mark + text.replaceAll(mark, mark + mark) + mark;
}

/** Whether SQLite takes two names for one. */
export function isSameName(left: string, right: string): boolean {
  return foldIdentifier(left) === foldIdentifier(right);
}

/** A name as SQLite compares it: it takes A to Z for a to z, and no other letters for each other. */
export function foldIdentifier(name: string): string {
  return /[A-Z]/.test(name) ? name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}
