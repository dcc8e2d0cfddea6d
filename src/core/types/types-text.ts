/** Writes the types of a database's rows as TypeScript. */
import { foldIdentifier } from "../sql/quote.ts";
import { docComment } from "./doc-comment.ts";
import { HELPERS } from "./helper-types.ts";
import { tableRow, viewRow, virtualRow, type ColumnType, type RowType, type Untyped } from "./row-type.ts";
import { propertyName, typeNames } from "./type-name.ts";
import type { TypedSchema } from "./typed-schema.ts";

/** What stands at the beginning of every types file; the number is that of the format. */
const MARK = "// lockstep types";
const FORMAT = 1;

/**
 * The text of a types file: an interface with the rows of each table and view, and `Database` with all of them. Equal schemas give
 * equal texts: nothing in it is of a time, a version or a machine. docs/format.md describes it.
 */
export function typesText(typed: TypedSchema): string {
  const all = byName([
    ...typed.schema.tables.map(tableRow),
    ...typed.schema.virtualTables.map(virtualRow),
    ...typed.schema.views.map((view) => viewRow(view, typed)),
  ]);
  const rows = all.filter((one): one is RowType => "columns" in one);
  const untyped = all.filter((one): one is Untyped => "reason" in one);
  const names = typeNames(rows.map(({ name }) => name));
  const nameOf = ({ name }: RowType): string => names.get(name) ?? "";
  const blocks = [
    HEADER,
    HELPERS,
    ...rows.map((row) => rowText(row, nameOf(row))),
    ...untyped.map(({ what, name, reason }) => `// There is no type for ${what} ${JSON.stringify(name)}: ${reason}.`),
    databaseText(rows.map((row) => databaseLine(row, nameOf(row)))),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** Whether a text is one that lockstep wrote, or was one before somebody merged another into it. */
export function isTypes(text: string): boolean {
  return text.split("\n").some((line) => line.startsWith(`${MARK}, format `));
}

const HEADER = `${MARK}, format ${FORMAT}
// Written by "lockstep types". Do not edit it: change the schema with a migration, and write it again.
// SQLite keeps any value in any column of a table that is not STRICT: the types of those say which values are meant.`;

function rowText({ name, what, columns }: RowType, typeName: string): string {
  const lines = columns.flatMap((column) => [
    ...docComment(column.comments, "  "),
    `  ${propertyName(column.name)}: ${column.type};`,
  ]);
  const title = docComment([{ text: `--A row of ${what} ${JSON.stringify(name)}.`, offset: 0 }], "");
  return [...title, `export interface ${typeName} {`, ...lines, "}"].join("\n");
}

function databaseText(lines: readonly string[]): string {
  return [
    "/** Every table and view, as Kysely takes them: `new Kysely<Database>({ dialect })`. */",
    "export interface Database {",
    ...lines,
    "}",
  ].join("\n");
}

function databaseLine({ name, columns }: RowType, typeName: string): string {
  return `  ${propertyName(name)}: ${tableType(typeName, columns)};`;
}

function tableType(typeName: string, columns: readonly ColumnType[]): string {
  if (columns.every(({ insert }) => insert === "never")) return `ReadOnly<${typeName}>`;
  // What can be NULL can be left out as it is.
  const optional = columns.filter(({ insert, nulls }) => insert === "optional" && nulls === "refused");
  const computed = columns.filter(({ insert }) => insert === "never");
  const parts = [typeName];
  if (optional.length > 0 || computed.length > 0) parts.push(union(optional));
  if (computed.length > 0) parts.push(union(computed));
  return `Table<${parts.join(", ")}>`;
}

function union(columns: readonly ColumnType[]): string {
  return columns.length === 0 ? "never" : columns.map(({ name }) => JSON.stringify(name)).join(" | ");
}

/** By name, with A to Z as a to z, and then by UTF-16 code units: the same everywhere. */
function byName<T extends { readonly name: string }>(objects: readonly T[]): readonly T[] {
  return objects
    .map((object) => ({ object, key: foldIdentifier(object.name) }))
    .toSorted((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ object }) => object);
}
