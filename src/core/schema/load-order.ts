/** The order in which the objects of a schema are written down: one that can be loaded, and that changes little when the schema does. */
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { Index, Schema, Trigger, View, VirtualTable } from "./schema.ts";
import type { Table } from "./table.ts";

/** An object, and what belongs to it: it can only be made behind it. */
export interface LoadGroup {
  readonly object: Table | View | VirtualTable;
  /** Indexes, then triggers. Those on the shadow tables of a virtual table belong to that. */
  readonly dependents: readonly (Index | Trigger)[];
}

/**
 * Tables, then views, then virtual tables, each by name. A table or view may name what does not exist yet, so that nothing else
 * counts for it. A virtual table may not: its module may look at the table or view that it is about. So it comes behind all of those,
 * and behind the virtual tables that its definition mentions, be it through a view. Throws a RangeError for an index or trigger on
 * something that is not in the schema.
 */
export function loadOrder(schema: Schema): readonly LoadGroup[] {
  const groups = group(schema);
  const placed = new Set(groups.flatMap((one) => one.dependents));
  const lost = [...schema.indexes, ...schema.triggers].find((one) => !placed.has(one));
  if (lost !== undefined) throw new RangeError(`the ${lost.kind} ${lost.name} is on nothing that the schema has`);
  return groups;
}

function group(schema: Schema): readonly LoadGroup[] {
  const dependents = new Map<string, (Index | Trigger)[]>();
  for (const one of [...byName(schema.indexes), ...inFiringOrder(schema.triggers)]) {
    const owner = foldIdentifier(one.table);
    dependents.set(owner, [...(dependents.get(owner) ?? []), one]);
  }
  const of = (name: string): readonly (Index | Trigger)[] => dependents.get(foldIdentifier(name)) ?? [];
  return [
    ...[...byName(schema.tables), ...byName(schema.views)].map((object) => ({ object, dependents: of(object.name) })),
    ...byDependency(schema.virtualTables, schema.views).map((object) => ({
      object,
      dependents: byName(object.shadowTables).flatMap(({ name }) => of(name)),
    })),
  ];
}

/** By name, with A to Z as a to z, and then by UTF-16 code units: the same everywhere. */
function byName<T extends { readonly name: string }>(objects: readonly T[]): readonly T[] {
  return objects
    .map((object) => ({ object, key: foldIdentifier(object.name) }))
    .toSorted((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ object }) => object);
}

const EVENTS: readonly Trigger["event"][] = ["INSERT", "UPDATE", "DELETE"];
const TIMES: readonly Trigger["time"][] = ["BEFORE", "INSTEAD OF", "AFTER"];

/**
 * By event and time. Several of one event and time stay in the order in which they were made: SQLite promises none, but that is what
 * it goes by when it fires them, so that by name the loaded database would do something else.
 */
function inFiringOrder(triggers: readonly Trigger[]): readonly Trigger[] {
  const rank = ({ event, time }: Trigger): number => EVENTS.indexOf(event) * TIMES.length + TIMES.indexOf(time);
  return triggers.toSorted((left, right) => rank(left) - rank(right));
}

function byDependency(virtualTables: readonly VirtualTable[], views: readonly View[]): readonly VirtualTable[] {
  if (virtualTables.length === 0) return [];
  const known = new Map([...views, ...virtualTables].map((object) => [foldIdentifier(object.name), object]));
  const visited = new Set<View | VirtualTable>();
  const ordered: VirtualTable[] = [];
  const visit = (object: View | VirtualTable): void => {
    if (visited.has(object)) return;
    visited.add(object);
    for (const { text } of tokenize(object.sql).tokens) {
      const mentioned = known.get(foldIdentifier(unquoteIdentifier(text)));
      if (mentioned !== undefined) visit(mentioned);
    }
    if (object.kind === "virtual_table") ordered.push(object);
  };
  for (const object of byName(virtualTables)) visit(object);
  return ordered;
}
