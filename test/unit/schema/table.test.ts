/** What is read of a table: its constraints, its options, and what follows from them together. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutPlaces } from "../../support/schema-project.ts";
import { read, readBody } from "./read.ts";

describe("the beginning of CREATE TABLE", () => {
  for (const [sql, name, schema, ifNotExists] of [
    ["CREATE TABLE t (a)", "t", undefined, undefined],
    ["create temp table if not exists T(a);", "T", "temp", "if not exists"],
    ["CREATE TEMPORARY TABLE t (a)", "t", "temp", undefined],
    ['CREATE TABLE main . "a.b" (a)', "a.b", "main", undefined],
    ["CREATE TABLE [if] (a)", "if", undefined, undefined],
    ["-- first\nCREATE /* odd */ TABLE t(a) ; ;", "t", undefined, undefined],
  ] as const) {
    it(`is read in ${JSON.stringify(sql)}`, () => {
      const table = read("table", sql);
      assert.equal(table.name, name);
      assert.equal(table.source.schema, schema);
      const { start, end } = table.source.ifNotExists ?? { start: 0, end: 0 };
      assert.equal(table.sql.slice(start, end), ifNotExists ?? "");
    });
  }
});

describe("the options of a table", () => {
  for (const [written, typing, storage] of [
    ["", "flexible", "rowid"],
    ["STRICT", "strict", "rowid"],
    ["without RowId", "flexible", "without_rowid"],
    ["STRICT, WITHOUT ROWID", "strict", "without_rowid"],
    ["WITHOUT ROWID,STRICT,STRICT", "strict", "without_rowid"],
    // SQLite reads this too.
    [", STRICT", "strict", "rowid"],
  ] as const) {
    it(`are ${typing} and ${storage} behind "${written}"`, () => {
      const table = read("table", `CREATE TABLE t (a PRIMARY KEY) ${written}`);
      assert.equal(table.typing, typing);
      assert.equal(table.storage, storage);
    });
  }
});

describe("the constraints beside the columns", () => {
  for (const [written, expected] of [
    [
      "CONSTRAINT k PRIMARY KEY (A, [b] COLLATE nocase DESC) ON CONFLICT FAIL",
      {
        kind: "primary_key",
        level: "table",
        columns: [
          { kind: "column", name: "a", order: "ASC" },
          { kind: "column", name: "b", collation: "nocase", order: "DESC" },
        ],
        autoincrement: "no",
        conflict: "FAIL",
        name: "k",
      },
    ],
    [
      "UNIQUE (((a) COLLATE x) COLLATE y, 'b' ASC)",
      {
        kind: "unique",
        level: "table",
        columns: [
          { kind: "column", name: "a", collation: "y", order: "ASC" },
          { kind: "column", name: "b", order: "ASC" },
        ],
      },
    ],
    ["CHECK (a < b) ON CONFLICT ABORT", { kind: "check", level: "table", expression: "a < b", conflict: "ABORT" }],
    [
      "FOREIGN KEY (a, B) REFERENCES p (x, y) ON DELETE SET NULL ON UPDATE CASCADE MATCH full NOT DEFERRABLE",
      {
        kind: "foreign_key",
        level: "table",
        columns: ["a", "b"],
        parent: "p",
        parentColumns: ["x", "y"],
        onDelete: "SET NULL",
        onUpdate: "CASCADE",
        match: "full",
        timing: "immediate",
      },
    ],
    ["CONSTRAINT alone", { kind: "name_only", name: "alone" }],
  ] as const) {
    it(`are read from ${written}`, () => {
      const { definitions } = readBody(`a, b, ${written}`);
      const last = definitions.at(-1);
      assert.deepEqual(last?.kind === "constraint" && withoutPlaces(last.constraint), expected);
    });
  }

  it("need no comma between them", () => {
    const { definitions, checks } = readBody("a, CHECK (1) CHECK (2), CONSTRAINT n CONSTRAINT m CHECK (3)");
    assert.deepEqual(
      definitions.map(({ comma }) => comma !== undefined),
      [true, false, true, false, false],
    );
    assert.deepEqual(
      checks.map(({ name, expression }) => [name, expression.text]),
      [
        [undefined, "1"],
        [undefined, "2"],
        ["m", "3"],
      ],
    );
  });
});

describe("a foreign key", () => {
  it("may name no columns of its parent", () => {
    const [key] = readBody("a REFERENCES p").foreignKeys;
    assert.deepEqual(withoutPlaces(key), {
      kind: "foreign_key",
      level: "column",
      columns: ["a"],
      parent: "p",
      onDelete: "NO ACTION",
      onUpdate: "NO ACTION",
      timing: "immediate",
    });
  });

  it("takes the last of several actions, and none of ON INSERT", () => {
    const [key] = readBody("a REFERENCES p ON DELETE CASCADE ON INSERT SET NULL ON DELETE SET DEFAULT").foreignKeys;
    assert.equal(key?.onDelete, "SET DEFAULT");
    assert.equal(key?.onUpdate, "NO ACTION");
  });

  it("is deferred by a DEFERRABLE behind other constraints, even behind those of another column", () => {
    const deferred = "DEFERRABLE INITIALLY DEFERRED";
    const timings = (body: string): readonly string[] => readBody(body).foreignKeys.map(({ timing }) => timing);
    assert.deepEqual(timings(`a REFERENCES p ${deferred}`), ["deferred"]);
    assert.deepEqual(timings(`a REFERENCES p NOT NULL ${deferred}`), ["deferred"]);
    assert.deepEqual(timings(`a REFERENCES p ${deferred} NOT NULL NOT DEFERRABLE`), ["immediate"]);
    assert.deepEqual(timings(`a REFERENCES p, b REFERENCES q, c ${deferred}`), ["immediate", "deferred"]);
    assert.deepEqual(timings(`a REFERENCES p NOT ${deferred}`), ["immediate"]);
    assert.deepEqual(timings(`a ${deferred}, b REFERENCES p`), ["immediate"]);
  });
});

describe("the column that is the rowid", () => {
  for (const [body, column] of [
    ["a INTEGER PRIMARY KEY", "a"],
    ["a integer, PRIMARY KEY (A)", "a"],
    ["a INTEGER, PRIMARY KEY (a DESC)", "a"],
    ['a "INTEGER" PRIMARY KEY', "a"],
    ["a INTEGER PRIMARY KEY AUTOINCREMENT", "a"],
    // An old mistake of SQLite, kept for old files.
    ["a INTEGER PRIMARY KEY DESC", undefined],
    ["a INT PRIMARY KEY", undefined],
    ['a "INTEGER" too PRIMARY KEY', undefined],
    ["a INTEGER, b, PRIMARY KEY (a, b)", undefined],
    ["a INTEGER UNIQUE", undefined],
  ] as const) {
    it(`is ${String(column)} in (${body})`, () => assert.equal(readBody(body).rowidColumn, column));
  }

  it("is none in a table WITHOUT ROWID", () => {
    assert.equal(read("table", "CREATE TABLE t (a INTEGER PRIMARY KEY) WITHOUT ROWID").rowidColumn, undefined);
  });
});

describe("a table that SQLite wrote for CREATE TABLE AS", () => {
  it("is read like any other", () => {
    const table = read("table", 'CREATE TABLE c(\n  a INT,\n  "b c" TEXT,\n  "x||y",\n  "count(*)"\n)');
    assert.deepEqual(
      table.columns.map(({ name, type }) => [name, type]),
      [
        ["a", "INT"],
        ["b c", "TEXT"],
        ["x||y", ""],
        ["count(*)", ""],
      ],
    );
  });
});
