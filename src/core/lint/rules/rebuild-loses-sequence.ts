/** rebuild_loses_sequence: a rebuild by hand forgets which numbers AUTOINCREMENT has given. */
import { quoteString, quoteTable } from "../../sql/quote.ts";
import { handRebuildFix } from "../hand-rebuild-fix.ts";
import type { Rule } from "../rule.ts";
import { tablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

export const rebuildLosesSequence: Rule = {
  code: "rebuild_loses_sequence",
  category: "rebuild",
  level: "danger",
  title: "a rebuild by hand gives the numbers of deleted rows again",
  check(context) {
    const pair = tablePair(context);
    if (pair?.form !== "hand" || pair.old.primaryKey?.autoincrement !== "yes") return [];
    const { old, name, place } = pair;
    const writesSequence = context.script.statements.some(({ text }) => /\bsqlite_sequence\b/i.test(text));
    if (writesSequence) return [];
    const key = nameText(old.rowidColumn ?? "rowid");
    return [
      {
        message: `the sequence of ${nameText(name)} goes with the old table, so that new rows get numbers of deleted ones`,
        fix: handRebuildFix(context, pair, pair.next),
        place,
        question: {
          sql: `SELECT seq > coalesce((SELECT max(${key}) FROM ${quoteTable(name)}), 0) FROM sqlite_sequence WHERE name = ${quoteString(name)} COLLATE NOCASE`,
          table: name,
          counts: "whether",
        },
      },
    ];
  },
};
