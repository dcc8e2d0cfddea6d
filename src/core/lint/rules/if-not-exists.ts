/** if_not_exists: a statement that does nothing where something of that name is there already, whatever it is. */
import type { Rule } from "../rule.ts";
import { findWords, nameText, placeBetween } from "../words.ts";

export const ifNotExists: Rule = {
  code: "if_not_exists",
  category: "history",
  level: "advice",
  title: "IF NOT EXISTS and IF EXISTS hide that a database is another than was thought",
  check({ kind, statement }) {
    if (kind.kind !== "schema" || kind.name === undefined || (kind.verb !== "CREATE" && kind.verb !== "DROP"))
      return [];
    const [first, count] =
      kind.verb === "CREATE"
        ? [findWords(statement, "IF", "NOT", "EXISTS"), 3]
        : [findWords(statement, "IF", "EXISTS"), 2];
    if (first < 0 || first > 4) return [];
    const place = placeBetween(statement, first, first + count - 1);
    const start = place.offset - statement.offset;
    const plain = `${statement.text.slice(0, start)}${statement.text.slice(start + place.length).trimStart()}`;
    const name = nameText(kind.name);
    return [
      {
        message:
          kind.verb === "CREATE"
            ? `where another ${name} is there already, this does nothing, and the migration counts as applied`
            : `where ${name} is not there, this does nothing, and nobody hears of it`,
        fix: { kind: "instead", sql: `${plain};` },
        place,
      },
    ];
  },
};
