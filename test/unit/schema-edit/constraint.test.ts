/** Constraints are added behind all others, and dropped by their name or by what they say. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EditProblemCode } from "../../../src/core/schema/edit/problem.ts";
import { assertRefused, editedBody, type Say } from "./edited.ts";

describe("a constraint is added", () => {
  for (const [about, before, say, after] of [
    ["as a CHECK", "a", (table) => table.addCheck(" a > 0 "), "a, CHECK (a > 0)"],
    ["with a name", "a", (table) => table.addCheck("a > 0", { name: "a > 0" }), 'a, CONSTRAINT "a > 0" CHECK (a > 0)'],
    [
      "on a line of its own",
      "\n  a, -- x\n  CHECK (a) -- y\n  -- z\n",
      (table) => table.addCheck("a /* b */ > 1"),
      "\n  a, -- x\n  CHECK (a), -- y\n  CHECK (a /* b */ > 1)\n  -- z\n",
    ],
    [
      "behind constraints without commas",
      "a, CHECK (a) UNIQUE (a)",
      (table) => table.addCheck("1"),
      "a, CHECK (a) UNIQUE (a), CHECK (1)",
    ],
    [
      "as UNIQUE, with the columns as the table writes them",
      "[a b], order_, 'c', \"d\"",
      (table) => table.addUnique(["A B", "ORDER_", "c", "D"]),
      '[a b], order_, \'c\', "d", UNIQUE ([a b], order_, "c", "d")',
    ],
    ["as a named UNIQUE", "a", (table) => table.addUnique(["a"], { name: "u" }), "a, CONSTRAINT u UNIQUE (a)"],
    [
      "as a foreign key",
      "a",
      (table) => table.addForeignKey(["a"], { table: "p q" }),
      'a, FOREIGN KEY (a) REFERENCES "p q"',
    ],
    [
      "as a foreign key with all that it can have",
      "a, b",
      (table) =>
        table.addForeignKey(
          ["b", "a"],
          { table: "p", columns: ["x", "y z"], onDelete: "SET NULL", onUpdate: "CASCADE", timing: "deferred" },
          { name: "f" },
        ),
      'a, b, CONSTRAINT f FOREIGN KEY (b, a) REFERENCES p (x, "y z") ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED',
    ],
    [
      "as a foreign key to the table itself",
      "id PRIMARY KEY, up",
      (table) => table.addForeignKey(["up"], { table: "t" }),
      "id PRIMARY KEY, up, FOREIGN KEY (up) REFERENCES t",
    ],
  ] as readonly (readonly [string, string, Say, string])[]) {
    it(about, () => {
      assert.equal(editedBody(before, say), after);
    });
  }
});

describe("a constraint that is there", () => {
  it("keeps its strings in double quotes, true, false and the rowid", () => {
    const body = `a CHECK (a <> "none" AND rowid > 0 AND a IS NOT FALSE)`;
    assert.equal(
      editedBody(body, (table) => table.setNotNull("a")),
      `${body} NOT NULL`,
    );
  });
});

describe("a constraint is dropped", () => {
  for (const [about, before, say, after] of [
    ["by its name", "a, CONSTRAINT c CHECK (a), UNIQUE (a)", (table) => table.dropConstraint("C"), "a, UNIQUE (a)"],
    [
      "with its comments",
      "\n  a,\n  -- why\n  CONSTRAINT [c d] CHECK (a), -- so\n  UNIQUE (a)\n",
      (table) => table.dropConstraint("c d"),
      "\n  a,\n  UNIQUE (a)\n",
    ],
    ["in a column", "a INT CONSTRAINT c CHECK (a) UNIQUE", (table) => table.dropConstraint("c"), "a INT UNIQUE"],
    [
      "where commas are missing",
      "a, CHECK (a) CONSTRAINT c UNIQUE (a) CHECK (1)",
      (table) => table.dropConstraint("c"),
      "a, CHECK (a) CHECK (1)",
    ],
    [
      "that is all there was beside the columns",
      "\n  a,\n  CONSTRAINT c CHECK (a)\n",
      (table) => table.dropConstraint("c"),
      "\n  a\n",
    ],
    ["that is a name only", "a CONSTRAINT c, b", (table) => table.dropConstraint("c"), "a, b"],
    [
      "by its expression, in other words",
      'a, CHECK ( "a">0 /* x */ ), CHECK (a > 00)',
      (table) => table.dropCheck("A > 0"),
      "a, CHECK (a > 00)",
    ],
    [
      "by its columns",
      "a, b, UNIQUE (b, a), UNIQUE (a, b)",
      (table) => table.dropUnique(["A", "b"]),
      "a, b, UNIQUE (b, a)",
    ],
    [
      "by the column that it stands in",
      "a UNIQUE ON CONFLICT FAIL NOT NULL",
      (table) => table.dropUnique(["a"]),
      "a NOT NULL",
    ],
    [
      "as a foreign key",
      "a REFERENCES p (x) ON DELETE CASCADE MATCH full NOT NULL",
      (table) => table.dropForeignKey(["a"]),
      "a NOT NULL",
    ],
    [
      "with its DEFERRABLE",
      "a REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED",
      (table) => table.dropForeignKey(["a"]),
      "a NOT NULL",
    ],
    [
      "as a foreign key beside the columns",
      "a, b, FOREIGN KEY (a, b) REFERENCES p DEFERRABLE",
      (table) => table.dropForeignKey(["a", "b"]),
      "a, b",
    ],
    [
      "that names a column that is dropped",
      "a, b, UNIQUE (a, b)",
      (table) => table.dropColumn("b").dropUnique(["a", "b"]),
      "a",
    ],
  ] as readonly (readonly [string, string, Say, string])[]) {
    it(about, () => {
      assert.equal(editedBody(before, say), after);
    });
  }
});

