/** Which tables a migration can have to do with: those that it names, and what hangs on them. */
import type { StoredObject } from "../core/check/stored-object.ts";
import type { MigrationBody } from "../core/migration/migration.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import { tablesOf } from "./capture.ts";
import { wordsOf, type TextMemory } from "./schema-reader.ts";

/**
 * The folded names of the tables, parents before what refers to them where that is possible. Of code nobody knows what it names, so
 * it has to do with all of them. A word that only looks like the name of a table costs a comparison and nothing else.
 */
export function reachedTables(
  bodies: readonly (MigrationBody | undefined)[],
  objects: readonly StoredObject[],
  memory: TextMemory,
): ReadonlySet<string> {
  const all = new Set(objects.flatMap(({ type, name }) => (type === "table" ? [foldIdentifier(name)] : [])));
  const named = new Set<string>();
  for (const body of bodies) {
    if (body === undefined) continue;
    if (body.kind === "code") return all;
    for (const { text, directives } of body.script.statements) {
      for (const source of [text, ...directives.map(({ argument }) => argument)]) {
        for (const word of wordsOf(source)) named.add(word);
      }
    }
  }
  // A trigger or a view that is named, or that is on a table which is, leads on to all that it names itself.
  for (let before = -1; before !== named.size;) {
    before = named.size;
    for (const { type, name, table, sql } of objects) {
      if (!named.has(foldIdentifier(name)) && !named.has(foldIdentifier(table))) continue;
      named.add(foldIdentifier(table));
      if (type === "trigger" || type === "view") for (const word of memory.read(sql).words) named.add(word);
    }
  }
  return withFamily(objects, named, memory);
}

/**
 * The tables that are named, those that refer to them, and the parents without which no row fits into one. Parents of parents count only
 * where a row cannot do without: a long chain of references is not all of it about every migration.
 */
function withFamily(
  objects: readonly StoredObject[],
  named: ReadonlySet<string>,
  memory: TextMemory,
): ReadonlySet<string> {
  const known = tablesOf(objects, memory);
  const isDirect = (name: string): boolean => named.has(foldIdentifier(name));
  const family = new Set([...known.keys()].filter(isDirect));
  for (const [name, { foreignKeys }] of known) {
    if (foreignKeys.some(({ parent }) => isDirect(parent))) family.add(name);
  }
  // A set gives what is added to it while it is gone through.
  for (const name of family) {
    const table = known.get(name);
    for (const { parent, columns } of table?.foreignKeys ?? []) {
      const isNeeded = columns.some((column) =>
        table?.columns.some((own) => own.name === column && own.nulls === "refused"),
      );
      if (known.has(foldIdentifier(parent)) && (isNeeded || isDirect(name))) family.add(foldIdentifier(parent));
    }
  }
  return family;
}
