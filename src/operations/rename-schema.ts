/** The schema once SQLite has renamed what is renamed: it writes the new names into every object that it can read. */
import type { Rename } from "../core/diff/change.ts";
import { hangingOn } from "../core/draft/hanging.ts";
import { nameText } from "../core/schema/edit/name-text.ts";
import type { Index, Schema, Trigger, View, VirtualTable } from "../core/schema/schema.ts";
import { foldIdentifier, isSameName } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import { brokenObjects } from "../apply/alter/broken-objects.ts";
import { makeSchema } from "../scratch/make-schema.ts";
import { onScratch } from "../scratch/on-scratch.ts";
import type { Session } from "../session.ts";
import { readUserSchema } from "./read-user-schema.ts";

type Movable = Trigger | View | Index | VirtualTable;

/** In the order in which they are dropped: a trigger goes with its view. */
const DROPS = [
  ["trigger", "TRIGGER"],
  ["view", "VIEW"],
  ["index", "INDEX"],
  ["virtual_table", "TABLE"],
] as const;

/**
 * Renames everything on a copy in memory, in the order given, and reads what has become of the schema. What is in the way of a rename
 * stays as it is written: the draft drops it first. Where it stays in the wanted schema, the draft does not run, and that is told then.
 */
export function* renameSchema(session: Session, schema: Schema, renames: readonly Rename[]): Task<Schema> {
  if (renames.length === 0) return schema;
  return yield* onScratch(session, function* (scratch) {
    yield* makeSchema(scratch, schema);
    const aside = new Set<Movable>();
    // SQLite would rename nothing beside them.
    yield* setAside(scratch, aside, yield* brokenIn(scratch, schema));
    // The new names of tables come first, and those of columns stand in tables that have theirs.
    for (const rename of renames) {
      if (rename.kind === "table") yield* setAside(scratch, aside, holdersOf(rename.to, schema));
      yield* renameOn(scratch, { schema, aside, rename });
    }
    const renamed = yield* readUserSchema(scratch);
    return {
      ...renamed,
      virtualTables: [...renamed.virtualTables, ...schema.virtualTables.filter((one) => aside.has(one))],
      indexes: [...renamed.indexes, ...schema.indexes.filter((one) => aside.has(one))],
      views: [...renamed.views, ...schema.views.filter((one) => aside.has(one))],
      triggers: [...renamed.triggers, ...schema.triggers.filter((one) => aside.has(one))],
    };
  });
}

interface RenameStep {
  readonly schema: Schema;
  readonly aside: Set<Movable>;
  readonly rename: Rename;
}

/** A view that has a column by `*` or USING cannot follow it to its new name: what SQLite names is set aside, one after another. */
function* renameOn(scratch: Session, { schema, aside, rename }: RenameStep): Task<void> {
  const { connection } = scratch;
  const next = `${nameText(rename.from)} TO ${nameText(rename.to)}`;
  const sql =
    rename.kind === "table"
      ? `ALTER TABLE ${next.replace(" TO ", " RENAME TO ")}`
      : `ALTER TABLE ${nameText(rename.table)} RENAME COLUMN ${next}`;
  for (;;) {
    try {
      yield* wait(connection.execute(sql));
      return;
    } catch (error) {
      const message = connection.failure(error)?.message ?? "";
      const named = [...schema.views, ...schema.triggers].find((one) => !aside.has(one) && isAbout(message, one));
      if (named === undefined) throw error;
      yield* setAside(scratch, aside, withTriggers(schema, [named]));
    }
  }
}

/** Whether a message of ALTER TABLE is about this view or trigger, be it as it was or as it would be. */
export function isAbout(message: string, { kind, name }: View | Trigger): boolean {
  return [":", " after rename:"].some((end) => message.startsWith(`error in ${kind} ${name}${end}`));
}

/** The objects whose name a table is to have, and what hangs on them. */
function holdersOf(name: string, schema: Schema): readonly Movable[] {
  const holders = [...schema.indexes, ...schema.views, ...schema.virtualTables].filter((one) =>
    isSameName(one.name, name),
  );
  const readable = holders.filter(({ kind }) => kind !== "index").map((one) => foldIdentifier(one.name));
  return withTriggers(schema, [...holders, ...hangingOn(schema, readable)]);
}

/** With the triggers that are on the views among them. */
function withTriggers({ triggers }: Schema, objects: readonly Movable[]): readonly Movable[] {
  const names = new Set(objects.flatMap((one) => (one.kind === "view" ? [foldIdentifier(one.name)] : [])));
  return [...objects, ...triggers.filter(({ table }) => names.has(foldIdentifier(table)))];
}

/** The views and triggers that do not work. */
function* brokenIn({ connection }: Session, schema: Schema): Task<readonly Movable[]> {
  const broken = yield* brokenObjects(connection, schema);
  return withTriggers(schema, [
    ...schema.views.filter(({ name }) => broken.has(`view ${name}`)),
    ...schema.triggers.filter(({ event, table }) => broken.has(`${event} ${table}`)),
  ]);
}

/** Drops what is not aside already. */
function* setAside({ connection }: Session, aside: Set<Movable>, objects: readonly Movable[]): Task<void> {
  const added = new Set(objects.filter((one) => !aside.has(one)));
  for (const [kind, type] of DROPS) {
    for (const object of added) {
      if (object.kind !== kind) continue;
      yield* wait(connection.execute(`DROP ${type} ${nameText(object.name)}`));
      aside.add(object);
    }
  }
}
