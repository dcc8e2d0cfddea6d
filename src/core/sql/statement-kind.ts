/** What a statement does, as far as its words tell without a database. */
import { keywordOf } from "./keywords.ts";
import { readAlter, readCreate, readDrop, type Alteration, type SchemaStatement } from "./schema-statement.ts";
import type { Statement } from "./script.ts";
import type { Token } from "./token.ts";
import { TokenReader } from "./token-reader.ts";

/** What a statement does. Names are without quotes, in the case in which they are written. */
export type StatementKind =
  | TransactionStatement
  | PragmaStatement
  | { readonly kind: "outside_transaction"; readonly verb: "VACUUM" | "ATTACH" | "DETACH" }
  | SchemaStatement
  | DataStatement
  | RebuildStatement
  /** SELECT, VALUES, WITH … SELECT, and EXPLAIN of anything. */
  | { readonly kind: "query" }
  | { readonly kind: "other" };

/** BEGIN, COMMIT and their like. */
export interface TransactionStatement {
  readonly kind: "transaction";
  readonly verb: "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "SAVEPOINT" | "RELEASE";
  /** The savepoint of SAVEPOINT, RELEASE and ROLLBACK TO. A ROLLBACK without one ends the transaction. */
  readonly savepoint?: string;
}

/** PRAGMA, to read or to set. */
export interface PragmaStatement {
  readonly kind: "pragma";
  /** In lower case, without the schema. */
  readonly name: string;
  readonly schema?: string;
  /** The argument of `= value` or `(value)` as written, without white space; missing where there is none. */
  readonly value?: string;
}

/** CREATE TABLE behind `-- lockstep:rebuild`: the table as it is to be. */
export interface RebuildStatement {
  readonly kind: "rebuild";
  readonly table: string;
}

/** A statement that writes rows. */
export interface DataStatement {
  readonly kind: "data";
  readonly verb: "INSERT" | "REPLACE" | "UPDATE" | "DELETE";
  readonly table?: string;
  readonly schema?: string;
}

const OTHER: StatementKind = { kind: "other" };

/** What was found out already: several questions are asked of each statement before it has run. */
const known = new WeakMap<Statement, StatementKind>();

/** Classifies a statement by its words. This proves nothing about whether SQLite accepts it. */
export function classify(statement: Statement): StatementKind {
  const before = known.get(statement);
  if (before !== undefined) return before;
  const reader = new TokenReader(statement.tokens);
  const kind =
    readRebuild(statement) ?? (reader.take("WITH") ? readBehindWith(reader) : readBehindVerb(reader.keyword(), reader));
  known.set(statement, kind);
  return kind;
}

function readRebuild({ directives, tokens }: Statement): RebuildStatement | undefined {
  if (!directives.some(({ name }) => name === "rebuild")) return undefined;
  const reader = new TokenReader(tokens);
  reader.keyword();
  const created = readCreate(reader);
  return created?.name === undefined ? undefined : { kind: "rebuild", table: created.name };
}

/** The bind parameters that a statement uses, in their order. */
export function parametersOf(statement: Statement): readonly Token[] {
  return statement.tokens.filter((token) => token.kind === "parameter");
}

/**
 * Whether a statement, run with foreign keys switched off, could leave a row that refers to none. False only where that is
 * impossible; a check after it can then be spared.
 */
export function mayBreakForeignKeys(kind: StatementKind, statement: Statement): boolean {
  if (kind.kind === "schema") return schemaMayBreakForeignKeys(kind, statement.tokens);
  // Transaction control leads back to a state that earlier statements answer for; VACUUM copies rows as they are, and ATTACH
  // and DETACH touch none.
  return kind.kind === "data" || kind.kind === "rebuild" || kind.kind === "other";
}

