/** A schema of texts, without a database: what the parser makes of each. */
import assert from "node:assert/strict";
import { parseObject } from "../../src/core/schema/parse.ts";
import type { Schema, SchemaObject } from "../../src/core/schema/schema.ts";

/** Parses CREATE statements. `shadowTables` has those of each virtual table, by its name. */
export function schemaOf(
  statements: readonly string[],
  shadowTables: Readonly<Record<string, readonly string[]>> = {},
): Schema {
  const objects = statements.map(parse);
  const of = <Kind extends SchemaObject["kind"]>(kind: Kind): readonly Extract<SchemaObject, { kind: Kind }>[] =>
    objects.filter((object): object is Extract<SchemaObject, { kind: Kind }> => object.kind === kind);
  return {
    tables: of("table"),
    virtualTables: of("virtual_table").map((virtual) => ({
      ...virtual,
      shadowTables: (shadowTables[virtual.name] ?? []).map(parse).filter((object) => object.kind === "table"),
    })),
    indexes: of("index"),
    views: of("view"),
    triggers: of("trigger"),
  };
}

function parse(sql: string): SchemaObject {
  const object = parseObject(sql);
  return object.kind === "unreadable" ? assert.fail(`${sql}: ${object.what}`) : object;
}
