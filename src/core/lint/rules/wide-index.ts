/** wide_index: an index with more columns than queries use. */
import type { Rule } from "../rule.ts";
import { terminated } from "../../schema/terminated.ts";
import { nameText, placeOfName } from "../words.ts";

const MOST = 3;

export const wideIndex: Rule = {
  code: "wide_index",
  category: "design",
  level: "advice",
  title: "an index of more than three columns",
  check({ kind, statement, after, before }) {
    if (kind.kind !== "schema" || kind.verb !== "CREATE" || kind.object !== "index" || kind.name === undefined)
      return [];
    const index = after.object(kind.name);
    if (index?.kind !== "index" || index === before.object(kind.name)) return [];
    if (index.uniqueness === "unique" || index.terms.length <= MOST) return [];
    const few = index.terms.slice(0, MOST).map(({ source }) => index.sql.slice(source.span.start, source.span.end));
    const { start, end } = index.source.terms;
    return [
      {
        message: `${nameText(index.name)} has ${index.terms.length} columns: it grows with all of them, and few queries use more than the first ones`,
        fix: { kind: "instead", sql: terminated(index.sql.slice(0, start) + few.join(", ") + index.sql.slice(end)) },
        place: placeOfName(statement, index.name),
      },
    ];
  },
};
