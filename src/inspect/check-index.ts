/** Compares the indexes of a table, those of its constraints among them, with what SQLite's pragmas report of them. */
import { automaticIndexes, type AutomaticIndex } from "../core/schema/automatic-index.ts";
import { foldIdentifier, unquoteIdentifier } from "../core/sql/quote.ts";
import { tokenize } from "../core/sql/tokenizer.ts";
import type { Index, IndexTerm } from "../core/schema/schema.ts";
import type { Table } from "../core/schema/table.ts";
import type { Row } from "../driver/driver.ts";
import type { Facts, Parts } from "./difference.ts";
import { groupBy } from "./group-by.ts";

/** A term of an index, as far as the pragmas tell. */
type Term = readonly [column: string | null, order: "ASC" | "DESC", collation: string];

/** The indexes as the texts have them. */
export function indexParts(table: Table, indexes: readonly Index[], descending: "honoured" | "ignored"): Parts {
  const order = (written: "ASC" | "DESC"): "ASC" | "DESC" => (descending === "honoured" ? written : "ASC");
  const automatic = automaticIndexes(table).map(({ name, origin, columns }) => {
    const terms = columns.map((column): Term => [column.name, order(column.order), foldIdentifier(column.collation)]);
    return [indexLabel(name), facts({ unique: 1, origin: ORIGINS[origin], partial: 0 }, terms)] as const;
  });
  const created = indexes.map((index) => {
    const terms = index.terms.map((term): Term => {
      const column = term.kind === "column" ? term.name : null;
      return [column, order(term.order), foldIdentifier(collationOf(term, table))];
    });
    const isUnique = index.uniqueness === "unique" ? 1 : 0;
    const isPartial = index.where === undefined ? 0 : 1;
    return [indexLabel(index.name), facts({ unique: isUnique, origin: "c", partial: isPartial }, terms)] as const;
  });
  return new Map([...automatic, ...created]);
}

/** The indexes as SQLite reports them: the rows of one table, one for each term. */
export function termParts(rows: readonly Row[], indexes: readonly Index[]): Parts {
  const expressions = new Map(indexes.map((index) => [index.name, index.terms]));
  const groups = groupBy(
    rows.toSorted((left, right) => Number(left["seqno"]) - Number(right["seqno"])),
    (row) => String(row["index"]),
  );
  return new Map(
    [...groups].map(([name, group]) => {
      const terms = group.map((row, place): Term => {
        const column = Number(row["cid"]) === EXPRESSION ? null : String(row["name"]);
        const reported = foldIdentifier(String(row["coll"]));
        const collation = column === null ? knownCollation(reported, expressions.get(name)?.[place]) : reported;
        return [column, Number(row["desc"]) === 1 ? "DESC" : "ASC", collation];
      });
      const { unique, origin, partial } = group[0] ?? {};
      const head = { unique: Number(unique), origin: String(origin), partial: Number(partial) };
      return [indexLabel(name), facts(head, terms)];
    }),
  );
}

/** The number that stands for the column of an expression. */
const EXPRESSION = -2;

const ORIGINS: Readonly<Record<AutomaticIndex["origin"], string>> = { primary_key: "pk", unique: "u" };

function facts(head: { unique: number; origin: string; partial: number }, terms: readonly Term[]): Facts {
  const { unique, ...rest } = head;
  return { UNIQUE: unique, ...rest, columns: JSON.stringify(terms) };
}

function collationOf(term: IndexTerm, table: Table): string {
  if (term.kind === "expression") return NOT_COMPARED;
  return term.collation ?? table.columns.find(({ name }) => name === term.name)?.collation ?? "BINARY";
}

const NOT_COMPARED = "of the expression";

/** Which collation an expression has is SQLite's to find out. It can only be one that the expression names, or the default. */
function knownCollation(reported: string, term: IndexTerm | undefined): string {
  if (term?.kind !== "expression") return reported;
  if (reported === "binary") return NOT_COMPARED;
  const { tokens } = tokenize(term.expression.text);
  const isNamed = tokens.some(({ text }) => foldIdentifier(unquoteIdentifier(text)) === reported);
  return isNamed ? NOT_COMPARED : reported;
}

function indexLabel(name: string): string {
  // SQLite names an index after its table as that was written then; a table can be renamed in another case.
  return `the index ${JSON.stringify(name.startsWith("sqlite_autoindex_") ? foldIdentifier(name) : name)}`;
}
