/** Takes the places out of a model, so that what was read can be compared with what was meant. */
import type { ColumnConstraint, TableConstraint } from "../../src/core/schema/constraint.ts";
import type { Table } from "../../src/core/schema/table.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import type { ExpectedConstraint } from "./schema-constraint.ts";

/** Members that say where something stands. */
const PLACES: ReadonlySet<string> = new Set(["source", "span", "region", "comma", "comments", "sql"]);

/** The value without places, and with expressions as text that has one space between tokens. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  if ("text" in value && "span" in value) return spaced(String(value.text));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (PLACES.has(name) ? [] : [[name, withoutPlaces(member)]])),
  );
}

/** A table, with what its definitions say and not what follows from them. */
export function meaningOfTable({ name, definitions, storage, typing }: Table): Readonly<Record<string, unknown>> {
  const columns = definitions.flatMap((one) => (one.kind === "column" ? [one.column] : []));
  const constraints = definitions.flatMap((one) => (one.kind === "constraint" ? [one.constraint] : []));
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, constraints: column.constraints.map(meaningOf) })),
    constraints: constraints.map(meaningOf),
    storage,
    typing,
  };
}

/** A constraint without what the definition that it stands in says of it. */
export function meaningOf(constraint: ColumnConstraint | TableConstraint): ExpectedConstraint {
  const { level, columns, ...rest } = withoutPlaces(constraint) as Record<string, unknown>;
  if (constraint.kind === "default") return { kind: "default", form: constraint.form, ...nameOf(constraint) };
  if (constraint.kind === "primary_key" && level === "column") return { ...rest, order: constraint.columns[0]?.order };
  if (columns === undefined || level === "column") return rest;
  if (constraint.kind === "foreign_key") return { ...rest, columns };
  return { ...rest, columns: (columns as ExpectedConstraint[]).map(withoutKind) };
}

function withoutKind(column: ExpectedConstraint): ExpectedConstraint {
  return Object.fromEntries(Object.entries(column).filter(([member]) => member !== "kind"));
}

function nameOf({ name }: { readonly name?: string }): { readonly name?: string } {
  return name === undefined ? {} : { name };
}

function spaced(sql: string): string {
  return tokenize(sql)
    .tokens.map(({ text }) => text)
    .join(" ");
}
