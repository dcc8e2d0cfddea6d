/** An edit says where each column comes from and how it is filled, and is refused as a whole. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { editTable } from "../../../src/core/schema/edit/edit-table.ts";
import type { TableEditor } from "../../../src/core/schema/edit/editor.ts";
import { RefusedEdit } from "../../../src/core/schema/edit/problem.ts";
import { assertRefused, refused, wanted, type Say } from "./edited.ts";

const SQL = "CREATE TABLE users (id INTEGER PRIMARY KEY, First TEXT, last TEXT, age)";

function sayings(say: Say): unknown {
  const { renames, drops, copies } = wanted(SQL, say);
  return { renames: [...renames], drops: [...drops], copies: [...copies] };
}

describe("what an edit says of the columns", () => {
  for (const [about, say, renames, drops, copies] of [
    ["nothing", () => undefined, [], [], []],
    [
      "the old name of one that is renamed",
      (table) => table.renameColumn("first", "given"),
      [["given", "First"]],
      [],
      [],
    ],
    [
      "the first name of one that is renamed twice",
      (table) => table.renameColumn("first", "x").renameColumn("x", "y"),
      [["y", "First"]],
      [],
      [],
    ],
    [
      "nothing of one that has its name back",
      (table) => table.renameColumn("first", "x").renameColumn("x", "First"),
      [],
      [],
      [],
    ],
    [
      "both where two change their names",
      (table) => table.renameColumn("first", "x").renameColumn("last", "First").renameColumn("x", "last"),
      [
        ["last", "First"],
        ["First", "last"],
      ],
      [],
      [],
    ],
    [
      "the name as the table had it where only its case changes",
      (table) => table.renameColumn("FIRST", "first"),
      [["first", "First"]],
      [],
      [],
    ],
    [
      "what is dropped, by its old name",
      (table) => table.renameColumn("first", "x").dropColumn("x"),
      [],
      ["First"],
      [],
    ],
    [
      "nothing of one that is new and dropped",
      (table) => table.addColumn("x").fill("x", "1").dropColumn("x"),
      [],
      [],
      [],
    ],
    ["nothing of the old name of one that is new", (table) => table.addColumn("x").renameColumn("x", "y"), [], [], []],
    [
      "that one is dropped and another has its name",
      (table) => table.dropColumn("age").addColumn("AGE INT"),
      [],
      ["age"],
      [],
    ],
    [
      "that one is dropped and another is renamed to it",
      (table) => table.dropColumn("last").renameColumn("first", "last"),
      [["last", "First"]],
      ["last"],
      [],
    ],
    [
      "how a new one is filled",
      (table) => table.addColumn("name").fill("NAME", " first || ' ' || last "),
      [],
      [],
      [["name", "first || ' ' || last"]],
    ],
    [
      "how one is filled that is renamed afterwards",
      (table) => table.fill("age", "age + 1").renameColumn("age", "years"),
      [["years", "age"]],
      [],
      [["years", "age + 1"]],
    ],
    [
      "the last of two ways to fill one",
      (table) => table.fill("age", "1").fill("age", "(SELECT max(x) FROM other)"),
      [],
      [],
      [["age", "(SELECT max(x) FROM other)"]],
    ],
    [
      "that one is filled from one that is dropped",
      (table) => table.dropColumn("last").fill("first", "last"),
      [],
      ["last"],
      [["First", "last"]],
    ],
  ] as readonly (readonly [string, Say, unknown, unknown, unknown])[]) {
    it(about, () => {
      assert.deepEqual(sayings(say), { renames, drops, copies });
    });
  }
});

describe("fill", () => {
  for (const [about, say, code, message, hint] of [
    [
      "a column that is not there",
      (table) => table.fill("frist", "1"),
      "unknown_column",
      /no column "frist"/,
      /"First"/,
    ],
    [
      "an expression over a column that is not there",
      (table) => table.fill("age", "agee + 1"),
      "unknown_column",
      /no column "agee" in "users"/,
      /"age"/,
    ],
    [
      "an expression over a new name",
      (table) => table.renameColumn("first", "given").fill("age", "given"),
      "unknown_column",
      /"given" is a new name/,
      /write "First"/,
    ],
    [
      "an expression over a new column",
      (table) => table.addColumn("x").fill("age", "x"),
      "unknown_column",
      /no column "x" in "users"/,
      /./,
    ],
    [
      "a generated column",
      (table) => table.addColumn("x AS (1)").fill("x", "1"),
      "impossible",
      /generated column "x" cannot be filled/,
      /./,
    ],
    [
      "what is no expression",
      (table) => table.fill("age", "1; DELETE FROM users"),
      "invalid_argument",
      /is no expression/,
      /./,
    ],
    [
      "a dropped column",
      (table) => table.dropColumn("age").fill("age", "1"),
      "unknown_column",
      /dropped already/,
      /before dropColumn/,
    ],
  ] as const satisfies readonly (readonly [string, Say, string, RegExp, RegExp])[]) {
    it(`refuses ${about}`, () => {
      assertRefused(SQL, say, { code, message, hint });
    });
  }
});

describe("an edit as a whole", () => {
  it("is refused where one call is, also where the refusal was caught", () => {
    const problem = refused(SQL, (table) => {
      table.addColumn("x");
      assert.throws(() => table.dropColumn("nothing"), RefusedEdit);
      assert.throws(() => table.dropColumn("nobody"), RefusedEdit);
    });
    assert.equal(problem.message, 'there is no column "nothing" in "users"');
  });

  it("names the refused call in its stack", () => {
    const sayWrong = (table: TableEditor): void => void table.dropColumn("nothing");
    const edited = editTable(SQL, sayWrong);
    assert.ok(edited.kind === "problem");
    assert.match(edited.cause.stack ?? "", /sayWrong/);
    assert.equal(edited.cause.problem, edited.problem);
  });

  it("lets through what the function throws itself", () => {
    const error = new Error("mine");
    assert.throws(
      () =>
        editTable(SQL, () => {
          throw error;
        }),
      error,
    );
  });

  it("is refused where the function is asynchronous, and where a call comes later", async () => {
    let kept: TableEditor | undefined;
    const late = editTable(SQL, (table) => {
      kept = table;
    });
    assert.equal(late.kind, "wanted");
    assert.throws(() => kept?.dropColumn("age"), /the edit of "users" is over/);
    // A function that gives a promise is taken where one without a result is.
    const rejected = async (): Promise<void> => Promise.reject(new Error("nobody waits for this"));
    const edited = editTable(SQL, rejected);
    assert.ok(edited.kind === "problem");
    assert.match(edited.problem.message, /gives a promise/);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("refuses values that are no strings", () => {
    const wrong = 7 as unknown as string;
    for (const say of [
      (table) => table.dropColumn(wrong),
      (table) => table.addColumn(wrong),
      (table) => table.addUnique("a" as unknown as string[]),
      (table) => table.addUnique([wrong]),
      (table) => table.addCheck("1", { name: wrong }),
      (table) => table.addForeignKey(["age"], { table: wrong }),
      (table) => table.addForeignKey(["age"], { table: "p", columns: [wrong] }),
      (table) => table.addForeignKey(["age"], undefined as unknown as { table: string }),
    ] as readonly Say[]) {
      assertRefused(SQL, say, {
        code: "invalid_argument",
        message: /is no string but (?:number|undefined)|are no array/,
      });
    }
  });

  it("refuses words that are none of those there are", () => {
    for (const [say, message] of [
      [
        (table) => table.addForeignKey(["age"], { table: "p", onUpdate: "DROP" as "CASCADE" }),
        /onUpdate cannot be "DROP"/,
      ],
      [
        (table) => table.addForeignKey(["age"], { table: "p", timing: "late" as "deferred" }),
        /timing cannot be "late"/,
      ],
      [
        (table) => table.setPrimaryKey(["age"], { autoincrement: true as unknown as "yes" }),
        /autoincrement cannot be true/,
      ],
    ] as readonly (readonly [Say, RegExp])[]) {
      assertRefused(SQL, say, { code: "invalid_argument", message });
    }
  });

  for (const [about, sql, message] of [
    ["that cannot be read", "CREATE TABLE t (a INT,)", /cannot be read: expected a column/],
    ["of another object", "CREATE VIEW v AS SELECT 1", /"v" is no table of rows but a view/],
    ["of a virtual table", "CREATE VIRTUAL TABLE v USING fts5(a)", /"v" is no table of rows/],
  ] as const) {
    it(`is refused for a text ${about}`, () => {
      assertRefused(sql, () => assert.fail("called"), { code: "unreadable_table", message });
    });
  }
});
