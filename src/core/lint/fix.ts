/** What rules propose: SQL with the place where it goes, a query to look first, or words. */
import type { Column, Table } from "../schema/table.ts";
import { affinityOf } from "../alter/affinity.ts";
import { terminated } from "../schema/terminated.ts";
import { foldIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { LintContext } from "./context.ts";
import type { SchemaModel } from "./schema-model.ts";
import { nameText } from "./words.ts";

/**
 * A better way. `instead`: it stands in place of the statement. `rebuild`: in place of all statements of a rebuild by hand, and of
 * those that make its indexes and triggers again. `in_front`, `behind`: it is added there. `at_end`: behind the whole migration.
 * `query`: shows the rows that somebody has to decide about. `words`: no SQL could be right, or it would only be an example.
 */
export type Fix =
  | { readonly kind: "instead" | "rebuild" | "in_front" | "behind" | "at_end"; readonly sql: string }
  | { readonly kind: "query"; readonly words: string; readonly sql: string }
  | { readonly kind: "words"; readonly words: string };

/** The line that says where SQL goes. What has none stands in place of the statement. */
export const FIX_PLACES: Readonly<Record<"rebuild" | "in_front" | "behind" | "at_end", string>> = {
  rebuild: "-- in place of the whole rebuild, with its indexes and triggers:",
  in_front: "-- in front of it:",
  behind: "-- behind it:",
  at_end: "-- at the end of the migration:",
};

/** A fix as users read it: comments say what no SQL says. */
export function fixText(fix: Fix): string {
  if (fix.kind === "words") return `-- ${fix.words.replaceAll("\n", "\n-- ")}`;
  if (fix.kind === "query") return `-- ${fix.words}:\n${fix.sql}`;
  return fix.kind === "instead" ? fix.sql : `${FIX_PLACES[fix.kind]}\n${fix.sql}`;
}

/** Words in place of SQL. */
export function advise(words: string): Fix {
  return { kind: "words", words };
}

/** The text of a table in place of the statement that makes it, with the directives that it has where it is a rebuild by intent. */
export function replaceTable({ kind, statement }: LintContext, sql: string): Fix {
  if (kind.kind !== "rebuild") return { kind: "instead", sql: terminated(sql) };
  const more = statement.directives.filter(({ name }) => name !== "rebuild" && name !== "allow");
  return { kind: "instead", sql: rebuildFix({ sql }, ...more.map(({ name, argument }) => `${name} ${argument}`)) };
}

/** The text of an added column in place of the statement that adds it. */
export function replaceColumn(table: string, definition: string): Fix {
  return { kind: "instead", sql: `ALTER TABLE ${nameText(table)} ADD COLUMN ${terminated(definition)}` };
}

/** A name that nothing has yet: this one, else with a number behind it. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? name : `${name}_${number}`;
    if (!isTaken(free)) return free;
  }
}

/** Whether a schema has an object of that name. */
export function isObject(...schemas: readonly SchemaModel[]): (name: string) => boolean {
  return (name) => schemas.some((schema) => schema.object(foldIdentifier(name)) !== undefined);
}

/** A rebuild that makes a table so, with what is said behind it. */
export function rebuildFix(table: Pick<Table, "sql">, ...directives: readonly string[]): string {
  return [`-- lockstep:rebuild`, terminated(table.sql), ...directives.map((line) => `-- lockstep:${line}`)].join("\n");
}

/** The text of a table under another name. */
export function textNamed({ sql, source }: Pick<Table, "sql" | "source">, name: string): string {
  return sql.slice(0, source.name.start) + nameText(name) + sql.slice(source.name.end);
}

/** A value that fits a column, to begin with. */
export function plainValue({ type }: Column, typing: Table["typing"]): string {
  const affinity = affinityOf(type, typing);
  return affinity === "TEXT" || affinity === "BLOB" ? "''" : "0";
}

/** Columns in parentheses, as they are written. */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map((name) => nameText(name)).join(", ")})`;
}

/** The statement that makes a column, or its table, with another type for it and a constraint behind that. */
export function typedColumn(
  context: LintContext,
  table: Table,
  { column, type, check = "" }: { readonly column: Column; readonly type: string; readonly check?: string },
): Fix {
  const { span, name, type: written } = column.source;
  const head = table.sql.slice(0, written?.start ?? name.end);
  const tail = table.sql.slice(written?.end ?? name.end);
  const text = `${head}${written === undefined ? " " : ""}${type}${check}${tail}`;
  if (context.kind.kind !== "schema" || context.kind.verb !== "ALTER") return replaceTable(context, text);
  return replaceColumn(table.name, text.slice(span.start, span.end + text.length - table.sql.length));
}

/** An expression on one line, as a directive needs it. Inside of a token nothing changes. */
export function oneLine(expression: string): string {
  return expression.includes("\n")
    ? tokenize(expression)
        .tokens.map(({ text }) => text)
        .join(" ")
    : expression;
}
