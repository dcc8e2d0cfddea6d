/** All that a database holds at one moment, as values that can be compared and written down. */
import type { SquashedMigration } from "../migration/migration.ts";
import type { Schema } from "../schema/schema.ts";
import { foldIdentifier } from "../sql/quote.ts";

/** A database that has run migrations and nothing else. */
export interface Image {
  /** Without lockstep's own two tables, and with each shadow table where its module makes it. */
  readonly schema: Schema;
  /** Every object as SQLite stores it, lockstep's own among them, in an order that does not depend on when each was made. */
  readonly objects: readonly ImageObject[];
  readonly tables: readonly ImageRows[];
  /** The numbers of `sqlite_sequence`, by the name of the table. */
  readonly sequences: ReadonlyMap<string, string>;
  /** The numbers in the file's header that are the application's own, by the name of their pragma. */
  readonly settings: ReadonlyMap<string, number>;
  readonly history: readonly SquashedMigration[];
}

/** An object of the schema. */
export interface ImageObject {
  readonly label: string;
  readonly sql: string | null;
}

/** The rows of a table, in an order that is its own. */
export interface ImageRows {
  readonly name: string;
  /** What an INSERT names. Where the rowid has no column it is the first, by a name that no column takes. */
  readonly columns: readonly string[];
  /** Each value as SQL. */
  readonly rows: readonly (readonly string[])[];
  /** Whether a table without a column for its rowid has numbers that SQLite would give it anyway. */
  readonly numbers: "kept" | "natural";
}

/** A difference in words: what is different, as the subject of a sentence. */
export interface ImageDifference {
  readonly kind: "schema" | "rows" | "settings" | "history";
  readonly what: string;
}

/** The first difference between two images; undefined where they are the same. */
export function compareImages(left: Image, right: Image): ImageDifference | undefined {
  return (
    compareObjects(left.objects, right.objects) ??
    compareTables(left.tables, right.tables) ??
    compareMaps(left.sequences, right.sequences, (name) => ({
      kind: "rows",
      what: `the last number of AUTOINCREMENT in ${JSON.stringify(name)}`,
    })) ??
    compareMaps(left.settings, right.settings, (name) => ({ kind: "settings", what: `PRAGMA ${name}` })) ??
    compareHistory(left.history, right.history)
  );
}

function compareObjects(left: readonly ImageObject[], right: readonly ImageObject[]): ImageDifference | undefined {
  const texts = new Map(right.map(({ label, sql }) => [label, sql]));
  const other = left.find(({ label, sql }) => texts.get(label) !== sql);
  if (other !== undefined) return { kind: "schema", what: `the ${other.label}` };
  const known = new Set(left.map(({ label }) => label));
  const more = right.find(({ label }) => !known.has(label));
  return more === undefined ? undefined : { kind: "schema", what: `the ${more.label}` };
}

function compareTables(left: readonly ImageRows[], right: readonly ImageRows[]): ImageDifference | undefined {
  const byName = new Map(right.map((table) => [foldIdentifier(table.name), table]));
  for (const table of left) {
    const other = byName.get(foldIdentifier(table.name));
    const what = `the table ${JSON.stringify(table.name)}`;
    if (other === undefined || other.columns.join() !== table.columns.join()) return { kind: "rows", what };
    const column = differentColumn(table, other);
    if (column !== undefined) return { kind: "rows", what: `the column ${JSON.stringify(column)} of ${what}` };
    if (table.rows.length !== other.rows.length) return { kind: "rows", what };
  }
  return undefined;
}

/** The first column of which a row has another value. */
function differentColumn(left: ImageRows, right: ImageRows): string | undefined {
  for (const [index, row] of left.rows.entries()) {
    const other = right.rows[index];
    if (other === undefined) return undefined;
    const at = row.findIndex((value, column) => value !== other[column]);
    if (at !== -1) return left.columns[at];
  }
  return undefined;
}

function compareMaps<Value>(
  left: ReadonlyMap<string, Value>,
  right: ReadonlyMap<string, Value>,
  tell: (key: string) => ImageDifference,
): ImageDifference | undefined {
  const key = [...left.keys(), ...right.keys()].find((one) => left.get(one) !== right.get(one));
  return key === undefined ? undefined : tell(key);
}

function compareHistory(
  left: readonly SquashedMigration[],
  right: readonly SquashedMigration[],
): ImageDifference | undefined {
  const index = left.findIndex((row, at) => JSON.stringify(row) !== JSON.stringify(right[at]));
  const different = left[index] ?? (left.length === right.length ? undefined : right.at(-1));
  return different === undefined
    ? undefined
    : { kind: "history", what: `the row of version ${different.version} in the history` };
}
