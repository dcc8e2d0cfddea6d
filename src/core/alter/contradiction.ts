/** Finds what a wish says of columns that are not there, and where it contradicts itself. */
import { suggest } from "../diagnostic/suggest.ts";
import { foldIdentifier } from "../sql/quote.ts";
import type { Column, Table } from "../schema/table.ts";
import type { AlterIntent, Rename } from "./intent.ts";
import { alterProblem, type AlterProblem, type TextPlace } from "./problem.ts";

/** The columns in question, by their folded names. */
interface Columns {
  readonly table: string;
  readonly old: ReadonlyMap<string, Column>;
  readonly next: ReadonlyMap<string, Column>;
}

/** The first contradiction; undefined where there is none. */
export function findContradiction(current: Table, intent: AlterIntent): AlterProblem | undefined {
  const byName = ({ columns }: Table): ReadonlyMap<string, Column> =>
    new Map(columns.map((column) => [foldIdentifier(column.name), column]));
  const columns: Columns = { table: current.name, old: byName(current), next: byName(intent.wanted) };
  const repeated = intent.wanted.columns.find((column) => columns.next.get(foldIdentifier(column.name)) !== column);
  if (repeated !== undefined) {
    return alterProblem(`the wanted table has two columns "${repeated.name}"`, "leave one of the two out");
  }
  for (const [name, { place }] of intent.copies) {
    const problem = checkCopy(columns, name, place);
    if (problem !== undefined) return problem;
  }
  for (const [name, rename] of intent.renames) {
    const problem = checkRename(columns, intent, { name, ...rename });
    if (problem !== undefined) return problem;
  }
  for (const [name, { place }] of intent.drops) {
    if (!columns.old.has(name)) return missing(name, columns, { kind: "old", place });
  }
  return undefined;
}

function checkCopy(columns: Columns, name: string, place: TextPlace): AlterProblem | undefined {
  const column = columns.next.get(name);
  if (column === undefined) return missing(name, columns, { kind: "next", place });
  if (column.generated === undefined) return undefined;
  return alterProblem(`the column "${column.name}" is generated, and takes no values`, "leave the copy out", place);
}

function checkRename(
  columns: Columns,
  { copies, renames, drops }: AlterIntent,
  { name, from, place }: Rename & { readonly name: string },
): AlterProblem | undefined {
  const [old, next] = [columns.old.get(from)?.name, columns.next.get(name)?.name];
  if (next === undefined) return missing(name, columns, { kind: "next", place });
  if (old === undefined) return missing(from, columns, { kind: "old", place });
  const refuse = (problem: string, hint: string): AlterProblem => alterProblem(problem, hint, place);
  if (old === next) return refuse(`"${next}" is renamed from itself`, "leave it out");
  if (drops.has(from))
    return refuse(`"${old}" is dropped, and "${next}" is to come from it`, "leave one of the two out");
  // Only the case of its name is another, which no other object cares about.
  if (name === from) return undefined;
  if ([...renames].some(([other, rename]) => other !== name && rename.from === from))
    return refuse(
      `two columns are renamed from "${old}"`,
      "a column has one new name; compute the other with -- lockstep:copy",
    );
  const heir = columns.next.get(from);
  // What is now called by the old name has to come from somewhere else, or one of the two would be without values.
  if (heir !== undefined && heir.generated === undefined && !renames.has(from) && !copies.has(from))
    return refuse(
      `"${old}" cannot have become "${next}": the wanted table still has it`,
      `leave one of the two out, or say where its values come from: -- lockstep:copy ${heir.name} = …`,
    );
  const isLeft = [...renames.values()].some((rename) => rename.from === name) || drops.has(name);
  if (columns.old.has(name) && !isLeft)
    return refuse(
      `"${next}" cannot come from "${old}": the table has a column of that name already`,
      `say what becomes of that one: -- lockstep:drop ${next}`,
    );
  return undefined;
}

function missing(
  name: string,
  columns: Columns,
  { kind, place }: { readonly kind: "old" | "next"; readonly place: TextPlace },
): AlterProblem {
  const known = [...columns[kind].values()].map((column) => column.name);
  const near = suggest(name, known);
  return alterProblem(
    `${kind === "next" ? "the wanted table" : `the table "${columns.table}"`} has no column "${name}"`,
    near === undefined ? `its columns are ${known.join(", ")}` : `did you mean "${near}"?`,
    place,
  );
}
