/** Reads what stands behind the type of a column, one constraint at a time. */
import { readConflict, readTiming } from "./clause.ts";
import type { ColumnConstraint, Generated } from "./constraint.ts";
import { readNamed, type ConstraintBody } from "./constraint-body.ts";
import { readDefault } from "./read-default.ts";
import { readReferences } from "./read-foreign-key.ts";
import type { DefinitionReader } from "./reader.ts";
import type { NameInText } from "./span.ts";

/** Takes one constraint of the column; undefined where the definition of the column ends. */
export function readColumnConstraint(reader: DefinitionReader, column: NameInText): ColumnConstraint | undefined {
  return readNamed<ColumnConstraint>(reader, () => READERS[reader.keyword() ?? ""]?.(reader, column));
}

type Read = (reader: DefinitionReader, column: NameInText) => ConstraintBody<ColumnConstraint> | undefined;

const READERS: Readonly<Record<string, Read>> = {
  PRIMARY: readPrimaryKey,
  UNIQUE: (reader, column) => {
    reader.need("UNIQUE");
    return { kind: "unique", level: "column", columns: [keyOf(column, "ASC")], ...readConflict(reader), source: {} };
  },
  CHECK: (reader) => {
    reader.need("CHECK");
    return { kind: "check", level: "column", expression: reader.group(), source: {} };
  },
  NOT: readNot,
  NULL: (reader) => {
    reader.need("NULL");
    readConflict(reader);
    return { kind: "null", source: {} };
  },
  DEFAULT: (reader) => {
    const { value, ...rest } = readDefault(reader);
    return { kind: "default", ...rest, source: { value } };
  },
  COLLATE: (reader) => {
    reader.need("COLLATE");
    const { name, span } = reader.name("a collation", "type");
    return { kind: "collate", collation: name, source: { collation: span } };
  },
  GENERATED: readGenerated,
  AS: readGenerated,
  REFERENCES: (reader, column) => {
    const { source, ...rest } = readReferences(reader);
    return {
      kind: "foreign_key",
      level: "column",
      columns: [column.name],
      ...rest,
      source: { columns: [], ...source },
    };
  },
  DEFERRABLE: readDeferral,
};

function readPrimaryKey(reader: DefinitionReader, column: NameInText): ConstraintBody<ColumnConstraint> {
  reader.need("PRIMARY", "KEY");
  const order = reader.takeOneOf("ASC", "DESC") ?? "ASC";
  const conflict = readConflict(reader);
  const autoincrement = reader.take("AUTOINCREMENT") ? "yes" : "no";
  return {
    kind: "primary_key",
    level: "column",
    columns: [keyOf(column, order)],
    autoincrement,
    ...conflict,
    source: {},
  };
}

/** The key of a constraint that is about the column in whose definition it stands. */
function keyOf({ name, span }: NameInText, order: "ASC" | "DESC") {
  return { kind: "column", name, order, source: { span, key: span, name: span } } as const;
}

function readNot(reader: DefinitionReader): ConstraintBody<ColumnConstraint> | undefined {
  if (reader.keyword(1) === "DEFERRABLE") return readDeferral(reader);
  reader.need("NOT", "NULL");
  return { kind: "not_null", ...readConflict(reader), source: {} };
}

function readDeferral(reader: DefinitionReader): ConstraintBody<ColumnConstraint> | undefined {
  const timing = readTiming(reader);
  return timing === undefined ? undefined : { kind: "deferral", timing, source: {} };
}

function readGenerated(reader: DefinitionReader): ConstraintBody<Generated> {
  reader.take("GENERATED", "ALWAYS");
  reader.need("AS");
  const expression = reader.group();
  // These two are no keywords of SQLite here, but words that it compares with the text.
  const storage = reader.word("STORED", "VIRTUAL");
  return { kind: "generated", expression, storage: storage === "STORED" ? "stored" : "virtual", source: {} };
}
