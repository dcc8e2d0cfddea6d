/** Proves, before anybody commits, that the table is the wanted one, that its rows are whole, and that nothing else has changed. */
import { hasCommentsOf, type Method } from "../../core/alter/choose.ts";
import { conditionsOf, type Condition } from "../../core/alter/conditions.ts";
import { sameTable } from "../../core/alter/facts.ts";
import type { Schema } from "../../core/schema/schema.ts";
import { isSameName, quoteIdentifier, quoteTable, unquoteIdentifier } from "../../core/sql/quote.ts";
import { tokenize } from "../../core/sql/tokenizer.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Connection } from "../../driver/driver.ts";
import { assert } from "../../error.ts";
import { adviseCopy } from "./advice.ts";
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
  const isTable = ({ name }: { readonly name: string }): boolean => isSameName(name, wanted.name);
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
  const { connection } = session;
  const { name } = intent.wanted;
  const problems = yield* wait(connection.query(`PRAGMA main.integrity_check(${quoteIdentifier(name)})`));
  const messages = problems.map((row) => String(Object.values(row)[0])).filter((message) => message !== "ok");
  const damage = messages.find((message) => !ABOUT_A_VALUE.test(message));
  if (damage !== undefined) {
    throw refuse(altering, {
      problem: `the table "${name}" is damaged: ${damage}`,
      hint: "look at PRAGMA integrity_check before changing it",
    });
  }
  if (messages.length > 0 || (yield* ignoresChecks(connection))) yield* refuseBreaches(altering);
}

const ABOUT_A_VALUE = /^(?:CHECK constraint failed|[\w-]+ value) in /;

/** Whether the owner of the connection has SQLite let rows through that break a CHECK: neither INSERT nor its own check then looks at them. */
function* ignoresChecks(connection: Connection): Task<boolean> {
  const [row] = yield* wait(connection.query("PRAGMA ignore_check_constraints"));
  return Number(row?.["ignore_check_constraints"]) === 1;
}

/** How many conditions are counted in one query: a result has no more than 2,000 columns (https://sqlite.org/limits.html). */
const AT_ONCE = 1000;

/**
 * Refuses rows that break a condition, by one scan of the table. Throws `rebuild_refused`. SQLite's own check does not count them, looks up
 * every row in every index, and calls values wrong that are not where a virtual column stands in front of one with a default.
 */
export function* refuseBreaches(altering: Altering): Task<void> {
  const conditions = conditionsOf(altering.intent.wanted);
  const breaches: string[] = [];
  for (let first = 0; first < conditions.length; first += AT_ONCE) {
    breaches.push(...(yield* countBreaches(altering, conditions.slice(first, first + AT_ONCE))));
  }
  if (breaches.length === 0) return;
  throw refuse(altering, {
    problem: `${breaches.join(", ")} of the wanted table`,
    hint: `mend the rows first, or compute their values with ${adviseCopy(altering.intent)}`,
  });
}

function* countBreaches({ session, intent }: Altering, conditions: readonly Condition[]): Task<readonly string[]> {
  const counters = conditions.map(({ broken }, index) => `total(${broken}) AS c${index}`).join(", ");
  const [row] = yield* wait(
    session.connection.query(`SELECT ${counters} FROM ${quoteTable(intent.wanted.name)} NOT INDEXED`),
  );
  return conditions
    .map(({ what }, index) => ({ what, rows: Number(row?.[`c${index}`] ?? 0) }))
    .filter(({ rows }) => rows > 0)
    .map(({ what, rows }) => `${rows} ${rows === 1 ? "row breaks" : "rows break"} ${what}`);
}
