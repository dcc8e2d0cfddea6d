/** The keyword list, held against SQLite: CREATE TABLE AS quotes a column's name exactly if it is a keyword. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { isKeyword, keywordOf } from "../../../src/core/sql/keywords.ts";

/** The words that SQLite itself takes for keywords. */
function keywordsOfSqlite(words: readonly string[]): ReadonlySet<string> {
  const database = new DatabaseSync(":memory:");
  const found = new Set<string>();
  for (const word of words) {
    database.exec(`CREATE TABLE sample AS SELECT 1 AS "${word}"`);
    const sql = String(database.prepare("SELECT sql FROM sqlite_schema").get()?.["sql"]);
    if (sql.includes(`"${word}"`)) found.add(word);
    database.exec("DROP TABLE sample");
  }
  database.close();
  return found;
}

const keywords =
  `abort action add after all alter always analyze and as asc attach autoincrement before begin between by
  cascade case cast check collate column commit conflict constraint create cross current current_date current_time
  current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape except
  exclude exclusive exists explain fail filter first following for foreign from full generated glob group groups having if
  ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left like limit
  match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma
  preceding primary query raise range recursive references regexp reindex release rename replace restrict returning right
  rollback row rows savepoint select set table temp temporary then ties to transaction trigger unbounded union unique update
  using vacuum values view virtual when where window with without`.split(/\s+/);

const others =
  `strict rowid oid stored true false integer int text blob real numeric varchar boolean date timestamp new old
  excluded main temp1 sqlite_schema concat substr within cube rollup lateral fetch next only show start stop work level read
  write authorization cursor function procedure sequence type user session current_user sysdate top use database1 describe
  truncate merge enum serial bigint char a id ab select1 _select selec elect`.split(/\s+/);

describe("isKeyword", () => {
  it("knows the 147 keywords of SQLite and no other words", () => {
    assert.equal(keywords.length, 147);
    const actual = keywordsOfSqlite([...keywords, ...others]);
    assert.deepEqual([...actual].toSorted(), keywords.toSorted());
    for (const word of [...keywords, ...others]) assert.equal(isKeyword(word), actual.has(word), word);
  });

  it("takes ASCII letters in any case", () => {
    for (const word of ["SELECT", "select", "SeLeCt", "Current_Timestamp"]) assert.equal(isKeyword(word), true, word);
    assert.equal(keywordOf("sElEcT"), "SELECT");
  });

  it("does not take other letters whose upper or lower case is an ASCII letter", () => {
    assert.equal("\u017Felect".toUpperCase(), "SELECT");
    for (const word of ["\u017Felect", "\u212Aey", "\u0131n", "\u0130n"]) assert.equal(isKeyword(word), false, word);
  });

  it("does not take the names of an object's own properties", () => {
    for (const word of ["constructor", "__proto__", "toString", ""]) assert.equal(isKeyword(word), false, word);
  });
});
