/** target_forbids: a statement, a pragma or a module that the target does not have. */
import { parseObject } from "../../schema/parse.ts";
import type { Rule } from "../rule.ts";
import { placeOf, placeOfName } from "../words.ts";

export const targetForbids: Rule = {
  code: "target_forbids",
  category: "compatibility",
  level: "danger",
  title: "what the target refuses",
  check({ statement, kind, target }) {
    if (target === undefined) return [];
    const verb = statement.tokens[0]?.text.toUpperCase() ?? "";
    const why = target.forbids[verb];
    if (why !== undefined) return [{ message: `${target.title} refuses ${verb}: ${why}`, place: placeOf(statement) }];
    if (kind.kind === "pragma" && target.pragmas?.includes(kind.name) === false) {
      const fix =
        kind.name === "foreign_keys" && /^['"]?(?:off|no|false|0)['"]?$/i.test(kind.value ?? "")
          ? {
              fix: {
                kind: "instead",
                sql: "PRAGMA defer_foreign_keys = ON; -- puts off the check, and stops no ON DELETE action",
              } as const,
            }
          : {};
      return [
        {
          message: `${target.title} does not know PRAGMA ${kind.name}`,
          ...fix,
          place: placeOfName(statement, kind.name),
        },
      ];
    }
    if (kind.kind !== "schema" || kind.object !== "virtual_table" || kind.verb !== "CREATE") return [];
    const object = parseObject(statement.text);
    const module = object.kind === "virtual_table" ? object.module : "";
    if (module === "" || target.modules === undefined || target.modules.includes(module.toLowerCase())) return [];
    return [{ message: `${target.title} has no module ${module}`, place: placeOfName(statement, module) }];
  },
};
