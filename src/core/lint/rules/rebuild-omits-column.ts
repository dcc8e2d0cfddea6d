/** rebuild_omits_column: a rebuild by hand does not copy a column. */
import { quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import type { Table } from "../../schema/table.ts";
import { handRebuildFix } from "../hand-rebuild-fix.ts";
import type { Rule } from "../rule.ts";
import type { Statement } from "../../sql/script.ts";
import { lostColumns, tablePair } from "../table-pair.ts";
import { isNamed, keyword, listNames, mentions, nameText } from "../words.ts";

export const rebuildOmitsColumn: Rule = {
  code: "rebuild_omits_column",
  category: "rebuild",
  level: "danger",
  title: "a rebuild by hand leaves a column behind",
  check(context) {
    const pair = tablePair(context);
    if (pair?.form !== "hand") return [];
    const { old, next, name, place } = pair;
    const copied = selected(context.statement);
    // One whose name stands in the SELECT is copied under another name.
    const gone = lostColumns(pair).filter((column) => !copied.some((token) => isNamed(token, column.name)));
    const left = unfilled(context.statement, next, old);
    const lost = [...gone, ...left.filter((column) => !gone.some((other) => other.name === column.name))];
    if (lost.length === 0) return [];
    const filled = lost.map((column) => `${quoteIdentifier(column.name)} IS NOT NULL`).join(" OR ");
    return [
      {
        message: `the copy leaves out ${listNames(lost.map((column) => column.name))}: those values of ${nameText(name)} are deleted`,
        fix: handRebuildFix(context, pair, next),
        place,
        question: { sql: `SELECT count(*) FROM ${quoteTable(name)} WHERE ${filled}`, table: name },
      },
    ];
  },
};

/** What stands between SELECT and FROM. */
function selected({ tokens }: Statement): Statement["tokens"] {
  const select = tokens.findIndex((token) => keyword(token) === "SELECT");
  const from = tokens.findIndex((token) => keyword(token) === "FROM");
  return select < 0 || from < select ? [] : tokens.slice(select, from);
}

/** The columns that both tables have, and that a list of columns of INSERT does not name. */
function unfilled(statement: Statement, next: Table, old: Table): Table["columns"] {
  const { tokens } = statement;
  const select = tokens.findIndex((token) => keyword(token) === "SELECT");
  const head = tokens.slice(0, Math.max(0, select));
  const open = head.findIndex(({ text }) => text === "(");
  if (open < 0) return [];
  const list = head.slice(open);
  return next.columns.filter(
    ({ name, generated }) =>
      generated === undefined &&
      !mentions(list, name) &&
      old.columns.some((column) => column.name.toLowerCase() === name.toLowerCase()),
  );
}
