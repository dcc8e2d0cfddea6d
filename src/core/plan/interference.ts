/** Whether two groups of migrations could matter to each other's rows, as far as their statements tell without the rows. */
import type { StoredObject } from "../check/stored-object.ts";
import type { LoadedMigration } from "../migration/migration.ts";
import { parseObject } from "../schema/parse.ts";
import { keywordOf } from "../sql/keywords.ts";
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import type { Statement } from "../sql/script.ts";
import { classify } from "../sql/statement-kind.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";

/** What is known of the migrations on both sides. */
export interface Sides {
  /** What came late. */
  readonly late: readonly LoadedMigration[];
  /** What is applied already, and newer. */
  readonly applied: readonly LoadedMigration[];
  /** Every object that is there at one of the moments between them. */
  readonly objects: readonly StoredObject[];
}

/** Why the order may matter, in words that follow a colon. Undefined where it cannot matter to any row. */
export function findInterference({ late, applied, objects }: Sides): string | undefined {
  const undecided = [...late, ...applied].map(findUndecided).find((reason) => reason !== undefined);
  if (undecided !== undefined) return undecided;
  const world = new World(objects, [...late, ...applied].flatMap(statementsOf));
  const [own, others] = [usesOf(late, world), usesOf(applied, world)];
  return (
    [...own, ...others].map((use) => world.triggerAt(use)).find((reason) => reason !== undefined) ??
    findMeeting(own, others, world) ??
    findMeeting(others, own, world)
  );
}

/** Why nothing can be said of a migration. */
export function findUndecided(migration: LoadedMigration): string | undefined {
  const { version, up, transaction } = migration;
  if (up.kind === "code") return `version ${version} is code`;
  if (!transaction) return `version ${version} runs without a transaction`;
  for (const statement of up.script.statements) {
    const kind = classify(statement);
    const isDecided =
      kind.kind === "schema" || kind.kind === "data" || kind.kind === "rebuild" || kind.kind === "query";
    const isVirtual = kind.kind === "schema" && kind.object === "virtual_table";
    const isElsewhere =
      (kind.kind === "schema" || kind.kind === "data") && (kind.schema ?? "main").toLowerCase() !== "main";
    if (!isDecided || isVirtual || isElsewhere) {
      return `what ${placeOf(migration, statement)} does is not known from its words`;
    }
  }
  return undefined;
}

/** A statement and what it has to do with. */
interface Use {
  readonly migration: LoadedMigration;
  readonly statement: Statement;
  /** `adds`: a new object, or a new column, and no row · `writes`: anything else. */
  readonly effect: "adds" | "writes";
  /** Folded names of tables and what belongs to them. */
  readonly names: ReadonlySet<string>;
}

function usesOf(migrations: readonly LoadedMigration[], world: World): readonly Use[] {
  return migrations.flatMap((migration) =>
    statementsOf(migration)
      .filter((statement) => classify(statement).kind !== "query")
      .map((statement): Use => {
        return { migration, statement, effect: effectOf(statement), names: world.reach(namesOf(statement)) };
      }),
  );
}

function statementsOf({ up }: LoadedMigration): readonly Statement[] {
  return up.kind === "sql" ? up.script.statements : [];
}

/** What only adds neither reads a row nor changes one. */
function effectOf(statement: Statement): Use["effect"] {
  const kind = classify(statement);
  if (kind.kind !== "schema") return "writes";
  if (kind.verb === "ALTER") return kind.alteration === "add_column" ? "adds" : "writes";
  if (kind.verb !== "CREATE") return "writes";
  return kind.object === "table" && readsRows(statement.tokens) ? "writes" : "adds";
}

/** CREATE TABLE … AS SELECT. In a CHECK no SELECT may stand. */
function readsRows(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }) => kind === "word" && ["SELECT", "VALUES"].includes(keywordOf(text) ?? ""));
}

function namesOf({ tokens, directives }: Statement): readonly string[] {
  return [...foldedNames(tokens), ...directives.flatMap(({ argument }) => foldedNames(tokenize(argument).tokens))];
}

function foldedNames(tokens: readonly Token[]): readonly string[] {
  return tokens
    .filter(({ kind }) => kind === "word" || kind === "quoted" || kind === "string")
    .map(({ text }) => foldIdentifier(unquoteIdentifier(text)));
}

