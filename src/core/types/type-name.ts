/** Names for TypeScript: those of the types, and those of the columns. */
import { foldIdentifier } from "../sql/quote.ts";

/** A name as the key of an interface: bare where it can be. */
export function propertyName(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
}

/** What the file declares itself, and what it uses of the language. */
const TAKEN: readonly string[] =
  "Column Database Exclude Insert Inserted NewRow NonNullable Presence ReadOnly RowChange SqlValue Table Uint8Array Update Updated".split(
    " ",
  );

/**
 * A type name for each table and view, by its name: `order_items` is `OrderItems`. Of several that come to the same, those behind the
 * first have a number. The names have to be sorted: then equal schemas give equal names.
 */
export function typeNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(TAKEN.map(foldIdentifier));
  const given = new Map<string, string>();
  for (const name of names) {
    const plain = toTypeName(name);
    let typeName = plain;
    for (let count = 2; taken.has(foldIdentifier(typeName)); count += 1) typeName = `${plain}${count}`;
    taken.add(foldIdentifier(typeName));
    given.set(name, typeName);
  }
  return given;
}

/** The words of a name, each with a capital: what is no letter and no digit parts them. */
function toTypeName(name: string): string {
  const words = name.normalize("NFC").match(/[\p{L}\p{M}\p{Nd}]+/gu) ?? [];
  const joined = words.map((word) => word.replace(/^./u, (first) => first.toUpperCase())).join("");
  return /^\p{ID_Start}\p{ID_Continue}*$/u.test(joined)
    ? joined
    : `Table${joined.replaceAll(/[^\p{ID_Continue}]/gu, "")}`;
}
