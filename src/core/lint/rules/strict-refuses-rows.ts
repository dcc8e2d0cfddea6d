/** strict_refuses_rows: a table becomes STRICT, and has values of other types. */
import { affinityOf } from "../../alter/affinity.ts";
import type { Column } from "../../schema/table.ts";
import { quoteIdentifier, quoteTable } from "../../sql/quote.ts";
import { handRebuildFix } from "../hand-rebuild-fix.ts";
import { plainValue } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

export const strictRefusesRows: Rule = {
  code: "strict_refuses_rows",
  category: "data",
  level: "danger",
  title: "a table becomes STRICT, and has values of other types",
  check(context) {
    const pair = tablePair(context);
    if (pair === undefined || pair.old.typing === "strict" || pair.next.typing !== "strict") return [];
    const { name, next, place } = pair;
    // The rowid is a number already.
    const kept = keptColumns(pair).filter(({ old }) => old.name !== pair.old.rowidColumn);
    const wrong = kept.flatMap(({ old, next: column }) => refused(quoteIdentifier(old.name), column) ?? []);
    if (wrong.length === 0) return [];
    const copies = kept.flatMap(({ old, next: column }): readonly [string, string][] => {
      const condition = refused(nameText(old.name), column);
      if (condition === undefined) return [];
      const value = nameText(old.name);
      if (["TEXT", "BLOB"].includes(column.type.toUpperCase()))
        return [[column.name, `CAST(${value} AS ${column.type})`]];
      const otherwise = column.nulls === "refused" ? plainValue(column, next.typing) : "NULL";
      return [[column.name, `iif(${condition}, ${otherwise}, ${value})`]];
    });
    return [
      {
        message: `STRICT refuses rows of ${nameText(name)} whose values have another type than their column`,
        fix: handRebuildFix(context, pair, next, new Map(copies)),
        place,
        question: { sql: `SELECT count(*) FROM ${quoteTable(name)} WHERE ${wrong.join(" OR ")}`, table: name },
      },
    ];
  },
};

/** The values of a column that its strict type refuses. */
function refused(old: string, { type }: Column): string | undefined {
  const affinity = affinityOf(type, "strict");
  const isText = `typeof(${old}) = 'text'`;
  const noNumber = `${isText} AND (trim(${old}) NOT GLOB '*[0-9]*' OR trim(${old}) GLOB '*[^0-9.eE+-]*')`;
  if (affinity === "TEXT") return `typeof(${old}) = 'blob'`;
  if (affinity === "INTEGER")
    return `(${noNumber} OR typeof(${old}) = 'blob' OR (typeof(${old}) = 'real' AND ${old} <> CAST(${old} AS INTEGER)))`;
  if (affinity === "REAL") return `(${noNumber} OR typeof(${old}) = 'blob')`;
  if (type.toUpperCase() === "BLOB") return `typeof(${old}) NOT IN ('blob', 'null')`;
  return undefined;
}
