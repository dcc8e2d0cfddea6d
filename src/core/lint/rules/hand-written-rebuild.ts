/** hand_written_rebuild: a table is changed by hand where one statement would do. */
import { handRebuildFix } from "../hand-rebuild-fix.ts";
import type { Rule } from "../rule.ts";
import { tablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

export const handWrittenRebuild: Rule = {
  code: "hand_written_rebuild",
  category: "rebuild",
  level: "advice",
  title: "a table is rebuilt by hand",
  check(context) {
    const pair = tablePair(context);
    if (pair?.form !== "hand") return [];
    const { name, next, place } = pair;
    return [
      {
        message: `${nameText(name)} is rebuilt by hand, and nothing proves that all of it is kept`,
        fix: handRebuildFix(context, pair, next),
        place,
      },
    ];
  },
};
