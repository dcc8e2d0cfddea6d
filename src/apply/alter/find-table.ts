/** Finds the table that is to be changed, and refuses what is no table that can be. */
import { suggest } from "../../core/diagnostic/suggest.ts";
import type { Schema } from "../../core/schema/schema.ts";
import type { Table } from "../../core/schema/table.ts";
import { foldIdentifier } from "../../core/sql/quote.ts";
import { refuse, type Altering } from "./altering.ts";

/** The table of a name. Throws `rebuild_refused`. */
export function findTable(altering: Pick<Altering, "session" | "place">, schema: Schema, wantedName: string): Table {
  const name = foldIdentifier(wantedName);
  const isNamed = (object: { readonly name: string }): boolean => foldIdentifier(object.name) === name;
  const no = (problem: string, hint: string): never => {
    throw refuse(altering, { problem, hint });
  };
  const { tables } = altering.session;
  if ([tables.metadata, tables.history].some((own) => foldIdentifier(own) === name)) {
    no(`"${wantedName}" is one of lockstep's own tables`, "leave it as it is");
  }
  if (schema.virtualTables.some((table) => isNamed(table) || table.shadowTables.some(isNamed))) {
    no(
      `"${wantedName}" is a virtual table, or belongs to one`,
      "drop and create it: its module decides what it can be",
    );
  }
  if (schema.views.some(isNamed)) no(`"${wantedName}" is a view`, "drop and create it: it has no rows of its own");
  const table = schema.tables.find(isNamed);
  if (table !== undefined) return table;
  const near = suggest(
    wantedName,
    schema.tables.map((other) => other.name),
  );
  return no(
    `there is no table "${wantedName}" to rebuild`,
    near === undefined ? "leave out -- lockstep:rebuild to create it" : `did you mean "${near}"?`,
  );
}
