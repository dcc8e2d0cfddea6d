/** Names that would be SQL, paths or orders to a terminal if they were not quoted where they are used. */
import * as fc from "fast-check";

/** Names that SQLite takes for tables, columns and the like. */
export const hostileNames: readonly string[] = [
  'a"b',
  '"',
  '""',
  '";',
  "a'b",
  "''",
  "a`b",
  "[a]",
  "a]b[",
  "a;b",
  "a--b",
  "a/*b*/",
  "a\nb",
  "a\r\nb\tc",
  "a\u001B[31mb",
  "\u0001",
  'x"); DROP TABLE victims; --',
  "x'); DROP TABLE victims; --",
  "x`); DROP TABLE victims; --",
  "x]); DROP TABLE victims; --",
  '"; DELETE FROM victims; SELECT "',
  "' || (SELECT keep FROM victims) || '",
  "SELECT",
  "table",
  "default values",
  "rowid",
  "main.victims",
  "main",
  "temp.x",
  "sqlite",
  "json_each",
  "?1",
  ":name",
  "@name",
  "$name",
  "%s%n",
  "\\",
  "..",
  "../../x",
  " ",
  " lead and trail ",
  "größe",
  "表",
  "😀",
  "e\u0301",
  "\u202Ereverse",
  "a".repeat(500),
];

const PIECES = [
  '"',
  "'",
  "`",
  "[",
  "]",
  ";",
  "--",
  "/*",
  "*/",
  "\n",
  "\\",
  " ",
  ".",
  "victims",
  "DROP TABLE ",
  "a",
  "É",
  "😀",
  "\u001B",
  "?",
  "(",
  ")",
];

/** More of them, put together at random. */
export const hostileName: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: "grapheme", minLength: 1, maxLength: 2 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((pieces) => pieces.join("").replaceAll("\0", ""))
  // Names that are there already, and those that SQLite keeps for itself.
  .filter((name) => name !== "" && !/^(?:sqlite_.*|victims|metadata|lockstep_history)$/is.test(name));
