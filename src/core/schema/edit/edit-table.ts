/** Edits the text of a table: from its CREATE TABLE, and what is said to an editor, to the CREATE TABLE that is wanted. */
import { parseObject } from "../parse.ts";
import { extendDraft, finishDraft, startDraft } from "./draft.ts";
import { OperationEditor, type TableEditor } from "./editor.ts";
import type { TableOperation } from "./operation.ts";
import { RefusedEdit, refuse, type EditProblem } from "./problem.ts";
import type { WantedTable } from "./wanted-table.ts";

/** What is wanted, or why not. */
export type EditedTable =
  | { readonly kind: "wanted"; readonly wanted: WantedTable }
  /** The stack of `cause` names the call that was refused, where it was a call. */
  | { readonly kind: "problem"; readonly problem: EditProblem; readonly cause: RefusedEdit };

/**
 * Edits a table. `sql` is its CREATE TABLE, as SQLite stores it. What `change` throws by itself goes through; BrokenEdit is thrown
 * where lockstep made a mistake.
 */
export function editTable(sql: string, change: (table: TableEditor) => void): EditedTable {
  let isOver = false;
  try {
    const wanted = collect(sql, change, () => isOver);
    return { kind: "wanted", wanted };
  } catch (error) {
    if (error instanceof RefusedEdit) return { kind: "problem", problem: error.problem, cause: error };
    throw error;
  } finally {
    isOver = true;
  }
}

function collect(sql: string, change: (table: TableEditor) => void, isOver: () => boolean): WantedTable {
  const table = parseObject(sql);
  if (table.kind === "unreadable") {
    refuse(
      "unreadable_table",
      `the text of the table cannot be read: ${table.what}`,
      "rebuild it from a text of its own",
    );
  }
  if (table.kind !== "table") {
    refuse("unreadable_table", `"${table.name}" is no table of rows but a ${table.kind}`, "edit a table");
  }
  let draft = startDraft(table);
  const failures: unknown[] = [];
  const take = (operation: TableOperation): void => {
    if (isOver())
      refuse("edit_over", `the edit of "${table.name}" is over`, "make all calls in the function, without await");
    try {
      draft = extendDraft(draft, operation);
    } catch (error) {
      failures.push(error);
      throw error;
    }
  };
  const returned: unknown = change(new OperationEditor(take));
  // What was caught counts nevertheless: the table would not be the one that was asked for.
  if (failures.length > 0) throw failures[0];
  if (isPromise(returned)) {
    returned.then(undefined, () => undefined);
    refuse("edit_over", `the edit of "${table.name}" gives a promise`, "make all calls in the function, without await");
  }
  return finishDraft(draft);
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
