/** always_fails: SQLite refuses the statement on any database with this schema. */
import { findCulprit } from "../../diagnostic/sqlite-message.ts";
import type { LintContext } from "../context.ts";
import { editTable } from "../../schema/edit/edit-table.ts";
import { unquoteIdentifier } from "../../sql/quote.ts";
import { advise, columnList, freeName, isObject, rebuildFix, type Fix } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { findWords, keyword, nameText, placeOf, placeOfName } from "../words.ts";

export const alwaysFails: Rule = {
  code: "always_fails",
  category: "always_fails",
  level: "danger",
  title: "SQLite refuses the statement, with rows or without",
  check(context) {
    const { failure, statement } = context;
    if (failure === undefined || /^no such (?:module|function|collation sequence)/.test(failure)) return [];
    const name = findCulprit(failure)?.name ?? "";
    const fix = proposal(context, failure);
    return [
      {
        message: `SQLite refuses this, with rows or without: ${failure}`,
        ...(fix === undefined ? {} : { fix }),
        place: name === "" ? placeOf(statement) : placeOfName(statement, name),
      },
    ];
  },
};

/** What leads to the same end, for what SQLite cannot do in one statement. */
function proposal({ kind, statement, before, end }: LintContext, failure: string): Fix | undefined {
  if (kind.kind !== "schema" || kind.name === undefined) return undefined;
  const unique = findWords(statement, "UNIQUE");
  if (kind.alteration === "add_column" && unique >= 0) {
    const at = statement.tokens[unique];
    const start = (at?.offset ?? 0) - statement.offset;
    const written = statement.tokens[findWords(statement, "ADD") + (findWords(statement, "ADD", "COLUMN") < 0 ? 1 : 2)];
    const column = unquoteIdentifier(written?.text ?? "");
    const isPlain = keyword(statement.tokens[unique - 2]) !== "CONSTRAINT" && findWords(statement, "CONFLICT") < 0;
    if (!isPlain) return undefined;
    const plain = `${statement.text.slice(0, start).trimEnd()}${statement.text.slice(start + "UNIQUE".length)}`;
    const named = nameText(freeName(`${kind.name}_${column}`, isObject(before, end)));
    const index = `CREATE UNIQUE INDEX ${named} ON ${nameText(kind.name)} ${columnList([column])};`;
    return { kind: "instead", sql: `${plain.trimEnd()};\n${index}` };
  }
  if (kind.alteration !== "drop_column") return undefined;
  const guilty = before.objects.find(
    ({ kind: what, name }) => what !== "table" && failure.includes(`error in ${what} ${name}`),
  );
  if (guilty !== undefined && guilty.kind !== "virtual_table")
    return {
      kind: "in_front",
      sql: `DROP ${guilty.kind.toUpperCase()} ${nameText(guilty.name)};`,
    };
  const column = unquoteIdentifier(statement.tokens.at(-1)?.text ?? "");
  const old = before.table(kind.name);
  const edited = old === undefined ? undefined : editTable(old.sql, (table) => table.dropColumn(column));
  if (edited?.kind === "wanted") return { kind: "instead", sql: rebuildFix(edited.wanted, `drop ${nameText(column)}`) };
  return advise(`drop what names ${nameText(column)} too, in the text of the table behind -- lockstep:rebuild`);
}
