/** renameColumn() changes the name wherever the column is meant, and nowhere else. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefused, edited, editedBody } from "./edited.ts";

describe("renameColumn", () => {
  for (const [about, before, after] of [
    ["in its definition", "a INT /* a */ DEFAULT 'a' -- a\n", "z INT /* a */ DEFAULT 'a' -- a\n"],
    ["in another case", "x, A", "x, z"],
    [
      "in the primary key and in UNIQUE",
      "a, x, PRIMARY KEY (A DESC), UNIQUE (x, (a) COLLATE a)",
      "z, x, PRIMARY KEY (z DESC), UNIQUE (x, (z) COLLATE a)",
    ],
    [
      "in foreign keys from it",
      "a, x, FOREIGN KEY (x, a) REFERENCES a (a, b)",
      "z, x, FOREIGN KEY (x, z) REFERENCES a (a, b)",
    ],
    [
      "in foreign keys to it",
      "a REFERENCES T(A), x, FOREIGN KEY (x) REFERENCES [t] (a)",
      "z REFERENCES T(z), x, FOREIGN KEY (x) REFERENCES [t] (z)",
    ],
    [
      "in checks and generated columns",
      "a CHECK (a > 0), x AS (a + 1) STORED, CHECK (a OR x)",
      "z CHECK (z > 0), x AS (z + 1) STORED, CHECK (z OR x)",
    ],
    [
      "behind the name of the table",
      "a, CHECK (t.a > main.T.a AND \"t\" . \"a\" = 't'.'a')",
      'z, CHECK (t.z > main.T.z AND "t" . "z" = \'t\'."z")',
    ],
    ["in its quotes", 'a, CHECK ([a] > `a` + "a" - a)', 'z, CHECK ([z] > `z` + "z" - z)'],
    ["and not a string", "a, CHECK (a <> 'a' AND a <> x'00')", "z, CHECK (z <> 'a' AND z <> x'00')"],
    ["and not a function", 'a, CHECK (a(1) > "a" (a))', 'z, CHECK (a(1) > "a" (z))'],
    ["and not a collation", "a, CHECK (a = '' COLLATE a)", "z, CHECK (z = '' COLLATE a)"],
    [
      "and not a type",
      'a a, CHECK (CAST(a AS a (1)) > CAST(CAST(a AS INT) AS "a"))',
      'z a, CHECK (CAST(z AS a (1)) > CAST(CAST(z AS INT) AS "a"))',
    ],
    [
      "and not the name of a constraint",
      "a CONSTRAINT a NOT NULL, CONSTRAINT a CHECK (a)",
      "z CONSTRAINT a NOT NULL, CONSTRAINT a CHECK (z)",
    ],
    ["and not a comment", "a, CHECK (a /* a */ > 0 -- a\n)", "z, CHECK (z /* a */ > 0 -- a\n)"],
    [
      "in all operators",
      "a, CHECK (a ISNULL OR NOT a NOTNULL AND a NOT NULL AND a IS NOT DISTINCT FROM a OR - a BETWEEN a AND ~a)",
      "z, CHECK (z ISNULL OR NOT z NOTNULL AND z NOT NULL AND z IS NOT DISTINCT FROM z OR - z BETWEEN z AND ~z)",
    ],
    [
      "in CASE, IN and rows",
      "a, CHECK (CASE a WHEN a THEN a ELSE a END IN (a, 1) AND (a, 1) > (a, 2) AND a IN ())",
      "z, CHECK (CASE z WHEN z THEN z ELSE z END IN (z, 1) AND (z, 1) > (z, 2) AND z IN ())",
    ],
  ] as const) {
    it(`renames ${about}`, () => {
      assert.equal(
        editedBody(before, (table) => table.renameColumn("a", "z")),
        after,
      );
    });
  }

  for (const [name, before, after] of [
    ["like", "like, CHECK (like LIKE 'x' AND 1 NOT LIKE like)", "z, CHECK (z LIKE 'x' AND 1 NOT LIKE z)"],
    ["end", "end, CHECK (CASE end WHEN 1 THEN end ELSE end END)", "z, CHECK (CASE z WHEN 1 THEN z ELSE z END)"],
    ["match", "match, CHECK (NOT match AND match MATCH match)", "z, CHECK (NOT z AND z MATCH z)"],
    ["current_date", '"current_date", CHECK (current_date > "current_date")', '"z", CHECK (current_date > "z")'],
    ["with", "with, CHECK (with > abs(with))", "z, CHECK (z > abs(z))"],
    ["cast", '[cast], CHECK (CAST([cast] AS INT) > "cast")', '[z], CHECK (CAST([z] AS INT) > "z")'],
    ["true", 'true, CHECK (true IS NOT false AND "true")', 'z, CHECK (z IS NOT false AND "z")'],
  ] as const) {
    it(`tells the column ${name} from the keyword`, () => {
      assert.equal(
        editedBody(before, (table) => table.renameColumn(name, "z")),
        after,
      );
    });
  }

  for (const [name, after] of [
    ["B", 'B, CHECK ([B] > `B` + "B" - B)'],
    ["b c", '"b c", CHECK ([b c] > `b c` + "b c" - "b c")'],
    ["order", '"order", CHECK ([order] > `order` + "order" - "order")'],
    ['"', '"""", CHECK (["] > `"` + """" - """")'],
    ["]`", '"]`", CHECK ("]`" > `]``` + "]`" - "]`")'],
    ["é", '"é", CHECK ([é] > `é` + "é" - "é")'],
    ["", '"", CHECK ([] > `` + "" - "")'],
  ] as const) {
    it(`quotes ${JSON.stringify(name)} where it has to`, () => {
      assert.equal(
        editedBody('a, CHECK ([a] > `a` + "a" - a)', (table) => table.renameColumn("a", name)),
        after,
      );
    });
  }

  it("goes on from the name that a call before gave", () => {
    assert.equal(
      editedBody("a, b", (table) => table.renameColumn("a", "x").renameColumn("b", "a").renameColumn("X", "b")),
      "b, a",
    );
  });

  it("changes the case of a name", () => {
    assert.equal(
      editedBody("name CHECK (NAME > 0)", (table) => table.renameColumn("NAME", "Name")),
      "Name CHECK (Name > 0)",
    );
  });

  it("leaves a table without the name as it is around it", () => {
    const sql = "CREATE TABLE [a] (a, -- a\n\tb CHECK(a.b > [a].a)) -- a";
    assert.equal(
      edited(sql, (table) => table.renameColumn("a", "z")),
      "CREATE TABLE [a] (z, -- a\n\tb CHECK(a.b > [a].z)) -- a",
    );
  });

  for (const [about, body, to, code, message] of [
    ["a name that is taken", "a, b", "B", "column_exists", /has a column "b" already/],
    [
      "a name that an expression would take for its own",
      "a CHECK (a IS true)",
      "true",
      "undecidable",
      /"true" stands in CHECK \(a IS true\)/,
    ],
    ["a string in double quotes", 'a, CHECK (a <> "b")', "b", "undecidable", /"b" stands in CHECK \(a <> "b"\)/],
    [
      "an expression with a query",
      "a, CHECK (a IN (SELECT a FROM b))",
      "z",
      "undecidable",
      /not certain what "a" means/,
    ],
    ["a column of something else", "a, CHECK (new.a > 0)", "z", "undecidable", /not certain what "a" means/],
    ["a name that cannot be written", "a", "\0", "invalid_argument", /NUL/],
  ] as const) {
    it(`refuses ${about}`, () => {
      assertRefused(`CREATE TABLE t (${body})`, (table) => table.renameColumn("a", to), { code, message });
    });
  }

  it("leaves an expression alone that it cannot read, where the name is not in it", () => {
    assert.equal(
      editedBody("a, CHECK (EXISTS (SELECT 'b'))", (table) => table.renameColumn("a", "z")),
      "z, CHECK (EXISTS (SELECT 'b'))",
    );
  });
});
