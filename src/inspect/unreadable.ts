/** The error for an object that cannot be read, or that lockstep and SQLite read differently. */
import { positionAt } from "../core/sql/script.ts";
import { quoteString } from "../core/sql/quote.ts";
import type { UnreadableText } from "../core/schema/schema.ts";
import { LockstepError } from "../error.ts";
import type { StoredObject } from "./catalog.ts";

/** Where an object was found. */
export interface FoundObject extends Pick<StoredObject, "type" | "name" | "sql"> {
  /** As the caller named it. */
  readonly database: string;
}

/** The error for a text that lockstep does not know how to read. */
export function unreadable(object: FoundObject, { what, offset }: UnreadableText): LockstepError {
  const text = object.sql ?? "";
  const { line, column } = positionAt(text, offset);
  const shown = (text.split("\n")[line - 1] ?? "").trim();
  const place = text.includes("\n") ? `line ${line}, column ${column}` : `column ${column}`;
  return refusal(object, `cannot be read: ${what} in ${place} of its definition: ${shorten(shown)}`);
}

/** The error for an object of which SQLite says something else than its text. */
export function contradicted(object: FoundObject, difference: string): LockstepError {
  return refusal(object, `was not read as SQLite reads it: ${difference}`);
}

/** The error for an object whose text holds bytes that are no text: whatever is made of it would have other ones. */
export function damagedText(object: FoundObject): LockstepError {
  const { type } = object;
  return refusal(object, "cannot be read: its definition has bytes that are no text", {
    column: "hex(sql)",
    todo:
      type === "table"
        ? "create the table anew under another name with a definition in UTF-8, copy its rows, and let it take the place of this one"
        : `drop the ${type}, and create it anew with a definition in UTF-8`,
  });
}

const DEFAULT_ADVICE = { column: "sql", todo: "please report it, since lockstep should know how to read it" } as const;

function refusal(
  { type, name, database }: FoundObject,
  problem: string,
  { column, todo }: { readonly column: string; readonly todo: string } = DEFAULT_ADVICE,
): LockstepError {
  const query = `SELECT ${column} FROM sqlite_schema WHERE type = ${quoteString(type)} AND name = ${quoteString(name)}`;
  return new LockstepError({
    code: "schema_unreadable",
    problem: `the ${type} ${JSON.stringify(name)} ${problem}`,
    place: { kind: "database", database },
    outcome: "unchanged",
    hint: `${query} shows its definition; ${todo}`,
  });
}

function shorten(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100)}…`;
}
