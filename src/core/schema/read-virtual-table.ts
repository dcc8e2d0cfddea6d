/** Reads CREATE VIRTUAL TABLE, from what follows the name on. */
import type { ObjectHead } from "./head.ts";
import type { DefinitionReader } from "./reader.ts";
import type { VirtualTableText } from "./schema.ts";

/** Takes `USING module [(arguments)]`. */
export function readVirtualTable(reader: DefinitionReader, { name, source }: ObjectHead): VirtualTableText {
  reader.need("USING");
  const module = reader.name("a module");
  return {
    kind: "virtual_table",
    name,
    module: module.name,
    arguments: reader.operator("(") === undefined ? [] : readArguments(reader),
    sql: reader.sql,
    source: { ...source, module: module.span },
  };
}

/** Takes the arguments up to the closing parenthesis. They may be anything; an empty one is none. */
function readArguments(reader: DefinitionReader): readonly string[] {
  const found: string[] = [];
  for (;;) {
    const first = reader.at;
    while (!reader.isOperator(",") && !reader.isOperator(")")) {
      if (reader.isAtEnd) reader.fail('")"');
      if (reader.isOperator("(")) reader.skipGroup();
      else reader.skip();
    }
    if (reader.at > first) found.push(reader.expression(reader.spanFrom(first)).text);
    if (reader.operator(",") === undefined) break;
  }
  reader.needOperator(")");
  return found;
}
