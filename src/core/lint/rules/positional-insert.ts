/** positional_insert: a new column breaks the triggers that insert by position. */
import { tokenize } from "../../sql/tokenizer.ts";
import type { Token } from "../../sql/token.ts";
import { addedColumn } from "../added-column.ts";
import { columnList } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { terminated } from "../../schema/terminated.ts";
import type { Table } from "../../schema/table.ts";
import { isNamed, keyword, nameText } from "../words.ts";

export const positionalInsert: Rule = {
  code: "positional_insert",
  category: "compatibility",
  level: "danger",
  title: "a new column, and a trigger that inserts by position",
  check(context) {
    const added = addedColumn(context);
    // A generated column takes no part in INSERT.
    if (added === undefined || added.column.generated !== undefined) return [];
    const { old, column, place } = added;
    const broken = context.end.triggers.filter(({ body }) => insertsByPosition(tokenize(body.text).tokens, old.name));
    return broken.map((trigger) => ({
      message: `the trigger ${nameText(trigger.name)} inserts into ${nameText(old.name)} without naming columns, and fails as soon as there is ${nameText(column.name)}`,
      fix: {
        kind: "in_front" as const,
        sql: `DROP TRIGGER ${nameText(trigger.name)};\n${terminated(naming(trigger.sql, old))}`,
      },
      place,
    }));
  },
};

/** The text of a trigger that names the columns of a table wherever it inserts into it. */
function naming(sql: string, { name, columns }: Table): string {
  const { tokens } = tokenize(sql);
  const list = ` ${columnList(columns.filter(({ generated }) => generated === undefined).map((column) => column.name))}`;
  const places = insertsInto(tokens, name).map((at) => {
    const table = tokens[at + 1];
    return (table?.offset ?? 0) + (table?.text.length ?? 0);
  });
  return places.toReversed().reduce((text, place) => text.slice(0, place) + list + text.slice(place), sql);
}

function insertsByPosition(tokens: readonly Token[], table: string): boolean {
  return insertsInto(tokens, table).length > 0;
}

/** Where INTO stands in front of the table, and no list of columns behind it. */
function insertsInto(tokens: readonly Token[], table: string): readonly number[] {
  return tokens.flatMap((token, at) => {
    const name = tokens[at + 1];
    const next = keyword(tokens[at + 2]);
    const isInsert = keyword(token) === "INTO" && name !== undefined && isNamed(name, table);
    return isInsert && (next === "VALUES" || next === "SELECT") ? [at] : [];
  });
}
