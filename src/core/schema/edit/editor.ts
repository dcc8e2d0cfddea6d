/** The object that a migration says its wishes to: it writes each of them down as an operation. */
import type { ForeignKeyAction } from "../constraint.ts";
import type { TableOperation, ConstraintOptions, ForeignKeyTarget, PrimaryKeyOptions } from "./operation.ts";
import { refuse } from "./problem.ts";

/**
 * What a migration says about a table. Each call gives the same editor back, is about the table as the calls before it left it, and
 * throws where it is refused. Names are plain names, without the quotes of SQL, and the case of A to Z does not count.
 */
export interface TableEditor {
  /** Adds a column behind the others: `addColumn("age INTEGER NOT NULL DEFAULT 0 CHECK (age >= 0)")`. */
  addColumn(definition: string): this;
  /** Drops a column and its values. What else uses it has to be dropped too, before or behind. */
  dropColumn(name: string): this;
  /** Gives a column another name, everywhere in this table. */
  renameColumn(from: string, to: string): this;
  /** Gives a column another type; "" for none. */
  retypeColumn(name: string, type: string): this;
  /** Sets the default: a literal, or an expression without columns. Rows that are there keep their values. */
  setDefault(name: string, expression: string): this;
  dropDefault(name: string): this;
  /** Refuses NULL. For rows that have it, see `fill`. */
  setNotNull(name: string): this;
  /** Allows NULL. */
  dropNotNull(name: string): this;
  /** Compares and sorts a column by another collation; "BINARY" is the one that columns have by themselves. */
  setCollation(name: string, collation: string): this;
  addCheck(expression: string, options?: ConstraintOptions): this;
  addUnique(columns: readonly string[], options?: ConstraintOptions): this;
  addForeignKey(columns: readonly string[], references: ForeignKeyTarget, options?: ConstraintOptions): this;
  /** Makes these columns the primary key, in place of the one that is there. */
  setPrimaryKey(columns: readonly string[], options?: PrimaryKeyOptions): this;
  dropPrimaryKey(): this;
  /** Drops the constraint of that name, whichever kind it is. */
  dropConstraint(name: string): this;
  /** Drops the CHECK with that expression; white space, comments, quotes and the case of names do not count. */
  dropCheck(expression: string): this;
  /** Drops the UNIQUE on these columns, in this order. */
  dropUnique(columns: readonly string[]): this;
  /** Drops the foreign key of these columns of this table, in this order. */
  dropForeignKey(columns: readonly string[]): this;
  /** Makes every value have the type of its column (https://sqlite.org/stricttables.html). */
  setStrict(): this;
  /** Undoes STRICT. */
  setFlexible(): this;
  /** Stores the rows by their primary key (https://sqlite.org/withoutrowid.html). */
  setWithoutRowid(): this;
  /** Undoes WITHOUT ROWID. */
  setRowid(): this;
  /** Computes the values of a column, for each row once, from the columns of the table as it was, by the names that they had. */
  fill(column: string, expression: string): this;
}

/** Hands each call on as an operation. Values of the wrong type are refused: migrations in code are not type-checked when they run. */
export class OperationEditor implements TableEditor {
  readonly #take: (operation: TableOperation) => void;

  /** `take` throws where it refuses an operation. */
  constructor(take: (operation: TableOperation) => void) {
    this.#take = take;
  }

  addColumn(definition: string): this {
    return this.#add({ kind: "add_column", definition: text(definition, "the definition of a column") });
  }

  dropColumn(name: string): this {
    return this.#add({ kind: "drop_column", column: columnName(name) });
  }

  renameColumn(from: string, to: string): this {
    return this.#add({ kind: "rename_column", column: columnName(from), to: columnName(to) });
  }

  retypeColumn(name: string, type: string): this {
    return this.#add({ kind: "retype_column", column: columnName(name), type: text(type, "the type of a column") });
  }

  setDefault(name: string, expression: string): this {
    return this.#add({ kind: "set_default", column: columnName(name), expression: text(expression, "a default") });
  }

  dropDefault(name: string): this {
    return this.#add({ kind: "drop_default", column: columnName(name) });
  }

