/**
 * Full-text tables that keep their rows in the table which changes: they find them by a row id and read the columns by their names, and
 * SQLite notices only when somebody searches (https://sqlite.org/fts5.html#external_content_tables).
 */
import type { VirtualTable } from "../schema/schema.ts";
import { foldIdentifier, isSameName, quoteIdentifier, quoteTable, unquoteIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";
import { affinityOf, keepsText } from "./affinity.ts";
import type { ValueSource } from "./match.ts";
import { alterProblem, type AlterProblem } from "./problem.ts";
import type { TableChange } from "./table-change.ts";

/** The first full-text table that could not read its rows any more. */
export function brokenReader(change: TableChange): AlterProblem | undefined {
  const { schema, current, wanted, match } = change;
  for (const reader of schema.virtualTables) {
    const content = contentOf(reader);
    if (content === undefined) continue;
    if (!isSameName(content, current.name)) {
      const problem = brokenByView(change, reader, content);
      if (problem !== undefined) return problem;
      continue;
    }
    const sources = new Map(match.columns.map((source) => [foldIdentifier(source.column.name), source]));
    const had = new Map(current.columns.map(({ name }) => [foldIdentifier(name), name]));
    for (const name of columnsOf(reader)) {
      const own = had.get(foldIdentifier(name));
      const source = sources.get(foldIdentifier(name));
      if (own === undefined) continue;
      if (source?.kind === "kept" && source.from.name === own && !hasOtherText(source, change)) continue;
      const isGone = source === undefined || (source.kind === "kept" && source.from.name !== own);
      const becomes = isGone ? "would be gone" : "would have other values";
      return refused(reader, `reads the column "${own}" of "${current.name}", which ${becomes}`);
    }
    if (!keepsIds(optionOf(reader, "content_rowid"), { current, wanted }, sources)) {
      return refused(reader, `finds the rows of "${current.name}" by their row ids, which would be others`);
    }
  }
  return undefined;
}

/** A view between the two: SQLite refuses where its columns go, and says nothing where their values become others. */
function brokenByView(change: TableChange, reader: VirtualTable, content: string): AlterProblem | undefined {
  const { current, match } = change;
  const words = wordsOver(change, content);
  if (words === undefined) return undefined;
  const changed = match.columns.find(
    (source) =>
      current.columns.some(({ name }) => isSameName(name, source.column.name)) &&
      (source.kind === "computed" || hasOtherText(source, change)) &&
      (words.has("*") || words.has(foldIdentifier(source.column.name))),
  );
  if (changed === undefined) return undefined;
  const { name } = changed.column;
  return refused(
    reader,
    `reads the column "${name}" of "${current.name}" by way of "${content}", and it would have other values`,
  );
}

/** The names in a view of the table, and in the views that it is made of; undefined where none of them is about the table. */
function wordsOver({ schema, current }: TableChange, view: string): ReadonlySet<string> | undefined {
  const words = new Set<string>();
  const views = new Map(schema.views.map(({ name, sql }) => [foldIdentifier(name), sql]));
  const left = [foldIdentifier(view)];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const sql = views.get(name);
    views.delete(name);
    if (sql === undefined) continue;
    for (const { text } of tokenize(sql).tokens) {
      const word = foldIdentifier(unquoteIdentifier(text));
      words.add(word);
      left.push(word);
    }
  }
  return words.has(foldIdentifier(current.name)) ? words : undefined;
}

/** Whether the values of a column that stays may read as other texts than before: an index of their words would not fit them. */
function hasOtherText(source: ValueSource, { current, wanted }: TableChange): boolean {
  if (source.kind !== "kept") return false;
  const { from, column } = source;
  return !keepsText(affinityOf(from.type, current.typing), affinityOf(column.type, wanted.typing));
}

/** The table or view that a full-text table reads its rows from; undefined where it has its own, or none. */
export function contentOf(reader: VirtualTable): string | undefined {
  const content = optionOf(reader, "content");
  return content === "" ? undefined : content;
}

/** The query by which a full-text table reads its rows. */
export function contentQuery(reader: VirtualTable, content: string): string {
  const id = optionOf(reader, "content_rowid");
  const own = quoteIdentifier(content);
  // With the name of the table in front it is never taken for a text.
  const names = [...(id === undefined ? [] : [id]), ...columnsOf(reader)].map(
    (name) => `${own}.${quoteIdentifier(name)}`,
  );
  return `SELECT ${names.join(", ")} FROM ${quoteTable(content)} AS ${own}`;
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
