/** Reads foreign keys, from REFERENCES on. */
import type { ForeignKey, ForeignKeyAction } from "./constraint.ts";
import { readNames, readTiming } from "./clause.ts";
import type { DefinitionReader } from "./reader.ts";
import type { NameInText } from "./span.ts";

/** A foreign key without what its constraint has around it. */
export type ForeignKeyText = Omit<ForeignKey, "kind" | "level" | "name" | "columns" | "source"> & {
  readonly source: Pick<ForeignKey["source"], "parent" | "parentColumns">;
};

/** Takes REFERENCES, the parent, the actions, and a DEFERRABLE that follows at once. */
export function readReferences(reader: DefinitionReader): ForeignKeyText {
  reader.need("REFERENCES");
  const parent = reader.name("a table");
  const parentColumns = reader.isOperator("(") ? readNames(reader, "a column") : undefined;
  const actions = readActions(reader);
  const timing = readTiming(reader) ?? "immediate";
  return {
    parent: parent.name,
    ...(parentColumns === undefined ? {} : { parentColumns: parentColumns.map(({ name }) => name) }),
    ...actions,
    timing,
    source: { parent: parent.span, parentColumns: spansOf(parentColumns ?? []) },
  };
}

/** Where names stand. */
export function spansOf(names: readonly NameInText[]): readonly NameInText["span"][] {
  return names.map(({ span }) => span);
}

type Actions = Pick<ForeignKey, "onDelete" | "onUpdate" | "match">;

/** SQLite takes any number of these, in any order; of two about the same thing the last one counts. */
function readActions(reader: DefinitionReader): Actions {
  let actions: Actions = { onDelete: "NO ACTION", onUpdate: "NO ACTION" };
  for (;;) {
    if (reader.take("MATCH")) {
      actions = { ...actions, match: reader.name("a kind of match").name };
    } else if (reader.take("ON", "DELETE")) {
      actions = { ...actions, onDelete: readAction(reader) };
    } else if (reader.take("ON", "UPDATE")) {
      actions = { ...actions, onUpdate: readAction(reader) };
    } else if (reader.take("ON", "INSERT")) {
      // SQLite reads it and does nothing with it.
      readAction(reader);
    } else {
      return actions;
    }
  }
}

function readAction(reader: DefinitionReader): ForeignKeyAction {
  if (reader.take("SET", "NULL")) return "SET NULL";
  if (reader.take("SET", "DEFAULT")) return "SET DEFAULT";
  if (reader.take("NO", "ACTION")) return "NO ACTION";
  return reader.takeOneOf("CASCADE", "RESTRICT") ?? reader.fail("an action");
}
