/** Reads DDL for the tests of the model, and fails where it is refused. */
import assert from "node:assert/strict";
import { parseObject } from "../../../src/core/schema/parse.ts";
import type { SchemaObject, UnreadableText } from "../../../src/core/schema/schema.ts";
import type { Column, Table } from "../../../src/core/schema/table.ts";

type Kind = SchemaObject["kind"];

/** The object of this kind that a text makes. */
export function read<const K extends Kind>(kind: K, sql: string): Extract<SchemaObject, { readonly kind: K }> {
  const object = parseObject(sql);
  if (object.kind === "unreadable") return assert.fail(`${object.what} at ${object.offset} of ${sql}`);
  assert.equal(object.kind, kind);
  return object as Extract<SchemaObject, { readonly kind: K }>;
}

/** The table with this between its parentheses. */
export function readBody(body: string): Table {
  return read("table", `CREATE TABLE t (${body})`);
}

/** The only column of a table. */
export function readColumn(definition: string): Column {
  const [column] = readBody(definition).columns;
  assert.ok(column !== undefined);
  return column;
}

/** How a text is refused. */
export function refused(sql: string): UnreadableText {
  const object = parseObject(sql);
  return object.kind === "unreadable" ? object : assert.fail(`it was read: ${sql}`);
}
