/** Why an edit of a table is refused. */

/**
 * `unreadable_table`: the text of the table · `invalid_argument`: a name, type, definition or expression that is none ·
 * `in_use`: something else still needs what is dropped · `undecidable`: an expression of which it is not certain what its names
 * mean · `impossible`: SQLite has no such table · `edit_over`: a call at the wrong time.
 */
export type EditProblemCode =
  | "unreadable_table"
  | "invalid_argument"
  | "unknown_column"
  | "unknown_constraint"
  | "ambiguous_constraint"
  | "column_exists"
  | "constraint_exists"
  | "in_use"
  | "undecidable"
  | "impossible"
  | "edit_over";

/** What is wrong with an edit, and what to do. */
export interface EditProblem {
  readonly code: EditProblemCode;
  /** In one sentence. */
  readonly message: string;
  readonly hint: string;
}

/** Thrown by the call that is refused, so that its stack names the line of the migration. It never leaves `editTable`. */
export class RefusedEdit extends Error {
  override readonly name = "RefusedEdit";
  readonly problem: EditProblem;

  constructor(problem: EditProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Refuses the edit. Always throws RefusedEdit. */
export function refuse(code: EditProblemCode, message: string, hint: string): never {
  throw new RefusedEdit({ code, message, hint });
}
