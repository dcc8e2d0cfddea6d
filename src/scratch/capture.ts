/** Captures what a database holds at one moment: its objects, the rows of some tables, its counters and the numbers in its header. */
import type { TableRows } from "../core/check/compare-rows.ts";
import type { StoredObject } from "../core/check/stored-object.ts";
import type { TablesByName } from "../core/check/sample.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import type { Table } from "../core/schema/table.ts";
import type { Task } from "../core/task.ts";
import { readHeader, type Header } from "../inspect/header.ts";
import type { Session } from "../session.ts";
import { readRows, readSequences } from "./read-rows.ts";
import { readObjects, type TextMemory } from "./schema-reader.ts";

/** A database at one moment. */
export interface Capture {
  readonly objects: readonly StoredObject[];
  /** By folded name of the table. */
  readonly rows: ReadonlyMap<string, TableRows>;
  readonly sequences: ReadonlyMap<string, number>;
  readonly header: Header;
}

/** Captures the database, with the rows of the tables for which `isWanted` is true. */
export function* capture(
  { connection, tables }: Session,
  memory: TextMemory,
  isWanted: (table: string) => boolean,
): Task<Capture> {
  const objects = yield* readObjects(connection, tables);
  const rows = new Map<string, TableRows>();
  for (const [name, table] of tablesOf(objects, memory)) {
    if (isWanted(name)) rows.set(name, yield* readRows(connection, table));
  }
  return { objects, rows, sequences: yield* readSequences(connection), header: yield* readHeader(connection) };
}

/** The ordinary tables among the objects, by folded name. One that cannot be read is left out. */
export function tablesOf(objects: readonly StoredObject[], memory: TextMemory): TablesByName {
  const tables = new Map<string, Table>();
  for (const { type, name, sql } of objects) {
    const table = type === "table" ? memory.read(sql).table : undefined;
    if (table !== undefined) tables.set(foldIdentifier(name), table);
  }
  return tables;
}
