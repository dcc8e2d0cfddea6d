/** Why a table cannot be changed as it is wanted. */

/** Where in the text of the statement it shows: an offset and a length in UTF-16 units. */
export interface TextPlace {
  readonly offset: number;
  readonly length: number;
}

/** What is wrong, and what to do. Nothing has been run. */
export interface AlterProblem {
  readonly kind: "problem";
  readonly problem: string;
  readonly hint: string;
  /** Missing where it is about the whole statement. */
  readonly place?: TextPlace;
}

/** Makes a problem. */
export function alterProblem(problem: string, hint: string, place?: TextPlace): AlterProblem {
  return { kind: "problem", problem, hint, ...(place === undefined ? {} : { place }) };
}