/** A statement of one side that writes, and one of the other that touches what it has to do with. */
function findMeeting(writers: readonly Use[], others: readonly Use[], world: World): string | undefined {
  for (const writer of writers.filter(({ effect }) => effect === "writes")) {
    const kin = world.withKin(writer.names);
    for (const other of others) {
      const reached = other.effect === "writes" ? kin : writer.names;
      const shared = [...other.names].find((name) => reached.has(name));
      if (shared === undefined) continue;
      return `${placeOf(writer.migration, writer.statement)} writes or reads rows of what ${placeOf(other.migration, other.statement)} touches as well (${JSON.stringify(shared)})`;
    }
  }
  return undefined;
}

function placeOf({ version, file }: LoadedMigration, { line }: Statement): string {
  return `version ${version} (${file === undefined ? "" : `${file.split(/[\\/]/).at(-1)}, `}line ${line})`;
}

/** All objects by name, and how they hang together. */
class World {
  readonly #objects: readonly (StoredObject & { readonly names: readonly string[] })[];
  readonly #known: ReadonlySet<string>;
  /** Tables that foreign keys join. */
  readonly #kin = new Map<string, Set<string>>();

  constructor(objects: readonly StoredObject[], statements: readonly Statement[]) {
    this.#objects = objects.map((object) => ({ ...object, names: foldedNames(tokenize(object.sql).tokens) }));
    const named = statements.flatMap((statement) => {
      const kind = classify(statement);
      if (kind.kind === "schema") return [kind.name ?? "", kind.table ?? ""];
      return kind.kind === "data" || kind.kind === "rebuild" ? [kind.table ?? ""] : [];
    });
    this.#known = new Set([...objects.flatMap(({ name, table }) => [name, table]), ...named].map(foldIdentifier));
    for (const { type, name, sql } of objects) {
      const table = type === "table" ? parseObject(sql) : undefined;
      if (table?.kind !== "table") continue;
      for (const { parent } of table.foreignKeys) this.#join(foldIdentifier(name), foldIdentifier(parent));
    }
  }

  #join(child: string, parent: string): void {
    for (const [from, to] of [
      [child, parent],
      [parent, child],
    ] as const) {
      this.#kin.set(from, (this.#kin.get(from) ?? new Set()).add(to));
    }
  }

  /** The names that are objects, and those that views, indexes and triggers lead on to. */
  reach(words: readonly string[]): ReadonlySet<string> {
    const reached = new Set(words.filter((word) => this.#known.has(word)));
    for (let size = -1; size !== reached.size;) {
      size = reached.size;
      for (const { type, name, table, names } of this.#objects) {
        const isNamed = reached.has(foldIdentifier(name));
        if (type === "index" && isNamed) reached.add(foldIdentifier(table));
        if ((type === "view" || type === "trigger") && isNamed) {
          for (const word of names) if (this.#known.has(word)) reached.add(word);
        }
      }
    }
    return reached;
  }

  /** The same with all tables that foreign keys lead to, one from the other. */
  withKin(names: ReadonlySet<string>): ReadonlySet<string> {
    const reached = new Set(names);
    // What is added while it is walked is walked as well.
    for (const name of reached) for (const kin of this.#kin.get(name) ?? []) reached.add(kin);
    return reached;
  }

  /** What a trigger or the module of a virtual table does cannot be told from the statement that writes. */
  triggerAt({ effect, names, migration, statement }: Use): string | undefined {
    if (effect !== "writes") return undefined;
    // With foreign keys on, a row that goes can take others with it.
    const written = migration.foreignKeys === "enforce" ? this.withKin(names) : names;
    const hidden = this.#objects.find(
      ({ type, table, sql }) =>
        written.has(foldIdentifier(table)) && (type === "trigger" || /^CREATE\s+VIRTUAL/i.test(sql)),
    );
    if (hidden === undefined) return undefined;
    const what = hidden.type === "trigger" ? `the trigger ${JSON.stringify(hidden.name)}` : "a virtual table";
    return `${placeOf(migration, statement)} has to do with ${what}`;
  }
}
