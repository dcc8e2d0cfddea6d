/** Reads CREATE TRIGGER, from what follows the name on. */
import type { ObjectHead } from "./head.ts";
import { readExpression } from "./read-expression.ts";
import type { DefinitionReader } from "./reader.ts";
import type { Trigger } from "./schema.ts";
import type { NameInText } from "./span.ts";

/** Takes `[time] event ON table [FOR EACH ROW] [WHEN …] BEGIN … END`. */
export function readTrigger(reader: DefinitionReader, { name, source }: ObjectHead): Trigger {
  const time = reader.take("INSTEAD", "OF") ? "INSTEAD OF" : (reader.takeOneOf("BEFORE", "AFTER") ?? "BEFORE");
  const event = reader.takeOneOf("INSERT", "UPDATE", "DELETE") ?? reader.fail("INSERT, UPDATE or DELETE");
  const columns = event === "UPDATE" && reader.take("OF") ? readBareNames(reader) : undefined;
  reader.need("ON");
  const first = reader.name("a table");
  // Only a TEMP trigger can be on a table of a schema that it names.
  const table = reader.operator(".") === undefined ? first : reader.name("a table");
  reader.take("FOR", "EACH", "ROW");
  const when = reader.take("WHEN") ? { when: readExpression(reader, ["BEGIN"]) } : {};
  reader.need("BEGIN");
  const body = readBody(reader);
  return {
    kind: "trigger",
    name,
    table: table.name,
    time,
    event,
    ...(columns === undefined ? {} : { columns: columns.map((column) => column.name) }),
    ...when,
    body,
    sql: reader.sql,
    source: { ...source, table: table.span, columns: (columns ?? []).map(({ span }) => span) },
  };
}

function readBareNames(reader: DefinitionReader): readonly NameInText[] {
  const names: NameInText[] = [];
  do names.push(reader.name("a column"));
  while (reader.operator(",") !== undefined);
  return names;
}

/** Takes everything up to the last END, which is the last token. */
function readBody(reader: DefinitionReader): Trigger["body"] {
  const first = reader.at;
  if (reader.isAtEnd) reader.fail("END");
  while (!reader.isAtEnd) reader.skip();
  reader.moveTo(reader.at - 1);
  if (reader.at <= first || reader.keyword() !== "END") reader.fail("END");
  const body = reader.expression(reader.spanFrom(first));
  reader.need("END");
  return body;
}
