/** The primary key is set, changed and dropped, and keeps what is not said otherwise. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertRefused, editedBody, type Say } from "./edited.ts";

describe("setPrimaryKey", () => {
  for (const [about, before, say, after] of [
    [
      "writes one column into its definition",
      "id INTEGER NOT NULL, b",
      (table) => table.setPrimaryKey(["ID"]),
      "id INTEGER NOT NULL PRIMARY KEY, b",
    ],
    [
      "writes AUTOINCREMENT",
      "id INTEGER",
      (table) => table.setPrimaryKey(["id"], { autoincrement: "yes" }),
      "id INTEGER PRIMARY KEY AUTOINCREMENT",
    ],
    [
      "writes several beside the columns",
      "[a], b",
      (table) => table.setPrimaryKey(["b", "a"]),
      "[a], b, PRIMARY KEY (b, [a])",
    ],
    [
      "moves it out of a column, with its name, its clause and its order",
      "a CONSTRAINT k PRIMARY KEY DESC ON CONFLICT REPLACE NOT NULL, b",
      (table) => table.setPrimaryKey(["b", "a"]),
      "a NOT NULL, b, CONSTRAINT k PRIMARY KEY (b, a DESC) ON CONFLICT REPLACE",
    ],
    [
      "moves it into another column",
      "a CONSTRAINT k PRIMARY KEY ON CONFLICT FAIL, b INT",
      (table) => table.setPrimaryKey(["b"]),
      "a, b INT CONSTRAINT k PRIMARY KEY ON CONFLICT FAIL",
    ],
    [
      "changes the columns where they stand",
      "a, b, CONSTRAINT k PRIMARY KEY ( b COLLATE nocase DESC /* x */ , a ) ON CONFLICT FAIL, CHECK (1)",
      (table) => table.setPrimaryKey(["a", "b"]),
      "a, b, CONSTRAINT k PRIMARY KEY ( a, b COLLATE nocase DESC ) ON CONFLICT FAIL, CHECK (1)",
    ],
    [
      "leaves a key of these columns as it is",
      "a, b, PRIMARY KEY (a , b)",
      (table) => table.setPrimaryKey(["a", "B"]),
      "a, b, PRIMARY KEY (a , b)",
    ],
    [
      "keeps AUTOINCREMENT where nothing is said",
      "a INTEGER PRIMARY KEY AUTOINCREMENT",
      (table) => table.setPrimaryKey(["a"]),
      "a INTEGER PRIMARY KEY AUTOINCREMENT",
    ],
    [
      "adds AUTOINCREMENT to a column",
      "a INTEGER PRIMARY KEY ON CONFLICT FAIL NOT NULL",
      (table) => table.setPrimaryKey(["a"], { autoincrement: "yes" }),
      "a INTEGER PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT NOT NULL",
    ],
    [
      "adds AUTOINCREMENT beside the columns",
      "a INTEGER, PRIMARY KEY ( a )",
      (table) => table.setPrimaryKey(["a"], { autoincrement: "yes" }),
      "a INTEGER, PRIMARY KEY ( a AUTOINCREMENT )",
    ],
    [
      "takes AUTOINCREMENT away",
      "a INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
      (table) => table.setPrimaryKey(["a"], { autoincrement: "no" }),
      "a INTEGER PRIMARY KEY NOT NULL",
    ],
    [
      "takes AUTOINCREMENT away beside the columns",
      "a INTEGER, PRIMARY KEY (a AUTOINCREMENT)",
      (table) => table.setPrimaryKey(["a"], { autoincrement: "no" }),
      "a INTEGER, PRIMARY KEY (a)",
    ],
    [
      "takes AUTOINCREMENT away with the column that had it",
      "a INTEGER, b, PRIMARY KEY (a AUTOINCREMENT)",
      (table) => table.setPrimaryKey(["b"]),
      "a INTEGER, b, PRIMARY KEY (b)",
    ],
    [
      "lets the column that was the key go",
      "a PRIMARY KEY, b",
      (table) => table.dropColumn("a").setPrimaryKey(["b"]),
      " b PRIMARY KEY",
    ],
  ] as readonly (readonly [string, string, Say, string])[]) {
    it(about, () => {
      assert.equal(editedBody(before, say), after);
    });
  }

  it("refuses what SQLite has not", () => {
    for (const [body, say, message] of [
      ["a TEXT", (table) => table.setPrimaryKey(["a"], { autoincrement: "yes" }), /AUTOINCREMENT needs/],
      ["a INTEGER, b", (table) => table.setPrimaryKey(["a", "b"], { autoincrement: "yes" }), /AUTOINCREMENT needs/],
      ["a INTEGER PRIMARY KEY AUTOINCREMENT", (table) => table.retypeColumn("a", "INT"), /AUTOINCREMENT needs/],
      ["a INTEGER PRIMARY KEY AUTOINCREMENT", (table) => table.setWithoutRowid(), /AUTOINCREMENT needs/],
      [
        "a, b AS (a) STORED",
        (table) => table.setPrimaryKey(["b"]),
        /generated column "b" cannot be in the primary key/,
      ],
    ] as readonly (readonly [string, Say, RegExp])[]) {
      assertRefused(`CREATE TABLE t (${body})`, say, { code: "impossible", message });
    }
  });
});

describe("dropPrimaryKey", () => {
  for (const [about, before, after] of [
    ["in a column", "a INTEGER CONSTRAINT k PRIMARY KEY AUTOINCREMENT NOT NULL", "a INTEGER NOT NULL"],
    ["beside the columns", "a, b, PRIMARY KEY (a, b) -- key\n", "a, b"],
  ] as const) {
    it(`takes it away ${about}`, () => {
      assert.equal(editedBody(before, (table) => table.dropPrimaryKey()).trimEnd(), after);
    });
  }

  it("is refused where there is none, and where something needs it", () => {
    assertRefused("CREATE TABLE t (a)", (table) => table.dropPrimaryKey(), {
      code: "unknown_constraint",
      message: /"t" has no primary key/,
    });
    assertRefused("CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID", (table) => table.dropPrimaryKey(), {
      code: "impossible",
      message: /WITHOUT ROWID and have no primary key/,
    });
    assertRefused("CREATE TABLE t (a PRIMARY KEY, b REFERENCES t)", (table) => table.dropPrimaryKey(), {
      code: "in_use",
      message: /refers to the primary key/,
    });
  });
});
