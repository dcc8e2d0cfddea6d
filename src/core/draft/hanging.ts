/** Finds what hangs on objects that go for a while: SQLite renames and drops columns only where every view and trigger works. */
import type { Schema, SchemaObject, Trigger, View } from "../schema/schema.ts";
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";

/** The views and triggers that mention one of these names, be it through a view. */
export function hangingOn(
  { views, triggers }: Pick<Schema, "views" | "triggers">,
  gone: Iterable<string>,
): ReadonlySet<View | Trigger> {
  const names = new Set(gone);
  const found = new Set<View | Trigger>();
  const objects = [...views, ...triggers].map((object) => ({ object, mentioned: namesIn(object) }));
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const { object, mentioned } of objects) {
      if (found.has(object) || ![...mentioned].some((name) => names.has(name))) continue;
      found.add(object);
      if (object.kind === "view") names.add(foldIdentifier(object.name));
    }
  }
  return found;
}

/** Every name in the text of an object but its own, folded. */
function namesIn({ sql, source }: Pick<SchemaObject, "sql" | "source">): ReadonlySet<string> {
  const names = tokenize(sql.slice(source.name.end)).tokens.filter(({ kind }) => kind === "word" || kind === "quoted");
  return new Set(names.map(({ text }) => foldIdentifier(unquoteIdentifier(text))));
}
