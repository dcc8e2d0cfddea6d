/** dropColumn() takes a column out with what is about it, and nothing that something else needs. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefused, editedBody } from "./edited.ts";

describe("dropColumn", () => {
  for (const [about, before, name, after] of [
    ["and its comma", "a INT, b TEXT, c", "b", "a INT, c"],
    ["that is the last", "a INT, b TEXT", "b", "a INT"],
    ["that is the first", "a INT, b TEXT", "A", " b TEXT"],
    ["with its comments", "\n  a, -- x\n  -- about b\n  b, -- y\n  c\n", "b", "\n  a, -- x\n  c\n"],
    ["in front of constraints", "a, b, CHECK (a > 0)", "b", "a, CHECK (a > 0)"],
    ["in any quotes", 'a, [b "c], `d`', 'B "C', "a, `d`"],
    ["with its own constraints", "a, b INT UNIQUE NOT NULL DEFAULT 1 CHECK (b > a) REFERENCES p (a)", "b", "a"],
    ["that only a text names", "a CHECK (a <> 'b'), b", "b", "a CHECK (a <> 'b')"],
    ["that has the name of a function", "a CHECK (abs(a) > 0), abs", "abs", "a CHECK (abs(a) > 0)"],
    [
      "that has the name of a collation",
      "a CHECK (a = 'x' COLLATE nocase), nocase",
      "nocase",
      "a CHECK (a = 'x' COLLATE nocase)",
    ],
    ["that has the name of a type", "a CHECK (CAST(a AS b) > 0), b", "b", "a CHECK (CAST(a AS b) > 0)"],
  ] as const) {
    it(`drops one ${about}`, () => {
      assert.equal(
        editedBody(before, (table) => table.dropColumn(name)),
        after,
      );
    });
  }

  for (const [about, body, message, hint] of [
    [
      "a CHECK beside the columns",
      "a, b, CHECK (a < b)",
      /"b" is used by CHECK \(a < b\)/,
      /call dropCheck\("a < b"\)/,
    ],
    ["a named CHECK", "a, b, CONSTRAINT c CHECK (t.[b] > 0)", /the CHECK "c"/, /call dropConstraint\("c"\)/],
    ["the CHECK of another column", 'a CHECK ("B" > 0), b', /CHECK \("B" > 0\)/, /dropCheck/],
    ["a generated column", "a, b, c AS (b + 1)", /the generated column "c"/, /call dropColumn\("c"\)/],
    ["a UNIQUE", "a, b, UNIQUE (a, B)", /UNIQUE \(a, b\)/, /dropUnique\(\["a", "b"\]\)/],
    ["the primary key", "a, b, PRIMARY KEY (b)", /the primary key/, /dropPrimaryKey\(\) or setPrimaryKey\(\)/],
    ["its own primary key", "a, b PRIMARY KEY", /the primary key/, /dropPrimaryKey\(\) or setPrimaryKey\(\)/],
    [
      "a foreign key",
      "a, b, FOREIGN KEY (b) REFERENCES p",
      /the foreign key \(b\) to "p"/,
      /dropForeignKey\(\["b"\]\)/,
    ],
    ["a foreign key to it", "a REFERENCES T (B), b", /the foreign key \(a\) to "T"/, /dropForeignKey\(\["a"\]\)/],
    [
      "a CHECK that stands in it and is about another",
      "a, b CHECK (a > 0)",
      /is not about it/,
      /addCheck\(\) if it should stay/,
    ],
  ] as const) {
    it(`refuses a column that is used by ${about}`, () => {
      assertRefused(`CREATE TABLE t (${body})`, (table) => table.dropColumn("b"), { code: "in_use", message, hint });
    });
  }

  it("drops what uses it in the same edit, before or behind", () => {
    const body = "a, b, d AS (b), UNIQUE (a, b), CONSTRAINT c CHECK (b > 0)";
    assert.equal(
      editedBody(body, (table) => table.dropColumn("b").dropConstraint("c").dropUnique(["a", "b"]).dropColumn("d")),
      "a",
    );
    assert.equal(
      editedBody(body, (table) => table.dropColumn("d").dropUnique(["a", "b"]).dropConstraint("c").dropColumn("b")),
      "a",
    );
  });

  it("makes room for a new column of the same name", () => {
    assert.equal(
      editedBody("a, b INT", (table) => table.dropColumn("b").addColumn("b TEXT")),
      "a, b TEXT",
    );
    assert.equal(
      editedBody("a, b INT", (table) => table.dropColumn("b").renameColumn("a", "b")),
      "b",
    );
  });

  it("can drop all columns that were there, where there are new ones", () => {
    assert.equal(
      editedBody("a", (table) => table.dropColumn("a").addColumn("b")),
      " b",
    );
  });

  for (const [about, body, say, code, message] of [
    ["a column that is not there", "a, bird", ["brid"], "unknown_column", /there is no column "brid" in "t"/],
    ["a column that is dropped already", "a, b", ["b", "b"], "unknown_column", /"b" of "t" is dropped already/],
    ["the last column", "a", ["a"], "impossible", /"a" is the last column of "t"/],
    ["all columns but generated ones", "a, b AS (1)", ["a"], "impossible", /no column but generated ones/],
    [
      "a foreign key of which DEFERRABLE stands elsewhere",
      "a, b REFERENCES p, c DEFERRABLE",
      ["b"],
      "undecidable",
      /stand in different columns/,
    ],
    [
      "a DEFERRABLE of which the foreign key stands elsewhere",
      "a, b REFERENCES p, c DEFERRABLE",
      ["c"],
      "undecidable",
      /stand in different columns/,
    ],
  ] as const) {
    it(`refuses ${about}`, () => {
      const drop = (table: { dropColumn(name: string): unknown }): void =>
        say.forEach((name) => table.dropColumn(name));
      assertRefused(`CREATE TABLE t (${body})`, drop, { code, message });
    });
  }

  it("suggests the name that was meant", () => {
    assertRefused("CREATE TABLE t (a, email)", (table) => table.dropColumn("emial"), {
      code: "unknown_column",
      message: /emial/,
      hint: /did you mean "email"\?/,
    });
    assertRefused("CREATE TABLE t (a, email)", (table) => table.dropColumn("zzz"), {
      code: "unknown_column",
      message: /zzz/,
      hint: /its columns are a, email/,
    });
  });
});
