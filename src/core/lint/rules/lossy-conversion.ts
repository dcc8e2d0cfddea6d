/** lossy_conversion: a new type changes values that are stored. */
import { affinityOf } from "../../alter/affinity.ts";
import type { Column, Table } from "../../schema/table.ts";
import { quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { rebuildFix, textNamed } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

const NUMBERS: ReadonlySet<string> = new Set(["INTEGER", "REAL", "NUMERIC"]);

export const lossyConversion: Rule = {
  code: "lossy_conversion",
  category: "destructive",
  level: "danger",
  title: "a new type changes values that are stored",
  check(context) {
    const pair = tablePair(context);
    // Behind -- lockstep:rebuild every value is compared when it runs.
    if (pair?.form !== "hand") return [];
    const { old, next, name, place } = pair;
    return keptColumns(pair).flatMap(({ old: before, next: after }) => {
      const [from, to] = [affinityOf(before.type, old.typing), affinityOf(after.type, next.typing)];
      const column = quoteIdentifier(before.name);
      const changed = changedValues(column, to);
      if (from === to || changed === undefined || (NUMBERS.has(from) && to !== "INTEGER" && to !== "TEXT")) return [];
      return [
        {
          message: `as ${after.type === "" ? "a column without a type" : after.type}, ${nameText(name)}.${nameText(after.name)} stores ${to === "TEXT" ? "numbers as text" : "text such as '007' as the number 7"}`,
          fix: rebuildFix({ sql: replaceType(next, { column: after, type: before.type, name }) }),
          place,
          question: { sql: `SELECT count(*) FROM ${quoteTable(name)} WHERE ${changed}`, table: name },
        },
      ];
    });
  },
};

/** The text of a table under its own name, with another type for a column. */
function replaceType(
  table: Table,
  { column, type, name }: { readonly column: Column; readonly type: string; readonly name: string },
): string {
  const { source } = column;
  if (source.type === undefined) return textNamed(table, name);
  const { start, end } = source.type;
  // The name stands in front of the type, and its place is the same in both.
  return textNamed({ ...table, sql: table.sql.slice(0, start) + type + table.sql.slice(end) }, name);
}

/** A condition on the values that are stored as something else; undefined where there are none. */
function changedValues(column: string, to: string): string | undefined {
  if (to === "TEXT") return `typeof(${column}) IN ('integer', 'real')`;
  if (!NUMBERS.has(to)) return undefined;
  const isNumber = `trim(${column}) GLOB '*[0-9]*' AND trim(${column}) NOT GLOB '*[^0-9.eE+-]*'`;
  return `typeof(${column}) = 'text' AND ${isNumber} AND CAST(${column} + 0 AS TEXT) <> ${column}`;
}
