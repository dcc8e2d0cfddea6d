/** A table as a value that tests can change by themselves, its text in many spellings, and what SQLite makes of a text. */
import { DatabaseSync } from "node:sqlite";
import { unquoteIdentifier } from "../../src/core/sql/quote.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { doubleQuoted, fold, type WrittenName } from "../support/schema-text.ts";

/** A token, or a column by its number. */
export type Piece = string | { readonly column: number };

export interface Key {
  readonly column: number;
  /** COLLATE and the order. */
  readonly tail: readonly string[];
}

export type SpecConstraint = { readonly name?: string } & (
  | { readonly kind: "check"; readonly pieces: readonly Piece[] }
  | { readonly kind: "generated"; readonly pieces: readonly Piece[] }
  | { readonly kind: "unique"; readonly keys: readonly Key[]; readonly conflict: readonly string[] }
  | {
      readonly kind: "primary_key";
      readonly keys: readonly Key[];
      readonly conflict: readonly string[];
      readonly autoincrement: boolean;
    }
  | {
      readonly kind: "foreign_key";
      readonly columns: readonly number[];
      /** The table itself where the columns of the parent are numbers. */
      readonly parentColumns: readonly number[] | readonly string[] | undefined;
      readonly tail: readonly string[];
    }
  | { readonly kind: "not_null" | "null" }
  | { readonly kind: "default"; readonly tokens: readonly string[] }
  | { readonly kind: "collate"; readonly collation: string }
);

export interface SpecColumn {
  readonly id: number;
  /** As its definition writes it. */
  readonly name: WrittenName;
  readonly type: readonly string[];
  readonly constraints: readonly SpecConstraint[];
}

export interface Spec {
  readonly columns: readonly SpecColumn[];
  readonly constraints: readonly SpecConstraint[];
  readonly isStrict: boolean;
  readonly isWithoutRowid: boolean;
}

/** How a text is written: which quotes names have, what stands between tokens, which commas are left out. */
export interface Style {
  readonly quotes: readonly number[];
  readonly gaps: readonly string[];
  /** Where nothing stands between two tokens that need nothing. */
  readonly tight: readonly boolean[];
  readonly commas: readonly boolean[];
}

export const TABLE: WrittenName = { name: "the Table", text: "[the Table]" };
export const PARENT = "parent";

/** Writes tables in one style; without one, in double quotes and with single spaces. */
export class Writer {
  readonly #spec: Spec;
  readonly #style: Style | undefined;
  #count = 0;

  constructor(spec: Spec, style?: Style) {
    this.#spec = spec;
    this.#style = style;
  }

