/** deferred_is_no_shield: PRAGMA defer_foreign_keys stops no ON DELETE action. */
import { classify } from "../../sql/statement-kind.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { placeOfName } from "../words.ts";

export const deferredIsNoShield: Rule = {
  code: "deferred_is_no_shield",
  category: "foreign_keys",
  level: "warning",
  title: "PRAGMA defer_foreign_keys in front of DROP TABLE",
  check({ kind, statement, script, position, foreignKeys }) {
    if (kind.kind !== "pragma" || kind.name !== "defer_foreign_keys" || foreignKeys === "off") return [];
    if (kind.value === undefined || /^(?:off|no|false|0)$/i.test(kind.value)) return [];
    const drops = script.statements.slice(position).some((later) => {
      const other = classify(later);
      return other.kind === "schema" && other.verb === "DROP" && other.object === "table";
    });
    if (!drops) return [];
    return [
      {
        message: "this only puts off the check: ON DELETE actions of the tables that are dropped below still happen",
        fix: advise(
          'leave it out, and foreignKeys: "enforce" too; write the table as it is to be behind -- lockstep:rebuild',
        ),
        place: placeOfName(statement, "defer_foreign_keys"),
      },
    ];
  },
};
