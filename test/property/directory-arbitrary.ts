/** Names and contents for directories of migrations: those that people write, and those that nobody should. */
import * as fc from "fast-check";
import type { FileContent } from "../support/workspace.ts";

const SQL = "CREATE TABLE encoded (x); -- \u00E9\n";

/** The same text with a mark in front, in other encodings, cut in the middle of a letter, and none at all. */
const ENCODED: readonly Uint8Array[] = [
  Buffer.from(`\uFEFF${SQL}`),
  Buffer.from(`\uFEFF\uFEFF${SQL}`),
  Buffer.from(`\uFEFF${SQL}`, "utf16le"),
  Buffer.from(`\uFEFF${SQL}`, "utf16le").swap16(),
  Buffer.from(SQL, "utf16le"),
  Buffer.from(SQL, "latin1"),
  Buffer.from(`${SQL}\0`),
  Buffer.from(SQL).subarray(0, -2),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xc0, 0xaf]),
  Buffer.from([0xff, 0xfe]),
  Buffer.from("SQLite format 3\0"),
  new Uint8Array(0),
];

const digits = fc.oneof(
  fc.constantFrom(
    "0",
    "1",
    "01",
    "2",
    "3",
    "10",
    "9007199254740993",
    "00000000000000000000000000000002",
    "9".repeat(60),
  ),
  // Digits of other scripts are no digits here, and neither is a number that is written in another way.
  fc.constantFrom("\u0661\u0662", "\uFF11", "1e3", "0x2", "-1", "+1", "1.5", "\u00B2"),
  fc.stringMatching(/^[0-9]{1,20}$/),
);
const slug = fc.oneof(
  fc.constantFrom(
    "a",
    "A",
    "b",
    "a.up",
    "a.down",
    "a.UP",
    "a.test",
    "index",
    "",
    " ",
    "a ",
    "a.",
    "..",
    "a\nb",
    "a\tb",
    "%00",
    "'; --",
  ),
  // From right to left, an order that shows another name, joined letters, one letter in two ways.
  fc.constantFrom("\u05D0\u05D1", "\u202Elqs.a", "\u{1F469}\u200D\u{1F4BB}", "e\u0301", "\u00E9", "\uFEFF", "\u0130"),
  fc.string({ maxLength: 10 }),
);
const EXTENSIONS = " .sql .sql .up.sql .down.sql .ts .mjs .cjs .d.ts .SQL .txt .sql. .sql~ .sql.bak".split(" ");
const extension = fc.constantFrom(...EXTENSIONS, ".sql ");
/** A name that a file system takes. */
export const name: fc.Arbitrary<string> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(digits, fc.constantFrom("-", "_", "", " "), slug, extension).map((parts) => parts.join("")),
    },
    { weight: 1, arbitrary: fc.tuple(slug, extension).map((parts) => parts.join("")) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }) },
  )
  // What no file system takes for a name.
  .filter(
    (text) => !/[/\0]/.test(text) && text !== "" && text !== "." && text !== ".." && Buffer.byteLength(text) < 200,
  );

/** Fragments of SQL and of directives, so that random texts get further than the first token. */
const sqlWord = fc.constantFrom(
  "CREATE TABLE t (x)",
  "DROP TABLE t",
  "INSERT INTO t VALUES (1)",
  "INSERT INTO users (name) VALUES (NULL)",
  "SELECT",
  "FROM users",
  ";",
  "\n",
  " ",
  "\r\n",
  "-- lockstep:up\n",
  "-- lockstep:down\n",
  "-- lockstep:no-transaction\n",
  "-- lockstep:dwon\n",
  "--",
  "/*",
  "*/",
  "'",
  '"',
  "[",
  "]",
  "`",
  "x'0",
  "?",
  ":a",
  "COMMIT",
  "BEGIN",
  "SAVEPOINT s",
  "ROLLBACK",
  "VACUUM",
  "PRAGMA foreign_keys = 0",
  "PRAGMA query_only = 1",
  "CREATE TRIGGER r AFTER INSERT ON users BEGIN SELECT 1; END",
  "DELETE FROM users",
  "DROP TABLE users",
  "\uFEFF",
  "\0",
  "é",
  "😀",
  "(",
  ")",
  ",",
  "1e",
  "0x",
  "DROP TABLE metadata",
  "DROP TABLE lockstep_history",
  "ALTER TABLE users RENAME TO metadata",
);
/** What a file holds: something like SQL, any text, any bytes, a text in another encoding. */
export const content: fc.Arbitrary<FileContent> = fc.oneof(
  { weight: 4, arbitrary: fc.array(sqlWord, { maxLength: 12 }).map((words) => words.join(" ")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom(...ENCODED) },
);
