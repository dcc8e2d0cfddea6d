/** Reads the clauses that several constraints share: conflict clauses, lists of names, keys, deferrals. */
import type { ConflictClause, KeyColumn } from "./constraint.ts";
import type { DefinitionReader } from "./reader.ts";
import { readKeyColumn } from "./read-term.ts";
import type { NameInText } from "./span.ts";

/** Takes `ON CONFLICT …` where it stands. */
export function readConflict(reader: DefinitionReader): { readonly conflict?: ConflictClause } {
  if (!reader.take("ON", "CONFLICT")) return {};
  const conflict = reader.takeOneOf("ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE");
  return { conflict: conflict ?? reader.fail("ROLLBACK, ABORT, FAIL, IGNORE or REPLACE") };
}

/** Takes `(name, name)`. */
export function readNames(reader: DefinitionReader, what: string): readonly NameInText[] {
  reader.needOperator("(");
  const names: NameInText[] = [];
  do {
    names.push(reader.name(what));
    // SQLite read both in the keys of foreign keys until 2015, did nothing with them, and still reads them from old files.
    if (reader.take("COLLATE")) reader.name("a collation", "type");
    reader.takeOneOf("ASC", "DESC");
  } while (reader.operator(",") !== undefined);
  reader.needOperator(")");
  return names;
}

/** Takes the columns of a key, up to what follows the last of them. */
export function readKeyColumns(reader: DefinitionReader): readonly KeyColumn[] {
  const columns: KeyColumn[] = [];
  do columns.push(readKeyColumn(reader));
  while (reader.operator(",") !== undefined);
  return columns;
}

/** Takes `[NOT] DEFERRABLE [INITIALLY …]` where it stands, and gives when the foreign key is then checked. */
export function readTiming(reader: DefinitionReader): "immediate" | "deferred" | undefined {
  const isNegated = reader.take("NOT", "DEFERRABLE");
  if (!isNegated && !reader.take("DEFERRABLE")) return undefined;
  if (!reader.take("INITIALLY")) return "immediate";
  const initially = reader.takeOneOf("DEFERRED", "IMMEDIATE") ?? reader.fail("DEFERRED or IMMEDIATE");
  return initially === "DEFERRED" && !isNegated ? "deferred" : "immediate";
}
