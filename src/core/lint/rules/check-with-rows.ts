/** check_with_rows: a new CHECK fails where rows do not pass it. */
import { foldIdentifier, isSameName, quoteTable } from "../../sql/quote.ts";
import { mentionsIn } from "../../schema/edit/mentions.ts";
import type { Rule } from "../rule.ts";
import { tablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

export const checkWithRows: Rule = {
  code: "check_with_rows",
  category: "data",
  level: "danger",
  title: "a new CHECK that rows may not pass",
  check(context) {
    const pair = tablePair(context);
    if (pair === undefined) return [];
    const { old, next, name, place } = pair;
    const known = new Set(old.checks.map(({ expression }) => plain(expression.text)));
    return next.checks
      .filter(({ expression }) => !known.has(plain(expression.text)))
      .flatMap(({ expression }) => {
        const names = mentionsIn(expression) ?? [];
        // Of a column that is new, or computed, the rows as they are say nothing.
        const isAsked = names.every(({ name: mentioned }) =>
          old.columns.some((column) => isSameName(column.name, mentioned)),
        );
        if (!isAsked || names.some(({ name: mentioned }) => pair.computed.has(foldIdentifier(mentioned)))) return [];
        // CREATE TABLE takes rows for which it is NULL, and ADD CHECK does not.
        const [state, failing] =
          pair.form === "alter"
            ? ["false or NULL", `(${expression.text}) IS NOT TRUE`]
            : ["false", `NOT (${expression.text})`];
        return [
          {
            message: `rows of ${nameText(name)} for which ${expression.text} is ${state} make this fail`,
            fix: {
              kind: "query",
              words: "first correct them",
              sql: `SELECT * FROM ${nameText(name)} WHERE ${failing};`,
            },
            place,
            question: { sql: `SELECT count(*) FROM ${quoteTable(name)} WHERE ${failing}`, table: name },
          },
        ];
      });
  },
};

function plain(text: string): string {
  return foldIdentifier(text).replaceAll(/["`[\]\s]/g, "");
}
