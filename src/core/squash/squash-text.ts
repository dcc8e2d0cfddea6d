/** Writes what migrations left on an empty database as one script: the schema, and the rows. */
import type { Image, ImageRows } from "./image.ts";
import type { Table } from "../schema/table.ts";
import { loadOrder } from "../schema/load-order.ts";
import { terminated } from "../schema/terminated.ts";
import { foldIdentifier, quoteIdentifier, quoteString } from "../sql/quote.ts";

/** How many rows an INSERT has: a statement that an editor can still show. */
const ROWS = 100;

/**
 * The statements, without the header. Tables first, each with its rows; then what would change or look at rows while they are put in:
 * indexes, views, triggers, virtual tables with theirs.
 */
export function squashBody(image: Image): string {
  const groups = loadOrder(image.schema);
  const rows = new Map(image.tables.map((table) => [foldIdentifier(table.name), table]));
  const rowsOf = (name: string): readonly string[] => insertsInto(rows.get(foldIdentifier(name)));
  const dependents = (kind: "index" | "trigger", objects: readonly string[]): readonly string[] =>
    groups
      .filter(({ object }) => objects.includes(object.kind))
      .flatMap((group) => group.dependents.filter((one) => one.kind === kind).map(({ sql }) => terminated(sql)));
  const tables = groups.filter(({ object }) => object.kind === "table");
  const others = groups.filter(({ object }) => object.kind !== "table");
  const named = new Set(image.schema.tables.map(({ name }) => foldIdentifier(name)));
  const virtual = new Set(image.schema.virtualTables.map(({ name }) => foldIdentifier(name)));
  // Those of the metadata table, which lockstep has made when this runs.
  const own = image.tables.filter(({ name }) => !named.has(foldIdentifier(name)) && !virtual.has(foldIdentifier(name)));
  return [
    ...[...image.settings].filter(([, value]) => value !== 0).map(([name, value]) => `PRAGMA ${name} = ${value};`),
    ...tables.flatMap(({ object }) => [terminated(object.sql), ...rowsOf(object.name)]),
    ...own.flatMap(insertsInto),
    ...sequences(
      image,
      tables.map(({ object }) => object).filter((object) => object.kind === "table"),
    ),
    ...dependents("index", ["table"]),
    ...others.flatMap(({ object }) => [
      terminated(object.sql),
      ...(object.kind === "virtual_table" ? rowsOf(object.name) : []),
    ]),
    ...dependents("index", ["virtual_table"]),
    ...dependents("trigger", ["table", "view", "virtual_table"]),
  ].join("\n\n");
}

function insertsInto(table: ImageRows | undefined): readonly string[] {
  if (table === undefined || table.rows.length === 0) return [];
  const { name, numbers } = table;
  // A number that SQLite would give anyway says nothing to a reader.
  const from = numbers === "natural" ? 1 : 0;
  const columns = table.columns.slice(from);
  const inserts: string[] = [];
  for (let at = 0; at < table.rows.length; at += ROWS) {
    const rows = table.rows.slice(at, at + ROWS).map((row) => `  (${row.slice(from).join(", ")})`);
    const into = `INSERT INTO ${quoteIdentifier(name)} (${columns.map(quoteIdentifier).join(", ")}) VALUES`;
    inserts.push(`${into}\n${rows.join(",\n")};`);
  }
  return inserts;
}

/** The last number of each table with AUTOINCREMENT, where its rows alone would give another one. */
function sequences({ sequences: wanted, tables }: Image, sorted: readonly Table[]): readonly string[] {
  const statements: string[] = [];
  for (const { name, primaryKey, rowidColumn } of sorted) {
    if (primaryKey?.autoincrement !== "yes" || rowidColumn === undefined) continue;
    const rows = tables.find((table) => table.name === name);
    const at = rows?.columns.indexOf(rowidColumn) ?? -1;
    const ids = (rows?.rows ?? []).map((row) => BigInt(row[at] ?? "0"));
    const own = ids.length === 0 ? undefined : String(ids.reduce((most, id) => (id > most ? id : most), 0n));
    const sequence = wanted.get(name);
    if (sequence === own) continue;
    const table = quoteString(name);
    if (sequence === undefined) statements.push(`DELETE FROM sqlite_sequence WHERE name = ${table};`);
    else if (own === undefined)
      statements.push(`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${sequence});`);
    else statements.push(`UPDATE sqlite_sequence SET seq = ${sequence} WHERE name = ${table};`);
  }
  return statements;
}
