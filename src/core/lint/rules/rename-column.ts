/** rename_column: programs that know the old name fail. */
import { isSameName } from "../../sql/quote.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { tablePair } from "../table-pair.ts";
import { nameText, placeOf, placeOfName } from "../words.ts";

export const renameColumn: Rule = {
  code: "rename_column",
  category: "compatibility",
  level: "warning",
  title: "a column gets another name while programs use the old one",
  check(context) {
    const { kind, statement, start, before, after } = context;
    if (kind.kind === "schema" && kind.alteration === "rename_column" && kind.name !== undefined) {
      const [old, next] = [before.table(kind.name), after.table(kind.name)];
      const gone = old?.columns.find(({ name }) => next?.columns.every((column) => !isSameName(column.name, name)));
      const isKnown = start.table(kind.name)?.columns.some(({ name }) => isSameName(name, gone?.name ?? ""));
      if (gone === undefined || next === undefined || isKnown !== true) return [];
      return [
        {
          message: `programs that still say ${nameText(gone.name)} fail from now on`,
          fix: advise(`add the new column, write both, and drop ${nameText(gone.name)} in a later release`),
          place: placeOfName(statement, gone.name),
        },
      ];
    }
    const pair = tablePair(context);
    if (pair?.form !== "intent") return [];
    return [...pair.renames].map(([to, from]) => ({
      message: `programs that still say ${nameText(from)} fail from now on`,
      fix: advise(`keep ${nameText(from)} beside ${nameText(to)}, write both, and drop it in a later release`),
      place: placeOf(
        statement,
        statement.tokens.findIndex(({ text }) => isSameName(text, to)),
      ),
    }));
  },
};
