/** Reads the objects of a scratch database, and remembers what their texts say: the same text is read once in a thousand migrations. */
import type { StoredObject } from "../core/check/stored-object.ts";
import { parseObject } from "../core/schema/parse.ts";
import type { Table } from "../core/schema/table.ts";
import { foldIdentifier, unquoteIdentifier } from "../core/sql/quote.ts";
import { tokenize } from "../core/sql/tokenizer.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import type { HistoryTables } from "../history/tables.ts";

/** SQLite's own objects, such as sqlite_stat1, are nobody's schema; they have no text, or a name that nobody else may take. */
const OBJECTS = `SELECT type, name, tbl_name AS owner, sql FROM main.sqlite_schema
  WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' AND substr(tbl_name, 1, 7) <> 'sqlite_'`;

/** The tables that the modules of virtual tables keep their rows in. */
const SHADOWS = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'";

/** The objects of the main database in the order in which they were made, without lockstep's own tables, SQLite's own and shadow tables. */
export function* readObjects(connection: Connection, tables: HistoryTables): Task<readonly StoredObject[]> {
  const own = new Set([tables.metadata, tables.history].map(foldIdentifier));
  const rows = yield* wait(connection.query(OBJECTS));
  const objects = rows
    .map(({ type, name, owner, sql }) => {
      return { type: String(type), name: String(name), table: String(owner), sql: String(sql) };
    })
    .filter(({ table }) => !own.has(foldIdentifier(table)));
  const hasVirtual = objects.some(({ sql }) => /^CREATE\s+VIRTUAL/i.test(sql));
  const shadows = hasVirtual ? yield* wait(connection.query(SHADOWS)) : [];
  const hidden = new Set(shadows.map(({ name }) => foldIdentifier(String(name))));
  return objects.filter(({ table }) => !hidden.has(foldIdentifier(table)));
}

/** What the text of an object says. */
interface ReadText {
  /** Missing for what is no table, or cannot be read. */
  readonly table?: Table;
  /** All names in it, folded. */
  readonly words: ReadonlySet<string>;
}

/** Remembers what texts say. */
export class TextMemory {
  readonly #read = new Map<string, ReadText>();

  /** What a text says, read now or before. */
  read(sql: string): ReadText {
    const before = this.#read.get(sql);
    if (before !== undefined) return before;
    const object = parseObject(sql);
    const read = { ...(object.kind === "table" ? { table: object } : {}), words: wordsOf(sql) };
    this.#read.set(sql, read);
    return read;
  }
}

/** All words and names of a text, folded. */
export function wordsOf(sql: string): ReadonlySet<string> {
  const names = tokenize(sql).tokens.filter(({ kind }) => kind === "word" || kind === "quoted" || kind === "string");
  return new Set(names.map(({ text }) => foldIdentifier(unquoteIdentifier(text))));
}
