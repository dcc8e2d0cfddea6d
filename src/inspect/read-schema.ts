/** Reads a schema from a database: every object's text, checked against what SQLite says of it. */
import { linkIndex } from "../core/schema/link.ts";
import { parseObject } from "../core/schema/parse.ts";
import { printObject } from "../core/schema/print.ts";
import type {
  Index,
  Schema,
  SchemaObject,
  Trigger,
  View,
  VirtualTable,
  VirtualTableText,
} from "../core/schema/schema.ts";
import type { Table } from "../core/schema/table.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import type { Task } from "../core/task.ts";
import type { Row } from "../driver/driver.ts";
import { assert } from "../error.ts";
import type { Session } from "../session.ts";
import { readCatalog, type Catalog, type StoredObject } from "./catalog.ts";
import { checkTable, type TableReport } from "./check-table.ts";
import { groupBy } from "./group-by.ts";
import { contradicted, damagedText, unreadable } from "./unreadable.ts";

/** Where a schema is read from. */
export type SchemaReader = Pick<Session, "connection" | "database" | "parsed" | "compared">;

/**
 * Reads the schema of the main database. SQLite's own tables are left out, and those of `without` with their indexes and triggers.
 * Throws `schema_unreadable` for an object that lockstep does not know how to read, or reads differently than SQLite. The cost is that
 * of the schema: the number of rows does not count.
 */
export function* readSchema(
  { connection, database, parsed, compared }: SchemaReader,
  without: readonly string[] = [],
): Task<Schema> {
  const catalog = yield* readCatalog(connection, compared);
  const left = new Set(without.map(foldIdentifier));
  const stored = catalog.objects.filter(
    ({ name, table, sql }) => sql !== null && !/^sqlite_/i.test(name) && !left.has(foldIdentifier(table)),
  );
  const objects = stored.map((row) => {
    if (row.text === "damaged") throw damagedText({ ...row, database });
    const object = parsed.get(row.sql ?? "") ?? parseText(row, database);
    parsed.set(object.sql, object);
    refuseContradiction(row, object, { catalog, database });
    return object;
  });
  const byKind = <Kind extends SchemaObject["kind"]>(kind: Kind): readonly Extract<SchemaObject, { kind: Kind }>[] =>
    objects.filter((object): object is Extract<SchemaObject, { kind: Kind }> => object.kind === kind);
  const all: readonly Table[] = byKind("table");
  const indexes = linkIndexes(byKind("index"), all, database);
  for (const text of checkTables(all, indexes, { catalog, database })) compared.add(text);
  const owners = ownersOf(all, byKind("virtual_table"), catalog);
  return {
    tables: all.filter((table) => !owners.has(table)),
    virtualTables: byKind("virtual_table").map((virtual) =>
      withColumns(virtual, { shadowTables: all.filter((table) => owners.get(table) === virtual), catalog }),
    ),
    indexes,
    views: byKind("view"),
    triggers: linkTriggers(byKind("trigger"), [...all, ...byKind("view"), ...byKind("virtual_table")]),
  };
}

/** The object of a text. */
function parseText(stored: StoredObject, database: string): SchemaObject {
  const object = parseObject(stored.sql ?? "");
  if (object.kind === "unreadable") throw unreadable({ ...stored, database }, object);
  assert(printObject(object) === stored.sql, `the ${stored.type} ${stored.name} is printed as it was read`);
  return object;
}

/** Checks all that can be checked without looking at other objects. */
function refuseContradiction(stored: StoredObject, object: SchemaObject, { catalog, database }: Checked): void {
  const found = { ...stored, database };
  const type = object.kind === "virtual_table" ? "table" : object.kind;
  if (type !== stored.type) throw contradicted(found, `its text makes a ${type}`);
  if (object.name !== stored.name) throw contradicted(found, `its text names it ${JSON.stringify(object.name)}`);
  if ("table" in object && foldIdentifier(object.table) !== foldIdentifier(stored.table)) {
    throw contradicted(found, `its text says that it is on ${JSON.stringify(object.table)}`);
  }
  const listed = String(catalog.listed.get(stored.name)?.["type"]);
  if (LISTED[object.kind]?.includes(listed) === false) throw contradicted(found, `SQLite lists it as a ${listed}`);
}

/** What pragma_table_list can say of an object. */
const LISTED: Readonly<Partial<Record<SchemaObject["kind"], readonly string[]>>> = {
  table: ["table", "shadow"],
  view: ["view"],
  virtual_table: ["virtual"],
};

function linkIndexes(indexes: readonly Index[], tables: readonly Table[], database: string): readonly Index[] {
  const byName = new Map(tables.map((table) => [foldIdentifier(table.name), table]));
  return indexes.map((index) => {
    const table = byName.get(foldIdentifier(index.table));
    if (table !== undefined) return linkIndex(index, table);
    throw contradicted({ type: "index", name: index.name, sql: index.sql, database }, "its table was not found");
  });
}

function linkTriggers(
  triggers: readonly Trigger[],
  targets: readonly (Table | View | VirtualTableText)[],
): readonly Trigger[] {
  const names = new Map(targets.map(({ name }) => [foldIdentifier(name), name]));
  return triggers.map((trigger) => ({ ...trigger, table: names.get(foldIdentifier(trigger.table)) ?? trigger.table }));
}

interface Checked {
  readonly catalog: Catalog;
  readonly database: string;
}

/** Gives the texts of the tables that were compared with what SQLite says of them. */
function checkTables(
  tables: readonly Table[],
  indexes: readonly Index[],
  { catalog, database }: Checked,
): readonly string[] {
  const descends = [...catalog.terms.values()].some((rows) => rows.some((row) => Number(row["desc"]) === 1));
  const report: TableReport = { ...catalog, descending: descends ? "honoured" : "ignored" };
  const byTable = groupBy(indexes, ({ table }) => table);
  return tables.flatMap((table) => {
    const text = catalog.asked.get(table.name);
    if (text === undefined) return [];
    const difference = checkTable(table, byTable.get(table.name) ?? [], report);
    if (difference !== undefined)
      throw contradicted({ type: "table", name: table.name, sql: table.sql, database }, difference);
    return [text];
  });
}

/** The virtual table that each shadow table belongs to: the one whose name, with an underscore, begins its name. */
function ownersOf(
  tables: readonly Table[],
  virtualTables: readonly VirtualTableText[],
  { listed }: Catalog,
): ReadonlyMap<Table, VirtualTableText> {
  const owners = new Map<Table, VirtualTableText>();
  const byLength = virtualTables.toSorted((left, right) => right.name.length - left.name.length);
  for (const table of tables) {
    if (listed.get(table.name)?.["type"] !== "shadow") continue;
    const owner = byLength.find(({ name }) => foldIdentifier(table.name).startsWith(`${foldIdentifier(name)}_`));
    if (owner !== undefined) owners.set(table, owner);
  }
  return owners;
}

function withColumns(
  virtual: VirtualTableText,
  { shadowTables, catalog }: { readonly shadowTables: readonly Table[]; readonly catalog: Catalog },
): VirtualTable {
  const columns = catalog.virtualColumns.get(virtual.name);
  return { ...virtual, ...(columns === undefined ? {} : { columns: columns.map(toColumn) }), shadowTables };
}

function toColumn(row: Row) {
  const visibility = Number(row["hidden"]) === 0 ? "visible" : "hidden";
  return { name: String(row["name"]), type: String(row["type"]), visibility } as const;
}
