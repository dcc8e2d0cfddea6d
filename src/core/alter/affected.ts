/** What a change of a table can break in a schema. */
import type { Schema } from "../schema/schema.ts";
import { foldIdentifier } from "../sql/quote.ts";

/** The views, triggers and virtual tables of a schema, or some of them. */
export type Readers = Pick<Schema, "views" | "triggers" | "virtualTables">;

/**
 * Those that have the name of the table anywhere in their text, or that of a view which has: with thousands of views, compiling all of
 * them costs more than the change itself. Too many are found rather than too few.
 */
export function affectedBy({ views, triggers, virtualTables }: Readers, table: string): Readers {
  // In a text it may stand with its quotes doubled.
  if (/["'`\]]/.test(table)) return { views, triggers, virtualTables };
  const names = [foldIdentifier(table)];
  const texts = new Map(views.map((view) => [view, foldIdentifier(view.sql)]));
  const reached = new Set<Schema["views"][number]>();
  for (const name of names) {
    for (const [view, text] of texts) {
      if (!hasWord(text, name)) continue;
      texts.delete(view);
      reached.add(view);
      names.push(foldIdentifier(view.name));
    }
  }
  const isAffected = ({ sql }: { readonly sql: string }): boolean => {
    const text = foldIdentifier(sql);
    return names.some((name) => hasWord(text, name));
  };
  return {
    views: views.filter((view) => reached.has(view)),
    triggers: triggers.filter(isAffected),
    virtualTables: virtualTables.filter(isAffected),
  };
}

/** Whether a text has the name by itself, and not as a part of another. Both are folded. */
function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isInWord(text[at - 1]) && !isInWord(text[at + name.length])) return true;
  }
  return false;
}

/** Whether a character can be a part of a name without quotes (https://sqlite.org/lang_keywords.html). */
function isInWord(character = " "): boolean {
  return /[a-z0-9_$\u0080-\uffff]/.test(character);
}
