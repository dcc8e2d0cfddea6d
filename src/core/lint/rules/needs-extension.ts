/** needs_extension: the statement needs a function, a module or a collation that the connection does not have. */
import { findCulprit } from "../../diagnostic/sqlite-message.ts";
import type { Rule } from "../rule.ts";
import { placeOf, placeOfName } from "../words.ts";

export const needsExtension: Rule = {
  code: "needs_extension",
  category: "compatibility",
  level: "warning",
  title: "a function, a module or a collation that not every program has",
  check({ failure, statement }) {
    const what = /^no such (module|function|collation sequence): (.*)$/.exec(failure ?? "");
    if (failure === undefined || what === null) return [];
    const name = findCulprit(failure)?.name ?? "";
    return [
      {
        message: `only a program that has the ${what[1]} ${what[2]} can run this, and from then on use what it makes`,
        place: name === "" ? placeOf(statement) : placeOfName(statement, name, "last"),
      },
    ];
  },
};
