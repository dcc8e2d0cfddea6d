/**
 * Full-text tables that keep their rows in the table which changes: they find them by a row id and read the columns by their names, and
 * SQLite notices only when somebody searches (https://sqlite.org/fts5.html#external_content_tables).
 */
import type { VirtualTable } from "../schema/schema.ts";
import { foldIdentifier, isSameName, unquoteIdentifier } from "../sql/quote.ts";
import type { ValueSource } from "./match.ts";
import { alterProblem, type AlterProblem } from "./problem.ts";
import type { TableChange } from "./table-change.ts";

/** The first full-text table that could not read its rows any more. */
export function brokenReader({ schema, current, wanted, match }: TableChange): AlterProblem | undefined {
  for (const reader of schema.virtualTables) {
    const content = optionOf(reader, "content");
    if (content === undefined || foldIdentifier(content) !== foldIdentifier(current.name)) continue;
    const sources = new Map(match.columns.map((source) => [foldIdentifier(source.column.name), source]));
    const had = new Map(current.columns.map(({ name }) => [foldIdentifier(name), name]));
    for (const name of columnsOf(reader)) {
      const own = had.get(foldIdentifier(name));
      const source = sources.get(foldIdentifier(name));
      if (own === undefined || (source?.kind === "kept" && source.from.name === own)) continue;
      const becomes = source === undefined || source.kind === "kept" ? "would be gone" : "would have other values";
      return refused(reader, `reads the column "${own}" of "${current.name}", which ${becomes}`);
    }
    if (!keepsIds(optionOf(reader, "content_rowid"), { current, wanted }, sources)) {
      return refused(reader, `finds the rows of "${current.name}" by their row ids, which would be others`);
    }
  }
  return undefined;
}

/** Whether each row is found by the same number as before. */
function keepsIds(
  column: string | undefined,
  { current, wanted }: Pick<TableChange, "current" | "wanted">,
  sources: ReadonlyMap<string, ValueSource>,
): boolean {
  const own = column === undefined ? undefined : current.columns.find(({ name }) => isSameName(name, column));
  if (own !== undefined) {
    const source = sources.get(foldIdentifier(own.name));
    return source?.kind === "kept" && source.from === own;
  }
  if (current.storage === "without_rowid" || wanted.storage === "without_rowid") return false;
  if (wanted.rowidColumn === undefined) return true;
  const source = sources.get(foldIdentifier(wanted.rowidColumn));
  return source?.kind === "new" || (source?.kind === "kept" && source.from.name === current.rowidColumn);
}

/** The columns that it reads, by their names. */
export function columnsOf({ columns, arguments: list }: VirtualTable): readonly string[] {
  if (columns !== undefined)
    return columns.filter(({ visibility }) => visibility === "visible").map(({ name }) => name);
  // Without the module only the text tells.
  return list.filter((argument) => !argument.includes("=")).map((argument) => unquoteIdentifier(firstWord(argument)));
}

function firstWord(text: string): string {
  return /^\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|\S*)/.exec(text)?.[1] ?? "";
}

/** What is passed to the module behind a key, without quotes. */
export function optionOf({ arguments: list }: VirtualTable, name: string): string | undefined {
  for (const argument of list) {
    const [, key = "", value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*$/s.exec(argument) ?? [];
    if (key.toLowerCase() === name && value !== "") return unquoteIdentifier(value);
  }
  return undefined;
}

function refused({ name }: VirtualTable, what: string): AlterProblem {
  return alterProblem(
    `the full-text table "${name}" ${what}`,
    `drop "${name}" before, and create and fill it anew behind the rebuild`,
  );
}
