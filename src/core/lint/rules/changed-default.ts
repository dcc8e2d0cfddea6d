/** changed_default: another default, and rows that keep the old one. */
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

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
      const column = nameText(next.name);
      return [
        {
          message: `rows of ${nameText(pair.name)} keep ${from} in ${column}; only new ones get ${to}`,
          fix: `UPDATE ${nameText(pair.name)} SET ${column} = ${to} WHERE ${column} = ${from};`,
          place: pair.place,
        },
      ];
    });
  },
};
