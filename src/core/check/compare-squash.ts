/** Compares what a squash makes with what the migrations make that it stands for: schema, rows, and what the history says. */
import { checksumsDiffer } from "../migration/checksum.ts";
import { listVersions } from "../migration/version-list.ts";
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import type { Image, ImageRows } from "../squash/image.ts";
import { compareRows, describeRow, type RowDifference, type StoredRow, type TableRows } from "./compare-rows.ts";
import { compareSchemas, describeDifferences, summarizeDifferences } from "./compare-schemas.ts";
import type { StoredObject } from "./stored-object.ts";

/** How many rows of one table are shown: a squash may have thousands that all changed in one way. */
const MOST_ROWS = 20;

/** A database that began empty. */
export interface Made {
  readonly objects: readonly StoredObject[];
  readonly image: Image;
}

/** What differs, in a form that can be kept. `same`: nothing that matters. */
export type SquashVerdict =
  | { readonly kind: "same" }
  /** The squash cannot be run at all. */
  | { readonly kind: "unusable"; readonly problem: string; readonly fix: string }
  /** It makes another database, or tells another history; `details` are the lines of a unified diff. */
  | { readonly kind: "different"; readonly problem: string; readonly details: readonly string[] };

/** A difference: a clause about it, and the lines of a unified diff, where `-` is of the migrations and `+` of the squash. */
interface Part {
  readonly what: string;
  readonly lines: readonly string[];
}

/**
 * Compares. How an object is written does not count, nor do names of migrations and ways back. A checksum does: a database that began
 * with the squash has the one in it, and refuses to go on with a file that has another.
 */
export function compareSquash(migrations: Made, squash: Made): SquashVerdict {
  const edited = editedSince(migrations.image, squash.image);
  const parts = [
    ...schemaParts(migrations.objects, squash.objects),
    ...rowParts(migrations.image, squash.image),
    ...numberParts(migrations.image, squash.image),
    ...historyParts(migrations.image, squash.image),
  ];
  const since = `${listVersions(edited)} ${edited.length === 1 ? "was" : "were"} edited since`;
  const [first] = parts;
  if (first === undefined) {
    const problem = `this squash makes what its migrations make, and has another checksum for them: ${since}`;
    return edited.length === 0 ? { kind: "same" } : { kind: "different", problem, details: [] };
  }
  const more = parts.length > 1 ? `, and ${parts.length - 1} more` : "";
  const why = edited.length === 0 ? "" : `; ${since}`;
  return {
    kind: "different",
    problem: `this squash does not make what its migrations make: ${first.what}${more}${why}`,
    details: parts.flatMap(({ lines }) => lines),
  };
}

function schemaParts(expected: readonly StoredObject[], found: readonly StoredObject[]): readonly Part[] {
  return compareSchemas(expected, found).map((difference) => ({
    what: summarizeDifferences([difference], "is made by no migration"),
    lines: describeDifferences([difference]),
  }));
}

function rowParts(migrations: Image, squash: Image): readonly Part[] {
  const others = new Map(squash.tables.map((table) => [foldIdentifier(table.name), table]));
  return migrations.tables.flatMap((table) => {
    const other = others.get(foldIdentifier(table.name));
    // A table that only one of them makes is a difference of the schema, and so is a column.
    if (other === undefined) return [];
    const [own, its] = [numbered(table, migrations), numbered(other, squash)];
    const shared = own.columns.filter((column) => its.columns.includes(column));
    const found = compareRows(only(own, shared), only(its, shared));
    // Where a row came in between, those behind it have other numbers, and that says nothing more.
    const telling = found.some(({ kind }) => kind !== "renumbered")
      ? found.filter(({ kind }) => kind !== "renumbered")
      : found;
    if (telling.length === 0) return [];
    const lines = telling.slice(0, MOST_ROWS).flatMap((one) => linesOf(one, shared));
    const hidden = telling.length - MOST_ROWS;
    return {
      what: `rows of the table ${JSON.stringify(table.name)} are different`,
      lines: [`@@ rows of ${table.name} @@`, ...lines, ...(hidden > 0 ? [` and ${hidden} more`] : [])],
    };
  });
}

/** The rows with the number that each has, so that one whose values changed is found again. */
function numbered({ name, columns, rows }: ImageRows, { schema }: Image): TableRows {
  const table = schema.tables.find((one) => isSameName(one.name, name));
  // A number that has no column of its own stands in front of the columns.
  const isApart = table !== undefined && !table.columns.some((column) => column.name === columns[0]);
  const at = isApart ? 0 : columns.indexOf(table?.rowidColumn ?? "");
  const from = isApart ? 1 : 0;
  return {
    columns: columns.slice(from),
    identity: "by_value",
    rows: rows.map((row) => ({ id: row[at] ?? "", values: row.slice(from) })),
  };
}

function only({ columns, identity, rows }: TableRows, shared: readonly string[]): TableRows {
  const places = shared.map((column) => columns.indexOf(column));
  const kept = rows.map(({ id, values }) => ({ id, values: places.map((place) => values[place] ?? "") }));
  return { columns: shared, identity, rows: kept };
}

function linesOf(difference: RowDifference, columns: readonly string[]): readonly string[] {
  const line = (side: "-" | "+", row: StoredRow): string => `${side}${describeRow(columns, row)}`;
  switch (difference.kind) {
    case "lost":
      return [line("-", difference.row)];
    case "added":
      return [line("+", difference.row)];
    case "changed":
      return [line("-", difference.before), line("+", difference.after)];
    case "renumbered": {
      const { before, after } = difference;
      return [
        `-rowid ${before.id}: ${describeRow(columns, before)}`,
        `+rowid ${after.id}: ${describeRow(columns, after)}`,
      ];
    }
  }
}

/** Counters of AUTOINCREMENT, and the numbers in the header of the file. */
function numberParts(migrations: Image, squash: Image): readonly Part[] {
  const { sequences } = migrations;
  const tables = [...sequences.keys()].filter((name) => squash.sequences.has(name));
  return [
    ...tables.flatMap((name) =>
      numberPart(`the last number of AUTOINCREMENT in ${JSON.stringify(name)}`, [
        sequences.get(name),
        squash.sequences.get(name),
      ]),
    ),
    ...[...migrations.settings].flatMap(([name, value]) =>
      numberPart(`PRAGMA ${name}`, [String(value), String(squash.settings.get(name) ?? 0)]),
    ),
  ];
}

function numberPart(what: string, [own, other]: readonly [string | undefined, string | undefined]): readonly Part[] {
  if (own === other) return [];
  return [{ what: `${what} is different`, lines: [`@@ ${what} @@`, `-${own ?? "none"}`, `+${other ?? "none"}`] }];
}

/** The migrations that the squash leaves out: they were put between the others after it was written. */
function historyParts(migrations: Image, squash: Image): readonly Part[] {
  const known = new Set(squash.history.map(({ version }) => version));
  const left = migrations.history.filter(({ version }) => !known.has(version));
  if (left.length === 0) return [];
  return [
    {
      what: `it does not stand for version ${left.map(({ version }) => version).join(", ")}`,
      lines: ["@@ migrations @@", ...left.map(({ version, name }) => `-${version} ${JSON.stringify(name)}`)],
    },
  ];
}

function editedSince(migrations: Image, squash: Image): readonly number[] {
  const before = new Map(squash.history.map(({ version, checksum }) => [version, checksum]));
  return migrations.history
    .filter(({ version, checksum }) => checksumsDiffer(before.get(version) ?? null, checksum))
    .map(({ version }) => version);
}
