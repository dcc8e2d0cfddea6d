/** drop_column: the values of a column go. */
import { foldIdentifier, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import type { Finding, Part, Rule } from "../rule.ts";
import { lostColumns, tablePair } from "../table-pair.ts";
import { isSame, nameText, placeOfName } from "../words.ts";

export const dropColumn: Rule = {
  code: "drop_column",
  category: "destructive",
  level: "danger",
  title: "the values of a column go",
  check(context) {
    const { kind, statement, before, after } = context;
    if (kind.kind === "schema" && kind.alteration === "drop_column" && kind.name !== undefined) {
      const [old, next] = [before.table(kind.name), after.table(kind.name)];
      const gone = old?.columns.find(({ name }) => next?.columns.every((column) => !isSame(column.name, name)));
      if (old === undefined || next === undefined || gone === undefined || gone.generated !== undefined) return [];
      return [find(old.name, gone.name, placeOfName(statement, gone.name, "last"))];
    }
    const pair = tablePair(context);
    if (pair?.form !== "intent") return [];
    return lostColumns(pair).map(({ name }) => find(pair.name, name, pair.place));
  },
};

function find(table: string, column: string, place: Part): Finding {
  return {
    message: `the values of ${nameText(table)}.${nameText(column)} are deleted`,
    fix: `-- first stop reading and writing ${nameText(column)}, and drop it in a later release`,
    place,
    question: {
      sql: `SELECT count(${quoteIdentifier(foldIdentifier(column))}) FROM ${quoteTable(table)}`,
      table,
    },
  };
}
