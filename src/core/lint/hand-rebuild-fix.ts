/** The one statement that does what a rebuild by hand does, and keeps what that loses. */
import { editTable } from "../schema/edit/edit-table.ts";
import type { Table } from "../schema/table.ts";
import { isSameName } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { Token } from "../sql/token.ts";
import type { LintContext } from "./context.ts";
import { oneLine, rebuildFix, textNamed, type Fix } from "./fix.ts";
import { lostColumns, type TablePair } from "./table-pair.ts";
import { isNamed, keyword, nameText } from "./words.ts";

/**
 * The rebuild behind `-- lockstep:rebuild`, with a table as it is to be and what has to be said beside it. What the copy computes is
 * computed here too; columns that the new table lacks stay, since nobody has said that they are to go.
 */
export function handRebuildFix(
  context: LintContext,
  pair: TablePair,
  next: Table,
  copies: ReadonlyMap<string, string> = new Map(),
): Fix {
  const computed = pair.form === "hand" ? computedColumns(context.statement.tokens, next) : new Map<string, string>();
  const taken = [...computed.values()].flatMap((text) => tokenize(text).tokens);
  const stays =
    pair.form === "hand" ? lostColumns(pair).filter(({ name }) => !taken.some((one) => isNamed(one, name))) : [];
  const sql = textNamed(next, pair.name);
  const edited = editTable(sql, (table) => {
    for (const { source } of stays) table.addColumn(pair.old.sql.slice(source.span.start, source.span.end));
  });
  const gone = pair.form === "hand" ? lostColumns(pair).filter((column) => !stays.includes(column)) : [];
  const text = stays.length > 0 && edited.kind === "wanted" ? edited.wanted.sql : sql;
  return {
    kind: pair.form === "hand" ? "rebuild" : "instead",
    sql: rebuildFix(
      { sql: text },
      ...[...new Map([...computed, ...copies])].map(([name, value]) => `copy ${nameText(name)} = ${oneLine(value)}`),
      ...gone.map(({ name }) => `drop ${nameText(name)}`),
    ),
  };
}

/** What INSERT … SELECT computes, by the column that it goes into; a column that is taken as it is counts for none. */
function computedColumns(tokens: readonly Token[], next: Table): Map<string, string> {
  const select = tokens.findIndex((token) => keyword(token) === "SELECT");
  const from = tokens.findIndex((token) => keyword(token) === "FROM");
  const open = tokens.findIndex(({ text }) => text === "(");
  const values = items(tokens.slice(select + 1, from));
  const names =
    open >= 0 && open < select
      ? items(tokens.slice(open + 1, select - 1)).map((name) => name.at(-1))
      : next.columns
          .filter(({ generated }) => generated === undefined)
          .map(({ source }) => next.sql.slice(source.name.start, source.name.end));
  const found = new Map<string, string>();
  if (values.length !== names.length) return found;
  names.forEach((written, at) => {
    const value = values[at] ?? [];
    const column = next.columns.find(({ name, source }) =>
      typeof written === "string"
        ? next.sql.slice(source.name.start, source.name.end) === written
        : written !== undefined && isNamed(written, name),
    );
    const [only, second] = value;
    if (column === undefined || only === undefined) return;
    if (second === undefined && isSameName(column.name, only.kind === "string" ? "" : unquoted(only, column.name)))
      return;
    found.set(column.name, value.map(({ text }) => text).join(" "));
  });
  return found;
}

/** The name itself where the token is that name. */
function unquoted(token: Token, name: string): string {
  return isNamed(token, name) ? name : token.text;
}

/** The parts between commas that are in no parentheses. */
function items(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const found: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (token.text === "," && depth === 0) found.push([]);
    else found.at(-1)?.push(token);
  }
  return found;
}
