/** drop_cascades: DROP TABLE of a parent, with foreign keys on, deletes or changes the rows of its children. */
import { isSameName, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { listNames, nameText, placeOfName } from "../words.ts";

export const dropCascades: Rule = {
  code: "drop_cascades",
  category: "foreign_keys",
  level: "danger",
  title: "DROP TABLE with foreign keys on reaches the children",
  check({ kind, statement, before, foreignKeys, target }) {
    if (foreignKeys === "off" || kind.kind !== "schema" || kind.verb !== "DROP" || kind.object !== "table") return [];
    const parent = kind.name === undefined ? undefined : before.table(kind.name);
    if (parent === undefined) return [];
    const why = target?.foreignKeys === "always" ? `on ${target.title}` : "with foreign keys on";
    return before.childrenOf(parent.name).flatMap((child) => {
      const keys = child.foreignKeys.filter((key) => isSameName(key.parent, parent.name));
      const acting = keys.filter(({ onDelete }) => onDelete !== "NO ACTION" && onDelete !== "RESTRICT");
      const [key] = acting;
      if (key === undefined || isSameName(child.name, parent.name)) return [];
      const filled = key.columns.map((name) => `${quoteIdentifier(name)} IS NOT NULL`).join(" AND ");
      const harm =
        key.onDelete === "CASCADE"
          ? "deletes the rows of"
          : `sets ${listNames(key.columns)} to ${key.onDelete === "SET NULL" ? "NULL" : "its default"} in`;
      return [
        {
          message: `${why} this ${harm} ${nameText(child.name)} (ON DELETE ${key.onDelete})`,
          fix: advise(
            target?.foreignKeys === "always"
              ? `first decide what becomes of the rows of ${nameText(child.name)}`
              : 'leave out foreignKeys: "enforce": lockstep checks foreign keys at the end, and no ON DELETE action runs',
          ),
          place: placeOfName(statement, parent.name),
          question: { sql: `SELECT count(*) FROM ${quoteTable(child.name)} WHERE ${filled}`, table: child.name },
        },
      ];
    });
  },
};
