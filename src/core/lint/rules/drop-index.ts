/** drop_index: an index goes that kept values unique. */
import type { Rule } from "../rule.ts";
import { terminated } from "../../schema/terminated.ts";
import { nameText, placeOfName } from "../words.ts";

export const dropIndex: Rule = {
  code: "drop_index",
  category: "destructive",
  level: "warning",
  title: "an index goes: unique values are not kept unique any more, and queries get slow",
  check({ kind, statement, before, end }) {
    if (kind.kind !== "schema" || kind.verb !== "DROP" || kind.object !== "index" || kind.name === undefined) return [];
    const index = before.object(kind.name);
    if (index?.kind !== "index" || end.table(index.table) === undefined) return [];
    // One that does the same for as many queries is there at the end.
    const text = (sql: string): string =>
      sql
        .slice(sql.search(/\bON\b/i))
        .replaceAll(/\s+/g, " ")
        .toLowerCase();
    const isReplaced = end
      .indexesOf(index.table)
      .some((other) => text(other.sql).startsWith(text(index.sql).replace(/\)$/, "")));
    const isUnique = index.uniqueness === "unique";
    if (isReplaced && (!isUnique || end.object(kind.name) !== undefined)) return [];
    const name = nameText(index.name);
    return [
      {
        message: isUnique
          ? `without ${name}, ${nameText(index.table)} takes two rows with the same values`
          : `queries that use ${name} read all of ${nameText(index.table)}`,
        fix: { kind: "instead", sql: `${statement.text};\n${terminated(index.sql)}` },
        place: placeOfName(statement, kind.name),
        ...(isUnique ? {} : { level: "advice" }),
      },
    ];
  },
};
