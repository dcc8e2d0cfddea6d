/** foreign_keys_pragma: PRAGMA foreign_keys does nothing in a transaction. */
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { placeOfName } from "../words.ts";

export const foreignKeysPragma: Rule = {
  code: "foreign_keys_pragma",
  category: "foreign_keys",
  level: "advice",
  title: "PRAGMA foreign_keys in a migration",
  check({ kind, statement, foreignKeys }) {
    if (kind.kind !== "pragma" || kind.name !== "foreign_keys" || kind.value === undefined) return [];
    const wantsOff = /^['"]?(?:off|no|false|0)['"]?$/i.test(kind.value);
    const isSo = wantsOff === (foreignKeys === "off");
    return [
      {
        message: isSo
          ? `this does nothing: foreign keys are ${foreignKeys} already while this migration runs`
          : `this does nothing: foreign keys stay ${foreignKeys} while this migration runs`,
        fix: advise(
          "leave it out; lockstep switches foreign keys off before the transaction, and checks them at its end",
        ),
        place: placeOfName(statement, "foreign_keys"),
        ...(isSo || !wantsOff ? {} : { level: "danger" }),
      },
    ];
  },
};
