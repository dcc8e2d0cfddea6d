/** Reads CREATE INDEX, from what follows the name on. */
import type { ObjectHead } from "./head.ts";
import { readExpression } from "./read-expression.ts";
import { readTerm } from "./read-term.ts";
import type { DefinitionReader } from "./reader.ts";
import type { Index, IndexTerm } from "./schema.ts";

/** Takes `ON table (terms) [WHERE …]`. */
export function readIndex(reader: DefinitionReader, { object, name, source }: ObjectHead): Index {
  reader.need("ON");
  const table = reader.name("a table");
  const open = reader.needOperator("(");
  const terms: IndexTerm[] = [];
  do terms.push(readTerm(reader));
  while (reader.operator(",") !== undefined);
  const close = reader.needOperator(")");
  const where = reader.take("WHERE") ? { where: readExpression(reader) } : {};
  return {
    kind: "index",
    name,
    table: table.name,
    uniqueness: object === "unique_index" ? "unique" : "not_unique",
    terms,
    ...where,
    sql: reader.sql,
    source: { ...source, table: table.span, terms: { start: open.end, end: close.start } },
  };
}
