/** Text as it can be shown: nothing in it that a terminal obeys, or that a reader cannot see. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { visible, visibleLines } from "../../../src/core/diagnostic/visible.ts";

describe("visible", () => {
  const cases: readonly (readonly [text: string, expected: string])[] = [
    ["", ""],
    ['größe 表 😀 it\'s "quoted" \\ `', 'größe 表 😀 it\'s "quoted" \\ `'],
    ["a\tb", "a\tb"],
    ["a\nb\r\0", "a␊b␍␀"],
    ["\u001B[31mred\u001B[0m\u0007", "␛[31mred␛[0m␇"],
    ["\u007F\u0080\u009B2J\u009F", "␡<U+0080><U+009B>2J<U+009F>"],
    ["abc\u202Etxt.exe", "abc<U+202E>txt.exe"],
    ["a\u200Bb\uFEFF\u00AD\u2028\u2029", "a<U+200B>b<U+FEFF><U+00AD><U+2028><U+2029>"],
    ["\u00A0\u2190\u2400\uFFFD", "\u00A0\u2190\u2400\uFFFD"],
  ];
  for (const [text, expected] of cases) {
    it(`shows ${JSON.stringify(text)} as ${JSON.stringify(expected)}`, () => assert.equal(visible(text), expected));
  }

  it("leaves one sign for each control character, so that columns stay", () => {
    for (let code = 0; code < 0x80; code += 1) assert.equal(visible(String.fromCharCode(code)).length, 1);
  });

  it("has nothing more to do with what it gave", () => {
    for (const [text] of cases) assert.equal(visible(visible(text)), visible(text));
  });
});

describe("visibleLines", () => {
  it("sets in every line but the first", () => {
    assert.equal(visibleLines("one\n state: two\r\n\u001Bthree"), "one\n     state: two\n    ␛three");
  });
});
