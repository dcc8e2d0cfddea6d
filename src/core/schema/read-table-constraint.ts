/** Reads the constraints that stand beside the columns of a table. */
import { readConflict, readKeyColumns, readNames } from "./clause.ts";
import type { TableConstraint } from "./constraint.ts";
import { readNamed, type ConstraintBody } from "./constraint-body.ts";
import { readReferences, spansOf } from "./read-foreign-key.ts";
import type { DefinitionReader } from "./reader.ts";

/** Whether a definition that begins here is a constraint: none of these words can be the name of a column. */
export function beginsTableConstraint(reader: DefinitionReader): boolean {
  return reader.keyword() === "CONSTRAINT" || READERS[reader.keyword() ?? ""] !== undefined;
}

/** Takes one constraint. */
export function readTableConstraint(reader: DefinitionReader): TableConstraint {
  const constraint = readNamed<TableConstraint>(reader, () => READERS[reader.keyword() ?? ""]?.(reader));
  return constraint ?? reader.fail("a constraint");
}

type Read = (reader: DefinitionReader) => ConstraintBody<TableConstraint>;

const READERS: Readonly<Record<string, Read>> = {
  PRIMARY: (reader) => {
    reader.need("PRIMARY", "KEY");
    reader.needOperator("(");
    const columns = readKeyColumns(reader);
    const autoincrement = reader.take("AUTOINCREMENT") ? "yes" : "no";
    reader.needOperator(")");
    return { kind: "primary_key", level: "table", columns, autoincrement, ...readConflict(reader), source: {} };
  },
  UNIQUE: (reader) => {
    reader.need("UNIQUE");
    reader.needOperator("(");
    const columns = readKeyColumns(reader);
    reader.needOperator(")");
    return { kind: "unique", level: "table", columns, ...readConflict(reader), source: {} };
  },
  CHECK: (reader) => {
    reader.need("CHECK");
    return { kind: "check", level: "table", expression: reader.group(), ...readConflict(reader), source: {} };
  },
  FOREIGN: (reader) => {
    reader.need("FOREIGN", "KEY");
    const columns = readNames(reader, "a column");
    const { source, ...rest } = readReferences(reader);
    return {
      kind: "foreign_key",
      level: "table",
      columns: columns.map(({ name }) => name),
      ...rest,
      source: { columns: spansOf(columns), ...source },
    };
  },
};
