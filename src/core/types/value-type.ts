/** The TypeScript type of the values that a column gives, from the type that it is declared with. */
import type { Table } from "../schema/table.ts";

/** What a declared type says where it is STRICT, where it is not, and where it is that of a view's column. */
export type Typing = Table["typing"] | "view";

/** What a column can hold at all; the types file declares it under this name. */
export const ANY_VALUE = "SqlValue";

const BYTES = "Uint8Array";
const EITHER = "number | string";

/**
 * The type without NULL. In a table that is not STRICT SQLite keeps any value in any column, and its affinity says which ones are meant
 * (https://sqlite.org/datatype3.html#determination_of_column_affinity); numbers are what drivers give unless they are told otherwise.
 */
export function valueType(declared: string, typing: Typing): string {
  const type = declared.trim().toUpperCase();
  // Of an expression that has no type SQLite reports BLOB for a view, as it does for a column of bytes.
  if (type === "" || type === "ANY" || (type === "BLOB" && typing === "view")) return ANY_VALUE;
  if (type.includes("INT")) return "number";
  if (/CHAR|CLOB|TEXT/.test(type)) return "string";
  if (type.includes("BLOB")) return BYTES;
  if (/REAL|FLOA|DOUB/.test(type)) return "number";
  // NUMERIC affinity, which STRING, UUID, JSON and DATETIME have, too: text stays text there.
  return /^(?:NUM|NUMBER|NUMERIC|DEC|DECIMAL|BOOL|BOOLEAN)\b/.test(type) ? "number" : EITHER;
}
