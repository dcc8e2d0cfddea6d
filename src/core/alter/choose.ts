/** Chooses how a table is changed: by SQLite's own ALTER TABLE, by an edit of its stored text, or by a rebuild. */
import { foldIdentifier, quoteIdentifier, quoteTable } from "../sql/quote.ts";
import { textOf } from "../schema/span.ts";
import type { Column, Table } from "../schema/table.ts";
import { storageOf } from "./affinity.ts";
import { hasDefault } from "./default-value.ts";
import { factsOf, keyIndexes, sameTable } from "./facts.ts";
import type { ColumnMatch } from "./match.ts";
import { withColumns, withoutColumns } from "./native-table.ts";
import { isAlias } from "./row-id.ts";
import { commentsOf } from "./stored-text.ts";

/** How a table is changed. Columns have their new names by then. */
export type Method =
  /** Nothing but names has changed. */
  | { readonly kind: "none" }
  /** `sql`: the text that is put in place of SQLite's own afterwards, for its comments. */
  | { readonly kind: "native"; readonly statements: readonly string[]; readonly sql?: string }
  | SchemaEdit
  | { readonly kind: "rebuild" };

/** The rows stay as they are stored. */
export interface SchemaEdit {
  readonly kind: "schema_edit";
  readonly sql: string;
  /** Whether the rows have to be checked against what is new. */
  readonly checks: "rows" | "none";
  /** The columns whose default becomes another, as they are now. A row from before such a column has no value of its own in it. */
  readonly defaults: readonly Column[];
}

/** What the connection can do. */
export interface Capabilities {
  /** Whether the stored text of a table may be changed on this connection. */
  readonly schemaEdit: "possible" | "impossible";
  /** Whether SQLite itself drops columns here: where a view or trigger anywhere is broken it does not, and does not say why. */
  readonly dropColumn: "possible" | "impossible";
}

/** What a choice is made from. */
export interface Choice {
  /** The table as it is, with the new names of its columns. */
  readonly current: Table;
  readonly wanted: Table;
  readonly match: ColumnMatch;
  readonly capabilities: Capabilities;
}

/** Chooses the cheapest method that ends at the wanted table. */
export function chooseMethod(choice: Choice): Method {
  const { current, wanted, match } = choice;
  const keepsAll = match.dropped.length === 0 && match.columns.every(({ kind }) => kind !== "computed");
  const mayEdit = choice.capabilities.schemaEdit === "possible";
  if (keepsAll && sameTable(current, wanted)) {
    const compare = mayEdit ? isSameList : hasAll;
    if (compare(commentsOf(current.sql), commentsOf(wanted.sql))) return { kind: "none" };
  }
  const native = addedColumns(choice) ?? droppedColumns(choice);
  if (native !== undefined) return native;
  if (mayEdit && keepsAll && isStoredAlike(current, wanted)) return schemaEdit(current, wanted);
  return { kind: "rebuild" };
}

/** Whether a method needs the stored text to be changed. */
export function editsSchema(method: Method): boolean {
  return method.kind === "schema_edit" || (method.kind === "native" && method.sql !== undefined);
}

/** ADD COLUMN, where nothing but columns at the end is new (https://sqlite.org/lang_altertable.html#altertabaddcol). */
function addedColumns({ current, wanted, match, capabilities }: Choice): Method | undefined {
  const added = wanted.columns.slice(current.columns.length);
  if (added.length === 0 || match.dropped.length > 0 || !added.every(canBeAdded)) return undefined;
  // ADD COLUMN would find an older default of another type as well, and refuse the rows for it.
  if (wanted.typing === "strict" && !wanted.columns.every(hasFittingDefault)) return undefined;
  if (match.columns.some(({ kind }) => kind === "computed")) return undefined;
  if (!sameTable(withColumns(current, added), wanted)) return undefined;
  const texts = added.map(({ source }) => textOf(wanted.sql, source.span));
  const statements = texts.map((text) => `ALTER TABLE ${quoteTable(current.name)} ADD COLUMN ${text}`);
  const comments = [current.sql, ...texts].flatMap(commentsOf);
  if (isSameList(comments, commentsOf(wanted.sql))) return { kind: "native", statements };
  if (capabilities.schemaEdit === "possible") return { kind: "native", statements, sql: wanted.sql };
  return hasAll(comments, commentsOf(wanted.sql)) ? { kind: "native", statements } : undefined;
}

