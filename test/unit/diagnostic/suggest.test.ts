/** "Did you mean": what is near enough to be meant, and what is not. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { suggest } from "../../../src/core/diagnostic/suggest.ts";

const columns = ["id", "email", "name", "created_at", "user_id"];

const cases: readonly (readonly [
  word: string,
  candidates: readonly string[],
  expected: string | undefined,
  why: string,
])[] = [
  ["emial", columns, "email", "two neighbours swapped"],
  ["emal", columns, "email", "a letter forgotten"],
  ["emaiil", columns, "email", "a letter too much"],
  ["emaul", columns, "email", "another letter"],
  ["EMAIL", columns, "email", "another case"],
  ["createdat", columns, "created_at", "an underscore forgotten"],
  ["userid", columns, "user_id", "an underscore forgotten in a short name"],
  ["telephone", columns, undefined, "nothing near"],
  ["x", columns, undefined, "one letter, which is near to nothing"],
  ["ix", columns, undefined, "two letters of which one differs"],
  ["id", columns, "id", "the word itself"],
  ["", columns, undefined, "no word"],
  ["email", [], undefined, "no candidates"],
  ["nam", ["name", "nam"], "nam", "the word itself before a near one"],
  ["cat", ["car", "bat"], "car", "the first of two that are equally near"],
  ["lockstp", ["lockstep", "lockstop"], "lockstep", "the first of two that are equally near"],
];

/** The distance by its definition, without any shortcut: insertions, deletions, replacements and swaps of neighbours. */
function distance(left: string, right: string): number {
  if (left === "" || right === "") return Math.max(left.length, right.length);
  const same = left.at(-1) === right.at(-1);
  const ways = [
    distance(left.slice(0, -1), right) + 1,
    distance(left, right.slice(0, -1)) + 1,
    distance(left.slice(0, -1), right.slice(0, -1)) + (same ? 0 : 1),
  ];
  const swapped = left.length > 1 && right.length > 1 && left.at(-1) === right.at(-2) && left.at(-2) === right.at(-1);
  if (swapped) ways.push(distance(left.slice(0, -2), right.slice(0, -2)) + 1);
  return Math.min(...ways);
}

describe("suggest", () => {
  for (const [word, candidates, expected, why] of cases) {
    it(`finds ${expected ?? "nothing"} for "${word}": ${why}`, () => {
      assert.equal(suggest(word, candidates), expected);
    });
  }

  it("takes any iterable", () => {
    assert.equal(suggest("emial", new Set(columns)), "email");
  });

  it("gives one of the candidates or nothing, and a candidate for itself", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 8 }), (wanted, candidates) => {
        const found = suggest(wanted, candidates);
        assert.ok(found === undefined || candidates.includes(found));
        if (wanted !== "" && candidates.includes(wanted)) assert.equal(found?.toLowerCase(), wanted.toLowerCase());
      }),
    );
  });

  it("gives the first of the nearest candidates, where no more than a third of the word differs", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 });
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 6 }), (wanted, candidates) => {
        const limit = wanted.length < 3 ? 1 : Math.floor(wanted.length / 3) + 1;
        const near = candidates.filter((candidate) => distance(wanted, candidate) < limit);
        const least = Math.min(...near.map((candidate) => distance(wanted, candidate)));
        assert.equal(
          suggest(wanted, candidates),
          near.find((candidate) => distance(wanted, candidate) === least),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("finds a word of six letters with any two neighbours swapped", () => {
    for (let at = 0; at < 5; at += 1) {
      const word = "orders";
      const swapped = word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2);
      assert.equal(suggest(swapped, ["users", "orders", "items"]), "orders");
    }
  });
});
