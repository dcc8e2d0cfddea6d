/** The order in which columns are renamed, and the way back that is written for a change. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { planRenames } from "../../../src/core/alter/rename.ts";
import { COMPUTED, reverseOf } from "../../../src/core/alter/reverse.ts";
import { matched, table, wish } from "./wish.ts";

describe("the renames of a change", () => {
  for (const [about, current, wanted, directives, steps] of [
    ["are none", "a", "A, b", [], []],
    ["are none for the case of a name", "a, b", "A, b", ["renamed A from a"], []],
    ["are one", "a", "b", ["renamed b from a"], ["a → b"]],
    ["take the case of the wanted table", "a", "Two", ["renamed two from a"], ["a → Two"]],
    ["follow a chain from its end", "a, b", "b, c", ["renamed b from a", "renamed c from b"], ["b → c", "a → b"]],
    [
      "go round a circle by another name",
      "a, b",
      "a, b",
      ["renamed a from b", "renamed b from a"],
      ["b → lockstep_old_b", "a → b", "lockstep_old_b → a"],
    ],
    ["set aside what goes", "a, b", "b", ["renamed b from a", "drop b"], ["b → lockstep_old_b", "a → b"]],
    [
      "find a name that is free",
      "a, b, lockstep_old_b",
      "b, lockstep_old_b",
      ["renamed b from a", "drop b"],
      ["b → lockstep_old_b_2", "a → b"],
    ],
  ] as const) {
    it(about, () => {
      const plan = planRenames(table(current), wish(table(wanted), ...directives));
      assert.deepEqual(
        plan.steps.map(({ from, to }) => `${from} → ${to}`),
        steps,
      );
      const names = new Set(table(current).columns.map(({ name }) => name));
      assert.deepEqual(new Set(plan.oldNames.values()), names);
    });
  }
});

describe("the way back of a change", () => {
  for (const [about, current, wanted, directives, lines] of [
    ["takes out what is new", "a", "a, b DEFAULT 1", [], ["CREATE TABLE t (a);", '-- lockstep:drop "b"']],
    [
      "gives the old names",
      "a, b",
      "a, c",
      ["renamed c from b"],
      ["CREATE TABLE t (a, b);", '-- lockstep:renamed "b" from "c"'],
    ],
    ["gives the old types", "a INT", "a TEXT", [], ["CREATE TABLE t (a INT);"]],
    ["makes again what is generated", "a, b AS (a)", "a", [], ["CREATE TABLE t (a, b AS (a));"]],
    [
      "computes again what is a value of its own now",
      "a, b AS (a)",
      "a, b",
      [],
      ["CREATE TABLE t (a, b AS (a));", '-- lockstep:drop "b"'],
    ],
    [
      "gives a generated column its old name, by which indexes know it",
      "a, b AS (a)",
      "a, c AS (a)",
      ["renamed c from b"],
      ["CREATE TABLE t (a, b AS (a));", '-- lockstep:renamed "b" from "c"'],
    ],
    ["gives names the case that they had", "Name", "name", [], ["CREATE TABLE t (Name);"]],
    [
      "leaves out what was said of another change",
      "a, -- lockstep:renamed from z\n b INT",
      "a, b TEXT",
      [],
      ["CREATE TABLE t (a,\n b INT);"],
    ],
    [
      "is not known where a column that was computed has another name too",
      "a, b AS (a)",
      "a, c",
      ["renamed c from b"],
      undefined,
    ],
    ["is not known where a column went", "a, b", "a", ["drop b"], undefined],
    ["is not known where values were computed over", "a", "a", ["copy a = 1"], undefined],
    ["is not known where a column was read into another", "a, b", "c", ["copy c = a || b"], undefined],
  ] as const) {
    it(about, () => {
      const own = table(current);
      const reverse = reverseOf(own, matched(own, wish(table(wanted), ...directives)));
      assert.equal(reverse, lines === undefined ? undefined : ["-- lockstep:rebuild", ...lines].join("\n"));
    });
  }

  it("is known from one that somebody wrote by a comment, which is no directive", () => {
    assert.match(COMPUTED, /^-- (?!lockstep:)/);
  });
});
