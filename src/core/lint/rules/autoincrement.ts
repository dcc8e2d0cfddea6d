/** autoincrement: a second table is written for each row. */
import { createdTable } from "../added-column.ts";
import { replaceTable } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { tokenize } from "../../sql/tokenizer.ts";
import { keyword, nameText, placeOfName } from "../words.ts";

export const autoincrement: Rule = {
  code: "autoincrement",
  category: "design",
  level: "advice",
  title: "AUTOINCREMENT where INTEGER PRIMARY KEY would do",
  check(context) {
    const table = createdTable(context);
    // A rebuild states what the table has already.
    if (table?.primaryKey?.autoincrement !== "yes" || context.kind.kind === "rebuild") return [];
    return [
      {
        message: `${nameText(table.name)} writes sqlite_sequence with each new row; INTEGER PRIMARY KEY numbers them too, and only gives the number of a deleted last row again`,
        fix: replaceTable(context, withoutWord(table.sql, "AUTOINCREMENT")),
        place: placeOfName(context.statement, "AUTOINCREMENT"),
      },
    ];
  },
};

/** A text without a keyword in it; a name that sounds like it stays. */
function withoutWord(sql: string, word: string): string {
  const token = tokenize(sql).tokens.find((one) => keyword(one) === word);
  if (token === undefined) return sql;
  return sql.slice(0, token.offset).trimEnd() + sql.slice(token.offset + token.text.length);
}
