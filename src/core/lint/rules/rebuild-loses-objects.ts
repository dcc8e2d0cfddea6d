/** rebuild_loses_objects: a rebuild by hand drops indexes and triggers with the old table. */
import type { Rule } from "../rule.ts";
import { terminated } from "../../schema/terminated.ts";
import { rebuiltName } from "../table-pair.ts";
import { listNames, nameText, placeOfName } from "../words.ts";

export const rebuildLosesObjects: Rule = {
  code: "rebuild_loses_objects",
  category: "rebuild",
  level: "danger",
  title: "a rebuild by hand loses an index or a trigger",
  check({ statement, position, rebuilds, before, end }) {
    const hand = rebuilds.find(({ drop }) => drop === position);
    if (hand === undefined) return [];
    const gone = [...before.indexesOf(hand.source), ...before.triggersOf(hand.source)].filter(
      ({ name }) => end.object(name) === undefined,
    );
    if (gone.length === 0) return [];
    const names = gone.map(({ kind, name }) => `the ${kind} ${listNames([name])}`).join(", ");
    return [
      {
        message: `DROP TABLE takes ${names} along, and nothing makes ${gone.length === 1 ? "it" : "them"} again on ${nameText(rebuiltName(hand, before))}`,
        fix: { kind: "at_end", sql: gone.map(({ sql }) => terminated(sql)).join("\n") },
        place: placeOfName(statement, hand.source),
      },
    ];
  },
};
