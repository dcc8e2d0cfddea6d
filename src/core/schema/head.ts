/** Reads the beginning of a CREATE statement: what is created, and its name. */
import type { DefinitionReader } from "./reader.ts";
import type { Span } from "./span.ts";
import type { ObjectSource } from "./table.ts";

/** What stands in front of the definition of an object. */
export interface ObjectHead {
  readonly object: "table" | "virtual_table" | "index" | "unique_index" | "view" | "trigger";
  readonly name: string;
  readonly source: ObjectSource;
}

/** Takes CREATE, the kind of object, and its name. */
export function readHead(reader: DefinitionReader): ObjectHead {
  reader.need("CREATE");
  const isTemporary = reader.takeOneOf("TEMP", "TEMPORARY") !== undefined;
  const object = readObject(reader, isTemporary);
  const ifNotExists = readIfNotExists(reader);
  const first = reader.name("a name");
  const second = reader.operator(".") === undefined ? undefined : reader.name("a name");
  const schema = isTemporary ? "temp" : second === undefined ? undefined : first.name;
  const { name, span } = second ?? first;
  return {
    object,
    name,
    source: {
      name: span,
      ...(schema === undefined ? {} : { schema }),
      ...(ifNotExists === undefined ? {} : { ifNotExists }),
    },
  };
}

function readObject(reader: DefinitionReader, isTemporary: boolean): ObjectHead["object"] {
  if (reader.take("TABLE")) return "table";
  if (reader.take("VIEW")) return "view";
  if (reader.take("TRIGGER")) return "trigger";
  if (!isTemporary && reader.take("INDEX")) return "index";
  if (!isTemporary && reader.take("UNIQUE", "INDEX")) return "unique_index";
  if (!isTemporary && reader.take("VIRTUAL", "TABLE")) return "virtual_table";
  return reader.fail("TABLE, INDEX, VIEW or TRIGGER");
}

function readIfNotExists(reader: DefinitionReader): Span | undefined {
  const first = reader.at;
  return reader.take("IF", "NOT", "EXISTS") ? reader.spanFrom(first) : undefined;
}
