/** Proves, before anybody commits, that the table is the wanted one, that its rows are whole, and that nothing else has changed. */
import { hasCommentsOf, type Method } from "../../core/alter/choose.ts";
import { sameTable } from "../../core/alter/facts.ts";
import type { Schema } from "../../core/schema/schema.ts";
import { foldIdentifier, quoteIdentifier, unquoteIdentifier } from "../../core/sql/quote.ts";
import { tokenize } from "../../core/sql/tokenizer.ts";
import { wait, type Task } from "../../core/task.ts";
import { assert } from "../../error.ts";
import { refuse, type Altering } from "./altering.ts";

/** The schema before and after the change, without the renames of columns. */
export interface Proof {
  readonly before: Schema;
  readonly after: Schema;
  readonly method: Method["kind"];
}

/** Throws `internal_invariant` where we did not do what was wanted. */
export function proveTable({ intent }: Altering, { before, after, method }: Proof): void {
  const { wanted } = intent;
  const isTable = ({ name }: { readonly name: string }): boolean =>
    foldIdentifier(name) === foldIdentifier(wanted.name);
  const table = after.tables.find(isTable);
  assert(
    table !== undefined && sameTable(table, wanted) && hasCommentsOf(table, wanted),
    `the table ${wanted.name} reads back as it was wanted`,
  );
  // DROP COLUMN puts texts in double quotes, where a library allows them, into single ones.
  const textOf = method === "native" ? withoutQuotes : (sql: string): string => sql;
  const others = ({ tables, virtualTables, indexes, views, triggers }: Schema): string =>
    JSON.stringify(
      [...tables.filter((own) => !isTable(own)), ...virtualTables, ...indexes, ...views, ...triggers]
        .map(({ kind, name, sql }) => `${kind} ${name} ${textOf(sql)}`)
        .toSorted(),
    );
  assert(others(before) === others(after), `nothing but the table ${wanted.name} has changed in the schema`);
}

function withoutQuotes(sql: string): string {
  return tokenize(sql)
    .tokens.map(({ text }) => unquoteIdentifier(text))
    .join(" ");
}

/**
 * Checks the stored rows against what the table says, and its pages against each other
 * (https://sqlite.org/pragma.html#pragma_integrity_check). Throws `rebuild_refused`.
 */
export function* checkIntegrity(altering: Altering): Task<void> {
  const { session, intent } = altering;
  const { name } = intent.wanted;
  const problems = yield* wait(session.connection.query(`PRAGMA main.integrity_check(${quoteIdentifier(name)})`));
  const messages = problems.map((row) => String(Object.values(row)[0])).filter((message) => message !== "ok");
  const [first] = messages;
  if (first === undefined) return;
  // SQLite stops at 100.
  const count =
    messages.length === 1 ? "a row breaks" : `${messages.length >= 100 ? "100 or more" : messages.length} rows break`;
  const isRow = /^(?:CHECK constraint failed|[\w-]+ value) in /.test(first);
  throw refuse(altering, {
    problem: isRow ? `${count} what the wanted table says: ${first}` : `the table "${name}" is damaged: ${first}`,
    hint: isRow
      ? "mend the rows first, or compute their values with -- lockstep:copy"
      : "look at PRAGMA integrity_check before changing it",
  });
}
