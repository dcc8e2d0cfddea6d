/** The canonical text, case by case. test/property/sql-canonical.test.ts shows that it keeps every difference that counts. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canonicalScript, canonicalText } from "../../../src/core/sql/canonical.ts";
import { parseSql } from "../../../src/core/sql/migration-file.ts";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

function textOf(sql: string): string {
  return canonicalText(tokenize(sql).tokens);
}

function scriptOf(sql: string): string {
  const parsed = parseSql(sql);
  return parsed.kind === "parsed" ? canonicalScript(parsed.up.statements) : assert.fail(parsed.problem.message);
}

describe("canonicalText", () => {
  it("is empty for no tokens", () => assert.equal(textOf(" -- nothing"), ""));

  it("has one space between tokens and upper-case keywords", () => {
    assert.equal(textOf("create\ttable t(a int, /* b */ b  Text)-- c"), "CREATE TABLE t ( a int , b Text )");
  });

  it("does not change names, strings, blobs, numbers and parameters", () => {
    const sql = `SELECT Name , "select" , [from] , 'it''s\n' , x'aB' , 1E5 , 0xfF , :Select`;
    assert.equal(textOf(sql), sql);
  });

  it("takes CRLF inside a string for LF, as a checkout on Windows writes it", () => {
    assert.equal(textOf("SELECT 'a\r\nb'"), textOf("SELECT 'a\nb'"));
    assert.notEqual(textOf("SELECT 'a\rb'"), textOf("SELECT 'a\nb'"));
  });

  for (const [left, right] of [
    ["SELECT 'a''b'", "SELECT 'a' 'b'"],
    ["SELECT 1 - - 2", "SELECT 1 -- 2"],
    ["SELECT ab", "SELECT a b"],
    ["SELECT 1 || 2", "SELECT 1 | | 2"],
    ['SELECT "a"', "SELECT a"],
    ["SELECT Name", "SELECT name"],
    ["SELECT 'Select'", "SELECT 'select'"],
    ["SELECT 'a  b'", "SELECT 'a b'"],
    ["SELECT 1.0", "SELECT 1.00"],
    ["SELECT \u017Felect", "SELECT select"],
  ] as const) {
    it(`tells ${left} from ${right}`, () => assert.notEqual(textOf(left), textOf(right)));
  }
});

describe("canonicalScript", () => {
  it("joins statements with a semicolon and a line end", () => {
    assert.equal(scriptOf("select 1;; -- x\nselect 2"), "SELECT 1;\nSELECT 2");
    assert.equal(scriptOf("select 1"), scriptOf("SELECT 1;"));
    assert.equal(scriptOf(";"), "");
  });

  it("has a space before the semicolons inside a trigger", () => {
    assert.equal(
      scriptOf("create trigger r after insert on t begin select 1; end; select 2;"),
      "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1 ; END;\nSELECT 2",
    );
  });
});
