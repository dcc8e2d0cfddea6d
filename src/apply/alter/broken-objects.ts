/** Views and triggers that do not compile, and full-text tables on views. Those that were broken before do not count; SQLite's own ALTER TABLE misses some. */
import { affectedBy, type Readers } from "../../core/alter/affected.ts";
import { contentOf, contentQuery } from "../../core/alter/full-text.ts";
import type { Trigger } from "../../core/schema/schema.ts";
import { foldIdentifier, isSameName, quoteIdentifier, quoteTable, unquoteIdentifier } from "../../core/sql/quote.ts";
import { tokenize } from "../../core/sql/tokenizer.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Connection } from "../../driver/driver.ts";
import { refuse, type Altering } from "./altering.ts";

/** What does not work, by a name that stays the same while objects come and go. */
export type Broken = ReadonlyMap<string, BrokenObject>;

interface BrokenObject {
  /** What it is, in words. */
  readonly what: string;
  /** What SQLite says of it. */
  readonly message: string;
}

/** Compiles a query of each view, and for each table and view with triggers the statements that run them. */
export function* brokenObjects(connection: Connection, { views, triggers, virtualTables }: Readers): Task<Broken> {
  const broken = new Map<string, BrokenObject>();
  for (const { name } of views) {
    const message = yield* compileError(connection, `SELECT * FROM ${quoteTable(name)}`);
    if (message !== undefined) broken.set(`view ${name}`, { what: `the view "${name}"`, message });
  }
  for (const reader of virtualTables) {
    // Where it reads a table, and no view, that is known from its columns.
    const view = views.find(({ name }) => isSameName(name, contentOf(reader) ?? ""));
    const message = view && (yield* compileError(connection, contentQuery(reader, view.name)));
    if (message === undefined) continue;
    broken.set(`full-text ${reader.name}`, { what: `the full-text table "${reader.name}"`, message });
  }
  const groups = new Map<string, Trigger[]>();
  for (const trigger of triggers) {
    const key = `${trigger.event} ${trigger.table}`;
    groups.set(key, [...(groups.get(key) ?? []), trigger]);
  }
  for (const [key, group] of groups) {
    const message = yield* firingError(connection, group[0] as Trigger);
    if (message !== undefined) broken.set(key, { what: describe(group), message });
  }
  return broken;
}

/** What SQLite says of a statement that runs this trigger, and all others of its kind on its table; undefined where they work. */
export function* firingError(connection: Connection, { event, table }: Trigger): Task<string | undefined> {
  const name = quoteTable(table);
  if (event === "DELETE") return yield* compileError(connection, `DELETE FROM ${name}`);
  if (event === "INSERT") return yield* compileError(connection, `INSERT INTO ${name} DEFAULT VALUES`);
  // UPDATE OF runs only for its columns: so all of them are set.
  try {
    const columns = yield* wait(
      connection.query("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0", [table]),
    );
    const values = columns.map((row) => quoteIdentifier(String(row["name"]))).map((column) => `${column} = ${column}`);
    return yield* compileError(connection, `UPDATE ${name} SET ${values.join(", ")}`);
  } catch (error) {
    // A view that does not work has no columns to ask for.
    return messageOf(connection, error);
  }
}

/** Compiles a statement and runs nothing. Gives what is wrong with it. */
function* compileError(connection: Connection, sql: string): Task<string | undefined> {
  try {
    yield* wait(connection.query(`EXPLAIN ${sql}`));
    return undefined;
  } catch (error) {
    return messageOf(connection, error);
  }
}

/** What SQLite says of a statement; anything else that failed is thrown on. */
function messageOf(connection: Connection, error: unknown): string {
  const failure = connection.failure(error);
  if (failure?.kind !== "other") throw error;
  return failure.message;
}

/** SQLite does not say which of several triggers it is. */
function describe(group: readonly Trigger[]): string {
  const names = group.map(({ name }) => `"${name}"`);
  return names.length === 1 ? `the trigger ${names[0]}` : `one of the triggers ${names.join(", ")}`;
}

/** Refuses a change that leaves a view or trigger broken which was not. */
export function* refuseBroken(altering: Altering, after: Readers, before: Broken): Task<void> {
  const { intent, session } = altering;
  for (const [key, object] of yield* brokenObjects(session.connection, affectedBy(after, intent.wanted.name))) {
    if (!before.has(key)) throw refuseObject(altering, narrow(object, after, altering), object.message);
  }
}

/** The refusal for one object. */
export function refuseObject(altering: Altering, what: string, message: string): Error {
  return refuse(altering, {
    problem: `${what} would not work any more: ${message}`,
    hint: "drop it before, and create it anew behind the rebuild",
  });
}

/** Of several triggers it can only be one that names the table. */
function narrow({ what }: BrokenObject, { triggers }: Readers, { intent }: Altering): string {
  const table = foldIdentifier(intent.wanted.name);
  const named = triggers.filter(
    ({ name, sql }) =>
      what.includes(`"${name}"`) &&
      tokenize(sql).tokens.some(({ text }) => foldIdentifier(unquoteIdentifier(text)) === table),
  );
  return named.length === 1 && what.startsWith("one of") ? describe(named) : what;
}
