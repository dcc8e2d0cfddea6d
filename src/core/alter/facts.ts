/** What a table is, apart from how it is written: two tables with the same facts hold the same rows in the same way. */
import { canonicalText } from "../sql/canonical.ts";
import { isKeyword } from "../sql/keywords.ts";
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";
import { checkNames } from "./check-name.ts";
import { automaticIndexes } from "../schema/automatic-index.ts";
import type { Check, ForeignKey, KeyColumn, PrimaryKey, Unique } from "../schema/constraint.ts";
import type { Column, Table } from "../schema/table.ts";

/** The facts, each as a text that can be compared. */
export interface TableFacts {
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  readonly primaryKey: string;
  /** The column that is the row id. */
  readonly rowid: string;
  readonly uniques: readonly string[];
  readonly checks: readonly string[];
  readonly foreignKeys: readonly string[];
  readonly storage: Table["storage"];
  readonly typing: Table["typing"];
}

/** What a column is. */
export interface ColumnFacts {
  /** As it is written: results are called by it. */
  readonly name: string;
  /** Its declared type, as written but for case. */
  readonly type: string;
  readonly collation: string;
  readonly generated: string;
  readonly default: string;
  readonly notNull: string;
}

/** Reads the facts of a table. */
export function factsOf(table: Table): TableFacts {
  const names = new Set(table.columns.map(({ name }) => foldIdentifier(name)));
  const checked = checkNames(table);
  return {
    columns: new Map(table.columns.map((column) => [foldIdentifier(column.name), columnFacts(column, names)])),
    primaryKey: table.primaryKey === undefined ? "" : keyFact(table.primaryKey),
    rowid: foldIdentifier(table.rowidColumn ?? ""),
    uniques: table.uniques.map(keyFact).toSorted(),
    checks: table.checks.map((check) => checkFact(check, checked.get(check) ?? "", names)).toSorted(),
    foreignKeys: table.foreignKeys.map(foreignKeyFact).toSorted(),
    storage: table.storage,
    typing: table.typing,
  };
}

/** Whether two tables are the same, the order of their columns included. */
export function sameTable(left: Table, right: Table): boolean {
  return describeFacts(left) === describeFacts(right);
}

/** The indexes that SQLite keeps for the keys of a table, in the order of their numbers. */
export function keyIndexes(table: Table): string {
  const indexes = automaticIndexes(table).map(({ origin, columns }) => [
    origin,
    columns.map(({ name, collation, order }) => [foldIdentifier(name), foldIdentifier(collation), order]),
  ]);
  return JSON.stringify([indexes, table.primaryKey?.autoincrement ?? "no"]);
}

function describeFacts(table: Table): string {
  const { columns, ...rest } = factsOf(table);
  return JSON.stringify({ columns: [...columns], ...rest });
}

function columnFacts(
  { name, type, collation, generated, default: value, notNull }: Column,
  names: ReadonlySet<string>,
): ColumnFacts {
  return {
    name,
    type: foldIdentifier(type).replaceAll(/\s+/g, " "),
    collation: foldIdentifier(collation),
    generated: generated === undefined ? "" : `${generated.storage} ${canonical(generated.expression.text, names)}`,
    // A word or a name in quotes is a text here, whose case counts.
    default: value === undefined ? "" : canonicalText(tokenize(value.text).tokens),
    notNull: notNull === undefined ? "" : `NOT NULL ${notNull.conflict ?? ""} ${notNull.name ?? ""}`,
  };
}

function keyFact(key: PrimaryKey | Unique): string {
  const autoincrement = key.kind === "primary_key" ? key.autoincrement : "";
  return JSON.stringify([key.name ?? "", key.columns.map(keyColumnFact), key.conflict ?? "", autoincrement]);
}

function keyColumnFact({ name, collation = "", order }: KeyColumn): readonly string[] {
  return [foldIdentifier(name), foldIdentifier(collation), order];
}

function checkFact({ expression }: Check, name: string, names: ReadonlySet<string>): string {
  return JSON.stringify([name, canonical(expression.text, names)]);
}

function foreignKeyFact(key: ForeignKey): string {
  const { name = "", columns, parent, parentColumns = [], onDelete, onUpdate, match = "", timing } = key;
  const names = [columns, [parent], parentColumns].map((list) => list.map(foldIdentifier));
  return JSON.stringify([name, ...names, onDelete, onUpdate, match, timing]);
}

/** An expression without its comments and white space, each name as it is without quotes. Strings in single quotes are values. */
function canonical(expression: string, names: ReadonlySet<string>): string {
  return canonicalText(tokenize(expression).tokens.map((token) => ({ ...token, text: plainText(token, names) })));
}

/** SQLite quotes a renamed column where it needs it: what the token names is what counts. */
function plainText({ kind, text }: Token, names: ReadonlySet<string>): string {
  if (kind === "word") return foldIdentifier(text);
  if (kind !== "quoted") return text;
  const name = unquoteIdentifier(text);
  const folded = foldIdentifier(name);
  // What names no column may be a text, for a library that allows such texts in double quotes.
  if (!names.has(folded)) return JSON.stringify(name);
  return /^[a-z_][a-z0-9_$]*$/.test(folded) && !isKeyword(folded) ? folded : JSON.stringify(folded);
}