  setNotNull(name: string): this {
    return this.#add({ kind: "set_not_null", column: columnName(name) });
  }

  dropNotNull(name: string): this {
    return this.#add({ kind: "drop_not_null", column: columnName(name) });
  }

  setCollation(name: string, collation: string): this {
    return this.#add({ kind: "set_collation", column: columnName(name), collation: text(collation, "a collation") });
  }

  addCheck(expression: string, options?: ConstraintOptions): this {
    return this.#add({ kind: "add_check", expression: text(expression, "an expression"), ...nameOf(options) });
  }

  addUnique(columns: readonly string[], options?: ConstraintOptions): this {
    return this.#add({ kind: "add_unique", columns: columnNames(columns), ...nameOf(options) });
  }

  addForeignKey(columns: readonly string[], references: ForeignKeyTarget, options?: ConstraintOptions): this {
    checkTarget(references);
    return this.#add({ kind: "add_foreign_key", columns: columnNames(columns), references, ...nameOf(options) });
  }

  setPrimaryKey(columns: readonly string[], options?: PrimaryKeyOptions): this {
    const autoincrement = oneOf(options?.autoincrement, ["yes", "no"], "autoincrement");
    const word = autoincrement === undefined ? {} : { autoincrement };
    return this.#add({ kind: "set_primary_key", columns: columnNames(columns), ...word });
  }

  dropPrimaryKey(): this {
    return this.#add({ kind: "drop_primary_key" });
  }

  dropConstraint(name: string): this {
    return this.#add({ kind: "drop_constraint", name: text(name, "the name of a constraint") });
  }

  dropCheck(expression: string): this {
    return this.#add({ kind: "drop_check", expression: text(expression, "an expression") });
  }

  dropUnique(columns: readonly string[]): this {
    return this.#add({ kind: "drop_unique", columns: columnNames(columns) });
  }

  dropForeignKey(columns: readonly string[]): this {
    return this.#add({ kind: "drop_foreign_key", columns: columnNames(columns) });
  }

  setStrict(): this {
    return this.#add({ kind: "set_typing", typing: "strict" });
  }

  setFlexible(): this {
    return this.#add({ kind: "set_typing", typing: "flexible" });
  }

  setWithoutRowid(): this {
    return this.#add({ kind: "set_storage", storage: "without_rowid" });
  }

  setRowid(): this {
    return this.#add({ kind: "set_storage", storage: "rowid" });
  }

  fill(column: string, expression: string): this {
    return this.#add({ kind: "fill", column: columnName(column), expression: text(expression, "an expression") });
  }

  #add(operation: TableOperation): this {
    this.#take(operation);
    return this;
  }
}

function columnName(value: unknown): string {
  return text(value, "the name of a column");
}

function columnNames(value: readonly unknown[]): readonly string[] {
  if (!Array.isArray(value)) refuse("invalid_argument", "the columns are no array", 'write them as ["a", "b"]');
  return value.map(columnName);
}

function checkTarget(references: ForeignKeyTarget | undefined): void {
  text(references?.table, "the table of a foreign key");
  if (references?.columns !== undefined) columnNames(references.columns);
  oneOf(references?.onDelete, ACTIONS, "onDelete");
  oneOf(references?.onUpdate, ACTIONS, "onUpdate");
  oneOf(references?.timing, ["immediate", "deferred"], "timing");
}

const ACTIONS: readonly ForeignKeyAction[] = ["NO ACTION", "RESTRICT", "SET NULL", "SET DEFAULT", "CASCADE"];

/** A value that is one of these words, or undefined. */
function oneOf<const Word extends string>(
  value: Word | undefined,
  words: readonly Word[],
  what: string,
): Word | undefined {
  if (value === undefined || words.includes(value)) return value;
  return refuse("invalid_argument", `${what} cannot be ${JSON.stringify(value)}`, `it can be ${words.join(", ")}`);
}

function nameOf(options: ConstraintOptions | undefined): ConstraintOptions {
  return options?.name === undefined ? {} : { name: text(options.name, "the name of a constraint") };
}

function text(value: unknown, what: string): string {
  if (typeof value === "string") return value;
  return refuse("invalid_argument", `${what} is no string but ${typeof value}`, "write it as a string");
}
