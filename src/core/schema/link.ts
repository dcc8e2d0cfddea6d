/** Tells which terms of an index are columns, once its table is known. */
import { foldIdentifier } from "../sql/quote.ts";
import type { Index, IndexTerm } from "./schema.ts";
import type { Table } from "./table.ts";
import { textOf } from "./span.ts";

/** The index with the names of its table and of its columns as the table has them. A name that is no column is an expression: `true`. */
export function linkIndex(index: Index, table: Table): Index {
  const declared = new Map(table.columns.map(({ name }) => [foldIdentifier(name), name]));
  const terms = index.terms.map((term): IndexTerm => {
    if (term.kind === "expression") return term;
    const name = declared.get(foldIdentifier(term.name));
    if (name !== undefined) return { ...term, name };
    const { order, source } = term;
    const expression = { text: textOf(index.sql, source.key), span: source.key };
    return { kind: "expression", expression, order, source: { span: source.span } };
  });
  return { ...index, table: table.name, terms };
}
