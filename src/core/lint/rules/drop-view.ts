/** drop_view: a view goes, and is not made again. */
import type { Rule } from "../rule.ts";
import { terminated } from "../../schema/terminated.ts";
import { nameText, placeOfName } from "../words.ts";

export const dropView: Rule = {
  code: "drop_view",
  category: "compatibility",
  level: "warning",
  title: "a view goes that programs may read",
  check({ kind, statement, before, end }) {
    if (kind.kind !== "schema" || kind.verb !== "DROP" || kind.object !== "view" || kind.name === undefined) return [];
    const view = before.object(kind.name);
    if (view?.kind !== "view" || end.object(kind.name) !== undefined) return [];
    return [
      {
        message: `programs that read the view ${nameText(view.name)} fail from now on`,
        fix: { kind: "instead", sql: `${statement.text};\n${terminated(view.sql)}` },
        place: placeOfName(statement, kind.name),
      },
    ];
  },
};
