/** Which column a name in an expression means. What is not certain is refused. */
import { suggest } from "../../diagnostic/suggest.ts";
import { foldIdentifier, isSameName, quoteString, unquoteIdentifier } from "../../sql/quote.ts";
import { tokenize } from "../../sql/tokenizer.ts";
import type { ColumnConstraint, TableConstraint } from "../constraint.ts";
import type { Expression } from "../span.ts";
import type { Table } from "../table.ts";
import { mentionsIn, type Mention } from "./mentions.ts";
import { refuse } from "./problem.ts";

/** The expression of a constraint in which columns can stand. That of a default can have none. */
export function expressionOf(constraint: ColumnConstraint | TableConstraint): Expression | undefined {
  return constraint.kind === "check" || constraint.kind === "generated" ? constraint.expression : undefined;
}

/** Where an expression of the table means one of its columns. Throws RefusedEdit. */
export function mentionsOf(table: Table, expression: Expression, column: string): readonly Mention[] {
  const mentions = mentionsIn(expression);
  if (mentions === undefined) {
    if (hasWord(expression.text, column)) refuseUndecidable(expression, column);
    return [];
  }
  const found = mentions.filter(({ name }) => isSameName(name, column));
  for (const { qualifier } of found) {
    if (qualifier !== undefined && !isSameName(qualifier, table.name)) refuseUndecidable(expression, column);
  }
  return found;
}

/** Names in the expression of a constraint that are no columns, folded: `true`, `rowid`, and strings in double quotes. */
export function otherNames(table: Table, constraint: ColumnConstraint | TableConstraint): readonly string[] {
  const expression = expressionOf(constraint);
  const mentions = expression === undefined ? [] : (mentionsIn(expression) ?? []);
  return mentions
    .filter(({ name }) => !table.columns.some((column) => isSameName(column.name, name)))
    .map(({ name }) => foldIdentifier(name));
}

/**
 * A name in an expression to which the table gives no meaning. `strings` are names, folded, that expressions of this table have in
 * double quotes: where SQLite took them for strings once, it does so again.
 */
export function unknownName(
  { columns, storage }: Table,
  expression: Expression,
  strings: ReadonlySet<string> = new Set(),
): Mention | undefined {
  return mentionsIn(expression)?.find(({ name, form, qualifier }) => {
    if (columns.some((column) => isSameName(column.name, name))) return false;
    if (ROWID.test(name)) return storage === "without_rowid";
    // Without a dot, true and false are values.
    if (qualifier !== undefined) return true;
    if (form === "double_quoted") return !strings.has(foldIdentifier(name));
    return !(form === "bare" && /^(?:true|false)$/i.test(name));
  });
}

/** Refuses a name to which the table gives no meaning. `where` tells the expression. */
export function refuseUnknown({ name: table, columns }: Table, { name, form }: Mention, where: string): never {
  const names = columns.map((column) => column.name);
  const meant = suggest(name, names);
  const hint =
    meant !== undefined
      ? `did you mean "${meant}"?`
      : form === "double_quoted"
        ? `a string stands in single quotes: ${quoteString(name)}`
        : `its columns are ${names.join(", ")}`;
  refuse("unknown_column", `there is no column "${name}" in "${table}", which ${where} names`, hint);
}

const ROWID = /^(?:rowid|oid|_rowid_)$/i;

function hasWord(text: string, name: string): boolean {
  return tokenize(text).tokens.some(
    (token) =>
      (token.kind === "word" || token.kind === "quoted" || token.kind === "string") &&
      isSameName(unquoteIdentifier(token.text), name),
  );
}

function refuseUndecidable({ text }: Expression, column: string): never {
  refuse(
    "undecidable",
    `it is not certain what "${column}" means in the expression ${text}`,
    "drop the constraint with this expression, and add it again as it should be",
  );
}
