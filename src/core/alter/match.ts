/** Finds where the values of each wanted column come from. Nothing is inferred: what disappears has to be said. */
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import type { Column, Table } from "../schema/table.ts";
import { findContradiction } from "./contradiction.ts";
import { columnsRead } from "./copy.ts";
import { hasDefault } from "./default-value.ts";
import type { AlterIntent } from "./intent.ts";
import { alterProblem, type AlterProblem } from "./problem.ts";

/** Where the values of a wanted column come from. */
export type ValueSource =
  | { readonly kind: "kept"; readonly column: Column; readonly from: Column }
  | { readonly kind: "computed"; readonly column: Column; readonly expression: string }
  /** Its default, or NULL. */
  | { readonly kind: "new"; readonly column: Column }
  /** `from`: the generated column that it was before, under whatever name. */
  | { readonly kind: "generated"; readonly column: Column; readonly from?: Column };

/** Every wanted column with its source, and the columns that go. */
export interface ColumnMatch {
  readonly kind: "match";
  readonly columns: readonly ValueSource[];
  readonly dropped: readonly Column[];
}

/** Matches the columns of a table that is there with those of the wanted one. */
export function matchColumns(current: Table, intent: AlterIntent): ColumnMatch | AlterProblem {
  const contradiction = findContradiction(current, intent);
  if (contradiction !== undefined) return contradiction;
  const { wanted, copies, renames, drops } = intent;
  const old = new Map(current.columns.map((column) => [foldIdentifier(column.name), column]));
  const renamed = new Set([...renames.values()].map(({ from }) => from));
  const used = new Set<string>();
  const columns = wanted.columns.map((column): ValueSource => {
    const name = foldIdentifier(column.name);
    const sameName = renamed.has(name) || drops.has(name) ? undefined : name;
    const fromName = renames.get(name)?.from ?? sameName;
    const from = fromName === undefined ? undefined : old.get(fromName);
    const copy = copies.get(name);
    if (column.generated === undefined) used.add(fromName ?? "");
    // The values of a column that is computed now go, unless they were computed before.
    if (column.generated !== undefined) {
      if (from?.generated === undefined) return { kind: "generated", column };
      used.add(fromName ?? "");
      return { kind: "generated", column, from };
    }
    if (copy !== undefined) return { kind: "computed", column, expression: copy.expression };
    return from === undefined ? { kind: "new", column } : { kind: "kept", column, from };
  });
  const dropped = current.columns.filter(({ name }) => !used.has(foldIdentifier(name)));
  const read = new Set([...copies.values()].flatMap(({ expression }) => columnsRead(expression)));
  const unsaid = dropped.find(({ name, generated }) => {
    const folded = foldIdentifier(name);
    // Of a generated column nothing is lost: its values are computed from the others.
    return generated === undefined && !drops.has(folded) && !read.has(folded);
  });
  return unsaid === undefined ? { kind: "match", columns, dropped } : unsaidProblem(unsaid, columns);
}

/** The new columns that refuse NULL, and to which nothing gives a value. */
export function emptyColumns(
  { columns }: Pick<ColumnMatch, "columns">,
  { rowidColumn }: Pick<Table, "rowidColumn">,
): readonly Column[] {
  return columns.flatMap(({ kind, column }) => {
    // SQLite gives every row a number.
    const isNumber = column.name === rowidColumn;
    return kind === "new" && column.nulls === "refused" && !hasDefault(column) && !isNumber ? [column] : [];
  });
}

function unsaidProblem({ name }: Column, columns: readonly ValueSource[]): AlterProblem {
  const isComputed = columns.some(({ kind, column }) => kind === "generated" && isSameName(column.name, name));
  if (isComputed) {
    return alterProblem(
      `the column "${name}" is to be generated, and nothing says what becomes of the values that it has`,
      `if they are to go, write -- lockstep:drop ${name}`,
    );
  }
  const added = columns.find(({ kind }) => kind === "new")?.column.name;
  const rename =
    added === undefined ? "" : `; if it is now called ${added}, write -- lockstep:renamed ${added} from ${name}`;
  return alterProblem(
    `the column "${name}" is not in the wanted table, and nothing says what becomes of its values`,
    `if it is to go, write -- lockstep:drop ${name}${rename}`,
  );
}
