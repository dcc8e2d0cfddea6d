/** Where the values of each wanted column come from, and which wishes contradict themselves. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { matchColumns, type ValueSource } from "../../../src/core/alter/match.ts";
import { table, wish } from "./wish.ts";

function describeSource(source: ValueSource): string {
  const { kind, column } = source;
  if (kind === "kept") return `${column.name} ← ${source.from.name}`;
  return kind === "computed" ? `${column.name} = ${source.expression}` : `${column.name} ${kind}`;
}

describe("the columns of a wish", () => {
  for (const [about, current, wanted, directives, sources, dropped] of [
    ["keep what they have", "a, b", "b, A", [], ["b ← b", "A ← a"], ""],
    ["are new where there was none", "a", "a, b", [], ["a ← a", "b new"], ""],
    ["go where that is said", "a, b", "a", ["drop B"], ["a ← a"], "b"],
    ["go where they are read for another one", "a, b", "c", ["copy c = a || b"], ["c = a || b"], "a b"],
    ["have another name", "a, b", "a, c", ["renamed c from b"], ["a ← a", "c ← b"], ""],
    ["change places", "a, b", "a, b", ["renamed a from b", "renamed b from a"], ["a ← b", "b ← a"], ""],
    ["are computed from what they were", "a", "a", ["copy a = a + 1"], ["a = a + 1"], ""],
    ["are new in the place of one that goes", "a, b", "a, b", ["drop b"], ["a ← a", "b new"], "b"],
    ["take the name of one that goes", "a, b", "b", ["renamed b from a", "drop b"], ["b ← a"], "b"],
    [
      "take the name of one that has another one now",
      "a, b",
      "a, b, c",
      ["renamed c from b", "copy b = 1"],
      ["a ← a", "b = 1", "c ← b"],
      "",
    ],
    ["are generated", "a, b AS (a)", "a, b AS (a || 'x')", [], ["a ← a", "b generated"], ""],
    ["are generated no more, and keep their values", "a, b AS (a)", "a, b", [], ["a ← a", "b ← b"], ""],
    ["go without a word where they were generated", "a, b AS (a)", "a", [], ["a ← a"], "b"],
    ["are generated where values were", "a, b", "a, b AS (a)", ["drop b"], ["a ← a", "b generated"], "b"],
  ] as const) {
    it(about, () => {
      const match = matchColumns(table(current), wish(table(wanted), ...directives));
      assert.ok(match.kind === "match", "problem" in match ? match.problem : "");
      assert.deepEqual(match.columns.map(describeSource), sources);
      assert.equal(match.dropped.map(({ name }) => name).join(" "), dropped);
    });
  }
});

describe("a wish is refused", () => {
  for (const [about, current, wanted, directives, problem] of [
    ["where a column is missing", "a, b", "a", [], /"b" is not in the wanted table/],
    ["where values are to be generated", "a, b", "a, b AS (a)", [], /"b" is to be generated/],
    ["where only a query may read a column", "a, b", "a", ["copy a = (SELECT b FROM t)"], /"b" is not in/],
    ["for a drop of nothing", "a", "a", ["drop b"], /the table "t" has no column "b"/],
    ["for a copy into nothing", "a", "a", ["copy b = 1"], /the wanted table has no column "b"/],
    ["for a copy into a generated column", "a", "a, b AS (a)", ["copy b = 1"], /"b" is generated/],
    ["for a rename from nothing", "a", "b", ["renamed b from x"], /has no column "x"/],
    ["for a rename to nothing", "a", "a", ["renamed b from a"], /the wanted table has no column "b"/],
    ["for a rename from itself", "a", "a", ["renamed A from a"], /"a" is renamed from itself/],
    ["for a rename of what stays", "a", "a, b", ["renamed b from a"], /"a" cannot have become "b"/],
    ["for a rename to what is there", "a, b", "b", ["renamed b from a"], /"b" cannot come from "a"/],
    ["for two renames of one", "a", "b, c", ["renamed b from a", "renamed c from a"], /two columns are renamed/],
    ["for a rename of what goes", "a", "b", ["renamed b from a", "drop a"], /"a" is dropped, and "b" is to come/],
  ] as const) {
    it(about, () => {
      const match = matchColumns(table(current), wish(table(wanted), ...directives));
      assert.ok(match.kind === "problem");
      assert.match(match.problem, problem);
      assert.notEqual(match.hint, "");
    });
  }

  it("for two columns of one name", () => {
    const match = matchColumns(table("a"), { ...wish(table("a")), wanted: table("a, A") });
    assert.ok(match.kind === "problem");
    assert.match(match.problem, /two columns "a"/i);
  });
});
