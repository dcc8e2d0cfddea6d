/** not_strict: a table that takes values of any type in any column. */
import { createdTable } from "../added-column.ts";
import { replaceTable } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const notStrict: Rule = {
  code: "not_strict",
  category: "design",
  level: "advice",
  title: "a new table that is not STRICT",
  check(context) {
    const table = createdTable(context);
    if (table === undefined || table.typing === "strict" || context.kind.kind === "rebuild") return [];
    // Behind the parentheses; an option that is there already gets it with a comma.
    const fix = replaceTable(context, `${table.sql}${table.source.options.length > 0 ? "," : ""} STRICT`);
    const isPlain = table.columns.every(({ type }) => /^(?:int|integer|real|text|blob|any)$/i.test(type));
    return [
      {
        message: `${nameText(table.name)} stores 'abc' in a column of numbers, and says nothing`,
        ...(isPlain ? { fix } : {}),
        place: placeOfName(context.statement, table.name),
      },
    ];
  },
};
