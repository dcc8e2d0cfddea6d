/** What the rows of the real database say of a danger, as long as no earlier statement has changed them. */
import type { LintContext } from "../core/lint/context.ts";
import type { Question } from "../core/lint/rule.ts";
import { keyword } from "../core/lint/words.ts";
import type { SchemaModel } from "../core/lint/schema-model.ts";
import { foldIdentifier, quoteTable, unquoteIdentifier } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";

/** How many rows, of how many where it is not all of them. */
export interface RowCount {
  readonly rows: number;
  readonly total?: number;
}

/**
 * Knows which tables are as they are in the database, which are new, and of which nothing is known. What is in a new table comes from the
 * migrations themselves: there is nothing of anybody else in it that could break or be lost.
 */
export class RowsNow {
  readonly #connection: Connection | undefined;
  readonly #initial: SchemaModel;
  readonly #written = new Set<string>();
  readonly #made = new Set<string>();
  readonly #totals = new Map<string, number>();
  #isUnknown = false;

  /** Without a connection there is no database: only what a script itself makes is known. */
  constructor(connection: Connection | undefined, initial: SchemaModel) {
    this.#connection = connection;
    this.#initial = initial;
  }

  /** The tables that were made so far may have rows from now on. */
  forget(): void {
    this.#made.clear();
  }

  /** Something ran of which nobody knows what it does. */
  touchAll(): void {
    this.#isUnknown = true;
    this.#made.clear();
  }

  /** Takes in what a statement does. */
  note({ kind, statement, after, before, script, position }: LintContext): void {
    if (kind.kind === "data" && kind.table !== undefined) {
      const name = foldIdentifier(kind.table);
      this.#written.add(name);
      // Rows that are copied may be somebody's.
      if (statement.tokens.some((token) => keyword(token) === "SELECT")) this.#made.delete(name);
      // What a trigger writes is not looked into.
      if (before.triggersOf(kind.table).length > 0) this.touchAll();
      return;
    }
    if (kind.kind !== "schema" || kind.name === undefined) return;
    const name = foldIdentifier(kind.name);
    if (kind.verb === "CREATE" && kind.object === "table" && before.object(name) === undefined) {
      const isFilled = statement.tokens.some((token) => keyword(token) === "SELECT");
      if (!isFilled && after.table(name) !== undefined) this.#made.add(name);
    }
    if (kind.alteration === "rename_table") {
      const next = foldIdentifier(unquoteIdentifier(script.statements[position]?.tokens.at(-1)?.text ?? ""));
      if (this.#made.delete(name)) this.#made.add(next);
      else this.#written.add(next);
    }
  }

  /** The answer of the database; undefined where it cannot know. */
  *ask(question: Question, { start }: LintContext): Task<RowCount | undefined> {
    const { table, reads = [], sql } = question;
    if (this.#made.has(foldIdentifier(table))) return { rows: 0 };
    const isAsNow = (name: string): boolean =>
      !this.#written.has(foldIdentifier(name)) &&
      this.#initial.object(name) !== undefined &&
      this.#initial.object(name) === start.object(name);
    if (this.#connection === undefined || this.#isUnknown || ![table, ...reads].every(isAsNow)) return undefined;
    const rows = yield* this.#number(this.#connection, sql);
    if (rows === undefined || rows === 0) return rows === undefined ? undefined : { rows };
    const total = yield* this.#total(this.#connection, table);
    return { rows, ...(total === undefined ? {} : { total }) };
  }

  *#total(connection: Connection, table: string): Task<number | undefined> {
    const known = this.#totals.get(table);
    if (known !== undefined) return known;
    const total = yield* this.#number(connection, `SELECT count(*) FROM ${quoteTable(table)}`);
    if (total !== undefined) this.#totals.set(table, total);
    return total;
  }

  /** The one number of the one row. A question that cannot be asked of this database has no answer. */
  *#number(connection: Connection, sql: string): Task<number | undefined> {
    try {
      const [row] = yield* wait(connection.query(sql));
      const [value] = Object.values(row ?? {});
      return value === undefined || value === null ? 0 : Number(value);
    } catch (error) {
      if (connection.failure(error) === undefined) throw error;
      return undefined;
    }
  }
}
