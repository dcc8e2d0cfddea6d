/** Reads the text of one object of a schema. */
import { tokenize } from "../sql/tokenizer.ts";
import { readHead } from "./head.ts";
import { readIndex } from "./read-index.ts";
import { readTable } from "./read-table.ts";
import { readTrigger } from "./read-trigger.ts";
import { readView } from "./read-view.ts";
import { readVirtualTable } from "./read-virtual-table.ts";
import { DefinitionReader, Unreadable } from "./reader.ts";
import type { SchemaObject, UnreadableText } from "./schema.ts";

/**
 * Reads one CREATE statement: as SQLite stores it, or as somebody writes it, with or without `;` behind it. What it does not know it
 * refuses. It does not find everything that SQLite would refuse: the meaning of expressions, for one.
 */
export function parseObject(sql: string): SchemaObject | UnreadableText {
  const { tokens, comments, problem } = tokenize(sql);
  if (problem !== undefined) return { kind: "unreadable", what: problem.message, offset: problem.offset };
  const count = tokens.findLastIndex(({ kind }) => kind !== "semicolon") + 1;
  const reader = new DefinitionReader(sql, tokens.slice(0, count));
  try {
    const head = readHead(reader);
    const object = head.object === "table" ? readTable(reader, head, comments) : READERS[head.object](reader, head);
    if (!reader.isAtEnd) reader.fail("the end");
    return object;
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "unreadable", what: error.what, offset: error.offset };
    throw error;
  }
}

const READERS = {
  index: readIndex,
  unique_index: readIndex,
  view: readView,
  trigger: readTrigger,
  virtual_table: readVirtualTable,
} as const;
