/** Compares two schemas object by object, and says how to make one into the other. */
import { isSameObject } from "./same-object.ts";
import { compareObjects, objectKey, type StoredObject } from "./stored-object.ts";
import { unifiedDiff } from "./unified-diff.ts";

/** An object that is not the same on both sides. */
export type ObjectDifference =
  | { readonly kind: "missing"; readonly expected: StoredObject }
  | { readonly kind: "extra"; readonly found: StoredObject }
  | { readonly kind: "different"; readonly expected: StoredObject; readonly found: StoredObject };

/** The differences, tables first, by name. */
export function compareSchemas(
  expected: readonly StoredObject[],
  found: readonly StoredObject[],
): readonly ObjectDifference[] {
  const others = new Map(found.map((object) => [objectKey(object), object]));
  const differences: ObjectDifference[] = [];
  for (const object of expected) {
    const other = others.get(objectKey(object));
    others.delete(objectKey(object));
    if (other === undefined) differences.push({ kind: "missing", expected: object });
    else if (!isSameObject(object, other)) differences.push({ kind: "different", expected: object, found: other });
  }
  differences.push(...[...others.values()].map((object) => ({ kind: "extra", found: object }) as const));
  return differences.toSorted((left, right) => compareObjects(objectOf(left), objectOf(right)));
}

/** The object that a difference is about, as it should be where it should be. */
export function objectOf(difference: ObjectDifference): StoredObject {
  return difference.kind === "extra" ? difference.found : difference.expected;
}

/** The lines of a unified diff: `-` is what the migrations make, `+` what was found. */
export function describeDifferences(differences: readonly ObjectDifference[]): readonly string[] {
  return differences.flatMap((difference) => {
    const { type, name } = objectOf(difference);
    const expected = difference.kind === "extra" ? "" : `${difference.expected.sql};`;
    const found = difference.kind === "missing" ? "" : `${difference.found.sql};`;
    return [`@@ ${type} ${name} @@`, ...unifiedDiff(expected, found)];
  });
}

/** `the table "users" is missing`, `the index "users_email" is different, and 2 more`. `extra` says what is wrong with one too many. */
export function summarizeDifferences(differences: readonly ObjectDifference[], extra: string): string {
  const [first] = differences;
  if (first === undefined) return "nothing differs";
  const { type, name } = objectOf(first);
  const what = { missing: "is missing", extra, different: "is different" }[first.kind];
  const more = differences.length === 1 ? "" : `, and ${differences.length - 1} more`;
  return `the ${type} ${JSON.stringify(name)} ${what}${more}`;
}
