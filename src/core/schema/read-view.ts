/** Reads CREATE VIEW, from what follows the name on. */
import { readNames } from "./clause.ts";
import type { ObjectHead } from "./head.ts";
import type { DefinitionReader } from "./reader.ts";
import type { View } from "./schema.ts";

/** Takes `[(columns)] AS query`. */
export function readView(reader: DefinitionReader, { name, source }: ObjectHead): View {
  const columns = reader.isOperator("(") ? readNames(reader, "a column") : undefined;
  reader.need("AS");
  if (!["SELECT", "VALUES", "WITH"].includes(reader.keyword() ?? "")) reader.fail("a query");
  const query = readToEnd(reader);
  const names = columns === undefined ? {} : { columns: columns.map((column) => column.name) };
  return { kind: "view", name, ...names, query, sql: reader.sql, source };
}

function readToEnd(reader: DefinitionReader): View["query"] {
  const first = reader.at;
  while (!reader.isAtEnd) reader.skip();
  return reader.expression(reader.spanFrom(first));
}
