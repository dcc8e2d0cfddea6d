/** drop_table: a table goes with all its rows. */
import { quoteTable } from "../../sql/quote.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const dropTable: Rule = {
  code: "drop_table",
  category: "destructive",
  level: "danger",
  title: "a table goes with all its rows",
  check({ kind, statement, before, position, rebuilds }) {
    if (kind.kind !== "schema" || kind.verb !== "DROP" || kind.object !== "table" || kind.name === undefined) return [];
    const object = before.object(kind.name);
    // In a rebuild by hand, what is lost is told by the copy.
    if (object === undefined || rebuilds.some(({ drop }) => drop === position)) return [];
    const name = nameText(object.name);
    return [
      {
        message: `DROP TABLE ${name} deletes every row of ${name}`,
        fix: `ALTER TABLE ${name} RENAME TO ${nameText(`${object.name}_unused`)};`,
        place: placeOfName(statement, object.name),
        question: { sql: `SELECT count(*) FROM ${quoteTable(object.name)}`, table: object.name },
      },
    ];
  },
};
