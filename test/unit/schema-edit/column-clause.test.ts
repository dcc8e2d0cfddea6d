/** The type, the default, NOT NULL and the collation of a column change, and nothing beside them. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefused, editedBody, type Say } from "./edited.ts";

function describeEdits(
  name: string,
  cases: readonly (readonly [about: string, before: string, say: Say, after: string])[],
): void {
  describe(name, () => {
    for (const [about, before, say, after] of cases) {
      it(about, () => {
        assert.equal(editedBody(before, say), after);
      });
    }
  });
}

describeEdits("retypeColumn", [
  ["replaces the type", "a  INT\n NOT NULL", (table) => table.retypeColumn("A", "TEXT"), "a  TEXT\n NOT NULL"],
  [
    "replaces one of several words",
    "a VARCHAR ( 10 )NOT NULL",
    (table) => table.retypeColumn("a", " DOUBLE PRECISION "),
    "a DOUBLE PRECISION NOT NULL",
  ],
  ["writes one where there is none", '"a"NOT NULL', (table) => table.retypeColumn("a", "TEXT"), '"a" TEXT NOT NULL'],
  ["takes it away", "a INT CHECK (a)", (table) => table.retypeColumn("a", ""), "a CHECK (a)"],
  ["leaves a column without a type without one", "a", (table) => table.retypeColumn("a", ""), "a"],
  [
    "takes the comments in a type with it",
    "a DOUBLE /* x */ PRECISION /* y */",
    (table) => table.retypeColumn("a", "REAL"),
    "a REAL /* y */",
  ],
  [
    "retypes a generated column",
    "a, b INT GENERATED ALWAYS AS (a)",
    (table) => table.retypeColumn("b", "TEXT"),
    "a, b TEXT GENERATED ALWAYS AS (a)",
  ],
]);

describeEdits("setDefault", [
  [
    "adds a literal behind the constraints",
    "a INT NOT NULL -- x\n",
    (table) => table.setDefault("a", "0"),
    "a INT NOT NULL DEFAULT 0 -- x\n",
  ],
  [
    "adds an expression in parentheses",
    "a",
    (table) => table.setDefault("a", "datetime('now')"),
    "a DEFAULT (datetime('now'))",
  ],
  ["leaves parentheses as they are", "a", (table) => table.setDefault("a", "( 1 + 1 )"), "a DEFAULT ( 1 + 1 )"],
  ["sets parentheses around two of them", "a", (table) => table.setDefault("a", "(1) + (2)"), "a DEFAULT ((1) + (2))"],
  [
    "replaces the value and keeps its name",
    "a CONSTRAINT d DEFAULT 1 UNIQUE",
    (table) => table.setDefault("a", "-2"),
    "a CONSTRAINT d DEFAULT -2 UNIQUE",
  ],
  [
    "keeps words apart",
    "a INT DEFAULT(1)NOT NULL",
    (table) => table.setDefault("a", "x'00'"),
    "a INT DEFAULT x'00'NOT NULL",
  ],
  [
    "replaces the one of two that counts",
    "a DEFAULT 1 DEFAULT 2",
    (table) => table.setDefault("a", "3"),
    "a DEFAULT 1 DEFAULT 3",
  ],
  [
    "takes true, NULL and the time of day",
    "a, b, c",
    (table) => table.setDefault("a", "TRUE").setDefault("b", "NULL").setDefault("c", "CURRENT_TIMESTAMP"),
    "a DEFAULT TRUE, b DEFAULT NULL, c DEFAULT CURRENT_TIMESTAMP",
  ],
  [
    "does not take the name of a constraint that is missing",
    "a CONSTRAINT c",
    (table) => table.setDefault("a", "1"),
    "a DEFAULT 1 CONSTRAINT c",
  ],
]);

describeEdits("dropDefault", [
  ["takes it away", "a INT DEFAULT 'x' NOT NULL", (table) => table.dropDefault("a"), "a INT NOT NULL"],
  ["takes its name with it", "a CONSTRAINT d DEFAULT (1)", (table) => table.dropDefault("a"), "a"],
  ["takes both where there are two", "a DEFAULT 1 UNIQUE DEFAULT 2", (table) => table.dropDefault("a"), "a UNIQUE"],
  ["keeps words apart", "a INT NOT NULL DEFAULT(1)UNIQUE", (table) => table.dropDefault("a"), "a INT NOT NULL UNIQUE"],
  [
    "leaves the comments beside it",
    "a INT -- type\n DEFAULT 1 -- one\n",
    (table) => table.dropDefault("a"),
    "a INT -- type\n -- one\n",
  ],
]);