/** What SQLite adds without touching a row: no key, no value that is not constant. */
function canBeAdded(column: Column): boolean {
  const { name, constraints, default: value, nulls } = column;
  const isKey = constraints.some(({ kind }) => kind === "primary_key" || kind === "unique");
  const isStored = constraints.some((constraint) => constraint.kind === "generated" && constraint.storage === "stored");
  const isConstant = value === undefined || (value.form === "literal" && !/^current_/i.test(value.text));
  const isFilled = nulls === "allowed" || hasDefault(column);
  // A CHECK of a new column makes SQLite check every row of the table slowly.
  const isChecked = constraints.some(({ kind }) => kind === "check");
  return !isKey && !isStored && isConstant && isFilled && !isChecked && !isAlias(name);
}

/** The literals of each type of STRICT tables. CREATE TABLE takes others as a default, and ADD COLUMN does not. */
const LITERALS: Readonly<Record<string, RegExp>> = {
  int: /^[-+]?\d+$/,
  integer: /^[-+]?\d+$/,
  real: /^[-+]?[\d.]/,
  text: /^'/,
  blob: /^x'/i,
  any: /^/,
};

function hasFittingDefault({ type, default: value }: Column): boolean {
  if (value === undefined || value.form === "expression" || /^null$/i.test(value.text)) return true;
  return LITERALS[foldIdentifier(type)]?.test(value.text) === true;
}

/** DROP COLUMN, where nothing but a column that nothing uses goes (https://sqlite.org/lang_altertable.html#altertabdropcol). */
function droppedColumns({ current, wanted, match, capabilities }: Choice): Method | undefined {
  const [dropped, second] = match.dropped;
  if (capabilities.dropColumn === "impossible") return undefined;
  // Each DROP COLUMN writes every row again: two of them cost more than a rebuild.
  if (dropped === undefined || second !== undefined || match.columns.some(({ kind }) => kind === "computed"))
    return undefined;
  const isKey = dropped.constraints.some(({ kind }) => kind === "primary_key" || kind === "unique");
  if (isKey || isAlias(dropped.name)) return undefined;
  if (!sameTable(withoutColumns(current, [dropped]), wanted)) return undefined;
  const statements = [`ALTER TABLE ${quoteTable(current.name)} DROP COLUMN ${quoteIdentifier(dropped.name)}`];
  // SQLite takes comments out with the column, and not always those that are about it.
  if ([current, wanted].every(({ sql }) => commentsOf(sql).length === 0)) return { kind: "native", statements };
  return capabilities.schemaEdit === "possible" ? { kind: "native", statements, sql: wanted.sql } : undefined;
}

/** Whether the rows as they are stored are rows of the wanted table: the same columns in the same order, types, keys and storage. */
function isStoredAlike(current: Table, wanted: Table): boolean {
  return describeStorage(current) === describeStorage(wanted);
}

function describeStorage(table: Table): string {
  const { columns, rowid, storage, typing } = factsOf(table);
  const stored = [...columns].map(([name, { type, collation, generated }]) => [
    name,
    storageOf(type, typing),
    collation,
    generated,
  ]);
  return JSON.stringify([stored, rowid, storage, typing, keyIndexes(table)]);
}

function schemaEdit(current: Table, wanted: Table): SchemaEdit {
  const left = factsOf(current);
  const right = factsOf(wanted);
  const isNewNotNull = [...right.columns].some(
    ([name, { notNull }]) => notNull !== "" && (left.columns.get(name)?.notNull ?? "") === "",
  );
  // Foreign keys are checked after every migration.
  const isNew = isNewNotNull || right.checks.some((check) => !left.checks.includes(check));
  const defaults = current.columns.filter((column, index) => {
    const [before, after] = [left, right].map(({ columns }) => [...columns.values()][index]?.default);
    return column.generated === undefined && before !== after;
  });
  return { kind: "schema_edit", sql: wanted.sql, checks: isNew ? "rows" : "none", defaults };
}

/** Whether no comment of the wanted table is missing. */
export function hasCommentsOf(table: Table, wanted: Table): boolean {
  return hasAll(commentsOf(table.sql), commentsOf(wanted.sql));
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function hasAll(texts: readonly string[], wanted: readonly string[]): boolean {
  const left = [...texts];
  return wanted.every((text) => {
    const place = left.indexOf(text);
    if (place >= 0) left.splice(place, 1);
    return place >= 0;
  });
}
