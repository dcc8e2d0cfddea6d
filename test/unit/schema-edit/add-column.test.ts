/** addColumn() writes one column behind the others. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefused, edited, editedBody } from "./edited.ts";

describe("addColumn", () => {
  for (const [about, before, definition, after] of [
    ["on one line", "a INT", "b TEXT", "a INT, b TEXT"],
    ["on a line of its own where the others have theirs", "\n  a INT\n", "b TEXT", "\n  a INT,\n  b TEXT\n"],
    [
      "in front of the constraints, where ALTER TABLE puts it too",
      "\n  a INT, -- x\n  CHECK (a > 0)\n",
      "b TEXT",
      "\n  a INT, -- x\n  b TEXT,\n  CHECK (a > 0)\n",
    ],
    [
      "behind the comment of the last one",
      "\n  a INT -- why\n  -- the end\n",
      "b TEXT",
      "\n  a INT, -- why\n  b TEXT\n  -- the end\n",
    ],
    ["where commas lead the lines", "\n  a INT\n  , CHECK (a)\n", "b", "\n  a INT\n  , b\n  , CHECK (a)\n"],
    [
      "with all that a column can have",
      "a",
      " [b c] VARCHAR(9) NOT NULL CHECK (\"b c\" <> ',')\n",
      "a, [b c] VARCHAR(9) NOT NULL CHECK (\"b c\" <> ',')",
    ],
    ["with a comment in it", "a", "b /* , */ INT /* b */", "a, b /* , */ INT /* b */"],
    ["with a line comment in the middle", "a", "b -- it\n INT", "a, b -- it\n INT"],
    [
      "with a foreign key that is deferred",
      "a",
      "b REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED",
      "a, b REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED",
    ],
  ] as const) {
    it(`writes it ${about}`, () => {
      assert.equal(
        editedBody(before, (table) => table.addColumn(definition)),
        after,
      );
    });
  }

  it("leaves what stands in front of the table and behind it", () => {
    const sql = "/* t */ create table IF NOT EXISTS main.[t] (a INT) STRICT -- end";
    assert.equal(
      edited(sql, (table) => table.addColumn("b ANY")),
      "/* t */ create table IF NOT EXISTS main.[t] (a INT, b ANY) STRICT -- end",
    );
  });

  it("writes several in their order", () => {
    assert.equal(
      editedBody("a", (table) => table.addColumn("b").addColumn("c")),
      "a, b, c",
    );
  });

  it("lets a constraint be added before the column that it names", () => {
    assert.equal(
      editedBody("a", (table) => table.addCheck("b > a").addColumn("b")),
      "a, b, CHECK (b > a)",
    );
  });

  for (const [about, definition, code, message] of [
    ["a name that is taken", '"A" TEXT', "column_exists", /"t" has a column "a" already/],
    ["two columns", "b INT, c INT", "invalid_argument", /more than one column/],
    ["a column and a constraint", "b INT, CHECK (b)", "invalid_argument", /more than one column/],
    ["the end of the table", "b INT) STRICT -- ", "invalid_argument", /./],
    ["a parenthesis that closes too much", "b INT)", "invalid_argument", /is no column/],
    ["another statement", "b INT; DROP TABLE t", "invalid_argument", /is no column/],
    ["nothing", " ", "invalid_argument", /is no column/],
    ["a line comment at its end", "b INT -- why", "invalid_argument", /ends with a comment/],
    ["a comment that is never closed", "b INT /* why", "invalid_argument", /ends with a comment/],
    ["a string that is never closed", "b DEFAULT 'x", "invalid_argument", /never closed/],
    ["a CONSTRAINT that nothing follows", "b INT CONSTRAINT c", "invalid_argument", /no constraint follows/],
    ["a DEFERRABLE without a foreign key", "b INT DEFERRABLE", "invalid_argument", /follows no foreign key/],
    ["a second primary key", "b INTEGER PRIMARY KEY", "constraint_exists", /has a primary key already/],
    ["a CHECK with an unknown column", "b INT CHECK (bb > 0)", "unknown_column", /no column "bb" in "t"/],
  ] as const) {
    it(`refuses ${about}`, () => {
      assertRefused("CREATE TABLE t (a PRIMARY KEY)", (table) => table.addColumn(definition), { code, message });
    });
  }

  it("refuses a name that an expression would take for its own", () => {
    const sql = `CREATE TABLE t (a CHECK (a <> "none" AND a IS NOT true AND rowid > 0))`;
    for (const name of ["none", '"NONE"', '"TRUE"', "rowid"]) {
      assertRefused(sql, (table) => table.addColumn(`${name} INT`), {
        code: "undecidable",
        message: /stands in CHECK \(a <> "none".*\), where it is no column/,
      });
    }
  });
});
