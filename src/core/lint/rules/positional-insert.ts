/** positional_insert: a new column breaks the triggers that insert by position. */
import { tokenize } from "../../sql/tokenizer.ts";
import type { Token } from "../../sql/token.ts";
import { addedColumn } from "../added-column.ts";
import { columnList } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { isNamed, keyword, nameText } from "../words.ts";

export const positionalInsert: Rule = {
  code: "positional_insert",
  category: "compatibility",
  level: "danger",
  title: "a new column, and a trigger that inserts by position",
  check(context) {
    const added = addedColumn(context);
    // A generated column takes no part in INSERT.
    if (added === undefined || added.column.generated !== undefined) return [];
    const { old, column, place } = added;
    const broken = context.end.triggers.filter(({ body }) => insertsByPosition(tokenize(body.text).tokens, old.name));
    return broken.map((trigger) => ({
      message: `the trigger ${nameText(trigger.name)} inserts into ${nameText(old.name)} without naming columns, and fails as soon as there is ${nameText(column.name)}`,
      fix: `-- in ${nameText(trigger.name)}:\nINSERT INTO ${nameText(old.name)} ${columnList(old.columns.map(({ name }) => name))} …`,
      place,
    }));
  },
};

function insertsByPosition(tokens: readonly Token[], table: string): boolean {
  return tokens.some((token, at) => {
    const name = tokens[at + 1];
    const next = keyword(tokens[at + 2]);
    return (
      keyword(token) === "INTO" &&
      name !== undefined &&
      isNamed(name, table) &&
      (next === "VALUES" || next === "SELECT")
    );
  });
}
