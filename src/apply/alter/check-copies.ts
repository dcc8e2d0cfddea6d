/** Checks what is to be computed, before anything runs: that SQLite can, for each row by itself, from the rows as they are. */
import { namesInQuery, namesSchema } from "../../core/alter/copy.ts";
import { contentOf } from "../../core/alter/full-text.ts";
import type { Copy } from "../../core/alter/intent.ts";
import { isAlias } from "../../core/alter/row-id.ts";
import { mentionsIn } from "../../core/schema/edit/mentions.ts";
import type { Schema } from "../../core/schema/schema.ts";
import type { Table } from "../../core/schema/table.ts";
import { suggest } from "../../core/diagnostic/suggest.ts";
import { findCulprit } from "../../core/diagnostic/sqlite-message.ts";
import { foldIdentifier, isSameName, quoteIdentifier, quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import { refuse, type Altering } from "./altering.ts";

/** Throws `rebuild_refused` at the copy that cannot be made. */
export function* checkCopies(altering: Altering, schema: Schema, current: Table): Task<void> {
  for (const [column, copy] of altering.intent.copies) {
    refuseReader(altering, schema, copy);
    yield* checkCopy(altering, current, { column, ...copy });
  }
}

function* checkCopy(
  altering: Altering,
  current: Table,
  { column, expression, place }: Copy & { readonly column: string },
): Task<void> {
  const { connection } = altering.session;
  const name = nameWithoutColumn(current, expression);
  if (name !== undefined) {
    throw uncomputable(altering, current, { column, place, what: `no such column: "${name}"`, name });
  }
  const table = `${quoteTable(current.name)} AS ${quoteIdentifier(current.name)}`;
  const compiled = `SELECT count(*) AS made FROM (SELECT (${expression}) AS value FROM ${table} WHERE 0)`;
  let made: number;
  try {
    const [row] = yield* wait(connection.query(compiled));
    made = Number(row?.["made"]);
  } catch (error) {
    const failure = connection.failure(error);
    if (failure?.kind !== "other") throw error;
    const culprit = findCulprit(failure.message);
    throw uncomputable(altering, current, {
      column,
      place,
      what: failure.message,
      name: culprit?.kind === "column" ? culprit.name : undefined,
    });
  }
  // A row from no rows: all of them would become one.
  if (made === 0) return;
  throw refuse(altering, {
    problem: `the values of "${column}" cannot be computed: an aggregate makes one row of all`,
    hint: `put it into a query of its own: (SELECT … FROM ${quoteIdentifier(current.name)})`,
    place,
  });
}

/** What cannot be computed, and the name that stands in the way. */
interface Uncomputable extends Pick<Copy, "place"> {
  readonly column: string;
  readonly what: string;
  readonly name: string | undefined;
}

function uncomputable(altering: Altering, { columns }: Table, { column, place, what, name }: Uncomputable): Error {
  const names = columns.map((own) => own.name);
  const near = name === undefined ? undefined : suggest(name, names);
  return refuse(altering, {
    problem: `the values of "${column}" cannot be computed: ${what}`,
    hint: near === undefined ? "write it with the columns as they are before the change" : `did you mean "${near}"?`,
    place,
  });
}

/** A name in double quotes that no column has: where the connection allows it, SQLite takes a misspelled one for a text, for every row. */
function nameWithoutColumn({ columns }: Table, expression: string): string | undefined {
  const names = columns.map(({ name }) => name);
  const mentions = mentionsIn({ text: expression, span: { start: 0, end: expression.length } }) ?? [];
  return mentions.find(
    ({ form, name, qualifier }) =>
      form === "double_quoted" &&
      qualifier === undefined &&
      !isAlias(name) &&
      !names.some((own) => isSameName(own, name)),
  )?.name;
}

/** While the table is being filled, a view or a full-text table that reads it would show some of its rows. */
function refuseReader(altering: Altering, { views, virtualTables }: Schema, { expression, place }: Copy): void {
  const names = namesInQuery(expression);
  if (names.size === 0) return;
  const isNamed = ({ name }: { readonly name: string }): boolean => names.has(foldIdentifier(name));
  const view = views.find(isNamed);
  const reader = virtualTables.find((table) => isNamed(table) && contentOf(table) !== undefined);
  // Of a table that is called so itself this says nothing.
  const isSchema = foldIdentifier(altering.intent.wanted.name) !== "main" && namesSchema(expression);
  const found =
    (view && `it reads the view "${view.name}"`) ??
    (reader && `it reads the full-text table "${reader.name}"`) ??
    (isSchema ? 'it says "main."' : undefined);
  if (found === undefined) return;
  throw refuse(altering, {
    problem: `it is not certain what this copy would see of the table while that is being filled: ${found}`,
    hint: "read tables only, by their names alone, or save what you need in a table before",
    place,
  });
}
