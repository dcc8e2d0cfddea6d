/** A schema as the linter asks for it: by name, and cheap to go on from with one object changed. */
import { linkIndex } from "../schema/link.ts";
import { parseObject } from "../schema/parse.ts";
import type { Index, Trigger, View, VirtualTableText } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { foldIdentifier } from "../sql/quote.ts";

/** An object that a schema can hold. */
export type ModelObject = Table | Index | Trigger | View | VirtualTableText;

/** The text of an object, as a database stores it. */
export interface StoredText {
  readonly name: string;
  readonly sql: string;
}

/** It never changes: what `with` gives shares all objects that are the same, so that they can be compared by identity. */
export class SchemaModel {
  static readonly empty: SchemaModel = new SchemaModel(new Map());
  readonly #objects: ReadonlyMap<string, ModelObject>;
  #all: readonly ModelObject[] | undefined;
  readonly #byKind: Partial<Record<ModelObject["kind"], readonly ModelObject[]>> = {};

  private constructor(objects: ReadonlyMap<string, ModelObject>) {
    this.#objects = objects;
  }

  /** All objects, in the order in which they were made. */
  get objects(): readonly ModelObject[] {
    this.#all ??= [...this.#objects.values()];
    return this.#all;
  }

  /** Those of one kind: asked for again and again, so that they are sorted out once. */
  #of(kind: ModelObject["kind"]): readonly ModelObject[] {
    return (this.#byKind[kind] ??= this.objects.filter((object) => object.kind === kind));
  }

  table(name: string): Table | undefined {
    const object = this.#objects.get(foldIdentifier(name));
    return object?.kind === "table" ? object : undefined;
  }

  object(name: string): ModelObject | undefined {
    return this.#objects.get(foldIdentifier(name));
  }

  get tables(): readonly Table[] {
    return this.#of("table") as readonly Table[];
  }

  get views(): readonly View[] {
    return this.#of("view") as readonly View[];
  }

  get triggers(): readonly Trigger[] {
    return this.#of("trigger") as readonly Trigger[];
  }

  get virtualTables(): readonly VirtualTableText[] {
    return this.#of("virtual_table") as readonly VirtualTableText[];
  }

  /** The indexes of CREATE INDEX on a table. */
  indexesOf(table: string): readonly Index[] {
    const on = foldIdentifier(table);
    return (this.#of("index") as readonly Index[]).filter(({ table: own }) => foldIdentifier(own) === on);
  }

  /** The triggers on a table or view. */
  triggersOf(table: string): readonly Trigger[] {
    const on = foldIdentifier(table);
    return this.triggers.filter((trigger) => foldIdentifier(trigger.table) === on);
  }

  /** The tables with a foreign key to this one, which may be among them. */
  childrenOf(table: string): readonly Table[] {
    const to = foldIdentifier(table);
    return this.tables.filter(({ foreignKeys }) => foreignKeys.some(({ parent }) => foldIdentifier(parent) === to));
  }

  /** The schema with the objects of these texts in it, in place of those of the same name. What cannot be read is left out. */
  with(texts: readonly StoredText[]): SchemaModel {
    const objects = new Map(this.#objects);
    for (const { name, sql } of texts) {
      const key = foldIdentifier(name);
      if (objects.get(key)?.sql === sql) continue;
      const object = parseObject(sql);
      if (object.kind === "unreadable") objects.delete(key);
      else objects.set(key, link(object, objects));
    }
    return new SchemaModel(objects);
  }

  /**
   * The schema with these texts in place of some others: of all that a part of it had, and of what came to it since. Objects that are
   * the same stay the same.
   */
  replaced(old: readonly StoredText[], texts: readonly StoredText[]): SchemaModel {
    const stay = new Set(texts.map(({ name }) => foldIdentifier(name)));
    const gone = new Set(old.map(({ name }) => foldIdentifier(name)).filter((name) => !stay.has(name)));
    return new SchemaModel(new Map([...this.#objects].filter(([name]) => !gone.has(name)))).with(texts);
  }

  /** The schema without an object, and without what hangs on it where it is a table or a view. */
  without(name: string): SchemaModel {
    const gone = foldIdentifier(name);
    const stay = [...this.#objects].filter(
      ([key, object]) => key !== gone && !("table" in object && foldIdentifier(object.table) === gone),
    );
    return new SchemaModel(new Map(stay));
  }
}

function link(object: ModelObject, objects: ReadonlyMap<string, ModelObject>): ModelObject {
  if (object.kind !== "index") return object;
  const table = objects.get(foldIdentifier(object.table));
  return table?.kind === "table" ? linkIndex(object, table) : object;
}
