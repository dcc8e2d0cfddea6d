/** autoincrement: a second table is written for each row. */
import { createdTable } from "../added-column.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

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
        fix: `${table.sql.replace(/\s+AUTOINCREMENT\b/i, "")};`,
        place: placeOfName(context.statement, "AUTOINCREMENT"),
      },
    ];
  },
};
