/** The new names that a run of statements gives to tables and columns, so that what has another name is not taken for gone. */
import { foldIdentifier } from "./quote.ts";
import { readRename } from "./rename.ts";
import { tokenize } from "./tokenizer.ts";

/** A table by a name that it has now. */
interface RenamedTable {
  /** What it was called first, folded. */
  readonly first: string;
  /** What each renamed column was called first, by what it is called now; folded. */
  readonly columns: ReadonlyMap<string, string>;
}

/** What statements have renamed so far (https://sqlite.org/lang_altertable.html). */
export class Renames {
  readonly #tables = new Map<string, RenamedTable>();

  /** Notes a statement that was run. One that renames nothing is not looked at. */
  note(sql: string): void {
    if (!/\brename\b/i.test(sql)) return;
    const rename = readRename(tokenize(sql).tokens);
    if (rename === undefined) return;
    const { from, to } = rename;
    const now = foldIdentifier(rename.table);
    const known = this.#tables.get(now) ?? { first: now, columns: new Map() };
    if (rename.kind === "table") {
      // The old name stays known: a table that is made under it afterwards takes the place of this one.
      this.#tables.set(now, known).set(foldIdentifier(to), known);
      return;
    }
    const columns = new Map(known.columns);
    const first = columns.get(foldIdentifier(from)) ?? foldIdentifier(from);
    columns.delete(foldIdentifier(from));
    this.#tables.set(now, { ...known, columns: columns.set(foldIdentifier(to), first) });
  }

  /** Whether a table has another name, or a column of it. */
  has(table: string): boolean {
    return this.#tables.has(foldIdentifier(table));
  }

  /** The one of the tables that are there `now` which was called `first` among those of `before`. */
  tableOf(first: string, { before, now }: Names): string | undefined {
    return heirOf(first, { before, now }, (name) => this.#tables.get(name)?.first);
  }

  /** The same for a column of a table, which is called `table` now. */
  columnOf(first: string, table: string, { before, now }: Names): string | undefined {
    const columns = this.#tables.get(foldIdentifier(table))?.columns;
    return heirOf(first, { before, now }, (name) => columns?.get(name));
  }
}

/** The names of all tables, or of all columns of a table. */
export interface Names {
  readonly before: readonly string[];
  readonly now: readonly string[];
}

function heirOf(
  first: string,
  { before, now }: Names,
  firstOf: (name: string) => string | undefined,
): string | undefined {
  const wanted = foldIdentifier(first);
  const known = new Set(before.map(foldIdentifier));
  const heirs = now.filter((name) => {
    const folded = foldIdentifier(name);
    const own = firstOf(folded);
    // What has come in between is only what it is called.
    return (own !== undefined && known.has(own) ? own : folded) === wanted;
  });
  return heirs.find((name) => foldIdentifier(name) === wanted) ?? heirs[0];
}
