/** What SQLite calls each CHECK of a table when a row breaks it. */
import type { Check } from "../schema/constraint.ts";
import type { Table } from "../schema/table.ts";

/**
 * The name of every CHECK that has one. SQLite gives a CHECK the last name that stands above it, also where another constraint, or none,
 * follows that name: `a INT CONSTRAINT n DEFAULT 1 CHECK (a)`. A column forgets it, and a comma between two constraints of the table.
 */
export function checkNames({ definitions }: Pick<Table, "definitions">): ReadonlyMap<Check, string> {
  const names = new Map<Check, string>();
  let last: string | undefined;
  for (const [index, definition] of definitions.entries()) {
    const before = definitions[index - 1];
    const isFirst = before?.kind === "column";
    if (definition.kind === "column" || (!isFirst && before?.comma !== undefined)) last = undefined;
    const own = definition.kind === "column" ? definition.column.constraints : [definition.constraint];
    for (const constraint of own) {
      last = constraint.name ?? last;
      if (constraint.kind === "check" && last !== undefined) names.set(constraint, last);
    }
  }
  return names;
}
