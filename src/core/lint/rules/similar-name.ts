/** similar_name: two tables whose names differ only in the case of a letter that SQLite tells apart. */
import { isSameName } from "../../sql/quote.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const similarName: Rule = {
  code: "similar_name",
  category: "design",
  level: "advice",
  title: "a name that differs from another only by the case of its letters",
  check({ kind, statement, before }) {
    if (kind.kind !== "schema" || kind.verb !== "CREATE" || kind.name === undefined) return [];
    const name = kind.name;
    // SQLite takes only the letters A to Z in both cases for the same: those it would refuse.
    // eslint-disable-next-line no-control-regex -- the names that SQLite compares as they are
    if (/^[\x00-\x7f]*$/.test(name)) return [];
    const other = before.objects.find(
      (object) => object.name.toLowerCase() === name.toLowerCase() && !isSameName(object.name, name),
    );
    if (other === undefined) return [];
    return [
      {
        message: `${nameText(name)} and ${nameText(other.name)} are two things to SQLite, and one to most people`,
        place: placeOfName(statement, name),
      },
    ];
  },
};
