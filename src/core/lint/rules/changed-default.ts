/** changed_default: another default, and rows that keep the old one. */
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { isSameName } from "../../sql/quote.ts";
import { classify } from "../../sql/statement-kind.ts";
import type { LintContext } from "../context.ts";
import { mentions, nameText } from "../words.ts";

export const changedDefault: Rule = {
  code: "changed_default",
  category: "compatibility",
  level: "advice",
  title: "another default, which no row that is there gets",
  check(context) {
    const pair = tablePair(context);
    if (pair === undefined) return [];
    return keptColumns(pair).flatMap(({ old, next }) => {
      const [from, to] = [old.default?.text, next.default?.text];
      if (from === undefined || to === undefined || from === to) return [];
      if (isCarriedOver(context, pair.name, next.name)) return [];
      const column = nameText(next.name);
      return [
        {
          message: `rows of ${nameText(pair.name)} keep ${from} in ${column}; only new ones get ${to}`,
          fix: {
            kind: "at_end",
            sql: `UPDATE ${nameText(pair.name)} SET ${column} = ${to} WHERE ${column} IS (${from});`,
          },
          place: pair.place,
        },
      ];
    });
  },
};

/** Whether a later UPDATE of the script sees to the column. */
function isCarriedOver({ script, position }: LintContext, table: string, column: string): boolean {
  return script.statements.slice(position + 1).some((later) => {
    const kind = classify(later);
    const isUpdate = kind.kind === "data" && kind.verb === "UPDATE" && isSameName(kind.table ?? "", table);
    return isUpdate && mentions(later.tokens, column);
  });
}
