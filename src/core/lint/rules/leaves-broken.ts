/** leaves_broken: a view or trigger stays that names what goes. */
import { isSameName } from "../../sql/quote.ts";
import type { Trigger, View } from "../../schema/schema.ts";
import { tokenize } from "../../sql/tokenizer.ts";
import type { Token } from "../../sql/token.ts";
import type { Rule } from "../rule.ts";
import { isNamed, keyword, mentions, nameText, placeOfName } from "../words.ts";

export const leavesBroken: Rule = {
  code: "leaves_broken",
  category: "compatibility",
  level: "danger",
  title: "a view or trigger stays that names what goes",
  check({ kind, statement, before, after, end }) {
    if (kind.kind !== "schema" || kind.name === undefined) return [];
    const name = kind.name;
    const isDrop = kind.verb === "DROP" && (kind.object === "table" || kind.object === "view");
    const readers = [...end.views, ...end.triggers];
    if (isDrop && before.object(name) !== undefined && end.object(name) === undefined) {
      return readers
        .filter((reader) => readsTable(tokensOf(reader), name))
        .map((reader) => ({
          message: `the ${reader.kind} ${nameText(reader.name)} still names ${nameText(name)}: using it fails, and so does every later RENAME and DROP COLUMN`,
          fix: { kind: "in_front", sql: `DROP ${reader.kind.toUpperCase()} ${nameText(reader.name)};` } as const,
          place: placeOfName(statement, name),
        }));
    }
    if (kind.alteration !== "drop_column") return [];
    const [old, next] = [before.table(name), after.table(name)];
    const gone = old?.columns.find((column) => next?.columns.every((other) => !isSameName(other.name, column.name)));
    if (gone === undefined || next === undefined) return [];
    // SQLite itself looks at views and at the triggers of the table; not at triggers of other tables.
    const strangers = end.triggers.filter((trigger) => {
      const tokens = tokensOf(trigger);
      const isOf =
        isSameName(trigger.table, name) && trigger.columns?.some((column) => isSameName(column, gone.name)) === true;
      return isOf || (!isSameName(trigger.table, name) && readsTable(tokens, name) && mentions(tokens, gone.name));
    });
    const children = end
      .childrenOf(name)
      .filter((child) =>
        child.foreignKeys.some(
          (key) =>
            isSameName(key.parent, name) && key.parentColumns?.some((column) => isSameName(column, gone.name)) === true,
        ),
      );
    return [...strangers, ...children].map((reader) => ({
      message: `the ${reader.kind} ${nameText(reader.name)} still names ${nameText(gone.name)} of ${nameText(name)}: writes that need it fail`,
      ...(reader.kind === "trigger"
        ? { fix: { kind: "in_front", sql: `DROP TRIGGER ${nameText(reader.name)};` } as const }
        : {}),
      place: placeOfName(statement, gone.name, "last"),
    }));
  },
};

function tokensOf(reader: View | Trigger): readonly Token[] {
  return tokenize(reader.kind === "view" ? reader.query.text : reader.body.text).tokens;
}

/** Whether the name stands where a table does. */
function readsTable(tokens: readonly Token[], name: string): boolean {
  return tokens.some((token, at) => {
    if (!isNamed(token, name)) return false;
    const before = tokens[at - 1];
    return ["FROM", "JOIN", "INTO", "UPDATE"].includes(keyword(before) ?? "") || before?.text === ",";
  });
}
