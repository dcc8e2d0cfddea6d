/** check_broken_by_default: ADD COLUMN with a CHECK that its own default breaks. */
import { isSameName, quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { addedColumn } from "../added-column.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { mentionsIn } from "../../schema/edit/mentions.ts";
import { nameText } from "../words.ts";

export const checkBrokenByDefault: Rule = {
  code: "check_broken_by_default",
  category: "fails_with_rows",
  level: "danger",
  title: "ADD COLUMN with a CHECK that the rows do not pass",
  check(context) {
    const added = addedColumn(context);
    if (added === undefined || added.column.generated !== undefined) return [];
    const { old, next, column, place } = added;
    const fresh = next.checks.slice(old.checks.length);
    const value = column.default === undefined ? "NULL" : `(${column.default.text})`;
    return fresh.flatMap(({ expression }) => {
      // NULL passes, but where something asks for it.
      if (value === "NULL" && !/\bnull\b|notnull|coalesce|ifnull/i.test(expression.text)) return [];
      const names = mentionsIn(expression) ?? [];
      const others = names.filter(({ name }) => !isSameName(name, column.name));
      const verdict = others.length === 0 && isPassed(expression.text, column.name, value);
      if (verdict) return [];
      const rows = `(SELECT *, ${value} AS ${quoteIdentifier(column.name)} FROM ${quoteTable(old.name)})`;
      return [
        {
          message: `SQLite refuses ${nameText(column.name)} where ${nameText(old.name)} has rows for which ${expression.text} is false`,
          fix: advise(`give ${nameText(column.name)} a DEFAULT for which ${expression.text} is true`),
          place,
          question: { sql: `SELECT count(*) FROM ${rows} WHERE NOT (${expression.text})`, table: old.name },
        },
      ];
    });
  },
};

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  "=": (left, right) => left === right,
  "<>": (left, right) => left !== right,
};

/** Whether a plain comparison, or a list of values, holds for a constant. Anything else is left to the database. */
function isPassed(text: string, name: string, value: string): boolean {
  const constant = value.replace(/^\(+|\)+$/g, "").trim();
  const plain = text.replaceAll(/["`[\]]/g, "").trim();
  const listed = /^(\w+)\s+in\s*\(([^()]*)\)$/i.exec(plain);
  if (listed !== null && isSameName(listed[1] ?? "", name))
    return (listed[2] ?? "").split(",").some((item) => item.trim() === constant);
  const compared = /^(\w+)\s*(<=|>=|<>|<|>|=)\s*(-?[\d.]+)$/.exec(plain);
  if (compared === null || !isSameName(compared[1] ?? "", name) || !/^-?[\d.]+$/.test(constant)) return false;
  return COMPARISONS[compared[2] ?? ""]?.(Number(constant), Number(compared[3])) === true;
}
