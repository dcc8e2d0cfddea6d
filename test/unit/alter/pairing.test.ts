/** How rows are told apart, copied and compared, and the names by which SQL reaches a row id. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { affinityOf } from "../../../src/core/alter/affinity.ts";
import { compareTables } from "../../../src/core/alter/compare.ts";
import { defaultExpression } from "../../../src/core/alter/default-value.ts";
import { planRebuild, type Rebuild } from "../../../src/core/alter/rebuild.ts";
import { isAlias, rowidOf } from "../../../src/core/alter/row-id.ts";
import type { Table } from "../../../src/core/schema/table.ts";
import { matched, table, wish } from "./wish.ts";

function planOf(current: Table, wanted: Table, directives: readonly string[]): ReturnType<typeof planRebuild> {
  const intent = wish(wanted, ...directives);
  return planRebuild({
    current,
    wanted: intent.wanted,
    match: matched(current, intent),
    oldNames: new Map(current.columns.map(({ name }) => [name, name])),
    taken: new Set(["t"]),
  });
}

function describePairing({ pairing }: Rebuild): string {
  switch (pairing.kind) {
    case "rowid":
      return `${pairing.next} is ${pairing.old}${pairing.copied ? ", copied" : ""}`;
    case "numbered":
      return `${pairing.next} is ${pairing.number}`;
    case "key":
      return `${pairing.by} ${pairing.terms.map(({ next, old }) => `${next} is ${old}`).join(", ")}`;
    case "none":
      return "none";
  }
}

const KEYED = table("a TEXT COLLATE NOCASE, b, PRIMARY KEY (a DESC)", "WITHOUT ROWID");

describe("rows are paired", () => {
  for (const [about, current, wanted, directives, pairing] of [
    ["by their row ids", table("a"), table("a INT"), [], "rowid is rowid, copied"],
    [
      "by the column that is the row id",
      table("a INTEGER PRIMARY KEY"),
      table("a INTEGER PRIMARY KEY, b"),
      [],
      '"a" is "a"',
    ],
    ["by a new column for the row id", table("b"), table("a INTEGER PRIMARY KEY, b"), [], '"a" is rowid, copied'],
    [
      "by a column that is no longer the row id",
      table("a INTEGER PRIMARY KEY"),
      table("a INT"),
      [],
      'rowid is "a", copied',
    ],
    [
      "by a name that is free",
      table("rowid, a"),
      table("rowid, oid"),
      ["renamed oid from a"],
      "_rowid_ is _rowid_, copied",
    ],
    ["by a column that becomes the row id", table("a INT"), table("a INTEGER PRIMARY KEY"), [], 'rowid "a" is "a"'],
    ["by a computed row id", table("a"), table("a INTEGER PRIMARY KEY"), ["copy a = a + 1"], 'rowid "a" is (a + 1)'],
    ["by the key", KEYED, table("a PRIMARY KEY, b", "WITHOUT ROWID"), [], 'primary_key "a" is "a"'],
    ["by the order of the old key", KEYED, table("a, b"), [], 'rowid is row_number() OVER (ORDER BY "a" DESC)'],
    ["not at all by a new key", KEYED, table("c DEFAULT 1 PRIMARY KEY", "WITHOUT ROWID"), ["drop a, b"], "none"],
  ] as const) {
    it(about, () => {
      const plan = planOf(current, wanted, directives);
      assert.ok(plan.kind === "rebuild");
      assert.equal(describePairing(plan), pairing);
    });
  }

  it("not where columns have taken all names of the row id", () => {
    const taken = table("rowid, oid, _rowid_");
    const plan = planOf(taken, table("rowid INT, oid, _rowid_"), []);
    assert.ok(plan.kind === "problem");
    assert.match(plan.problem, /the row ids of "t" cannot be kept/);
  });
});

describe("values are compared", () => {
  for (const [about, current, wanted, kinds] of [
    ["as the same where they are stored alike", "a TEXT, b", "a VARCHAR, b BLOB", "same same"],
    ["as converted where the affinity is another", "a TEXT, b", "a INT, b NUMERIC", "converted converted"],
    ["but not where nothing is kept", "a", "a, b", "same"],
  ] as const) {
    it(about, () => {
      const own = table(current);
      const intent = wish(table(wanted));
      const rebuild = planOf(own, table(wanted), []);
      assert.ok(rebuild.kind === "rebuild");
      const match = matched(own, intent);
      const { columns } = compareTables({ current: own, wanted: intent.wanted, match, rebuild });
      assert.equal(columns.map(({ kind }) => kind).join(" "), kinds);
    });
  }
});

describe("a copy of rows", () => {
  it("is made in pieces where each row keeps its id, and as a whole where rows are numbered or read together", () => {
    const pieces = (current: Table, wanted: Table, directives: readonly string[] = []): string | undefined => {
      const plan = planOf(current, wanted, directives);
      return plan.kind === "rebuild" ? plan.pieces : "problem";
    };
    assert.equal(pieces(table("a"), table("a INT")), "rowid");
    assert.equal(pieces(KEYED, table("a, b")), undefined);
    assert.equal(pieces(table("a"), table("a INT"), ["copy a = count(*) OVER ()"]), undefined);
  });
});

describe("the row id", () => {
  for (const [body, name] of [
    ["a", "rowid"],
    ["a INTEGER PRIMARY KEY", '"a"'],
    ["RowId", "_rowid_"],
    ["rowid, _ROWID_", "oid"],
    ["rowid, _rowid_, oid", undefined],
    ["rowid INTEGER PRIMARY KEY", '"rowid"'],
  ] as const) {
    it(`of (${body}) is ${name ?? "out of reach"}`, () => assert.equal(rowidOf(table(body)), name));
  }

  it("has three names", () => assert.deepEqual(["OID", "id", "rowid"].map(isAlias), [true, false, true]));
});

describe("the value of a default", () => {
  for (const [column, sql] of [
    ["a", "NULL"],
    ["a DEFAULT 1", "(1)"],
    ["a DEFAULT -1.5", "(-1.5)"],
    ["a DEFAULT 'x'", "('x')"],
    ["a DEFAULT word", "'word'"],
    ['a DEFAULT "two words"', "'two words'"],
    ["a DEFAULT TRUE", "(TRUE)"],
    ["a DEFAULT current_time", "(current_time)"],
    ["a DEFAULT (1 + 1)", "(1 + 1)"],
  ] as const) {
    it(`of ${column} is ${sql}`, () => assert.equal(defaultExpression(table(column).columns[0] ?? {}), sql));
  }
});

describe("the affinity", () => {
  for (const [type, flexible, strict] of [
    ["", "BLOB", "BLOB"],
    ["INT", "INTEGER", "INTEGER"],
    ["FLOATING POINT", "INTEGER", "INTEGER"],
    ["CHARINT", "INTEGER", "INTEGER"],
    ["VARCHAR(10)", "TEXT", "TEXT"],
    ["DOUBLE", "REAL", "REAL"],
    ["DATE", "NUMERIC", "NUMERIC"],
    ["ANY", "NUMERIC", "BLOB"],
  ] as const) {
    it(`of "${type}" is ${flexible}, in a STRICT table ${strict}`, () => {
      assert.deepEqual([affinityOf(type, "flexible"), affinityOf(type, "strict")], [flexible, strict]);
    });
  }
});