describeEdits("setNotNull", [
  [
    "adds it behind the constraints",
    "a INT DEFAULT 1, b",
    (table) => table.setNotNull("A"),
    "a INT DEFAULT 1 NOT NULL, b",
  ],
  [
    "leaves it where it is",
    "a NOT NULL ON CONFLICT IGNORE",
    (table) => table.setNotNull("a"),
    "a NOT NULL ON CONFLICT IGNORE",
  ],
  ["takes the word NULL away", "a INT NULL DEFAULT 1", (table) => table.setNotNull("a"), "a INT DEFAULT 1 NOT NULL"],
]);

describeEdits("dropNotNull", [
  ["takes it away", "a INT NOT NULL ON CONFLICT FAIL UNIQUE", (table) => table.dropNotNull("a"), "a INT UNIQUE"],
  ["takes its name with it", "a CONSTRAINT n NOT NULL", (table) => table.dropNotNull("a"), "a"],
  [
    "leaves no white space behind a line comment",
    "a INT -- x\n  NOT NULL",
    (table) => table.dropNotNull("a"),
    "a INT -- x\n",
  ],
]);

describeEdits("setCollation", [
  ["adds it", "a TEXT NOT NULL", (table) => table.setCollation("a", "NOCASE"), "a TEXT NOT NULL COLLATE NOCASE"],
  [
    "replaces it",
    "a CONSTRAINT c COLLATE [nocase] UNIQUE",
    (table) => table.setCollation("a", "my own"),
    'a CONSTRAINT c COLLATE "my own" UNIQUE',
  ],
]);

describe("a clause of a column", () => {
  for (const [about, body, say, code, message] of [
    [
      "a type that is a constraint too",
      "a",
      (table) => table.retypeColumn("a", "INT NOT NULL"),
      "invalid_argument",
      /"INT NOT NULL" is no type/,
    ],
    ["a type that is two columns", "a", (table) => table.retypeColumn("a", "INT, b"), "invalid_argument", /is no type/],
    [
      "a type of which it is not certain where it ends",
      "a, b INT GENERATED /**/ ALWAYS AS (a)",
      (table) => table.retypeColumn("b", "TEXT"),
      "undecidable",
      /where the type of "b" ends/,
    ],
    [
      "a default that names a column",
      "a, b",
      (table) => table.setDefault("a", "b + 1"),
      "invalid_argument",
      /cannot be made of names, and "b" is one/,
    ],
    ["a word as a default", "a", (table) => table.setDefault("a", "active"), "invalid_argument", /"active" is one/],
    [
      "a name in quotes as a default",
      "a",
      (table) => table.setDefault("a", '"active"'),
      "invalid_argument",
      /"active" is one/,
    ],
    ["a default of two values", "a", (table) => table.setDefault("a", "1, 2"), "invalid_argument", /is no expression/],
    ["a default that is none", "a", (table) => table.setDefault("a", ""), "invalid_argument", /is no expression/],
    [
      "a default that ends with a comment",
      "a",
      (table) => table.setDefault("a", "1 -- one"),
      "invalid_argument",
      /ends with a comment/,
    ],
    [
      "a default of a generated column",
      "a, b AS (a)",
      (table) => table.setDefault("b", "1"),
      "impossible",
      /generated column "b" can have no default/,
    ],
    [
      "to drop a default that is not there",
      "a",
      (table) => table.dropDefault("a"),
      "unknown_constraint",
      /"a" has no default/,
    ],
    [
      "to drop a NOT NULL that is not there",
      "a NULL",
      (table) => table.dropNotNull("a"),
      "unknown_constraint",
      /"a" has no NOT NULL/,
    ],
    ["a column that is not there", "a", (table) => table.setNotNull("b"), "unknown_column", /no column "b"/],
    [
      "a column that is dropped",
      "a, b",
      (table) => table.dropColumn("b").setNotNull("b"),
      "unknown_column",
      /dropped already/,
    ],
  ] as readonly (readonly [string, string, Say, "invalid_argument", RegExp])[]) {
    it(`is refused: ${about}`, () => {
      assertRefused(`CREATE TABLE t (${body})`, say, { code, message });
    });
  }
});
