/** drop_column: the values of a column go. */
import { foldIdentifier, isSameName, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { advise } from "../fix.ts";
import type { Finding, Part, Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const dropColumn: Rule = {
  code: "drop_column",
  category: "destructive",
  level: "danger",
  title: "the values of a column go",
  check({ kind, statement, before, after }) {
    // In a rebuild, -- lockstep:drop has said it.
    if (kind.kind !== "schema" || kind.alteration !== "drop_column" || kind.name === undefined) return [];
    const [old, next] = [before.table(kind.name), after.table(kind.name)];
    const gone = old?.columns.find(({ name }) => next?.columns.every((column) => !isSameName(column.name, name)));
    if (old === undefined || next === undefined || gone === undefined || gone.generated !== undefined) return [];
    return [find(old.name, gone.name, placeOfName(statement, gone.name, "last"))];
  },
};

function find(table: string, column: string, place: Part): Finding {
  return {
    message: `the values of ${nameText(table)}.${nameText(column)} are deleted`,
    fix: advise(`first stop reading and writing ${nameText(column)}, and drop it in a later release`),
    place,
    question: {
      sql: `SELECT count(${quoteIdentifier(foldIdentifier(column))}) FROM ${quoteTable(table)}`,
      table,
    },
  };
}
