/** A table in the middle of an edit: the text so far, and where each column comes from. */
import { foldIdentifier } from "../../sql/quote.ts";
import type { Table } from "../table.ts";
import { takeSteps, type Step } from "./change.ts";
import { describeConstraint } from "./describe.ts";
import { dropColumn } from "./drop-column.ts";
import { findColumn, placedConstraints } from "./find.ts";
import { readColumnFragment, readExpressionFragment, wholeExpression } from "./fragment.ts";
import { otherNames, refuseUnknown, unknownName } from "./meaning.ts";
import type { Operation, TableOperation } from "./operation.ts";
import { refuse } from "./problem.ts";
import { stepsOf } from "./steps.ts";
import { verifyTable } from "./verify.ts";
import type { WantedTable } from "./wanted-table.ts";

/** The names of columns in these maps and sets are folded, and those that the columns have now. */
export interface Draft {
  /** The table before the edit. */
  readonly original: Table;
  readonly table: Table;
  /** The name in the original table; undefined for a column that is new. */
  readonly origins: ReadonlyMap<string, string | undefined>;
  /** Columns that go at the end, or when their name is needed: what uses them may be dropped until then. */
  readonly leaving: ReadonlySet<string>;
  readonly fills: ReadonlyMap<string, string>;
}

/** The beginning of an edit. */
export function startDraft(table: Table): Draft {
  const origins = new Map(table.columns.map(({ name }) => [foldIdentifier(name), name]));
  return { original: table, table, origins, leaving: new Set(), fills: new Map() };
}

/** The draft with one more operation. Throws RefusedEdit. */
export function extendDraft(draft: Draft, operation: TableOperation): Draft {
  for (const name of columnsOf(operation)) checkStays(draft, name);
  switch (operation.kind) {
    case "drop_column":
      return leave(draft, operation);
    case "fill":
      return fill(draft, operation);
    case "add_column": {
      const { name } = readColumnFragment(operation.definition).column;
      const ready = makeRoom(draft, name);
      const origins = new Map(ready.origins).set(foldIdentifier(name), undefined);
      return { ...ready, table: takeSteps(ready.table, stepsOf(ready.table, operation)), origins };
    }
    case "rename_column":
      return rename(draft, operation);
    default:
      return { ...draft, table: takeSteps(draft.table, stepsOf(draft.table, operation)) };
  }
}

/** The end of an edit: what is dropped goes, and what is left has to be a table. Throws RefusedEdit. */
export function finishDraft(draft: Draft): WantedTable {
  const { original, table, origins, fills } = removeLeaving(draft);
  verifyTable(table, original);
  const renames = new Map<string, string>();
  const copies = new Map<string, string>();
  const drops = new Set(original.columns.map(({ name }) => name));
  for (const { name } of table.columns) {
    const origin = origins.get(foldIdentifier(name));
    const expression = fills.get(foldIdentifier(name));
    if (origin !== undefined) drops.delete(origin);
    if (origin !== undefined && origin !== name) renames.set(name, origin);
    if (expression !== undefined) copies.set(name, expression);
  }
  return { sql: table.sql, renames, drops, copies };
}

function leave(draft: Draft, { column }: Operation<"drop_column">): Draft {
  const name = foldIdentifier(findColumn(draft.table, column).name);
  return { ...draft, leaving: new Set(draft.leaving).add(name), fills: without(draft.fills, name) };
}

function fill(draft: Draft, { column: name, expression }: Operation<"fill">): Draft {
  const column = findColumn(draft.table, name);
  if (column.generated !== undefined) {
    refuse("impossible", `the generated column "${column.name}" cannot be filled`, "change its expression instead");
  }
  const text = readExpressionFragment(expression);
  const { original } = draft;
  const unknown = unknownName(original, wholeExpression(text));
  const origin = unknown === undefined ? undefined : draft.origins.get(foldIdentifier(unknown.name));
  if (unknown !== undefined && origin !== undefined) {
    refuse(
      "unknown_column",
      `"${unknown.name}" is a new name, and an expression of fill() is about the table as it was`,
      `write "${origin}"`,
    );
  }
  if (unknown !== undefined) refuseUnknown(original, unknown, "fill()");
  return { ...draft, fills: new Map(draft.fills).set(foldIdentifier(column.name), text) };
}

function rename(draft: Draft, operation: Operation<"rename_column">): Draft {
  const from = foldIdentifier(findColumn(draft.table, operation.column).name);
  const to = foldIdentifier(operation.to);
  const ready = from === to ? draft : makeRoom(draft, operation.to);
  const expression = ready.fills.get(from);
  const fills = without(ready.fills, from);
  return {
    ...ready,
    table: takeSteps(ready.table, stepsOf(ready.table, operation)),
    origins: without(ready.origins, from).set(to, ready.origins.get(from)),
    fills: expression === undefined ? fills : fills.set(to, expression),
  };
}

/** Sees to it that a column can have the name: one that is leaving goes now, and no expression may take the new one for its own. */
function makeRoom(draft: Draft, name: string): Draft {
  const { original } = draft;
  for (const { constraint } of placedConstraints(original)) {
    if (!otherNames(original, constraint).includes(foldIdentifier(name))) continue;
    const message = `"${name}" stands in ${describeConstraint(constraint)}, where it is no column`;
    refuse("undecidable", message, "choose another name");
  }
  return draft.leaving.has(foldIdentifier(name)) ? removeLeaving(draft) : draft;
}

function removeLeaving(draft: Draft): Draft {
  const steps = [...draft.leaving].map((name): Step => {
    return (table) => {
      const gone = table.columns.filter((column) => draft.leaving.has(foldIdentifier(column.name)));
      return dropColumn(table, findColumn(table, name), gone);
    };
  });
  let origins: ReadonlyMap<string, string | undefined> = draft.origins;
  for (const name of draft.leaving) origins = without(origins, name);
  return { ...draft, table: takeSteps(draft.table, steps), origins, leaving: new Set() };
}

function checkStays({ table, leaving }: Draft, name: string): void {
  if (!leaving.has(foldIdentifier(name))) return;
  refuse(
    "unknown_column",
    `the column "${name}" of "${table.name}" is dropped already`,
    "make this call before dropColumn()",
  );
}

/** The columns that an operation needs. What is dropped may name columns that are leaving. */
function columnsOf(operation: TableOperation): readonly string[] {
  if ("column" in operation) return [operation.column];
  const isDrop = operation.kind === "drop_unique" || operation.kind === "drop_foreign_key";
  return "columns" in operation && !isDrop ? operation.columns : [];
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): Map<string, Value> {
  return new Map([...map].filter(([name]) => name !== key));
}
