/** drop_trigger: a trigger goes, and is not made again. */
import type { Rule } from "../rule.ts";
import { terminated } from "../../schema/terminated.ts";
import { nameText, placeOfName } from "../words.ts";

export const dropTrigger: Rule = {
  code: "drop_trigger",
  category: "destructive",
  level: "warning",
  title: "a trigger goes, with the rule that it kept",
  check({ kind, statement, before, end }) {
    if (kind.kind !== "schema" || kind.verb !== "DROP" || kind.object !== "trigger" || kind.name === undefined)
      return [];
    const trigger = before.object(kind.name);
    if (trigger?.kind !== "trigger" || end.object(kind.name) !== undefined) return [];
    const { name, table, event } = trigger;
    return [
      {
        message: `what the trigger ${nameText(name)} does on each ${event} of ${nameText(table)} is not done any more`,
        fix: { kind: "instead", sql: `${statement.text};\n${terminated(trigger.sql)}` },
        place: placeOfName(statement, kind.name),
      },
    ];
  },
};
