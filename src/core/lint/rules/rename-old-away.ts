/** rename_old_away: children follow a table that is renamed out of the way. */
import { classify } from "../../sql/statement-kind.ts";
import { isSameName, unquoteIdentifier } from "../../sql/quote.ts";
import type { Rule } from "../rule.ts";
import { rebuildFix } from "../fix.ts";
import { nameText, placeOfName } from "../words.ts";

export const renameOldAway: Rule = {
  code: "rename_old_away",
  category: "foreign_keys",
  level: "danger",
  title: "a table is renamed out of the way, and what refers to it follows",
  check({ kind, statement, script, position, before, end, rebuilds }) {
    if (kind.kind !== "schema" || kind.alteration !== "rename_table" || kind.name === undefined) return [];
    const name = kind.name;
    const table = before.table(name);
    const makesAgain = script.statements.slice(position + 1).some((later) => {
      const other = classify(later);
      const isTable = other.kind === "schema" && other.verb === "CREATE" && other.object === "table";
      return isTable && other.name !== undefined && isSameName(other.name, name);
    });
    const isRebuild = rebuilds.some(({ rename, order }) => order === "old_renamed" && rename === position);
    if (table === undefined || (!makesAgain && !isRebuild)) return [];
    const children = before.childrenOf(name).filter((child) => !isSameName(child.name, name));
    const away = nameText(unquoteIdentifier(statement.tokens.at(-1)?.text ?? ""));
    const readers = before.views.filter((view) =>
      new RegExp(`\\b${name.replaceAll(/\W/g, ".")}\\b`, "i").test(view.query.text),
    );
    const followers = [...children, ...readers].map((one) => nameText(one.name));
    if (followers.length === 0) return [];
    return [
      {
        message: `${followers.join(", ")} will refer to ${away} from here on, and not to the new ${nameText(name)}`,
        fix: { kind: "rebuild", sql: rebuildFix(end.table(name) ?? table) },
        place: placeOfName(statement, name),
      },
    ];
  },
};
