/** update_all_rows: UPDATE that overwrites a value in every row. */
import { isSameName, quoteIdentifier, quoteTable, unquoteIdentifier } from "../../sql/quote.ts";
import type { Token } from "../../sql/token.ts";
import type { Rule } from "../rule.ts";
import { keyword, nameText, placeOfName } from "../words.ts";

export const updateAllRows: Rule = {
  code: "update_all_rows",
  category: "destructive",
  level: "warning",
  title: "UPDATE without a condition",
  check({ kind, statement, start, before }) {
    if (kind.kind !== "data" || kind.verb !== "UPDATE" || kind.table === undefined) return [];
    const words = statement.tokens.map(keyword);
    if (words.includes("WHERE") || words.includes("FROM") || words.includes("LIMIT")) return [];
    const table = before.table(kind.table);
    // A column that this migration adds has no values yet that could be lost.
    const earlier = start.table(kind.table);
    const columns = assigned(statement.tokens).flatMap(
      (name) => earlier?.columns.find((column) => isSameName(column.name, name)) ?? [],
    );
    const [first] = columns;
    if (table === undefined || first === undefined) return [];
    const filled = columns.map(({ name }) => `${quoteIdentifier(name)} IS NOT NULL`).join(" OR ");
    const unset = columns.map(({ name }) => `${nameText(name)} IS NULL`).join(" AND ");
    // A WHERE stands in front of these.
    const last = statement.tokens.find((token) => ["RETURNING", "ORDER"].includes(keyword(token) ?? ""));
    const cut = last === undefined ? statement.text.length : last.offset - statement.offset;
    const [head, tail] = [statement.text.slice(0, cut), statement.text.slice(cut)];
    return [
      {
        message: `this overwrites ${nameText(first.name)} in every row of ${nameText(table.name)}`,
        fix: { kind: "instead", sql: `${[head.trimEnd(), `WHERE ${unset}`, tail].join(" ").trimEnd()};` },
        place: placeOfName(statement, kind.table),
        question: { sql: `SELECT count(*) FROM ${quoteTable(table.name)} WHERE ${filled}`, table: table.name },
      },
    ];
  },
};

/** The columns in front of `=` behind SET, outside of parentheses, that get something else than themselves. */
function assigned(tokens: readonly Token[]): readonly string[] {
  const names: string[] = [];
  let depth = 0;
  const set = tokens.findIndex((token) => keyword(token) === "SET");
  tokens.forEach(({ text }, at) => {
    if (text === "(") depth += 1;
    if (text === ")") depth -= 1;
    const isFirst = at === set + 1 || (tokens[at - 1]?.text === "," && depth === 0);
    if (at > set && isFirst && tokens[at + 1]?.text === "=") names.push(unquoteIdentifier(text));
  });
  // What is computed from its old value is a change, and not a loss.
  return names.filter(
    (name) => tokens.slice(set).filter(({ text }) => isSameName(unquoteIdentifier(text), name)).length === 1,
  );
}
