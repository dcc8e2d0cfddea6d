/** Compares a table, as its text was read, with what SQLite's pragmas report of it. */
import { automaticIndexes } from "../core/schema/automatic-index.ts";
import type { ForeignKey } from "../core/schema/constraint.ts";
import type { Index } from "../core/schema/schema.ts";
import type { Table } from "../core/schema/table.ts";
import type { Row } from "../driver/driver.ts";
import type { Catalog } from "./catalog.ts";
import { indexParts, termParts } from "./check-index.ts";
import { firstDifference, type Facts, type Parts } from "./difference.ts";
import { groupBy } from "./group-by.ts";

/** What SQLite says of a table, and of the database that it is in. */
export interface TableReport extends Pick<Catalog, "columns" | "terms" | "foreignKeys" | "listed"> {
  /** Whether any index of the database has a descending term. In a file format of before 2006 SQLite reads DESC and ignores it. */
  readonly descending: "honoured" | "ignored";
}

/** The first difference between a table with its indexes and SQLite's report of it; undefined where there is none. */
export function checkTable(table: Table, indexes: readonly Index[], report: TableReport): string | undefined {
  const { name } = table;
  const checks: readonly (readonly [Parts, Parts])[] = [
    [new Map([["the table", optionFacts(table)]]), new Map([["the table", listedFacts(report.listed.get(name))]])],
    [columnParts(table), reportedColumns(report.columns.get(name) ?? [])],
    [indexParts(table, indexes, report.descending), termParts(report.terms.get(name) ?? [], indexes)],
    [foreignKeyParts(table), reportedForeignKeys(report.foreignKeys.get(name) ?? [])],
  ];
  for (const [text, sqlite] of checks) {
    const difference = firstDifference(text, sqlite);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function optionFacts({ storage, typing }: Table): Facts {
  return { "WITHOUT ROWID": storage === "without_rowid" ? 1 : 0, STRICT: typing === "strict" ? 1 : 0 };
}

function listedFacts(row: Row | undefined): Facts {
  return { "WITHOUT ROWID": Number(row?.["wr"]), STRICT: Number(row?.["strict"]) };
}

function columnParts(table: Table): Parts {
  const key = keyOf(table);
  return new Map(
    table.columns.map(({ name, type, nulls, default: value, generated }, position) => [
      columnLabel(name),
      {
        position,
        type,
        "NOT NULL": nulls === "refused" ? 1 : 0,
        DEFAULT: generated === undefined ? (value?.text ?? null) : null,
        "position in the primary key": key.indexOf(name) + 1,
        GENERATED: generated === undefined ? 0 : generated.storage === "virtual" ? 2 : 3,
      },
    ]),
  );
}

/** The columns of the primary key, as SQLite counts them. */
function keyOf(table: Table): readonly string[] {
  if (table.rowidColumn !== undefined) return [table.rowidColumn];
  const index = automaticIndexes(table).find(({ origin }) => origin === "primary_key");
  return index?.columns.map(({ name }) => name) ?? [];
}

function reportedColumns(rows: readonly Row[]): Parts {
  return new Map(
    rows.map((row) => [
      columnLabel(String(row["name"])),
      {
        position: Number(row["cid"]),
        type: String(row["type"]),
        "NOT NULL": Number(row["notnull"]),
        DEFAULT: row["dflt_value"] === null ? null : String(row["dflt_value"]),
        "position in the primary key": Number(row["pk"]),
        GENERATED: Number(row["hidden"]),
      },
    ]),
  );
}

function columnLabel(name: string): string {
  return `the column ${JSON.stringify(name)}`;
}

/** SQLite counts foreign keys from the last one. */
function foreignKeyParts({ foreignKeys }: Table): Parts {
  return new Map(foreignKeys.toReversed().map((key, id) => [foreignKeyLabel(id), foreignKeyFacts(key)]));
}

function foreignKeyFacts({ columns, parent, parentColumns, onDelete, onUpdate }: ForeignKey): Facts {
  return {
    columns: JSON.stringify(columns),
    REFERENCES: parent,
    "columns referred to": JSON.stringify(parentColumns ?? columns.map(() => null)),
    "ON DELETE": onDelete,
    "ON UPDATE": onUpdate,
  };
}

function reportedForeignKeys(rows: readonly Row[]): Parts {
  const groups = groupBy(
    rows.toSorted((left, right) => Number(left["seq"]) - Number(right["seq"])),
    (row) => Number(row["id"]),
  );
  return new Map(
    [...groups].map(([id, group]) => [
      foreignKeyLabel(id),
      {
        columns: JSON.stringify(group.map((row) => row["from"])),
        REFERENCES: String(group[0]?.["parent"]),
        "columns referred to": JSON.stringify(group.map((row) => row["to"])),
        "ON DELETE": String(group[0]?.["on_delete"]),
        "ON UPDATE": String(group[0]?.["on_update"]),
      },
    ]),
  );
}

function foreignKeyLabel(id: number): string {
  return `the foreign key with the number ${id}`;
}
