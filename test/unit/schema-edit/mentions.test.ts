/** The names in an expression that can be columns are found, and an expression that is not known is not guessed at. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wholeExpression } from "../../../src/core/schema/edit/fragment.ts";
import { mentionsIn } from "../../../src/core/schema/edit/mentions.ts";

/** The mentions as they stand in the text, with what stands in front of the dot. */
function mentions(text: string): readonly string[] | undefined {
  return mentionsIn(wholeExpression(text))?.map(({ span, qualifier }) => {
    const name = text.slice(span.start, span.end);
    return qualifier === undefined ? name : `${qualifier} ${name}`;
  });
}

describe("mentionsIn", () => {
  for (const [text, expected] of [
    ["1", []],
    ["a", ["a"]],
    ['a + [b] || `c` -> "d"', ["a", "[b]", "`c`", '"d"']],
    ["t.a > main.t.b", ["t a", "t b"]],
    ["'t'.'a' > 'a'", ["t 'a'"]],
    ["a + *", undefined],
    ["f() + count(*) + g(DISTINCT a, b)", ["a", "b"]],
    ["CAST(a AS b(1, 2)) + CAST(CAST(c AS d) AS e f)", ["a", "c"]],
    ["a COLLATE b > c COLLATE 'd'", ["a", "c"]],
    ["a NOT NULL AND b NOTNULL OR NOT c ISNULL", ["a", "b", "c"]],
    [
      "a NOT LIKE b ESCAPE c AND d NOT IN (e, f) AND g NOT BETWEEN h AND i",
      ["a", "b", "c", "d", "e", "f", "g", "h", "i"],
    ],
    ["a IS NOT DISTINCT FROM b AND c IS NOT d", ["a", "b", "c", "d"]],
    [
      "CASE WHEN a THEN b WHEN c THEN d END + CASE e WHEN f THEN g ELSE h END",
      ["a", "b", "c", "d", "e", "f", "g", "h"],
    ],
    ["end + CASE end WHEN end THEN end END", ["end", "end", "end", "end"]],
    ["like LIKE like AND glob GLOB glob", ["like", "like", "glob", "glob"]],
    ["NULL + CURRENT_DATE + x'00' + ?1 + 'a'", []],
    ["left + key + window + over", ["left", "key", "window", "over"]],
    ["true", ["true"]],
    ["(a, (b)) = (1, 2)", ["a", "b"]],
    ["a IN ()", ["a"]],
    ["with + f(with)", ["with", "with"]],
    ["a IN b", undefined],
    ["a IN (SELECT b FROM c)", undefined],
    ["(WITH a AS (SELECT 1) SELECT 2)", undefined],
    ["EXISTS (VALUES (a))", undefined],
    ["sum(a) OVER (ORDER BY b)", undefined],
    ["sum(a) FILTER (WHERE b)", undefined],
    ["group_concat(a ORDER BY b)", undefined],
    ["a b", undefined],
    ["a 1", undefined],
    ["a,b", undefined],
    ["a +", undefined],
    ["(a", undefined],
    ["a)", undefined],
    ["cast > 1", undefined],
    ["raise(IGNORE)", undefined],
    ["'a", undefined],
    ["", undefined],
  ] as const) {
    it(`${expected === undefined ? "gives up at" : "reads"} ${JSON.stringify(text)}`, () => {
      assert.deepEqual(mentions(text), expected);
    });
  }

  it("gives places in the text that the expression comes from", () => {
    const found = mentionsIn({ text: "a > 0", span: { start: 20, end: 25 } });
    assert.deepEqual(found, [{ name: "a", span: { start: 20, end: 21 }, form: "bare" }]);
  });
});
