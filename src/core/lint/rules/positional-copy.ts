/** positional_copy: a copy that pairs columns by their position. */
import { isSameName } from "../../sql/quote.ts";
import { handRebuildFix } from "../hand-rebuild-fix.ts";
import type { Rule } from "../rule.ts";
import { tablePair } from "../table-pair.ts";
import { keyword, nameText } from "../words.ts";

export const positionalCopy: Rule = {
  code: "positional_copy",
  category: "rebuild",
  level: "warning",
  title: "a copy pairs columns by their position",
  check(context) {
    const pair = tablePair(context);
    if (pair?.form !== "hand") return [];
    const { tokens } = context.statement;
    const select = tokens.findIndex((token) => keyword(token) === "SELECT");
    if (tokens[select + 1]?.text !== "*") return [];
    const { old, next, place } = pair;
    const [from, to] = [old, next].map((table) => table.columns.filter(({ generated }) => generated === undefined));
    const at = to?.findIndex((column, index) => !isSameName(column.name, from?.[index]?.name ?? "")) ?? -1;
    if (at < 0) return [];
    return [
      {
        message: `SELECT * writes ${nameText(from?.[at]?.name ?? "nothing")} into ${nameText(to?.[at]?.name ?? "")}`,
        fix: handRebuildFix(context, pair, next),
        place,
      },
    ];
  },
};
