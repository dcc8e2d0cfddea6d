/** always_fails: SQLite refuses the statement on any database with this schema. */
import { findCulprit } from "../../diagnostic/sqlite-message.ts";
import type { LintContext } from "../context.ts";
import { columnList } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { findWords, nameText, placeOf, placeOfName } from "../words.ts";

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
function proposal({ kind, statement, before }: LintContext, failure: string): string | undefined {
  if (kind.kind !== "schema" || kind.name === undefined) return undefined;
  const table = nameText(kind.name);
  const unique = findWords(statement, "UNIQUE");
  if (kind.alteration === "add_column" && unique >= 0) {
    const at = statement.tokens[unique];
    const start = (at?.offset ?? 0) - statement.offset;
    const column = statement.tokens[findWords(statement, "ADD") + (findWords(statement, "ADD", "COLUMN") < 0 ? 1 : 2)];
    const plain = `${statement.text.slice(0, start).trimEnd()}${statement.text.slice(start + "UNIQUE".length)}`;
    const named = nameText(`${kind.name}_${column?.text ?? ""}`);
    return `${plain.trimEnd()};\nCREATE UNIQUE INDEX ${named} ON ${table} ${columnList([column?.text ?? ""])};`;
  }
  if (kind.alteration === "drop_column") {
    const index = before.indexesOf(kind.name).find(({ name }) => failure.includes(name));
    const guilty =
      index ?? before.objects.find(({ kind: what, name }) => what !== "table" && failure.includes(` ${name}`));
    if (guilty !== undefined && guilty.kind !== "virtual_table")
      return `DROP ${guilty.kind.toUpperCase()} ${nameText(guilty.name)};\n${statement.text};`;
    const old = before.table(kind.name);
    return old === undefined
      ? undefined
      : `-- lockstep:rebuild\n${old.sql}; -- without the column, and without what names it\n-- lockstep:drop ${statement.tokens.at(-1)?.text ?? ""}`;
  }
  return undefined;
}
