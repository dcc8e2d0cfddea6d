/** parent_key_not_unique: a foreign key that leads to columns which are not unique, or not there. */
import { suggest } from "../../diagnostic/suggest.ts";
import type { ForeignKey } from "../../schema/constraint.ts";
import type { Table } from "../../schema/table.ts";
import { isSameName } from "../../sql/quote.ts";
import { leadsToKey } from "../../alter/parent-key.ts";
import { createdTable, addedColumn } from "../added-column.ts";
import type { LintContext } from "../context.ts";
import { advise, columnList, freeName, isObject, type Fix } from "../fix.ts";
import type { Finding, Rule } from "../rule.ts";
import { listNames, nameText, placeOfName } from "../words.ts";

export const parentKeyNotUnique: Rule = {
  code: "parent_key_not_unique",
  category: "foreign_keys",
  level: "danger",
  title: "a foreign key leads to columns that are not unique, or not there",
  check(context) {
    const { statement, end } = context;
    const added = addedColumn(context);
    const table = createdTable(context) ?? added?.next;
    if (table === undefined) return [];
    const old = added?.old.foreignKeys.length ?? 0;
    return table.foreignKeys.slice(old).flatMap((key): readonly Finding[] => {
      const place = placeOfName(statement, key.parent, "last");
      const parent = end.table(key.parent) ?? (isSameName(key.parent, table.name) ? table : undefined);
      if (parent === undefined)
        return end.object(key.parent) === undefined ? [{ ...noTable(context, key, table), place }] : [];
      if (leadsToKey(key, parent, end.indexesOf(parent.name))) return [];
      return [{ ...noKey(context, key, { parent, table }), place }];
    });
  },
};

/** A later migration may make the table: then it is none. */
function noTable({ end }: LintContext, { parent }: ForeignKey, table: Table): Omit<Finding, "place"> {
  const near = suggest(
    parent,
    end.tables.map(({ name }) => name),
  );
  return {
    level: "warning",
    message: `there is no table ${nameText(parent)}: with foreign keys on, writes to ${nameText(table.name)} fail`,
    fix: advise(near === undefined ? "create it in the same migration" : `did you mean ${nameText(near)}?`),
  };
}

function noKey(
  { after, end }: LintContext,
  key: ForeignKey,
  { parent, table }: { readonly parent: Table; readonly table: Table },
): Omit<Finding, "place"> {
  const columns = key.parentColumns ?? parent.primaryKey?.columns.map(({ name }) => name) ?? [];
  const harm = `with foreign keys on, writes to ${nameText(table.name)} fail with "foreign key mismatch"`;
  const absent = columns.find((name) => !parent.columns.some((column) => isSameName(column.name, name)));
  if (absent !== undefined) {
    const near = suggest(
      absent,
      parent.columns.map(({ name }) => name),
    );
    const words = near === undefined ? "refer to a column that is there" : `did you mean ${nameText(near)}?`;
    return { message: `${nameText(parent.name)} has no column ${nameText(absent)}: ${harm}`, fix: advise(words) };
  }
  const names = columns.length === 0 ? "its primary key, which it has not" : listNames(columns);
  const message = `${nameText(parent.name)} is not unique by ${names}: ${harm}`;
  if (columns.length === 0 || columns.length !== key.columns.length) return { message };
  const index = nameText(freeName(`${parent.name}_${columns.join("_")}`, isObject(after, end)));
  const fix: Fix = {
    kind: after.table(parent.name) === undefined ? "at_end" : "behind",
    sql: `CREATE UNIQUE INDEX ${index} ON ${nameText(parent.name)} ${columnList(columns)};`,
  };
  return { message, fix };
}
