/** How far statements reach, as far as their words tell: which objects they may change, and where they may leave orphans. */
import { keywordOf } from "./keywords.ts";
import { foldIdentifier, unquoteIdentifier } from "./quote.ts";
import type { Statement } from "./script.ts";
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
  readonly hasTriggers: boolean;
}

/** The schema as `orphanReach` asks for it. Names are folded as SQLite folds them. */
export interface SchemaFacts {
  table(name: string): TableFacts | undefined;
  /** The tables whose foreign keys point at this one. */
  children(name: string): readonly string[];
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
  for (const statement of statements) {
    const kind = classify(statement);
    if (kind.kind === "schema" && kind.verb === "CREATE") {
      // What it does from now on is not in the schema that we know.
      if (kind.object === "trigger") return "any";
      if (kind.object === "table" && kind.name !== undefined) created.add(foldIdentifier(kind.name));
    }
    if (!mayBreakForeignKeys(kind, statement)) continue;
    const tables = reachOf(kind, statement, { schema, created });
    if (tables === undefined) return "any";
    for (const table of tables) reached.add(table);
  }
  return reached.size === 0 ? reached : new Set([...reached, ...created]);
}

function reachOf(
  kind: StatementKind,
  { tokens }: Statement,
  { schema, created }: { readonly schema: SchemaFacts; readonly created: ReadonlySet<string> },
): readonly string[] | undefined {
  if (kind.kind === "schema" && kind.verb === "DROP" && kind.object === "table" && isMain(kind)) {
    if (kind.name === undefined) return undefined;
    const dropped = foldIdentifier(kind.name);
    return [dropped, ...schema.children(dropped)];
  }
  if (kind.kind !== "data" || kind.table === undefined || !isMain(kind)) return undefined;
  const name = foldIdentifier(kind.table);
  const facts = schema.table(name);
  if (facts === undefined ? !created.has(name) : facts.hasTriggers) return undefined;
  const onlyAdds = kind.verb === "INSERT" && facts?.replaces !== true && !mayReplace(tokens);
  return onlyAdds ? [name] : [name, ...schema.children(name)];
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
