/** A name for a migration, from what it changes. */
import type { AlterTable, Change } from "../diff/change.ts";
import { slugOf } from "../migration/file-name.ts";

/** In UTF-16 units: with a number in front and 3 bytes for each, a file may still have such a name. */
const LONGEST = 80;

/** Words with hyphens between them: `add-age-to-users`. Empty where nothing changes. */
export function nameChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return "";
  const tables = new Set(
    changes.flatMap((change) =>
      change.kind === "create_table" || change.kind === "drop_table" || change.kind === "alter_table"
        ? [change.table]
        : [],
    ),
  );
  // What belongs to a table that comes, goes or changes is said with it.
  const own = changes.filter((change) => !(("index" in change || "trigger" in change) && tables.has(change.table)));
  const [only] = own;
  const words = only !== undefined && own.length === 1 ? nameOne(only) : nameSeveral(own);
  const slug = slugOf(words);
  return slug === "" || slug.length > LONGEST ? "change-schema" : slug;
}

function nameOne(change: Change): string {
  switch (change.kind) {
    case "create_table":
    case "create_virtual_table":
      return `add ${change.table}`;
    case "drop_table":
    case "drop_virtual_table":
      return `drop ${change.table}`;
    case "replace_virtual_table":
      return `change ${change.table}`;
    case "rename_table":
      return `rename ${change.from} to ${change.to}`;
    case "alter_table":
      return nameAlteration(change);
    default: {
      const [verb = "", object = ""] = change.kind.split("_");
      const name = "index" in change ? change.index : "view" in change ? change.view : change.trigger;
      return `${WORDS[verb] ?? verb} ${object} ${name}`;
    }
  }
}

const WORDS: Readonly<Record<string, string>> = { create: "add", replace: "change" };

function nameAlteration({ table, changes }: AlterTable): string {
  const columns = (kind: "add_column" | "drop_column"): readonly string[] =>
    changes.flatMap((change) => (change.kind === kind ? [change.column] : []));
  const renames = changes.flatMap((change) => (change.kind === "rename_column" ? [change] : []));
  const [added, dropped] = [columns("add_column"), columns("drop_column")];
  const isOnly = (count: number): boolean => count > 0 && count <= 2 && changes.length === count;
  if (isOnly(added.length)) return `add ${added.join(" and ")} to ${table}`;
  if (isOnly(dropped.length)) return `drop ${dropped.join(" and ")} from ${table}`;
  const [rename] = renames;
  if (rename !== undefined && changes.length === 1) return `rename ${rename.from} to ${rename.to} in ${table}`;
  const [first] = changes;
  if (first?.kind === "change_column" && changes.length === 1) return `change ${first.column} of ${table}`;
  return `change ${table}`;
}

function nameSeveral(changes: readonly Change[]): string {
  const kinds = new Set(changes.map(({ kind }) => kind));
  const names = [...new Set(changes.map((change) => subjectOf(change)))];
  if (names.length > 2) return "change schema";
  const [kind] = kinds;
  const verb = kinds.size > 1 ? "change" : kind === "create_table" ? "add" : kind === "drop_table" ? "drop" : "change";
  return `${verb} ${names.join(" and ")}`;
}

function subjectOf(change: Change): string {
  if (change.kind === "rename_table") return change.to;
  return "view" in change ? change.view : change.table;
}
