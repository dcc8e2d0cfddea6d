/** What a statement behind `-- lockstep:rebuild` says of a table, and which directives are misread. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readWish } from "./wish.ts";

const HEAD = "-- lockstep:rebuild\n";

describe("a wish in SQL", () => {
  it("has the table as SQLite stores it, without what speaks to lockstep", () => {
    const intent = readWish(
      "CREATE TABLE IF NOT EXISTS main.t (\n  a INT, -- first\n  b INT -- lockstep:renamed from c\n) STRICT",
    );
    assert.ok("wanted" in intent);
    assert.equal(intent.wanted.sql, "CREATE TABLE t (\n  a INT, -- first\n  b INT\n) STRICT");
    assert.deepEqual(
      [...intent.renames].map(([name, { from }]) => [name, from]),
      [["b", "c"]],
    );
  });

  it("has its directives, with the places of all of them", () => {
    const sql = "CREATE TABLE t (a, b, c)";
    const lines = ['copy "A" = x + 1 -- why', "drop X , [y z]", "renamed b FROM 'old'", "allow lossy_conversion"];
    const intent = readWish(sql, ...lines);
    assert.ok("wanted" in intent);
    const script = `${HEAD}${sql};\n${lines.map((line) => `-- lockstep:${line}`).join("\n")}`;
    const textAt = ({ offset, length }: { readonly offset: number; readonly length: number }): string =>
      script.slice(offset, offset + length);
    assert.deepEqual(
      [...intent.copies].map(([name, { expression, place }]) => [name, expression, textAt(place)]),
      [["a", "x + 1", '-- lockstep:copy "A" = x + 1 -- why']],
    );
    assert.deepEqual(
      [...intent.drops].map(([name, { place }]) => [name, textAt(place)]),
      ["x", "y z"].map((name) => [name, "-- lockstep:drop X , [y z]"]),
    );
    assert.deepEqual(
      [...intent.renames].map(([name, { from, place }]) => [name, from, textAt(place)]),
      [["b", "old", "-- lockstep:renamed b FROM 'old'"]],
    );
    assert.deepEqual([...intent.allows], ["lossy_conversion"]);
    assert.deepEqual(
      [...(intent.places ?? [])].map(([name, place]) => [name, textAt(place)]),
      [
        ["a", "a"],
        ["b", "b"],
        ["c", "c"],
      ],
    );
  });

  for (const [about, sql, directives, problem] of [
    ["a table of another schema", "CREATE TABLE temp.t (a)", [], /is in "temp"/],
    ["a table that nobody can read", "CREATE TABLE t (a INT b, , c)", [], /cannot be read/],
    ["a table from a query", "CREATE TABLE t AS SELECT 1", [], /cannot be read/],
    ["a copy without a value", "CREATE TABLE t (a)", ["copy a ="], /not written as it has to be/],
    ["a copy without a column", "CREATE TABLE t (a)", ["copy 1 = a"], /not written as it has to be/],
    ["a copy of two expressions", "CREATE TABLE t (a)", ["copy a = 1; 2"], /more than one expression/],
    ["a copy with a parenthesis too many", "CREATE TABLE t (a)", ["copy a = 1) + (2"], /a "\)" too many/],
    ["a copy with a parenthesis missing", "CREATE TABLE t (a)", ["copy a = (1"], /a "\)" is missing/],
    ["a copy with a parameter", "CREATE TABLE t (a)", ["copy a = :x"], /:x has no value/],
    ["a copy with half a text", "CREATE TABLE t (a)", ["copy a = 'x"], /cannot be read/],
    ["two copies of one column", "CREATE TABLE t (a)", ["copy a = 1", "copy A = 2"], /computed twice/],
    ["a drop of an expression", "CREATE TABLE t (a)", ["drop a + b"], /not written as it has to be/],
    ["a drop that ends with a comma", "CREATE TABLE t (a)", ["drop b,"], /not written as it has to be/],
    ["a rename without from", "CREATE TABLE t (a)", ["renamed a b"], /not written as it has to be/],
    ["two renames of one column", "CREATE TABLE t (a)", ["renamed a from b", "renamed a from c"], /renamed twice/],
    [
      "a directive beside no column",
      "CREATE TABLE t ( -- lockstep:renamed from b\n  a)",
      [],
      /stands beside no column/,
    ],
  ] as const) {
    it(`is refused for ${about}`, () => {
      const intent = readWish(sql, ...directives);
      assert.ok("problem" in intent, "it was read");
      assert.match(intent.problem, problem);
      assert.ok(intent.place !== undefined && intent.place.offset >= HEAD.length);
    });
  }
});
