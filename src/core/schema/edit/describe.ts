/** Constraints in words, for messages. */
import { quoteIdentifier } from "../../sql/quote.ts";
import type { ColumnConstraint, TableConstraint } from "../constraint.ts";

/** A constraint by its name or by what it says: `the CHECK "positive"`, `UNIQUE (a, b)`. */
export function describeConstraint(constraint: ColumnConstraint | TableConstraint): string {
  const { name } = constraint;
  return name === undefined ? describeContent(constraint) : `the ${WORDS[constraint.kind]} ${quoteIdentifier(name)}`;
}

/** How a constraint is dropped: the call of the editor that does it. */
export function describeDrop(constraint: ColumnConstraint | TableConstraint): string {
  if (constraint.name !== undefined) return `dropConstraint(${JSON.stringify(constraint.name)})`;
  switch (constraint.kind) {
    case "check":
      return `dropCheck(${JSON.stringify(constraint.expression.text)})`;
    case "unique":
      return `dropUnique(${listNames(constraint.columns.map((column) => column.name))})`;
    case "foreign_key":
      return `dropForeignKey(${listNames(constraint.columns)})`;
    case "primary_key":
      return "dropPrimaryKey()";
    default:
      return "dropColumn() for the column that it stands in";
  }
}

const WORDS: Readonly<Record<(ColumnConstraint | TableConstraint)["kind"], string>> = {
  primary_key: "primary key",
  unique: "UNIQUE",
  check: "CHECK",
  not_null: "NOT NULL",
  null: "NULL",
  default: "DEFAULT",
  collate: "COLLATE",
  generated: "generated column",
  foreign_key: "foreign key",
  deferral: "DEFERRABLE",
  name_only: "CONSTRAINT",
};

function describeContent(constraint: ColumnConstraint | TableConstraint): string {
  switch (constraint.kind) {
    case "primary_key":
      return "the primary key";
    case "unique":
      return `UNIQUE (${constraint.columns.map((column) => column.name).join(", ")})`;
    case "check":
      return `CHECK (${shorten(constraint.expression.text)})`;
    case "generated":
      return `AS (${shorten(constraint.expression.text)})`;
    case "foreign_key":
      return `the foreign key (${constraint.columns.join(", ")}) to "${constraint.parent}"`;
    default:
      return WORDS[constraint.kind];
  }
}

function listNames(names: readonly string[]): string {
  return `[${names.map((name) => JSON.stringify(name)).join(", ")}]`;
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= 60 ? line : `${line.slice(0, 60)}…`;
}
