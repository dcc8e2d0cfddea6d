/** Positions in a script. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { positionAt, positionReader } from "../../../src/core/sql/script.ts";

const cases: readonly (readonly [text: string, offset: number, line: number, column: number])[] = [
  ["", 0, 1, 1],
  ["abc", 0, 1, 1],
  ["abc", 2, 1, 3],
  ["abc", 99, 1, 4],
  ["abc", -1, 1, 1],
  ["a\nb", 1, 1, 2],
  ["a\nb", 2, 2, 1],
  ["a\r\nb", 3, 2, 1],
  ["a\rb", 2, 1, 3],
  ["\n\n", 1, 2, 1],
  ["\n\n", 2, 3, 1],
  ["\u{1F600}b", 2, 1, 3],
];

describe("positionAt", () => {
  for (const [text, offset, line, column] of cases) {
    it(`finds offset ${offset} of ${JSON.stringify(text)} on line ${line}, column ${column}`, () => {
      assert.deepEqual(positionAt(text, offset), { line, column });
    });
  }
});

describe("positionReader", () => {
  it("gives the same positions as positionAt for growing offsets", () => {
    const text = "a\r\n\nbc\n\ndef";
    const read = positionReader(text);
    for (let offset = 0; offset <= text.length; offset += 1) assert.deepEqual(read(offset), positionAt(text, offset));
  });
});
