/** Edits a text for the tests of the editor. */
import assert from "node:assert/strict";
import { editTable } from "../../../src/core/schema/edit/edit-table.ts";
import type { TableEditor } from "../../../src/core/schema/edit/editor.ts";
import type { EditProblem } from "../../../src/core/schema/edit/problem.ts";
import type { WantedTable } from "../../../src/core/schema/edit/wanted-table.ts";

/** What is said to the editor. An arrow may give the editor back. */
export type Say = (table: TableEditor) => unknown;

/** What an edit results in. */
export function wanted(sql: string, say: Say): WantedTable {
  const result = editTable(sql, (table) => void say(table));
  if (result.kind === "wanted") return result.wanted;
  return assert.fail(`refused: ${result.problem.message}`);
}

/** The text that an edit results in. */
export function edited(sql: string, say: Say): string {
  return wanted(sql, say).sql;
}

/** What is between the parentheses of `CREATE TABLE t (…)` after an edit. */
export function editedBody(body: string, say: Say): string {
  const sql = edited(`CREATE TABLE t (${body})`, say);
  const [, inside] = /^CREATE TABLE t \(([^]*)\)$/.exec(sql) ?? [];
  return inside ?? assert.fail(sql);
}

/** Why an edit is refused. */
export function refused(sql: string, say: Say): EditProblem {
  const result = editTable(sql, (table) => void say(table));
  return result.kind === "problem" ? result.problem : assert.fail(`it was done: ${result.wanted.sql}`);
}

/** Asserts that an edit is refused with this code, and that the message and the hint tell this. */
export function assertRefused(sql: string, say: Say, { code, ...texts }: EditProblemPattern): void {
  const problem = refused(sql, say);
  assert.equal(problem.code, code, problem.message);
  assert.match(problem.message, texts.message);
  if (texts.hint !== undefined) assert.match(problem.hint, texts.hint);
}

interface EditProblemPattern {
  readonly code: EditProblem["code"];
  readonly message: RegExp;
  readonly hint?: RegExp;
}
