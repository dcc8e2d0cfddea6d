/** requires_newer_sqlite: words that the SQLite of the target does not know. */
import { featuresOf } from "../features.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";

export const requiresNewerSqlite: Rule = {
  code: "requires_newer_sqlite",
  category: "compatibility",
  level: "danger",
  title: "SQL that the SQLite of the target is too old for",
  check({ statement, target }) {
    if (target === undefined) return [];
    const [major, minor] = target.sqlite;
    return featuresOf(statement)
      .filter(({ since }) => since[0] > major || (since[0] === major && since[1] > minor))
      .map(({ what, since, place }) => ({
        message: `${what} needs SQLite ${since.join(".")}, and ${target.title} may have ${target.sqlite.join(".")}`,
        ...(since[1] === 53
          ? { fix: advise("write the table as it is to be behind -- lockstep:rebuild: any SQLite can do that") }
          : {}),
        place,
      }));
  },
};