describe("a constraint is refused", () => {
  for (const [about, body, say, code, message, hint] of [
    [
      "that names an unknown column",
      "email",
      (table) => table.addCheck("emial > 0"),
      "unknown_column",
      /no column "emial" in "t", which CHECK/,
      /did you mean "email"/,
    ],
    [
      "that has a string in double quotes",
      "email",
      (table) => table.addCheck(`email <> "it's none"`),
      "unknown_column",
      /no column "it's none" in "t"/,
      /a string stands in single quotes: 'it''s none'/,
    ],
    [
      "that is no expression",
      "a",
      (table) => table.addCheck("a > 0) CHECK (1"),
      "invalid_argument",
      /is no expression/,
      /./,
    ],
    ["that is not closed", "a", (table) => table.addCheck("(a > 0"), "invalid_argument", /is no expression/, /./],
    [
      "that ends with a comment",
      "a",
      (table) => table.addCheck("a > 0 -- x"),
      "invalid_argument",
      /ends with a comment/,
      /./,
    ],
    [
      "whose name is taken",
      "a CONSTRAINT c NOT NULL",
      (table) => table.addCheck("a", { name: "C" }),
      "constraint_exists",
      /a constraint "c" already/,
      /./,
    ],
    [
      "that is there",
      "a UNIQUE",
      (table) => table.addUnique(["a"]),
      "constraint_exists",
      /has UNIQUE \(a\) already/,
      /./,
    ],
    ["without columns", "a", (table) => table.addUnique([]), "invalid_argument", /no column is named/, /./],
    ["with a column twice", "a", (table) => table.addUnique(["a", "A"]), "invalid_argument", /named twice/, /./],
    [
      "with too few columns of the parent",
      "a, b",
      (table) => table.addForeignKey(["a", "b"], { table: "p", columns: ["x"] }),
      "invalid_argument",
      /has 2 columns and refers to 1/,
      /./,
    ],
    [
      "with an unknown action",
      "a",
      (table) => table.addForeignKey(["a"], { table: "p", onDelete: "cascade" as "CASCADE" }),
      "invalid_argument",
      /onDelete cannot be "cascade"/,
      /CASCADE/,
    ],
    [
      "that refers to a column that is not there",
      "a",
      (table) => table.addForeignKey(["a"], { table: "T", columns: ["b"] }),
      "unknown_column",
      /no column "b" in "t", to which/,
      /./,
    ],
    [
      "that refers to a primary key that is not there",
      "a",
      (table) => table.addForeignKey(["a"], { table: "t" }),
      "in_use",
      /refers to the primary key/,
      /./,
    ],
    [
      "for its name, which nothing has",
      "a CONSTRAINT named NOT NULL",
      (table) => table.dropConstraint("nmaed"),
      "unknown_constraint",
      /no constraint "nmaed"/,
      /did you mean "named"/,
    ],
    [
      "for its name, where there are no names",
      "a NOT NULL",
      (table) => table.dropConstraint("n"),
      "unknown_constraint",
      /no constraint "n"/,
      /have no names/,
    ],
    [
      "for its name, which two have",
      "a CONSTRAINT c NOT NULL, CONSTRAINT c CHECK (a)",
      (table) => table.dropConstraint("c"),
      "ambiguous_constraint",
      /2 constraints of "t" have the name "c"/,
      /dropCheck/,
    ],
    [
      "for its name, which a generated column has",
      "a, b CONSTRAINT g AS (a)",
      (table) => table.dropConstraint("g"),
      "impossible",
      /cannot be dropped alone/,
      /drop the column/,
    ],
    [
      "for its expression, which nothing has",
      "a CHECK (a > 0)",
      (table) => table.dropCheck("a > 1"),
      "unknown_constraint",
      /has no CHECK \(a > 1\)/,
      /its constraints are CHECK \(a > 0\)/,
    ],
    [
      "for its expression, which two have",
      "a CHECK (a), CHECK (A)",
      (table) => table.dropCheck("a"),
      "ambiguous_constraint",
      /has 2 constraints CHECK \(a\)/,
      /by its name/,
    ],
    [
      "for its columns in another order",
      "a, b, UNIQUE (a, b)",
      (table) => table.dropUnique(["b", "a"]),
      "unknown_constraint",
      /has no UNIQUE \(b, a\)/,
      /./,
    ],
    [
      "for its columns, where there are no constraints",
      "a",
      (table) => table.dropForeignKey(["a"]),
      "unknown_constraint",
      /has no foreign key/,
      /has no constraints/,
    ],
    [
      "for its DEFERRABLE in another column",
      "a REFERENCES p, b DEFERRABLE",
      (table) => table.dropForeignKey(["a"]),
      "undecidable",
      /in another column/,
      /./,
    ],
  ] as readonly (readonly [string, string, Say, EditProblemCode, RegExp, RegExp])[]) {
    it(about, () => {
      assertRefused(`CREATE TABLE t (${body})`, say, { code, message, hint });
    });
  }
});
