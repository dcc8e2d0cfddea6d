/** The objects of a schema as SQLite stores them: a row of sqlite_schema each. */
import { foldIdentifier } from "../sql/quote.ts";

/** A table, index, view or trigger. Those without a text of their own are not among them. */
export interface StoredObject {
  readonly type: string;
  readonly name: string;
  /** The table that it is on; its own name for tables and views. */
  readonly table: string;
  readonly sql: string;
}

/** By what an object is found in another database: a trigger may have the name of a table. */
export function objectKey({ type, name }: Pick<StoredObject, "type" | "name">): string {
  return `${type} ${foldIdentifier(name)}`;
}

const ORDER: readonly string[] = ["table", "index", "view", "trigger"];

/** Tables first, then indexes, views and triggers; each by name. */
export function compareObjects(left: StoredObject, right: StoredObject): number {
  const byType = ORDER.indexOf(left.type) - ORDER.indexOf(right.type);
  if (byType !== 0) return byType;
  const [own, other] = [objectKey(left), objectKey(right)];
  return own < other ? -1 : own > other ? 1 : 0;
}