  /** The text of the whole table, with that of each of its definitions. */
  table(): { readonly sql: string; readonly definitions: readonly string[] } {
    const { columns, constraints, isStrict, isWithoutRowid } = this.#spec;
    const texts = [
      ...columns.map((column) => this.#join(this.#column(column))),
      ...constraints.map((constraint) => this.#join(this.constraint(constraint, "table"))),
    ];
    const options = [...(isWithoutRowid ? ["WITHOUT ROWID"] : []), ...(isStrict ? ["STRICT"] : [])];
    let body = "";
    texts.forEach((text, index) => {
      const isOptional = index > columns.length && this.#style?.commas[index % this.#style.commas.length] === true;
      const gap = this.#gap();
      if (index > 0) body += isOptional ? gap : `${gap}, ${this.#gap()}`;
      body += text;
    });
    const tail = options.join(" , ");
    const sql = `CREATE TABLE ${TABLE.text} (${this.#gap()}${body}${this.#gap()})${this.#gap()}${tail}`;
    return { sql, definitions: texts };
  }

  /** A column as its definition. */
  column(column: SpecColumn): string {
    return this.#join(this.#column(column));
  }

  /** An expression. */
  expression(pieces: readonly Piece[]): string {
    return this.#join(this.#pieces(pieces));
  }

  constraint(constraint: SpecConstraint, level: "column" | "table"): readonly string[] {
    const { name } = constraint;
    return [...(name === undefined ? [] : ["CONSTRAINT", doubleQuoted(name)]), ...this.#content(constraint, level)];
  }

  #column({ name, type, constraints }: SpecColumn): readonly string[] {
    const text = this.#style === undefined ? doubleQuoted(name.name) : name.text;
    return [text, ...type, ...constraints.flatMap((one) => this.constraint(one, "column"))];
  }

  #content(constraint: SpecConstraint, level: "column" | "table"): readonly string[] {
    switch (constraint.kind) {
      case "check":
        return ["CHECK", "(", ...this.#pieces(constraint.pieces), ")"];
      case "generated":
        return ["AS", "(", ...this.#pieces(constraint.pieces), ")", "STORED"];
      case "unique":
        return ["UNIQUE", ...(level === "table" ? this.#keys(constraint.keys) : []), ...constraint.conflict];
      case "primary_key": {
        const word = constraint.autoincrement ? ["AUTOINCREMENT"] : [];
        const { keys, conflict } = constraint;
        if (level === "column") return ["PRIMARY", "KEY", ...(keys[0]?.tail ?? []), ...conflict, ...word];
        return ["PRIMARY", "KEY", ...this.#keys(keys).slice(0, -1), ...word, ")", ...conflict];
      }
      case "foreign_key": {
        const { columns, parentColumns: parents, tail } = constraint;
        const own = level === "table" ? ["FOREIGN", "KEY", ...list(columns.map((one) => this.#name(one)))] : [];
        const isSelf = typeof parents?.[0] === "number";
        const names = parents?.map((one) => (typeof one === "number" ? this.#name(one) : doubleQuoted(one)));
        return [
          ...own,
          "REFERENCES",
          isSelf ? TABLE.text : PARENT,
          ...(names === undefined ? [] : list(names)),
          ...tail,
        ];
      }
      case "not_null":
        return ["NOT", "NULL"];
      case "null":
        return ["NULL"];
      case "default":
        return ["DEFAULT", ...constraint.tokens];
      case "collate":
        return ["COLLATE", constraint.collation];
    }
  }

  #keys(keys: readonly Key[]): readonly string[] {
    return list(keys.map(({ column, tail }) => [this.#name(column), ...tail].join(" ")));
  }

  #pieces(pieces: readonly Piece[]): readonly string[] {
    return pieces.map((piece) => (typeof piece === "string" ? piece : this.#name(piece.column)));
  }

  /** A column in one of the quotes that it can have. */
  #name(id: number): string {
    const column = this.#spec.columns.find((one) => one.id === id);
    if (column === undefined) throw new RangeError(`no column ${id}`);
    const { name, text } = column.name;
    const plain = doubleQuoted(name);
    if (this.#style === undefined) return plain;
    const bare = /^[a-z]\w*$/i.test(text) ? text.toUpperCase() : plain;
    const forms = [plain, text.startsWith("'") ? plain : text, bare, `\`${name.replaceAll("`", "``")}\``];
    if (!name.includes("]")) forms.push(`[${name}]`);
    this.#count += 1;
    return forms[(this.#style.quotes[this.#count % this.#style.quotes.length] ?? 0) % forms.length] ?? plain;
  }

  #join(tokens: readonly string[]): string {
    let text = "";
    for (const token of tokens) {
      const isTight = this.#style?.tight[(this.#count += 1) % this.#style.tight.length] === true;
      text += text === "" || (isTight && canTouch(text, token)) ? token : this.#gap() + token;
    }
    return text;
  }

  #gap(): string {
    if (this.#style === undefined) return " ";
    this.#count += 1;
    return this.#style.gaps[this.#count % this.#style.gaps.length] ?? " ";
  }
}

function canTouch(left: string, right: string): boolean {
  return /[(),.\])]$/.test(left) || /^[(),.[]/.test(right) || (/\w$/.test(left) && /^[<>"`]/.test(right));
}

function list(items: readonly string[]): readonly string[] {
  return ["(", ...items.flatMap((item, index) => (index === 0 ? [item] : [",", item])), ")"];
}

/** The tokens of a text without commas between definitions, and without the difference between names, words and their quotes. */
export function tokensOf(sql: string): readonly string[] {
  let depth = 0;
  const tokens = tokenize(sql).tokens.flatMap(({ kind, text }) => {
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    if (text === "," && depth === 1) return [];
    return [kind === "word" || kind === "quoted" || kind === "string" ? fold(unquoteIdentifier(text)) : text];
  });
  // The options can stand in any order.
  const end = tokens.lastIndexOf(")") + 1;
  return [...tokens.slice(0, end), ...tokens.slice(end).toSorted()];
}

/** What SQLite makes of statements: the table as its pragmas report it, or what it says against them. */
export type Outcome =
  | { readonly kind: "table"; readonly facts: unknown; /** The text that it stores. */ readonly sql: string }
  | { readonly kind: "refused"; readonly message: string };

/** Runs statements in a database of their own. */
export function run(...statements: readonly string[]): Outcome {
  const database = new DatabaseSync(":memory:");
  try {
    for (const statement of statements) database.exec(statement);
    const all = (query: string): readonly Record<string, unknown>[] => database.prepare(query).all(TABLE.name);
    const facts = {
      columns: all("SELECT * FROM pragma_table_xinfo(?)").map((row) => ({
        ...row,
        type: spaced(row["type"]),
        dflt_value: spaced(row["dflt_value"]),
      })),
      indexes: all("SELECT list.*, info.* FROM pragma_index_list(?) AS list, pragma_index_xinfo(list.name) AS info"),
      // The columns of a parent are reported as the constraint writes them.
      keys: all('SELECT *, lower("to") AS "to" FROM pragma_foreign_key_list(?)'),
      table: all("SELECT type, ncol, wr, strict FROM pragma_table_list WHERE name = ?"),
    };
    return { kind: "table", facts, sql: String(all("SELECT sql FROM sqlite_schema WHERE name = ?")[0]?.["sql"]) };
  } catch (error) {
    return { kind: "refused", message: error instanceof Error ? error.message : String(error) };
  } finally {
    database.close();
  }
}

/** A type or default without what stands between its tokens. */
function spaced(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return tokenize(value)
    .tokens.map(({ text }) => text)
    .join(" ");
}
