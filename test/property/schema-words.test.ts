/** Every keyword in every place where a name can stand: what SQLite takes for a name is read as that name. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseObject } from "../../src/core/schema/parse.ts";
import { inspectSync } from "../../src/inspect-database.ts";
import { driverNames, openHandle, type OpenHandle } from "../support/handle.ts";

/** https://sqlite.org/lang_keywords.html, and words that SQLite compares with names. */
const WORDS = `abort action add after all alter always analyze and as asc attach autoincrement before begin between by
  cascade case cast check collate column commit conflict constraint create cross current current_date current_time
  current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape except
  exclude exclusive exists explain fail filter first following for foreign from full generated glob group groups having if
  ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left like limit
  match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma
  preceding primary query raise range recursive references regexp reindex release rename replace restrict returning right
  rollback row rows savepoint select set table temp temporary then ties to transaction trigger unbounded union unique update
  using vacuum values view virtual when where window with within without rowid strict stored true false main`.split(
  /\s+/,
);

/** Where a word can stand, by what it then is. Each makes all that it needs. */
const PLACES: Readonly<Record<string, (word: string) => readonly string[]>> = {
  "a table": (word) => [`CREATE TABLE ${word} (a)`],
  "a column": (word) => [`CREATE TABLE t (${word} INT)`],
  "a column without a type": (word) => [`CREATE TABLE t (${word})`],
  "a later column": (word) => [`CREATE TABLE t (a, ${word} UNIQUE)`],
  "a type": (word) => [`CREATE TABLE t (a ${word})`],
  "a part of a type": (word) => [`CREATE TABLE t (a x ${word} y)`],
  "the end of a type": (word) => [`CREATE TABLE t (a x ${word} NOT NULL)`],
  "a type with a size": (word) => [`CREATE TABLE t (a ${word} (10))`],
  "the name of a column's constraint": (word) => [`CREATE TABLE t (a CONSTRAINT ${word} NOT NULL)`],
  "the name of a constraint": (word) => [`CREATE TABLE t (a, CONSTRAINT ${word} CHECK (1))`],
  "a default": (word) => [`CREATE TABLE t (a DEFAULT ${word})`],
  "a default with a sign": (word) => [`CREATE TABLE t (a DEFAULT - ${word})`],
  "a default before a constraint": (word) => [`CREATE TABLE t (a DEFAULT ${word} NOT NULL)`],
  "a collation": (word) => [`CREATE TABLE t (a COLLATE ${word})`],
  "what follows an expression": (word) => [`CREATE TABLE t (a, b AS (1) ${word})`],
  "a parent": (word) => [`CREATE TABLE t (a REFERENCES ${word})`],
  "a column of a parent": (word) => [`CREATE TABLE t (a REFERENCES p (${word}))`],
  "a kind of match": (word) => [`CREATE TABLE t (a REFERENCES p MATCH ${word})`],
  "a column of a foreign key": (word) => [`CREATE TABLE t (a, "${word}", FOREIGN KEY (${word}) REFERENCES p)`],
  "a column of a key": (word) => [`CREATE TABLE t (a, "${word}", UNIQUE (${word}))`],
  "a column of a descending key": (word) => [`CREATE TABLE t (a, "${word}", UNIQUE (a, ${word} DESC))`],
  "an option": (word) => [`CREATE TABLE t (a INT PRIMARY KEY) ${word}`],
  "an option behind WITHOUT": (word) => [`CREATE TABLE t (a INT PRIMARY KEY) WITHOUT ${word}`],
  "an index": (word) => [`CREATE TABLE t (a)`, `CREATE INDEX ${word} ON t (a)`],
  "the table of an index": (word) => [`CREATE TABLE "${word}" (a)`, `CREATE INDEX i ON ${word} (a)`],
  "a term of an index": (word) => [`CREATE TABLE t (a, "${word}")`, `CREATE INDEX i ON t (${word})`],
  "a descending term of an index": (word) => [`CREATE TABLE t (a, "${word}")`, `CREATE INDEX i ON t (${word} DESC, a)`],
  "a part of an expression": (word) => [`CREATE TABLE t (a, "${word}")`, `CREATE INDEX i ON t (a + ${word} DESC)`],
  "the end of an expression": (word) => [`CREATE TABLE t (a, "${word}")`, `CREATE INDEX i ON t (a IS ${word})`],
  "a condition": (word) => [`CREATE TABLE t (a, "${word}")`, `CREATE INDEX i ON t (a) WHERE ${word} > 1`],
  "a view": (word) => [`CREATE VIEW ${word} AS SELECT 1`],
  "a column of a view": (word) => [`CREATE VIEW v (${word}) AS SELECT 1`],
  "a trigger": (word) => ["CREATE TABLE t (a)", `CREATE TRIGGER ${word} BEFORE INSERT ON t BEGIN SELECT 1; END`],
  "a trigger without a time": (word) => [
    "CREATE TABLE t (a)",
    `CREATE TRIGGER ${word} INSERT ON t BEGIN SELECT 1; END`,
  ],
  "the table of a trigger": (word) => [
    `CREATE TABLE "${word}" (a)`,
    `CREATE TRIGGER r INSERT ON ${word} BEGIN SELECT 1; END`,
  ],
  "a column of a trigger": (word) => [
    `CREATE TABLE t ("${word}")`,
    `CREATE TRIGGER r UPDATE OF ${word} ON t BEGIN SELECT 1; END`,
  ],
  "a condition of a trigger": (word) => [
    "CREATE TABLE t (a)",
    `CREATE TRIGGER r INSERT ON t WHEN new.${word} BEGIN SELECT 1; END`,
  ],
  "the end of a trigger's condition": (word) => [
    "CREATE TABLE t (a)",
    `CREATE TRIGGER r INSERT ON t WHEN new.a IS ${word} BEGIN SELECT 1; END`,
  ],
  "a virtual table": (word) => [`CREATE VIRTUAL TABLE ${word} USING rtree(a, b, c)`],
  "a module": (word) => [`CREATE VIRTUAL TABLE v USING ${word}`],
};

/** What SQLite says of a script: it runs it, it can read it and has something against it, or it cannot read it. */
function verdict(handle: OpenHandle, script: readonly string[]): "runs" | "reads" | "refuses" {
  try {
    for (const sql of script) handle.exec(sql);
    return "runs";
  } catch (error) {
    return /syntax error|incomplete input/.test(String(error)) ? "refuses" : "reads";
  }
}

/** Places whose words SQLite reads by its whole grammar, or compares with names later: only what it accepts has to be read. */
const LOOSE: ReadonlySet<string> = new Set([
  "an option",
  "an option behind WITHOUT",
  "what follows an expression",
  ...Object.keys(PLACES).filter((place) => /term|key|expression|condition/.test(place)),
]);

for (const driver of driverNames) {
  describe(`a keyword, with ${driver}`, () => {
    for (const [place, make] of Object.entries(PLACES)) {
      it(`is read as ${place} where SQLite reads it so`, () => {
        for (const word of WORDS) {
          const script = make(word);
          const handle = openHandle(driver, ":memory:");
          const said = verdict(handle, script);
          // This compares with the pragmas what was read.
          if (said === "runs") inspectSync({ database: handle });
          handle.close();
          // Behind TABLE, INDEX, VIEW and TRIGGER it begins IF NOT EXISTS for SQLite, whatever follows.
          if (LOOSE.has(place) || word === "if") continue;
          const sql = script.at(-1) ?? "";
          assert.equal(parseObject(sql).kind === "unreadable", said === "refuses", sql);
        }
      });
    }
  });
}
