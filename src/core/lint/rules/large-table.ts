/** large_table: a statement that rewrites, or reads, every row of a large table while nobody else can write. */
import { quoteTable } from "../../sql/quote.ts";
import type { Rule } from "../rule.ts";
import { addedColumn } from "../added-column.ts";
import type { LintContext } from "../context.ts";
import { rebuiltName } from "../table-pair.ts";
import { keyword, nameText, placeOfName } from "../words.ts";

/** From here on a person notices the pause, on a small server: docs/performance.md. */
const LARGE = 1_000_000;

/** What is only read does not grow the log. */
const READS = "this reads every row";

export const largeTable: Rule = {
  code: "large_table",
  category: "data",
  level: "warning",
  title: "a statement that writes every row of a large table in one transaction",
  check(context) {
    const found = writesAll(context);
    if (found === undefined) return [];
    const { table, why } = found;
    const log = why === READS ? "" : ", and the log grows by all of it";
    return [
      {
        message: `${why} of ${nameText(table)} while nobody else can write${log}`,
        place: placeOfName(context.statement, table),
        question: { sql: `SELECT count(*) FROM ${quoteTable(table)}`, table, atLeast: LARGE, unanswered: "drop" },
      },
    ];
  },
};

function writesAll(context: LintContext): { readonly table: string; readonly why: string } | undefined {
  const { kind, statement, before, rebuilds, position } = context;
  if (kind.kind === "rebuild") return { table: kind.table, why: "this copies every row" };
  if (
    kind.kind === "data" &&
    kind.verb === "UPDATE" &&
    kind.table !== undefined &&
    before.table(kind.table) !== undefined
  )
    return statement.tokens.some((token) => keyword(token) === "WHERE")
      ? undefined
      : { table: kind.table, why: "this writes every row" };
  const hand = rebuilds.find(({ copy }) => copy === position);
  if (hand !== undefined) return { table: rebuiltName(hand, before), why: "this copies every row" };
  if (kind.kind !== "schema" || kind.name === undefined) return undefined;
  if (kind.alteration === "drop_column") return { table: kind.name, why: "this writes every row" };
  const added = addedColumn(context);
  if (added !== undefined && added.next.checks.length > added.old.checks.length)
    return { table: kind.name, why: READS };
  if (kind.verb === "CREATE" && kind.object === "index" && kind.table !== undefined)
    return { table: kind.table, why: "this sorts every row" };
  return undefined;
}
