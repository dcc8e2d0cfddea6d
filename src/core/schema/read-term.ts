/** Reads what an index or a key is sorted by. */
import type { KeyColumn } from "./constraint.ts";
import { readExpression } from "./read-expression.ts";
import type { DefinitionReader } from "./reader.ts";
import type { IndexTerm } from "./schema.ts";
import type { Span } from "./span.ts";

/** Takes one term. A name, also one with a collation or in parentheses, counts as a column until the table is known. */
export function readTerm(reader: DefinitionReader): IndexTerm {
  const first = reader.at;
  const column = readName(reader);
  if (column !== undefined && endsTerm(reader)) {
    const { name, span: nameSpan, collation } = column;
    const key = reader.spanFrom(first);
    const order = readOrder(reader);
    return {
      kind: "column",
      name,
      ...(collation === undefined ? {} : { collation }),
      order,
      source: { span: reader.spanFrom(first), key, name: nameSpan },
    };
  }
  reader.moveTo(first);
  const expression = readExpression(reader, ENDS);
  const order = readOrder(reader);
  return { kind: "expression", expression, order, source: { span: reader.spanFrom(first) } };
}

/** Takes one term that can only be a column. */
export function readKeyColumn(reader: DefinitionReader): KeyColumn {
  const { at } = reader;
  const term = readTerm(reader);
  if (term.kind === "column") return term;
  reader.moveTo(at);
  return reader.refuse("an expression stands where only a column can");
}

/** What can follow an expression in a list of terms. NULLS is no order that an index can have; it is refused where it stands. */
const ENDS: readonly string[] = ["ASC", "DESC", "AUTOINCREMENT", "NULLS"];

function endsTerm(reader: DefinitionReader): boolean {
  const keyword = reader.keyword();
  if (keyword !== undefined) return ENDS.includes(keyword);
  return reader.isAtEnd || reader.isOperator(",") || reader.isOperator(")");
}

function readOrder(reader: DefinitionReader): "ASC" | "DESC" {
  return reader.takeOneOf("ASC", "DESC") ?? "ASC";
}

interface NamedTerm {
  readonly name: string;
  readonly span: Span;
  readonly collation?: string;
}

/** Takes a name, in any number of parentheses, with collations behind it, of which the outermost counts; else undefined. */
function readName(reader: DefinitionReader): NamedTerm | undefined {
  let term: NamedTerm | undefined;
  if (reader.operator("(") !== undefined) {
    term = readName(reader);
    if (reader.operator(")") === undefined) return undefined;
  } else if (reader.isName("name")) {
    term = reader.name("a column");
  }
  while (term !== undefined && reader.take("COLLATE")) {
    term = { ...term, collation: reader.name("a collation", "type").name };
  }
  return term;
}
