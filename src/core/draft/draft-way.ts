/** Writes one way of a migration: the statements that make a schema the wanted one, in an order in which they run. */
import { asStored } from "../alter/stored-text.ts";
import type { Change, Rename } from "../diff/change.ts";
import { nameText } from "../schema/edit/name-text.ts";
import { terminated } from "../schema/terminated.ts";
import type { Schema, SchemaObject, Trigger, View } from "../schema/schema.ts";
import { foldIdentifier } from "../sql/quote.ts";
import type { DraftCapabilities } from "./capabilities.ts";
import { draftTable } from "./draft-table.ts";
import { refillText } from "./full-text.ts";
import { hangingOn } from "./hanging.ts";
import { childrenFirst } from "./order.ts";
import { joinBlocks, lineComment, type Block } from "./sql-text.ts";

/** What a way is written from. */
export interface WayInput {
  /** With the new names of all that is renamed. */
  readonly from: Schema;
  readonly to: Schema;
  readonly changes: readonly Change[];
  readonly renames: readonly Rename[];
  readonly capabilities: DraftCapabilities;
  readonly direction: "up" | "down";
  /** `drop_table` and `drop_column` are written down as allowed. Only what the way up drops needs that. */
  readonly allow?: ReadonlySet<string>;
}

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

/** What goes and what comes, beside the tables that stay. */
interface Way extends WayInput {
  readonly gone: Schema;
  readonly made: Schema;
}

type Listed = Exclude<keyof Schema, "tables">;

/** The changes of each kind of object. */
const KINDS = { indexes: "index", views: "view", triggers: "trigger", virtualTables: "virtual_table" } as const;

function readWay(input: WayInput): Way {
  const { from, to, changes } = input;
  const named = new Map<string, Set<string>>();
  for (const change of changes) {
    const name = nameOf(change);
    if (name !== undefined) named.set(change.kind, (named.get(change.kind) ?? new Set()).add(foldIdentifier(name)));
  }
  const is = (kind: string, { name }: { readonly name: string }): boolean =>
    named.get(kind)?.has(foldIdentifier(name)) === true;
  const goneOf = <K extends Listed>(list: K): Schema[K] =>
    from[list].filter(
      (one) => is(`drop_${KINDS[list]}`, one) || is(`replace_${KINDS[list]}`, one),
    ) as unknown as Schema[K];
  const madeOf = <K extends Listed>(list: K): Schema[K] =>
    to[list].filter(
      (one) => is(`create_${KINDS[list]}`, one) || is(`replace_${KINDS[list]}`, one),
    ) as unknown as Schema[K];
  const plain = {
    tables: from.tables.filter((table) => is("drop_table", table)),
    indexes: goneOf("indexes"),
    views: goneOf("views"),
    triggers: goneOf("triggers"),
    virtualTables: goneOf("virtualTables"),
  };
  const gone = withHanging(input, plain);
  // What goes only for a while, or with what it is on, is made again.
  const again = <T extends View | Trigger>(
    made: readonly T[],
    wanted: readonly T[],
    left: readonly T[],
  ): readonly T[] => {
    const names = new Set([...made, ...left].map(({ name }) => foldIdentifier(name)));
    return wanted.filter(({ name }) => names.has(foldIdentifier(name)));
  };
  const owners = new Set([...gone.tables, ...gone.views].map(({ name }) => foldIdentifier(name)));
  const lost = from.triggers.filter(({ table }) => owners.has(foldIdentifier(table)));
  const made = {
    tables: to.tables.filter((table) => is("create_table", table)),
    indexes: madeOf("indexes"),
    views: again(madeOf("views"), to.views, gone.views),
    triggers: again(madeOf("triggers"), to.triggers, [...gone.triggers, ...lost]),
    virtualTables: madeOf("virtualTables"),
  };
  return { ...input, gone, made };
}

/** With the views and triggers that would not work while something that they name is away. */
function withHanging({ from, changes }: WayInput, gone: Schema): Schema {
  if (!changes.some(({ kind }) => kind === "alter_table" || kind === "rename_table")) return gone;
  const names = [...gone.tables, ...gone.views, ...gone.virtualTables].map(({ name }) => foldIdentifier(name));
  const hanging = hangingOn(from, names);
  return {
    ...gone,
    views: from.views.filter((view) => gone.views.includes(view) || hanging.has(view)),
    triggers: from.triggers.filter((trigger) => gone.triggers.includes(trigger) || hanging.has(trigger)),
  };
}

function nameOf(change: Change): string | undefined {
  if ("index" in change) return change.index;
  if ("view" in change) return change.view;
  if ("trigger" in change) return change.trigger;
  return "table" in change ? change.table : undefined;
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
    const wanted = to.tables.find(({ name }) => foldIdentifier(name) === foldIdentifier(current.name));
    if (wanted === undefined) throw new RangeError(`the table ${current.name} is not in the wanted schema`);
    const own = renames.filter(
      (rename) => rename.kind === "column" && foldIdentifier(rename.table) === foldIdentifier(wanted.name),
    );
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
  return foldIdentifier(object.table) === foldIdentifier(name);
}
