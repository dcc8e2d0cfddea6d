/** lossy_conversion: a new type changes values that are stored. */
import { affinityOf } from "../../alter/affinity.ts";
import { parseObject } from "../../schema/parse.ts";
import type { Column, Table } from "../../schema/table.ts";
import { quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { handRebuildFix } from "../hand-rebuild-fix.ts";
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
          fix: handRebuildFix(context, pair, withType(next, after, before.type)),
          place,
          question: { sql: `SELECT count(*) FROM ${quoteTable(name)} WHERE ${changed}`, table: name },
        },
      ];
    });
  },
};

/** A table with another type for a column. */
function withType(table: Table, { source }: Column, type: string): Table {
  if (source.type === undefined) return table;
  // A STRICT table knows six types; ANY leaves every value as it is.
  const isKnown = table.typing !== "strict" || /^(?:int|integer|real|text|blob|any)$/i.test(type);
  const { start, end } = source.type;
  const object = parseObject(table.sql.slice(0, start) + (isKnown ? type : "ANY") + table.sql.slice(end));
  return object.kind === "table" ? object : table;
}

/** A condition on the values that are stored as something else; undefined where there are none. */
function changedValues(column: string, to: string): string | undefined {
  if (to === "TEXT") return `typeof(${column}) IN ('integer', 'real')`;
  if (!NUMBERS.has(to)) return undefined;
  const isNumber = `trim(${column}) GLOB '*[0-9]*' AND trim(${column}) NOT GLOB '*[^0-9.eE+-]*'`;
  return `typeof(${column}) = 'text' AND ${isNumber} AND CAST(${column} + 0 AS TEXT) <> ${column}`;
}
