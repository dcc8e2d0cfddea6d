/** Which ways of writing a table are one table, and which are two. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkNames } from "../../../src/core/alter/check-name.ts";
import { sameTable } from "../../../src/core/alter/facts.ts";
import { table } from "./wish.ts";

describe("two texts are the same table", () => {
  for (const [about, left, right] of [
    ["with other white space and comments", "a INT,b", "a  INT /* x */ , -- y\n b"],
    ["with other quotes", "a CHECK (a > 1), b", '[a] CHECK ("a" > 1), `b`'],
    ["with keywords in another case", "a INT NOT NULL COLLATE nocase", "a int not null collate NOCASE"],
    ["with a key of its own instead of one beside it", "a INT UNIQUE, b", "a INT, b, UNIQUE (a)"],
    ["with constraints in another order", "a CHECK (a) CHECK (a > 1)", "a CHECK (a > 1) CHECK (a)"],
    ["with a name that SQLite does not use", "a CONSTRAINT n DEFAULT 1", "a DEFAULT 1"],
    ["with another name of the type's case", "a VARCHAR (10)", "a varchar (10)"],
  ] as const) {
    it(about, () => assert.ok(sameTable(table(left), table(right))));
  }
});

describe("two texts are two tables", () => {
  for (const [about, left, right] of [
    ["with columns in another order", "a, b", "b, a"],
    ["with another case of a column", "a", "A"],
    ["with another type", "a INT", "a INTEGER"],
    ["with another default", "a DEFAULT 'x'", "a DEFAULT 'X'"],
    ["with another collation", "a COLLATE NOCASE", "a COLLATE RTRIM"],
    ["with another text in a CHECK", "a CHECK (a <> 'x')", "a CHECK (a <> 'X')"],
    ["with a text instead of a name", "a, b CHECK (a <> 'b')", 'a, b CHECK (a <> "b")'],
    ["with NOT NULL", "a", "a NOT NULL"],
    ["with another conflict clause", "a UNIQUE", "a UNIQUE ON CONFLICT IGNORE"],
    ["with another name of a CHECK", "a CONSTRAINT n CHECK (a)", "a CONSTRAINT m CHECK (a)"],
    ["with a name that only a later CHECK gets", "a CONSTRAINT n DEFAULT 1 CHECK (a)", "a DEFAULT 1 CHECK (a)"],
    ["with another action", "a REFERENCES u ON DELETE CASCADE", "a REFERENCES u"],
    ["with a stored column", "a, b AS (a)", "a, b AS (a) STORED"],
    ["with AUTOINCREMENT", "a INTEGER PRIMARY KEY", "a INTEGER PRIMARY KEY AUTOINCREMENT"],
    ["with another order in a key", "a, b, PRIMARY KEY (a, b)", "a, b, PRIMARY KEY (a, b DESC)"],
  ] as const) {
    it(about, () => assert.ok(!sameTable(table(left), table(right))));
  }

  it("with other options", () => {
    assert.ok(!sameTable(table("a INT PRIMARY KEY"), table("a INT PRIMARY KEY", "STRICT")));
    assert.ok(!sameTable(table("a INT PRIMARY KEY"), table("a INT PRIMARY KEY", "WITHOUT ROWID")));
  });
});

describe("the name of a CHECK", () => {
  for (const [body, names] of [
    ["a CHECK (a)", [undefined]],
    ["a CONSTRAINT n CHECK (a)", ["n"]],
    ["a CONSTRAINT n DEFAULT 1 CHECK (a)", ["n"]],
    ["a CONSTRAINT n CONSTRAINT m CHECK (a)", ["m"]],
    ["a CONSTRAINT n CHECK (a) CHECK (a > 1)", ["n", "n"]],
    ["a CHECK (a) CONSTRAINT n", [undefined]],
    ["a CONSTRAINT n, b CHECK (b)", [undefined]],
    ["a CONSTRAINT n, CHECK (a)", ["n"]],
    ["a, CONSTRAINT n UNIQUE (a), CHECK (a)", [undefined]],
    ["a, CONSTRAINT n UNIQUE (a) CHECK (a)", ["n"]],
    ["a, CONSTRAINT n, CHECK (a)", [undefined]],
  ] as const) {
    it(`is ${names.map((name) => name ?? "none").join(", ")} in ${body}`, () => {
      const found = table(body);
      const own = checkNames(found);
      assert.deepEqual(
        found.checks.map((check) => own.get(check)),
        names,
      );
    });
  }
});
