/** Foreign keys to the table: each needs columns that are unique (https://sqlite.org/foreignkeys.html#fk_indexes). */
import { automaticIndexes } from "../schema/automatic-index.ts";
import type { ForeignKey } from "../schema/constraint.ts";
import type { Index } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import { alterProblem, type AlterProblem } from "./problem.ts";
import type { TableChange } from "./table-change.ts";

/** The first foreign key that would lead to columns which are not unique any more, or not there. */
export function lostKey({ schema, current, wanted, renames }: TableChange): AlterProblem | undefined {
  const indexes = schema.indexes.filter(({ table }) => isSameName(table, current.name));
  const nextName = renamesOf(wanted, renames);
  for (const table of schema.tables) {
    const isOwn = table.name === current.name;
    const before = table.foreignKeys.filter(({ parent }) => isSameName(parent, current.name));
    const wasBroken = before.some((key) => !leadsToKey(key, current, indexes));
    // What leads nowhere already is not made worse.
    if (wasBroken) continue;
    // SQLite writes the new names of renamed columns into the keys of other tables.
    const after = isOwn
      ? wanted.foreignKeys.filter(({ parent }) => isSameName(parent, current.name))
      : before.map((key) => ({ ...key, parentColumns: key.parentColumns?.map(nextName) }));
    const lost = after.find((key) => !leadsToKey(key, wanted, renamed(indexes, nextName)));
    if (lost === undefined) continue;
    return alterProblem(
      `the foreign key of "${table.name}" on ${lost.columns.join(", ")} would lead to no unique columns of "${current.name}"`,
      "keep a PRIMARY KEY or UNIQUE of exactly those columns, or change that foreign key first",
    );
  }
  return undefined;
}

type Target = Pick<ForeignKey, "columns"> & { readonly parentColumns?: readonly string[] | undefined };

/** Whether a foreign key leads to columns that are unique. `indexes` are those of CREATE INDEX on the parent. */
export function leadsToKey({ columns, parentColumns }: Target, parent: Table, indexes: readonly Index[]): boolean {
  const named = (parentColumns ?? parent.primaryKey?.columns.map(({ name }) => name) ?? []).map(foldIdentifier);
  if (named.length !== columns.length) return false;
  if (named.length === 1 && named[0] === foldIdentifier(parent.rowidColumn ?? "")) return true;
  const own = automaticIndexes(parent).map((index) => index.columns);
  const made = indexes
    .filter(({ uniqueness, where }) => uniqueness === "unique" && where === undefined)
    .map(({ terms }) => terms.map((term) => (term.kind === "column" ? term : { name: "", collation: "" })));
  return [...own, ...made].some(
    (terms) =>
      terms.length === named.length &&
      terms.every(
        ({ name, collation }) => named.includes(foldIdentifier(name)) && hasOwnCollation(parent, name, collation),
      ),
  );
}

/** An index counts only where it compares as the column does. */
function hasOwnCollation({ columns }: Table, name: string, collation: string | undefined): boolean {
  const column = columns.find((candidate) => isSameName(candidate.name, name));
  if (column === undefined) return false;
  return collation === undefined || isSameName(collation, column.collation);
}

/** The name of a column once the renames are made. */
function renamesOf(wanted: Table, renames: TableChange["renames"]): (name: string) => string {
  const next = new Map(wanted.columns.map(({ name }) => [renames.get(foldIdentifier(name))?.from, name]));
  return (name) => next.get(foldIdentifier(name)) ?? name;
}

function renamed(indexes: readonly Index[], nextName: (name: string) => string): readonly Index[] {
  return indexes.map((index) => ({
    ...index,
    terms: index.terms.map((term) => (term.kind === "column" ? { ...term, name: nextName(term.name) } : term)),
  }));
}
