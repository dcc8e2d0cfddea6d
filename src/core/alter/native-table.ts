/**
 * The table that SQLite's own ALTER TABLE leads to (https://sqlite.org/lang_altertable.html). Every function gives it as a model whose
 * parts stand in the order in which SQLite writes them: the names of CHECKs depend on what is above them.
 */
import type { Check } from "../schema/constraint.ts";
import { placedConstraints } from "../schema/edit/find.ts";
import type { Column, ColumnDefinition, Definition, Table } from "../schema/table.ts";

/** ADD COLUMN: behind the last column, in front of the constraints of the table. */
export function withColumns(table: Table, added: readonly Column[]): Table {
  const definitions = added.map((column): ColumnDefinition => ({
    kind: "column",
    column,
    span: column.source.span,
    region: column.source.span,
    comments: [],
  }));
  const isColumn = ({ kind }: Definition): boolean => kind === "column";
  return withDefinitions(table, [
    ...table.definitions.filter(isColumn),
    ...definitions,
    ...table.definitions.filter((one) => !isColumn(one)),
  ]);
}

/** DROP COLUMN: with what stands in its definition. */
export function withoutColumns(table: Table, dropped: readonly Column[]): Table {
  return withDefinitions(
    table,
    table.definitions.filter((one) => one.kind === "constraint" || !dropped.includes(one.column)),
  );
}

/** The table where columns are others. */
export function mapColumns(table: Table, change: (column: Column) => Column): Table {
  return withDefinitions(
    table,
    table.definitions.map((one) => (one.kind === "column" ? { ...one, column: change(one.column) } : one)),
  );
}

/** ADD CHECK: behind everything, and behind a comma. */
export function withChecks(table: Table, added: readonly Check[]): Table {
  const definitions = added.map((constraint): Definition => {
    const { span } = constraint.source;
    return { kind: "constraint", constraint, span, region: span, comments: [] };
  });
  const all = [...table.definitions, ...definitions];
  const from = table.definitions.length - 1;
  return withDefinitions(
    table,
    all.map((one, index) => (index >= from && index < all.length - 1 ? { ...one, comma: one.span } : one)),
  );
}

/** DROP CONSTRAINT: in the definition of its column, or in the list, where one of the two commas beside it stays. */
export function withoutChecks(table: Table, dropped: readonly Check[]): Table {
  const gone = new Set<object>(dropped);
  const definitions: Definition[] = [];
  for (const one of table.definitions) {
    if (one.kind === "column") {
      const constraints = one.column.constraints.filter((constraint) => !gone.has(constraint));
      const isSame = constraints.length === one.column.constraints.length;
      definitions.push(isSame ? one : { ...one, column: { ...one.column, constraints } });
    } else if (!gone.has(one.constraint)) {
      definitions.push(one);
    } else {
      const before = definitions.pop();
      const comma = before?.comma ?? one.comma;
      if (before !== undefined) definitions.push({ ...before, ...(comma === undefined ? {} : { comma }) });
    }
  }
  return withDefinitions(table, definitions);
}

/** The table of these definitions. Its key is the same: ALTER TABLE leaves that alone. */
function withDefinitions(table: Table, definitions: readonly Definition[]): Table {
  const constraints = placedConstraints({ definitions }).map(({ constraint }) => constraint);
  return {
    ...table,
    definitions,
    columns: definitions.flatMap((one) => (one.kind === "column" ? [one.column] : [])),
    uniques: constraints.filter((one) => one.kind === "unique"),
    checks: constraints.filter((one) => one.kind === "check"),
    foreignKeys: constraints.filter((one) => one.kind === "foreign_key"),
  };
}
