/** Writes one way of a migration: the statements that make a schema the wanted one, in an order in which they run. */
import { asStored } from "../alter/stored-text.ts";
import { nameText } from "../schema/edit/name-text.ts";
import { terminated } from "../schema/terminated.ts";
import type { SchemaObject } from "../schema/schema.ts";
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import { draftTable } from "./draft-table.ts";
import { refillText } from "./full-text.ts";
import { childrenFirst } from "./order.ts";
import { joinBlocks, lineComment, type Block } from "./sql-text.ts";
import { readWay, type Way, type WayInput } from "./way.ts";

/** The text of a section; empty where nothing changes. */
export function draftWay(input: WayInput): string {
  const way = readWay(input);
  return joinBlocks([
    ...dropBlocks(way),
    ...renameBlocks(input),
    ...alterBlocks(input),
    ...createTableBlocks(way),
    ...createBlocks(way),
  ]);
}

/** Triggers and indexes go with the table or view that they are on. */
function dropBlocks({ gone, allow, direction }: Way): readonly Block[] {
  const owners = new Set([...gone.tables, ...gone.views].map(({ name }) => foldIdentifier(name)));
  const isAlone = ({ table }: { readonly table: string }): boolean => !owners.has(foldIdentifier(table));
  const drop = (type: string, { name }: { readonly name: string }): string => `DROP ${type} ${nameText(name)};`;
  const isAllowed = direction === "up" && allow?.has("drop_table") === true;
  const dropTable = (table: { readonly name: string }): Block => ({
    text: (isAllowed ? "-- lockstep:allow drop_table\n" : "") + drop("TABLE", table),
    group: "drop",
  });
  return [
    ...gone.triggers
      .filter(isAlone)
      .toReversed()
      .map((trigger): Block => ({ text: drop("TRIGGER", trigger), group: "drop" })),
    ...gone.views.toReversed().map((view): Block => ({ text: drop("VIEW", view), group: "drop" })),
    ...gone.indexes.filter(isAlone).map((index): Block => ({ text: drop("INDEX", index), group: "drop" })),
    ...gone.virtualTables.toReversed().map(dropTable),
    ...childrenFirst(gone.tables).map(dropTable),
  ];
}

function renameBlocks({ renames }: WayInput): readonly Block[] {
  return renames
    .filter(({ kind }) => kind === "table")
    .map(({ from, to }) => ({ text: `ALTER TABLE ${nameText(from)} RENAME TO ${nameText(to)};`, group: to }));
}

/** Children first: a parent may lose its key only when nobody refers to it any more. */
function alterBlocks(input: WayInput): readonly Block[] {
  const { from, to, changes, renames, capabilities, direction, allow = new Set() } = input;
  const altered = new Map(
    changes.flatMap((change) =>
      change.kind === "alter_table" ? [[foldIdentifier(change.table), change.changes]] : [],
    ),
  );
  const isAltered = ({ name }: { readonly name: string }): boolean => altered.has(foldIdentifier(name));
  return childrenFirst(from.tables.filter(isAltered)).flatMap((current) => {
    const wanted = to.tables.find(({ name }) => isSameName(name, current.name));
    if (wanted === undefined) throw new RangeError(`the table ${current.name} is not in the wanted schema`);
    const own = renames.filter((rename) => rename.kind === "column" && isSameName(rename.table, wanted.name));
    return draftTable({
      current,
      wanted,
      renames: own,
      capabilities,
      direction,
      comments:
        altered.get(foldIdentifier(current.name))?.some(({ kind }) => kind === "change_comments") === true
          ? "differ"
          : "same",
      allow: direction === "up" ? allow : new Set(),
    });
  });
}

/** Each table with its own indexes below it, in the order of the wanted schema. */
function createTableBlocks({ made, direction }: Way): readonly Block[] {
  return made.tables.flatMap((table) => [
    {
      text:
        (direction === "down" ? lineComment(`${nameText(table.name)} comes back empty: its rows are gone.`) : "") +
        terminated(asStored(table).sql),
      group: table.name,
    },
    ...made.indexes.filter((index) => isOn(index, table)).map(create),
  ]);
}

function createBlocks({ made, from, to }: Way): readonly Block[] {
  const others = made.indexes.filter((index) => !made.tables.some((table) => isOn(index, table)));
  const virtualTables = made.virtualTables.flatMap((table): readonly Block[] => {
    const refill = refillText(table, { from, to });
    return [create(table), ...(refill === undefined ? [] : [{ text: refill, group: table.name }])];
  });
  return [...[...others, ...made.views].map(create), ...virtualTables, ...made.triggers.map(create)];
}

function create(object: Pick<SchemaObject, "kind" | "sql" | "name"> & { readonly table?: string }): Block {
  return { text: terminated(object.sql), group: object.table ?? object.name };
}

function isOn(object: { readonly table: string }, { name }: { readonly name: string }): boolean {
  return isSameName(object.table, name);
}
