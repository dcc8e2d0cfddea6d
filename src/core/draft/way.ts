/** What goes and what comes on one way of a migration, beside the tables that stay. */
import type { Change, Rename } from "../diff/change.ts";
import type { Schema } from "../schema/schema.ts";
import { foldIdentifier } from "../sql/quote.ts";
import type { DraftCapabilities } from "./capabilities.ts";
import { hangingOn } from "./hanging.ts";

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

/** A way, with all that is dropped and created on it. */
export interface Way extends WayInput {
  readonly gone: Schema;
  readonly made: Schema;
}

/** Finds what is dropped and created. What goes only for a while, or with what it is on, is made again. */
export function readWay(input: WayInput): Way {
  const { from, to, changes } = input;
  const gone = withHanging(input, {
    tables: changed(from.tables, changes, ["drop_table"]),
    indexes: changed(from.indexes, changes, ["drop_index", "replace_index"]),
    views: changed(from.views, changes, ["drop_view", "replace_view"]),
    triggers: changed(from.triggers, changes, ["drop_trigger", "replace_trigger"]),
    virtualTables: changed(from.virtualTables, changes, ["drop_virtual_table", "replace_virtual_table"]),
  });
  const owners = namesOf([...gone.tables, ...gone.views]);
  const lost = from.triggers.filter(({ table }) => owners.has(foldIdentifier(table)));
  const views = changed(to.views, changes, ["create_view", "replace_view"]);
  const triggers = changed(to.triggers, changes, ["create_trigger", "replace_trigger"]);
  const made = {
    tables: changed(to.tables, changes, ["create_table"]),
    indexes: changed(to.indexes, changes, ["create_index", "replace_index"]),
    views: among(to.views, namesOf([...views, ...gone.views])),
    triggers: among(to.triggers, namesOf([...triggers, ...gone.triggers, ...lost])),
    virtualTables: changed(to.virtualTables, changes, ["create_virtual_table", "replace_virtual_table"]),
  };
  return { ...input, gone, made };
}

/** With the views and triggers that would not work while something that they name is away. */
function withHanging({ from, changes }: WayInput, gone: Schema): Schema {
  if (!changes.some(({ kind }) => kind === "alter_table" || kind === "rename_table")) return gone;
  const hanging = hangingOn(from, namesOf([...gone.tables, ...gone.views, ...gone.virtualTables]));
  return {
    ...gone,
    views: from.views.filter((view) => gone.views.includes(view) || hanging.has(view)),
    triggers: from.triggers.filter((trigger) => gone.triggers.includes(trigger) || hanging.has(trigger)),
  };
}

interface Named {
  readonly name: string;
}

/** The objects that a change of one of these kinds is about. */
function changed<T extends Named>(
  objects: readonly T[],
  changes: readonly Change[],
  kinds: readonly Change["kind"][],
): readonly T[] {
  return among(objects, namesOf(changes.filter(({ kind }) => kinds.includes(kind)).map((change) => toNamed(change))));
}

function among<T extends Named>(objects: readonly T[], names: ReadonlySet<string>): readonly T[] {
  return objects.filter(({ name }) => names.has(foldIdentifier(name)));
}

function namesOf(objects: readonly Named[]): ReadonlySet<string> {
  return new Set(objects.map(({ name }) => foldIdentifier(name)));
}

/** The name of the object that a change is about. */
function toNamed(change: Change): Named {
  if ("index" in change) return { name: change.index };
  if ("view" in change) return { name: change.view };
  if ("trigger" in change) return { name: change.trigger };
  return { name: "table" in change ? change.table : change.to };
}
