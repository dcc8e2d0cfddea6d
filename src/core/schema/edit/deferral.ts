/** DEFERRABLE where it does not follow a foreign key at once: which foreign key it is about. */
import type { ForeignKey } from "../constraint.ts";
import type { Table } from "../table.ts";
import { placedConstraints, type PlacedConstraint } from "./find.ts";

/** Those about a foreign key: all between it and the next foreign key of the text. */
export function deferralsOf(table: Table, key: ForeignKey): readonly PlacedConstraint[] {
  const all = placedConstraints(table);
  const from = all.findIndex(({ constraint }) => constraint === key) + 1;
  const next = all.findIndex(({ constraint }, index) => index >= from && constraint.kind === "foreign_key");
  return all.slice(from, next === -1 ? undefined : next).filter(({ constraint }) => constraint.kind === "deferral");
}
