/** How far statements reach, as far as their words tell: which objects they may change, and where they may leave orphans. */
import { keywordOf } from "./keywords.ts";
import { foldIdentifier, unquoteIdentifier } from "./quote.ts";
import type { Statement } from "./script.ts";
import type { SchemaStatement } from "./schema-statement.ts";
import { classify, mayBreakForeignKeys, type StatementKind } from "./statement-kind.ts";
import type { Token } from "./token.ts";

/** Names folded as SQLite folds them, or "any" where the words do not tell. */
export type Reach = ReadonlySet<string> | "any";

/** What of a table decides how far a write to it reaches. */
export interface TableFacts {
  /** The tables that its foreign keys point at, folded as SQLite folds them. */
  readonly parents: ReadonlySet<string>;
  /** A conflict clause of it says REPLACE: an INSERT may delete rows. */
  readonly replaces: boolean;
  /** A write to it can write anywhere. So it is with a view, and with the module of a virtual table. */
  readonly hasTriggers: boolean;
}

/** The schema as `orphanReach` asks for it. Names are folded as SQLite folds them. */
export interface SchemaFacts {
  /** A table, or what looks like one to a statement: a view, a virtual table. */
  table(name: string): TableFacts | undefined;
  /** The tables whose foreign keys point at this one. */
  children(name: string): readonly string[];
  /** The table of an index. */
  indexed(name: string): string | undefined;
}

/** The objects that statements may create or change. */
export function changedObjects(statements: readonly Statement[]): Reach {
  const names = new Set<string>();
  for (const statement of statements) {
    const kind = classify(statement);
    if (kind.kind === "query") continue;
    // Only a change of the schema's own table changes the schema without saying so.
    if (kind.kind === "data" && kind.table !== undefined && !/^sqlite_/i.test(kind.table)) continue;
    if (kind.kind !== "schema" || kind.name === undefined) return "any";
    const touchesOne =
      (kind.verb === "CREATE" && kind.object !== "virtual_table") ||
      (kind.verb === "ALTER" && kind.alteration === "add_column");
    if (!touchesOne) return "any";
    names.add(foldIdentifier(kind.name));
  }
  return names;
}

/**
 * The tables in which statements, run with foreign keys off, may leave rows that point at nothing. Empty where that is impossible.
 * A new row can only be an orphan itself; a row that is changed or gone can also leave those that pointed at it.
 */
export function orphanReach(statements: readonly Statement[], schema: SchemaFacts): Reach {
  const reached = new Set<string>();
  const created = new Set<string>();
  const indexed = new Map<string, string>();
  let hasNewTrigger = false;
  for (const statement of statements) {
    const kind = classify(statement);
    if (kind.kind === "schema" && kind.verb === "CREATE") {
      if (kind.object === "trigger") hasNewTrigger = true;
      if (kind.object === "table" && kind.name !== undefined) created.add(foldIdentifier(kind.name));
      if (kind.object === "index" && kind.name !== undefined && kind.table !== undefined)
        indexed.set(foldIdentifier(kind.name), foldIdentifier(kind.table));
    }
    if (!mayBreakForeignKeys(kind, statement)) continue;
    // What a new trigger does is not in the schema that we know. Only a write can fire it.
    if (hasNewTrigger && kind.kind === "data") return "any";
    const tables = reachOf(kind, statement, { schema, created, indexed });
    if (tables === undefined) return "any";
    for (const table of tables) reached.add(table);
  }
  return reached.size === 0 ? reached : new Set([...reached, ...created]);
}

interface Knowledge {
  readonly schema: SchemaFacts;
  /** The tables that earlier statements have made. A rename adds to them. */
  readonly created: Set<string>;
  /** The tables of the indexes that earlier statements have made. */
  readonly indexed: ReadonlyMap<string, string>;
}

/** The tables that a statement reaches; undefined where its words do not tell. */
function reachOf(kind: StatementKind, { tokens }: Statement, known: Knowledge): readonly string[] | undefined {
  if (kind.kind === "schema") return isMain(kind) ? reachOfSchema(kind, tokens, known) : undefined;
  if (kind.kind === "rebuild") return withChildren(known.schema, foldIdentifier(kind.table));
  if (kind.kind !== "data" || kind.table === undefined || !isMain(kind)) return undefined;
  const { schema, created } = known;
  const name = foldIdentifier(kind.table);
  const facts = schema.table(name);
  if (facts === undefined ? !created.has(name) : facts.hasTriggers) return undefined;
  const onlyAdds = kind.verb === "INSERT" && facts?.replaces !== true && !mayReplace(tokens);
  return onlyAdds ? [name] : withChildren(schema, name);
}

function reachOfSchema(
  { verb, object, name, alteration }: SchemaStatement,
  tokens: readonly Token[],
  { schema, created, indexed }: Knowledge,
): readonly string[] | undefined {
  if (name === undefined) return undefined;
  const own = foldIdentifier(name);
  if (verb === "DROP" && object === "table") return withChildren(schema, own);
  if (verb === "DROP" && object === "index") {
    // A key leads to columns that are unique, and it can be this index that makes them so. One that nobody knows is not there.
    const table = schema.indexed(own) ?? indexed.get(own);
    return table === undefined ? [] : withChildren(schema, table);
  }
  if (verb !== "ALTER") return undefined;
  switch (alteration) {
    case "rename_column":
    case "drop_column":
      return withChildren(schema, own);
    case "add_column":
      return [own];
    case "rename_table": {
      const next = foldIdentifier(unquoteIdentifier(tokens.at(-1)?.text ?? ""));
      const facts = schema.table(own);
      // It takes its triggers along, to a name by which a table without any may be known.
      if (created.has(own) && facts?.hasTriggers !== true) created.add(next);
      else if (created.has(next) || (facts !== undefined && schema.table(next) !== undefined)) return undefined;
      return [...withChildren(schema, own), ...withChildren(schema, next)];
    }
    default:
      return undefined;
  }
}

function withChildren(schema: SchemaFacts, name: string): readonly string[] {
  return [name, ...schema.children(name)];
}

function isMain({ schema }: { readonly schema?: string }): boolean {
  return schema === undefined || schema.toLowerCase() === "main";
}

/** `INSERT OR REPLACE`, or an `ON CONFLICT` that updates. */
function mayReplace(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }) => {
    const keyword = kind === "word" ? keywordOf(text) : undefined;
    return keyword === "REPLACE" || keyword === "CONFLICT";
  });
}

/** What a CREATE TABLE statement's words say of it, without its triggers. */
export function readTableFacts(tokens: readonly Token[]): Omit<TableFacts, "hasTriggers"> {
  const parents = new Set<string>();
  let replaces = false;
  tokens.forEach((token, index) => {
    const keyword = token.kind === "word" ? keywordOf(token.text) : undefined;
    if (keyword === "REPLACE") replaces = true;
    const parent = keyword === "REFERENCES" ? tokens[index + 1] : undefined;
    if (parent !== undefined) parents.add(foldIdentifier(unquoteIdentifier(parent.text)));
  });
  return { parents, replaces };
}
