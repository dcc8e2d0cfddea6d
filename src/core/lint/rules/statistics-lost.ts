/** statistics_lost: with a table go the statistics that the query planner has of it. */
import { quoteString } from "../../sql/quote.ts";
import { classify } from "../../sql/statement-kind.ts";
import type { Rule } from "../rule.ts";
import { rebuiltName } from "../table-pair.ts";
import { nameText, placeOfName } from "../words.ts";

export const statisticsLost: Rule = {
  code: "statistics_lost",
  category: "rebuild",
  level: "advice",
  title: "a rebuild by hand without ANALYZE behind it",
  check({ statement, position, rebuilds, script, before }) {
    const hand = rebuilds.find(({ drop }) => drop === position);
    const isAnalyzed = script.statements.slice(position).some((later) => {
      const kind = classify(later);
      return (
        (kind.kind === "schema" && kind.verb === "ANALYZE") || (kind.kind === "pragma" && kind.name === "optimize")
      );
    });
    if (hand === undefined || isAnalyzed) return [];
    const name = nameText(rebuiltName(hand, before));
    return [
      {
        message: `what ANALYZE found out of ${name} goes with the old table, and queries may choose the wrong index`,
        fix: { kind: "at_end", sql: `ANALYZE ${name};` },
        place: placeOfName(statement, hand.source),
        question: {
          sql: `SELECT count(*) FROM sqlite_stat1 WHERE tbl = ${quoteString(hand.table)} COLLATE NOCASE`,
          table: hand.table,
          unanswered: "drop",
          counts: "whether",
        },
      },
    ];
  },
};
