/** The code frame: the line, and carets under the part that is wrong, whatever the line looks like. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { codeFrame } from "../../../src/core/diagnostic/code-frame.ts";

interface Case {
  readonly about: string;
  readonly lineText: string;
  readonly line?: number;
  readonly column: number;
  readonly length?: number;
  readonly expected: readonly [source: string, carets: string];
}

const long = "a".repeat(100) + "b".repeat(10) + "c".repeat(100);

const cases: readonly Case[] = [
  {
    about: "points at a word",
    lineText: "UPDATE users SET emial = 1;",
    line: 7,
    column: 18,
    length: 5,
    expected: [" 7 | UPDATE users SET emial = 1;", "   |                  ^^^^^"],
  },
  {
    about: "points at the first character",
    lineText: "SELEC 1",
    column: 1,
    length: 5,
    expected: [" 1 | SELEC 1", "   | ^^^^^"],
  },
  { about: "shows at least one caret", lineText: "abc", column: 2, length: 0, expected: [" 1 | abc", "   |  ^"] },
  { about: "ends at the end of the line", lineText: "abc", column: 2, length: 99, expected: [" 1 | abc", "   |  ^^"] },
  { about: "points behind the last character", lineText: "abc", column: 4, expected: [" 1 | abc", "   |    ^"] },
  {
    about: "stays behind the last character for a column past the end",
    lineText: "abc",
    column: 50,
    expected: [" 1 | abc", "   |    ^"],
  },
  { about: "shows an empty line", lineText: "", column: 1, expected: [" 1 | ", "   | ^"] },
  {
    about: "keeps tabs, so that any tab width fits",
    lineText: "\tx\ty = 1",
    column: 4,
    expected: [" 1 | \tx\ty = 1", "   | \t \t^"],
  },
  {
    about: "grows with the number of the line",
    lineText: "x",
    line: 12345,
    column: 1,
    expected: ["12345 | x", "      | ^"],
  },
  {
    about: "counts UTF-16 units, as editors do",
    lineText: "a😀b",
    column: 4,
    expected: [" 1 | a😀b", "   |    ^"],
  },
  {
    about: "cuts a long line on both sides",
    lineText: long,
    column: 101,
    length: 10,
    expected: [` 1 | ${"a".repeat(36)}${"b".repeat(10)}${"c".repeat(26)}`, `   | ${" ".repeat(36)}${"^".repeat(10)}`],
  },
  {
    about: "cuts a long line at its end only, where the place is at its start",
    lineText: long,
    column: 3,
    length: 2,
    expected: [` 1 | ${"a".repeat(72)}`, "   |   ^^"],
  },
  {
    about: "cuts a long line at its start only, where the place is at its end",
    lineText: long,
    column: 209,
    length: 2,
    expected: [` 1 | ${"c".repeat(72)}`, `   | ${" ".repeat(70)}^^`],
  },
  {
    about: "cuts the carets where it cuts the line",
    lineText: "x".repeat(200),
    column: 101,
    length: 100,
    expected: [` 1 | ${"x".repeat(72)}`, `   | ${" ".repeat(36)}${"^".repeat(36)}`],
  },
  {
    about: "shows a line of exactly the width whole",
    lineText: "x".repeat(72),
    column: 72,
    expected: [` 1 | ${"x".repeat(72)}`, `   | ${" ".repeat(71)}^`],
  },
];

describe("codeFrame", () => {
  for (const { about, lineText, line = 1, column, length = 1, expected } of cases) {
    it(about, () => assert.deepEqual(codeFrame({ lineText, line, column, length }), expected));
  }

  it("puts the first caret under the character that was meant, for every place in every line", () => {
    const input = fc.record({
      lineText: fc.string({ unit: fc.constantFrom("a", "b", " ", "\t", "é"), maxLength: 300 }),
      line: fc.integer({ min: 1, max: 1_000_000 }),
      column: fc.integer({ min: 1, max: 320 }),
      length: fc.integer({ min: 0, max: 320 }),
    });
    fc.assert(
      fc.property(input, (frame) => {
        const [source = "", carets = "", ...rest] = codeFrame(frame);
        assert.deepEqual(rest, []);
        const bar = source.indexOf(" | ") + 3;
        assert.equal(carets.indexOf(" | ") + 3, bar);
        const shown = source.slice(bar);
        assert.ok(shown.length <= 72);
        assert.ok(frame.lineText.includes(shown));
        const caret = carets.indexOf("^") - bar;
        assert.ok(caret >= 0 && caret <= shown.length);
        assert.match(carets.slice(bar), /^[ \t]*\^+$/);
        assert.ok(carets.length <= Math.max(source.length, bar + 1) + 1);
        // Under the character itself, unless the column lies past the end.
        if (frame.column <= frame.lineText.length) assert.equal(shown[caret], frame.lineText[frame.column - 1]);
        // The indent is as wide as what stands above it: a tab under a tab, a blank under all else.
        assert.equal(carets.slice(bar, bar + caret), shown.slice(0, caret).replaceAll(/[^\t]/g, " "));
      }),
      { numRuns: 500 },
    );
  });
});
