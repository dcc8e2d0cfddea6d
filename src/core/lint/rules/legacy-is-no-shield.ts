/** legacy_is_no_shield: PRAGMA legacy_alter_table switches checks off, and protects nothing. */
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { placeOfName } from "../words.ts";

export const legacyIsNoShield: Rule = {
  code: "legacy_is_no_shield",
  category: "foreign_keys",
  level: "warning",
  title: "PRAGMA legacy_alter_table in a migration",
  check({ kind, statement, foreignKeys }) {
    if (kind.kind !== "pragma" || kind.name !== "legacy_alter_table" || kind.value === undefined) return [];
    if (/^(?:off|no|false|0)$/i.test(kind.value)) return [];
    return [
      {
        message:
          foreignKeys === "on"
            ? "with foreign keys on this stops no ON DELETE action, and ALTER TABLE no longer looks whether views and triggers still work"
            : "ALTER TABLE no longer looks whether views and triggers still work",
        fix: advise("leave it out, and write the table as it is to be behind -- lockstep:rebuild"),
        place: placeOfName(statement, "legacy_alter_table"),
      },
    ];
  },
};