function schemaMayBreakForeignKeys({ verb, object, alteration }: SchemaStatement, tokens: readonly Token[]): boolean {
  if (verb === "REINDEX" || verb === "ANALYZE") return false;
  // A new table has no rows, or no foreign keys where AS SELECT fills it. The module of a virtual table can do anything.
  if (verb === "CREATE") return object === "virtual_table";
  if (verb === "DROP") return object !== "view" && object !== "trigger";
  if (alteration === "add_column") {
    // The new column holds NULL everywhere, unless it has a default or is computed.
    const words = new Set(tokens.map((token) => (token.kind === "word" ? keywordOf(token.text) : undefined)));
    return words.has("REFERENCES") && (words.has("DEFAULT") || words.has("AS"));
  }
  return alteration === undefined || !CHECKS_ONLY.has(alteration);
}

/** What neither moves a row nor names a table. */
const CHECKS_ONLY: ReadonlySet<Alteration> = new Set(["add_check", "drop_constraint", "set_not_null", "drop_not_null"]);

function readBehindVerb(verb: string | undefined, reader: TokenReader): StatementKind {
  switch (verb) {
    case "BEGIN":
    case "COMMIT":
    case "END":
      return { kind: "transaction", verb };
    case "ROLLBACK":
    case "SAVEPOINT":
    case "RELEASE":
      return readSavepoint(verb, reader);
    case "PRAGMA":
      return readPragma(reader);
    case "VACUUM":
    case "ATTACH":
    case "DETACH":
      return { kind: "outside_transaction", verb };
    case "CREATE":
      return readCreate(reader) ?? OTHER;
    case "DROP":
      return readDrop(reader) ?? OTHER;
    case "ALTER":
      return readAlter(reader) ?? OTHER;
    case "REINDEX":
    case "ANALYZE":
      return { kind: "schema", verb, ...reader.qualifiedName() };
    case "INSERT":
    case "REPLACE":
    case "UPDATE":
    case "DELETE":
      return readData(verb, reader);
    case "SELECT":
    case "VALUES":
    case "EXPLAIN":
      return { kind: "query" };
    case undefined:
    default:
      return OTHER;
  }
}

/** Reads past the common tables to the verb. A table's name can be a word such as REPLACE, so searching for a verb would not do. */
function readBehindWith(reader: TokenReader): StatementKind {
  reader.take("RECURSIVE");
  do {
    reader.name();
    reader.group();
    if (!reader.take("AS")) return OTHER;
    if (!reader.take("NOT", "MATERIALIZED")) reader.take("MATERIALIZED");
    if (!reader.group()) return OTHER;
  } while (reader.operator(","));
  const kind = readBehindVerb(reader.keyword(), reader);
  return kind.kind === "data" || kind.kind === "query" ? kind : OTHER;
}

function readSavepoint(verb: "ROLLBACK" | "SAVEPOINT" | "RELEASE", reader: TokenReader): TransactionStatement {
  if (verb === "ROLLBACK") {
    if (reader.take("TRANSACTION") && reader.peek() !== "TO") reader.name();
    if (!reader.take("TO")) return { kind: "transaction", verb };
  }
  if (verb !== "SAVEPOINT") reader.take("SAVEPOINT");
  const savepoint = reader.name();
  return savepoint === undefined ? { kind: "transaction", verb } : { kind: "transaction", verb, savepoint };
}

function readPragma(reader: TokenReader): StatementKind {
  const qualified = reader.qualifiedName();
  if (qualified === undefined) return OTHER;
  const { name, ...schema } = qualified;
  const pragma = { kind: "pragma", name: name.toLowerCase(), ...schema } as const;
  const inParentheses = reader.operator("(");
  if (!inParentheses && !reader.operator("=")) return pragma;
  const value = inParentheses ? reader.rest.slice(0, -1) : reader.rest;
  return { ...pragma, value: value.map((token) => token.text).join("") };
}

function readData(verb: DataStatement["verb"], reader: TokenReader): DataStatement {
  if (reader.take("OR")) reader.keyword();
  if (verb === "INSERT" || verb === "REPLACE") reader.take("INTO");
  if (verb === "DELETE") reader.take("FROM");
  const { name, ...schema } = reader.qualifiedName() ?? {};
  return { kind: "data", verb, ...(name === undefined ? {} : { table: name }), ...schema };
}
