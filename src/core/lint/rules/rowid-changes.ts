/** rowid_changes: a rebuild by hand gives new numbers to rows that a full-text index knows by their old ones. */
import { isSameName, unquoteIdentifier } from "../../sql/quote.ts";
import { handRebuildFix } from "../hand-rebuild-fix.ts";
import type { Rule } from "../rule.ts";
import { tablePair } from "../table-pair.ts";
import { mentions, nameText } from "../words.ts";

export const rowidChanges: Rule = {
  code: "rowid_changes",
  category: "rebuild",
  level: "danger",
  title: "a rebuild by hand gives the rows new rowids",
  check(context) {
    const pair = tablePair(context);
    if (pair?.form !== "hand" || pair.old.rowidColumn !== undefined || pair.old.storage !== "rowid") return [];
    const { statement, before } = context;
    if (["rowid", "oid", "_rowid_"].some((name) => mentions(statement.tokens, name))) return [];
    const content = /^\s*content\s*=\s*(.*?)\s*$/is;
    const readers = before.virtualTables.filter((virtual) =>
      virtual.arguments.some((argument) => {
        const name = unquoteIdentifier(content.exec(argument)?.[1] ?? "");
        return isSameName(name, pair.name) || isSameName(name, pair.old.name);
      }),
    );
    return readers.map((reader) => ({
      message: `the copy numbers the rows of ${nameText(pair.name)} anew, and ${nameText(reader.name)} finds the wrong ones, or none`,
      fix: handRebuildFix(context, pair, pair.next),
      place: pair.place,
    }));
  },
};
