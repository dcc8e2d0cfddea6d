/** drop_table: a table goes with all its rows. */
import { quoteTable } from "../../sql/quote.ts";
import { freeName, isObject } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const dropTable: Rule = {
  code: "drop_table",
  category: "destructive",
  level: "danger",
  title: "a table goes with all its rows",
  check({ kind, statement, before, end, position, rebuilds }) {
    if (kind.kind !== "schema" || kind.verb !== "DROP" || kind.object !== "table" || kind.name === undefined) return [];
    const object = before.object(kind.name);
    // In a rebuild by hand, what is lost is told by the copy.
    if (object === undefined || rebuilds.some(({ drop }) => drop === position)) return [];
    const name = nameText(object.name);
    const away = nameText(freeName(`${object.name}_unused`, isObject(before, end)));
    // For programs that still read it, but where another one comes in its place.
    const view = end.object(object.name) === undefined ? `\nCREATE VIEW ${name} AS SELECT * FROM ${away};` : "";
    return [
      {
        message: `DROP TABLE ${name} deletes every row of ${name}`,
        fix: { kind: "instead", sql: `ALTER TABLE ${name} RENAME TO ${away};${view}` },
        place: placeOfName(statement, object.name),
        question: { sql: `SELECT count(*) FROM ${quoteTable(object.name)}`, table: object.name },
      },
    ];
  },
};
