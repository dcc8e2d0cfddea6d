/** STRICT and WITHOUT ROWID come and go without a stray comma. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefused, edited, type Say } from "./edited.ts";

const START = "CREATE TABLE t (a INT PRIMARY KEY)";

describe("the options of a table", () => {
  for (const [about, before, say, after] of [
    ["STRICT is added", "", (table) => table.setStrict(), " STRICT"],
    ["STRICT is added in front of a comment", " -- end", (table) => table.setStrict(), " STRICT -- end"],
    [
      "STRICT is added behind the other",
      "/**/WITHOUT rowid",
      (table) => table.setStrict(),
      "/**/WITHOUT rowid, STRICT",
    ],
    [
      "WITHOUT ROWID is added",
      "\nstrict /* x */",
      (table) => table.setWithoutRowid(),
      "\nstrict, WITHOUT ROWID /* x */",
    ],
    ["both are added", "", (table) => table.setWithoutRowid().setStrict(), " WITHOUT ROWID, STRICT"],
    ["STRICT is taken away", " STRICT -- end", (table) => table.setFlexible(), " -- end"],
    ["the first of two is taken away", " STRICT , WITHOUT ROWID", (table) => table.setFlexible(), " WITHOUT ROWID"],
    [
      "the second of two is taken away",
      " STRICT /* , */ , WITHOUT ROWID",
      (table) => table.setRowid(),
      " STRICT /* , */",
    ],
    [
      "one that stands there twice is taken away",
      " STRICT, WITHOUT ROWID, STRICT",
      (table) => table.setFlexible(),
      " WITHOUT ROWID",
    ],
    ["one that stands there twice alone is taken away", " STRICT, strict", (table) => table.setFlexible(), ""],
    ["one with a comment in it is taken away", " WITHOUT /* x */ ROWID", (table) => table.setRowid(), ""],
    ["behind a line comment a line end is kept", " -- end\nSTRICT", (table) => table.setFlexible(), " -- end\n"],
    [
      "what is so already stays",
      " WITHOUT\nROWID",
      (table) => table.setWithoutRowid().setFlexible(),
      " WITHOUT\nROWID",
    ],
  ] as readonly (readonly [string, string, Say, string])[]) {
    it(about, () => {
      assert.equal(edited(START + before, say), START + after);
    });
  }

  it("are refused where an expression needs the rowid", () => {
    for (const name of ["rowid", '"OID"', "t._rowid_"]) {
      const sql = `CREATE TABLE t (a PRIMARY KEY, CHECK (${name} > 0))`;
      assertRefused(sql, (table) => table.setWithoutRowid(), {
        code: "unknown_column",
        message: /there is no column "/,
      });
      assert.equal(
        edited(sql, (table) => table.setFlexible()),
        sql,
      );
    }
  });

  it("are refused where the columns do not allow them, and not where they do so at the end of the edit", () => {
    const sql = "CREATE TABLE t (a VARCHAR(9), b)";
    assertRefused(sql, (table) => table.setStrict(), {
      code: "impossible",
      message: /"a" has the type VARCHAR\(9\), which a STRICT table cannot have/,
      hint: /retypeColumn\(\)/,
    });
    assertRefused(sql, (table) => table.setStrict().retypeColumn("a", "any"), {
      code: "impossible",
      message: /"b" has no type/,
    });
    assertRefused(sql, (table) => table.setWithoutRowid(), {
      code: "impossible",
      message: /"t" would be WITHOUT ROWID and have no primary key/,
    });
    assert.equal(
      edited(sql, (table) =>
        table.setStrict().setWithoutRowid().retypeColumn("a", "TEXT").dropColumn("b").setPrimaryKey(["a"]),
      ),
      "CREATE TABLE t (a TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    );
  });
});
