/** Makes a column of what was read of it. */
import type { ColumnConstraint } from "./constraint.ts";
import { declaredType } from "./declared-type.ts";
import type { ColumnText } from "./read-column.ts";
import { textOf } from "./span.ts";
import type { Column, DefinitionPlace } from "./table.ts";

/** What the table knows of a column. */
export interface ColumnContext {
  readonly sql: string;
  readonly place: DefinitionPlace;
  /** Whether the kind of table lets it be NULL. */
  readonly nulls: Column["nulls"];
}

/** Builds the column. Of several constraints of one kind the last one counts. */
export function buildColumn({ name, type, constraints, span }: ColumnText, context: ColumnContext): Column {
  const notNull = last(constraints, "not_null");
  const value = last(constraints, "default");
  const generated = last(constraints, "generated");
  return {
    kind: "column",
    name: name.name,
    type: type === undefined ? "" : declaredType(textOf(context.sql, type)).name,
    nulls: notNull === undefined ? context.nulls : "refused",
    ...(notNull === undefined ? {} : { notNull }),
    collation: last(constraints, "collate")?.collation ?? "BINARY",
    ...(value === undefined ? {} : { default: value }),
    ...(generated === undefined ? {} : { generated }),
    constraints,
    comments: context.place.comments,
    source: { span, name: name.span, ...(type === undefined ? {} : { type }) },
  };
}

function last<const Kind extends ColumnConstraint["kind"]>(
  constraints: readonly ColumnConstraint[],
  kind: Kind,
): Extract<ColumnConstraint, { readonly kind: Kind }> | undefined {
  return constraints.findLast(
    (constraint): constraint is Extract<ColumnConstraint, { readonly kind: Kind }> => constraint.kind === kind,
  );
}
