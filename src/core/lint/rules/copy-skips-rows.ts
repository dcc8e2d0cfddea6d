/** copy_skips_rows: a copy leaves out, or replaces, the rows that do not fit. */
import type { Rule } from "../rule.ts";
import { rebuiltName } from "../table-pair.ts";
import { findWords, nameText, placeBetween } from "../words.ts";

export const copySkipsRows: Rule = {
  code: "copy_skips_rows",
  category: "rebuild",
  level: "danger",
  title: "a copy drops the rows that do not fit",
  check({ statement, position, rebuilds, before }) {
    const hand = rebuilds.find(({ copy }) => copy === position);
    if (hand === undefined) return [];
    const { tokens, text, offset } = statement;
    const first = findWords(statement, "OR", "IGNORE");
    const at = first >= 0 ? first : findWords(statement, "OR", "REPLACE");
    const isReplace = tokens[0]?.text.toUpperCase() === "REPLACE";
    if (at < 0 && !isReplace) return [];
    const clause = isReplace ? "REPLACE" : `${tokens[at]?.text} ${tokens[at + 1]?.text}`.toUpperCase();
    const [from, to] = isReplace ? [tokens[0], tokens[0]] : [tokens[at - 1], tokens[at + 1]];
    const start = (from?.offset ?? 0) - offset;
    const end = (to?.offset ?? 0) + (to?.text.length ?? 0) - offset;
    return [
      {
        message: `${clause} drops each row of ${nameText(rebuiltName(hand, before))} that the new table refuses, and says nothing`,
        fix: { kind: "instead", sql: `${text.slice(0, start)}INSERT${text.slice(end)};` },
        place: isReplace ? placeBetween(statement, 0, 0) : placeBetween(statement, at, at + 1),
      },
    ];
  },
};
