/** Compares two schemas: what has to happen to the one for it to be the other. */
import type { Schema, SchemaObject } from "../schema/schema.ts";
import { isSameName } from "../sql/quote.ts";
import type { Change, Rename } from "./change.ts";
import { diffTable, keyOf } from "./diff-table.ts";
import { isSameTable, isSameText, type CommentPolicy } from "./same-object.ts";

/** What a comparison goes by. */
export interface SchemaDiffOptions {
  /** What was renamed; `from` has these new names already, as SQLite writes them into every object. */
  readonly renames?: readonly Rename[];
  /** Default `"ignore"`: a change of comments alone is none. */
  readonly comments?: CommentPolicy;
}

/**
 * The differences, in no order in which they could run. Objects are paired by their names: a new name has to be given in `renames`, and
 * nothing is ever taken for renamed. Equal schemas have none. A table that is a view afterwards is dropped and created.
 */
export function diffSchemas(
  from: Schema,
  to: Schema,
  { renames = [], comments = "ignore" }: SchemaDiffOptions = {},
): readonly Change[] {
  return [
    ...renames.flatMap((rename): readonly Change[] =>
      rename.kind === "table" ? [{ kind: "rename_table", from: rename.from, to: rename.to }] : [],
    ),
    ...tableChanges(from, to, { renames, comments }),
    ...changesOf(from.virtualTables, to.virtualTables, (verb, { name }) => ({
      kind: `${verb}_virtual_table`,
      table: name,
    })),
    ...changesOf(from.indexes, to.indexes, (verb, { name, table }) => ({ kind: `${verb}_index`, index: name, table })),
    ...changesOf(from.views, to.views, (verb, { name }) => ({ kind: `${verb}_view`, view: name })),
    ...changesOf(from.triggers, to.triggers, (verb, { name, table }) => ({
      kind: `${verb}_trigger`,
      trigger: name,
      table,
    })),
  ];
}

function tableChanges(from: Schema, to: Schema, { renames, comments }: Required<SchemaDiffOptions>): readonly Change[] {
  const before = new Map(from.tables.map((table) => [keyOf(table), table]));
  const after = new Set(to.tables.map(keyOf));
  const dropped = from.tables.filter((table) => !after.has(keyOf(table)));
  return [
    ...dropped.map(({ name }): Change => ({ kind: "drop_table", table: name })),
    ...to.tables.flatMap((wanted): readonly Change[] => {
      const current = before.get(keyOf(wanted));
      if (current === undefined) return [{ kind: "create_table", table: wanted.name }];
      const own = renames.filter((rename) => rename.kind === "column" && isSameName(rename.table, wanted.name));
      const renamed = own.map(({ from: old, to: next }) => ({ kind: "rename_column", from: old, to: next }) as const);
      if (renamed.length === 0 && isSameTable(current, wanted, comments)) return [];
      return [
        { kind: "alter_table", table: wanted.name, changes: [...renamed, ...diffTable(current, wanted, comments)] },
      ];
    }),
  ];
}

type Verb = "create" | "drop" | "replace";

/** What is gone, what is new, and what is another under its name. */
function changesOf<T extends Pick<SchemaObject, "name" | "sql">>(
  from: readonly T[],
  to: readonly T[],
  change: (verb: Verb, object: T) => Change,
): readonly Change[] {
  const before = new Map(from.map((object) => [keyOf(object), object]));
  const after = new Set(to.map(keyOf));
  const dropped = from.filter((object) => !after.has(keyOf(object)));
  return [
    ...dropped.map((object) => change("drop", object)),
    ...to.flatMap((wanted): readonly Change[] => {
      const current = before.get(keyOf(wanted));
      if (current === undefined) return [change("create", wanted)];
      return isSameText(current, wanted) ? [] : [change("replace", wanted)];
    }),
  ];
}
