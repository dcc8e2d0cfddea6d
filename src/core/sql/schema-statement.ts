/** Reads the statements that change the schema: what kind of object they are about, which one, and what they do to it. */
import type { QualifiedName, TokenReader } from "./token-reader.ts";

/** A statement that changes the schema, or what SQLite derives from it. */
export interface SchemaStatement {
  readonly kind: "schema";
  readonly verb: "CREATE" | "DROP" | "ALTER" | "REINDEX" | "ANALYZE";
  /** Missing for REINDEX and ANALYZE, whose name can be that of a table, an index or a schema. */
  readonly object?: SchemaObject;
  readonly name?: string;
  /** The schema in front of the name; "temp" where the statement says TEMP. */
  readonly schema?: string;
  /** The table of CREATE INDEX and CREATE TRIGGER. */
  readonly table?: string;
  /** What ALTER TABLE does. */
  readonly alteration?: Alteration;
}

/** What CREATE and DROP are about. */
export type SchemaObject = "table" | "virtual_table" | "index" | "view" | "trigger";

/** The forms of ALTER TABLE (https://sqlite.org/lang_altertable.html). */
export type Alteration =
  | "rename_table"
  | "rename_column"
  | "add_column"
  | "drop_column"
  | "add_check"
  | "drop_constraint"
  | "set_not_null"
  | "drop_not_null"
  | "other";

/** Reads what follows CREATE; undefined where that is nothing SQLite can create. */
export function readCreate(reader: TokenReader): SchemaStatement | undefined {
  const temporary = reader.take("TEMP") || reader.take("TEMPORARY");
  reader.take("UNIQUE");
  const object = reader.take("VIRTUAL", "TABLE") ? "virtual_table" : readObject(reader);
  if (object === undefined) return undefined;
  reader.take("IF", "NOT", "EXISTS");
  const name = reader.qualifiedName();
  const schema = temporary ? { schema: "temp" } : {};
  return { kind: "schema", verb: "CREATE", object, ...name, ...schema, ...readTable(object, reader) };
}

/** Reads what follows DROP; undefined where that is nothing SQLite can drop. */
export function readDrop(reader: TokenReader): SchemaStatement | undefined {
  const object = readObject(reader);
  if (object === undefined) return undefined;
  reader.take("IF", "EXISTS");
  return { kind: "schema", verb: "DROP", object, ...reader.qualifiedName() };
}

/** Reads what follows ALTER; undefined where that is no table. */
export function readAlter(reader: TokenReader): SchemaStatement | undefined {
  if (!reader.take("TABLE")) return undefined;
  const name = reader.qualifiedName();
  return { kind: "schema", verb: "ALTER", object: "table", ...name, alteration: readAlteration(reader) };
}

function readObject(reader: TokenReader): SchemaObject | undefined {
  switch (reader.keyword()) {
    case "TABLE":
      return "table";
    case "INDEX":
      return "index";
    case "VIEW":
      return "view";
    case "TRIGGER":
      return "trigger";
    case undefined:
    default:
      return undefined;
  }
}

function readTable(object: SchemaObject, reader: TokenReader): Pick<SchemaStatement, "table"> {
  if (object !== "index" && object !== "trigger") return {};
  reader.skipTo("ON");
  reader.take("ON");
  const table: QualifiedName | undefined = reader.qualifiedName();
  return table === undefined ? {} : { table: table.name };
}

function readAlteration(reader: TokenReader): Alteration {
  switch (reader.keyword()) {
    case "RENAME":
      return reader.take("TO") ? "rename_table" : "rename_column";
    case "ADD":
      return readAddition(reader);
    case "DROP":
      return reader.take("CONSTRAINT") ? "drop_constraint" : "drop_column";
    case "ALTER":
      return readColumnAlteration(reader);
    case undefined:
    default:
      return "other";
  }
}

function readAddition(reader: TokenReader): Alteration {
  const constraint = reader.take("CONSTRAINT");
  if (constraint) reader.name();
  if (reader.take("CHECK")) return "add_check";
  // None of these words can be the name of a column.
  const next = reader.peek();
  const tableConstraint = next === "FOREIGN" || next === "UNIQUE" || next === "PRIMARY";
  return constraint || tableConstraint ? "other" : "add_column";
}

function readColumnAlteration(reader: TokenReader): Alteration {
  reader.take("COLUMN");
  reader.name();
  if (reader.take("SET", "NOT", "NULL")) return "set_not_null";
  return reader.take("DROP", "NOT", "NULL") ? "drop_not_null" : "other";
}
