/** rename_table: programs that know the old name fail. */
import { unquoteIdentifier } from "../../sql/quote.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const renameTable: Rule = {
  code: "rename_table",
  category: "compatibility",
  level: "warning",
  title: "a table gets another name while programs use the old one",
  check({ kind, statement, start, before, end, position, rebuilds }) {
    if (kind.kind !== "schema" || kind.alteration !== "rename_table" || kind.name === undefined) return [];
    const table = start.table(kind.name);
    // A table that this migration made is known to nobody, and one that is there again at the end is found as before.
    if (table === undefined || before.table(kind.name) === undefined || end.object(kind.name) !== undefined) return [];
    if (rebuilds.some(({ rename }) => rename === position)) return [];
    const next = nameText(unquoteIdentifier(statement.tokens.at(-1)?.text ?? ""));
    const old = nameText(table.name);
    return [
      {
        message: `programs that still say ${old} fail from now on`,
        fix: {
          kind: "instead",
          sql: `${statement.text};\nCREATE VIEW ${old} AS SELECT * FROM ${next}; -- for those that read`,
        },
        place: placeOfName(statement, kind.name),
      },
    ];
  },
};
