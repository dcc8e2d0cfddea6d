/** The values of sample rows: what is put into a table before its migration is undone, so that a value that is lost shows. */
import { affinityOf } from "../alter/affinity.ts";
import {
  foldIdentifier,
  isSameName,
  quoteIdentifier,
  quoteString,
  quoteTable,
  unquoteIdentifier,
} from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { Column, Table } from "../schema/table.ts";

/** `with_nulls`: the first row has NULL wherever it may be. */
export type SampleStyle = "with_nulls" | "without_nulls";

/** All tables, by folded name. */
export type TablesByName = ReadonlyMap<string, Table>;

/** How many rows a table gets. */
export const SAMPLE_ROWS = 3;

/** Where the numbers of sample rows begin: above those that a migration is likely to insert. */
const FIRST_NUMBER = 900_001;

/** Values that many CHECKs let pass, as SQL. */
const COMMON: readonly string[] = [
  "0", "1", "2", "10", "100", "0.5", "-1", "'a'", "'ab'", "'abc'", "'abcdefgh'", "'A'", "'{}'", "'[]'", "'[1]'", "'a@b.example'",
  "'b@c.example'",
  "'c@d.example'",
  "'2026-01-31'", "'2026-01-31T12:00:00Z'", "'2026-01-31 12:00:00'", "'12:00'", "'https://a.example/'",
  "'00000000-0000-4000-8000-000000000001'", "'#a0b1c2'", "x'0011'", "NULL",
]; // prettier-ignore

/** How many ways of filling a row are tried before a table is given up. */
const MOST_TRIES = 120;

/** The statements that would insert one row, the most likely first. The first that SQLite takes is meant to count. */
export function* sampleInserts(
  table: Table,
  tables: TablesByName,
  { index, style }: { readonly index: number; readonly style: SampleStyle },
): Generator<string> {
  const columns = table.columns.filter(({ generated }) => generated === undefined);
  if (columns.length === 0) return;
  const parents = parentValues(table, tables, index);
  const isFirst = index === 0 && style === "with_nulls";
  // SQLite lets a key be NULL, and then no row can refer to it.
  const keys = new Set(
    [table.primaryKey, ...table.uniques].flatMap((key) => key?.columns.map(({ name }) => name) ?? []),
  );
  const plain = columns.map((column) => {
    const parent = parents.get(column.name);
    if (parent !== undefined) return parent;
    if (isFirst && column.nulls === "allowed" && !keys.has(column.name)) return "NULL";
    return plainValue(table, column, index);
  });
  const insert = (values: readonly string[]): string =>
    `INSERT INTO ${quoteTable(table.name)} (${columns.map(({ name }) => quoteIdentifier(name)).join(", ")}) VALUES (${values.join(", ")})`;
  yield insert(plain);
  const checked = columns.map(({ name }) => candidatesFor(table, name));
  const places = checked.flatMap((candidates, place) =>
    candidates.length > 0 && !parents.has(columns[place]?.name ?? "") ? [place] : [],
  );
  if (places.length === 0) return;
  let state = 7 + index;
  for (let turn = 0; turn < MOST_TRIES; turn += 1) {
    const values = [...plain];
    for (const place of places) {
      const candidates = checked[place] ?? [];
      // All together first, as one list of words is often about one column; then in an order that is always the same.
      if (turn >= candidates.length) state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      const choice = turn < candidates.length ? turn + index : Math.floor(state / 65_536);
      values[place] = candidates[choice % candidates.length] ?? "NULL";
    }
    yield insert(values);
  }
}

/** A value of the column's type, another one for each row. Some look like something else: a change of type that loses them shows. */
function plainValue(table: Table, { name, type }: Column, index: number): string {
  const number = FIRST_NUMBER + index;
  if (name === table.rowidColumn) return String(number);
  switch (affinityOf(type, table.typing)) {
    case "INTEGER":
      return String(number);
    case "REAL":
      return `${number}.25`;
    case "NUMERIC":
      return String(number);
    case "BLOB":
      return `x'00ff${(index + 16).toString(16)}'`;
    case "TEXT":
      return quoteString(`${name} ${index + 1}`);
  }
}

/** For each column of a foreign key, the value of a row of its parent. The first row of its own parent refers to itself, or to nothing. */
function parentValues(table: Table, tables: TablesByName, index: number): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const key of table.foreignKeys) {
    const parent = tables.get(foldIdentifier(key.parent));
    const parentColumns = key.parentColumns ?? parent?.primaryKey?.columns.map(({ name }) => name) ?? [];
    for (const [place, name] of key.columns.entries()) {
      const wanted = parentColumns[place];
      const column = parent?.columns.find((other) => isSameName(other.name, wanted ?? ""));
      const isOwn = isSameName(key.parent, table.name);
      if (column === undefined || parent === undefined) values.set(name, "NULL");
      else if (isOwn && index === 0) {
        const isFree = table.columns.some((own) => own.name === name && own.nulls === "allowed");
        values.set(name, isFree ? "NULL" : plainValue(parent, column, index));
      } else {
        const source = quoteTable(parent.name);
        const offset = `${index} % max(1, (SELECT count(*) FROM ${source}))`;
        values.set(name, `(SELECT ${quoteIdentifier(column.name)} FROM ${source} LIMIT 1 OFFSET ${offset})`);
      }
    }
  }
  return values;
}

/** What may pass the CHECKs that name a column: the literals that stand in them, what is beside those, and what often passes. */
function candidatesFor(table: Table, name: string): readonly string[] {
  const literals: string[] = [];
  let isChecked = false;
  for (const { expression } of table.checks) {
    const { tokens } = tokenize(expression.text);
    const names = tokens.filter(({ kind }) => kind === "word" || kind === "quoted");
    if (!names.some(({ text }) => foldIdentifier(unquoteIdentifier(text)) === foldIdentifier(name))) continue;
    isChecked = true;
    for (const { kind, text } of tokens) {
      if (kind === "string" || kind === "blob") literals.push(text);
      if (kind !== "number") continue;
      literals.push(text);
      if (Number.isFinite(Number(text))) literals.push(String(Number(text) + 1), String(Number(text) - 1));
    }
  }
  return isChecked ? [...new Set([...literals, ...COMMON])] : [];
}
