/** Which objects of a schema statements can have to do with: what they name, what hangs on that, and what these need to exist. */
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import type { Statement } from "../sql/script.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { ModelObject, SchemaModel } from "./schema-model.ts";

/** Up to so many objects a schema is taken as a whole: only so is a view found that is broken and has to do with nothing else. */
const WHOLE = 200;

/**
 * The objects, tables first. SQLite reads all of the schema for each ALTER TABLE, so that a copy of what matters is what keeps the cost
 * of many statements on many tables from growing with both.
 */
export function neighbourhood(schema: SchemaModel, statements: readonly Statement[]): readonly ModelObject[] {
  const { objects } = schema;
  if (objects.length <= WHOLE) return inOrder(objects);
  // Most words are keywords and columns, which only look like names of objects.
  const words = statements.flatMap(({ tokens }) => [...namesIn(tokens)]);
  const named = new Set(words.filter((word) => schema.object(word) !== undefined));
  const reached = new Set<ModelObject>();
  for (const object of objects) {
    const { name, on } = linksOf(object);
    if (!named.has(name)) continue;
    reached.add(object);
    if (on !== undefined) named.add(on);
  }
  addDependents(objects, named, reached);
  addNeeded(schema, reached);
  return inOrder(objects.filter((object) => reached.has(object)));
}

/** What hangs on a table that is named. A view passes on what hangs on it. */
function addDependents(objects: readonly ModelObject[], named: ReadonlySet<string>, reached: Set<ModelObject>): void {
  const sources = new Set(named);
  for (let isGrowing = true; isGrowing;) {
    isGrowing = false;
    for (const object of objects) {
      if (reached.has(object) || !meets(linksOf(object).needs, sources)) continue;
      reached.add(object);
      if (object.kind !== "view") continue;
      sources.add(linksOf(object).name);
      isGrowing = true;
    }
  }
}

/** What has to be there so that the others can be made and compiled. The parents of a table need not have their own parents. */
function addNeeded(schema: SchemaModel, reached: Set<ModelObject>): void {
  const queue = [...reached];
  for (let object = queue.pop(); object !== undefined; object = queue.pop()) {
    for (const name of linksOf(object).needs) {
      const needed = schema.object(name);
      if (needed === undefined || reached.has(needed)) continue;
      reached.add(needed);
      if (needed.kind !== "table") queue.push(needed);
    }
  }
}

function meets(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const name of some) if (others.has(name)) return true;
  return false;
}

/** How an object hangs together with others. All names are folded. */
interface Links {
  readonly name: string;
  /** The table of an index or a trigger. */
  readonly on: string | undefined;
  /** The names in it that can be those of other objects. Those of columns are among them, and do no harm. */
  readonly needs: ReadonlySet<string>;
}

const known = new WeakMap<ModelObject, Links>();

function linksOf(object: ModelObject): Links {
  const before = known.get(object);
  if (before !== undefined) return before;
  const on = "table" in object ? foldIdentifier(object.table) : undefined;
  const links: Links = { name: foldIdentifier(object.name), on, needs: readNeeds(object) };
  known.set(object, links);
  return links;
}

function readNeeds(object: ModelObject): ReadonlySet<string> {
  switch (object.kind) {
    case "table":
      return new Set(object.foreignKeys.map(({ parent }) => foldIdentifier(parent)));
    case "index":
      return new Set([foldIdentifier(object.table)]);
    case "view":
    case "trigger":
    case "virtual_table":
      return namesIn(tokenize(object.sql).tokens);
  }
}

function namesIn(tokens: readonly Token[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { kind, text } of tokens) {
    if (kind === "word" || kind === "quoted" || kind === "string") names.add(foldIdentifier(unquoteIdentifier(text)));
  }
  return names;
}

/** Tables, then what is on them; triggers last, since they can be on views. */
function inOrder(objects: readonly ModelObject[]): readonly ModelObject[] {
  const rank: Readonly<Record<ModelObject["kind"], number>> = {
    table: 0,
    virtual_table: 1,
    index: 2,
    view: 3,
    trigger: 4,
  };
  return objects.toSorted((left, right) => rank[left.kind] - rank[right.kind]);
}
