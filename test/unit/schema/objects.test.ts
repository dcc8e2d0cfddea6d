/** What is read of indexes, views, triggers and virtual tables. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linkIndex } from "../../../src/core/schema/link.ts";
import { withoutPlaces } from "../../support/schema-project.ts";
import { read } from "./read.ts";

describe("an index", () => {
  for (const [written, ...terms] of [
    ["a", { kind: "column", name: "a", order: "ASC" }],
    ["a DESC, 'b' asc", { kind: "column", name: "a", order: "DESC" }, { kind: "column", name: "b", order: "ASC" }],
    ["(a) COLLATE nocase DESC", { kind: "column", name: "a", collation: "nocase", order: "DESC" }],
    ["desc", { kind: "column", name: "desc", order: "ASC" }],
    ["asc desc", { kind: "column", name: "asc", order: "DESC" }],
    ["a COLLATE desc", { kind: "column", name: "a", collation: "desc", order: "ASC" }],
    ["lower(a) DESC", { kind: "expression", expression: "lower ( a )", order: "DESC" }],
    ["a + desc", { kind: "expression", expression: "a + desc", order: "ASC" }],
    ["+a COLLATE nocase desc", { kind: "expression", expression: "+ a COLLATE nocase", order: "DESC" }],
    ["a like b desc", { kind: "expression", expression: "a like b", order: "DESC" }],
    ["a is desc", { kind: "expression", expression: "a is desc", order: "ASC" }],
    ["a not null desc", { kind: "expression", expression: "a not null", order: "DESC" }],
    [
      "case a when desc then end else 1 end desc",
      { kind: "expression", expression: "case a when desc then end else 1 end", order: "DESC" },
    ],
    [
      "random() , 5",
      { kind: "expression", expression: "random ( )", order: "ASC" },
      { kind: "expression", expression: "5", order: "ASC" },
    ],
    ["a in (1, 2)", { kind: "expression", expression: "a in ( 1 , 2 )", order: "ASC" }],
    ["t.a", { kind: "expression", expression: "t . a", order: "ASC" }],
  ] as const) {
    it(`is sorted by ${written}`, () => {
      assert.deepEqual(withoutPlaces(read("index", `CREATE INDEX i ON t (${written})`).terms), terms);
    });
  }

  it("can be unique and partial", () => {
    const index = read("index", "create unique index if not exists main.[i] on 'T' (a) where a > 1 or (b)");
    assert.deepEqual(withoutPlaces(index), {
      kind: "index",
      name: "i",
      table: "T",
      uniqueness: "unique",
      terms: [{ kind: "column", name: "a", order: "ASC" }],
      where: "a > 1 or ( b )",
    });
    assert.equal(index.source.schema, "main");
  });

  it("has a name for an expression where the table has no such column", () => {
    const table = read("table", "CREATE TABLE T (A, b)");
    const index = linkIndex(read("index", "CREATE INDEX i ON t (a COLLATE nocase, true COLLATE x DESC, +b)"), table);
    assert.deepEqual(withoutPlaces(index), {
      kind: "index",
      name: "i",
      table: "T",
      uniqueness: "not_unique",
      terms: [
        { kind: "column", name: "A", collation: "nocase", order: "ASC" },
        { kind: "expression", expression: "true COLLATE x", order: "DESC" },
        { kind: "expression", expression: "+ b", order: "ASC" },
      ],
    });
  });
});

describe("a view", () => {
  for (const [sql, columns, query] of [
    ["CREATE VIEW v AS SELECT 1 -- one", undefined, "SELECT 1"],
    [
      "CREATE TEMP VIEW IF NOT EXISTS v (a, 'b c') AS WITH x AS (SELECT 1) SELECT * FROM x;",
      ["a", "b c"],
      "WITH x AS (SELECT 1) SELECT * FROM x",
    ],
    ["CREATE VIEW v AS VALUES (1), (2)", undefined, "VALUES (1), (2)"],
  ] as const) {
    it(`is read from ${sql}`, () => {
      const view = read("view", sql);
      assert.equal(view.name, "v");
      assert.deepEqual(view.columns, columns);
      assert.equal(view.query.text, query);
    });
  }
});

describe("a trigger", () => {
  for (const [written, expected] of [
    ["INSERT ON t BEGIN SELECT 1; END", { time: "BEFORE", event: "INSERT" }],
    ["AFTER DELETE ON t FOR EACH ROW BEGIN SELECT 1; END", { time: "AFTER", event: "DELETE" }],
    ["INSTEAD OF UPDATE ON t BEGIN SELECT 1; END", { time: "INSTEAD OF", event: "UPDATE" }],
    ["BEFORE UPDATE OF a, [b c] ON t BEGIN SELECT 1; END", { time: "BEFORE", event: "UPDATE", columns: ["a", "b c"] }],
    ["INSERT ON t WHEN new.a > 1 BEGIN SELECT 1; END", { time: "BEFORE", event: "INSERT", when: "new . a > 1" }],
    ["INSERT ON t WHEN begin = 1 BEGIN SELECT 1; END", { time: "BEFORE", event: "INSERT", when: "begin = 1" }],
    ["INSERT ON t WHEN new.begin BEGIN SELECT 1; END", { time: "BEFORE", event: "INSERT", when: "new . begin" }],
    ["INSERT ON t WHEN a IS begin BEGIN SELECT 1; END", { time: "BEFORE", event: "INSERT", when: "a IS begin" }],
    [
      "INSERT ON t WHEN NOT exists(SELECT 1) BEGIN SELECT 1; END",
      { time: "BEFORE", event: "INSERT", when: "NOT exists ( SELECT 1 )" },
    ],
    [
      "INSERT ON t WHEN case end when 1 then end end BEGIN SELECT 1; END",
      { time: "BEFORE", event: "INSERT", when: "case end when 1 then end end" },
    ],
    ["INSERT ON t WHEN raise BEGIN SELECT 1; END", { time: "BEFORE", event: "INSERT", when: "raise" }],
  ] as const) {
    it(`is read from ${written}`, () => {
      const meaning = withoutPlaces(read("trigger", `CREATE TRIGGER r ${written}`));
      assert.deepEqual(meaning, { kind: "trigger", name: "r", table: "t", body: "SELECT 1 ;", ...expected });
    });
  }

  it("has all of its statements for its body", () => {
    const body = "UPDATE t SET end = CASE WHEN 1 THEN 2 END; -- END;\n  DELETE FROM u;";
    const trigger = read(
      "trigger",
      `CREATE TEMP TRIGGER IF NOT EXISTS after AFTER INSERT ON main.t BEGIN ${body} END;`,
    );
    assert.equal(trigger.body.text, body);
    assert.equal(trigger.name, "after");
    assert.equal(trigger.table, "t");
  });
});

describe("a virtual table", () => {
  for (const [written, module, args] of [
    ["fts5", "fts5", []],
    ["fts5()", "fts5", []],
    [
      "'fts5' ( a, b UNINDEXED , tokenize = 'porter ascii' )",
      "fts5",
      ["a", "b UNINDEXED", "tokenize = 'porter ascii'"],
    ],
    ["m(f(1, 2), [,], ')', /* c */ x y, )", "m", ["f(1, 2)", "[,]", "')'", "x y"]],
    ["m(select * from (t()))", "m", ["select * from (t())"]],
  ] as const) {
    it(`is read from USING ${written}`, () => {
      const virtual = read("virtual_table", `CREATE VIRTUAL TABLE IF NOT EXISTS x USING ${written}`);
      assert.equal(virtual.module, module);
      assert.deepEqual(virtual.arguments, args);
    });
  }
});
