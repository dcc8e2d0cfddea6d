/** Values as SQL: what SQLite makes of each is exactly the value. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { literal, type StoredValue } from "../../../src/core/squash/literal.ts";

const database = new DatabaseSync(":memory:");

/** The value that SQLite makes of it, as its type and its bytes. */
function made(value: StoredValue): {
  readonly type: string;
  readonly hex: string;
  readonly number: number | undefined;
} {
  const sql = literal(value);
  assert.doesNotMatch(sql, /\p{Cc}/u);
  const row = database
    .prepare(
      `SELECT typeof(v) AS type, hex(CAST(v AS BLOB)) AS hex, iif(typeof(v) = 'real', v, NULL) AS number FROM (SELECT ${sql} AS v)`,
    )
    .get();
  return {
    type: String(row?.["type"]),
    hex: String(row?.["hex"]),
    number: row?.["number"] === null ? undefined : Number(row?.["number"]),
  };
}

describe("a number", () => {
  const numbers = [
    0,
    1,
    -1,
    0.1,
    1e22,
    1e23,
    0.1 + 0.2,
    4.391_236_181_282_36e172,
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    -Number.MIN_VALUE,
    2.225_073_858_507_201e-308,
    Number.EPSILON,
    Math.PI,
    1e15,
    123_456_789_012_345_680,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const number of numbers) {
    it(`${number} is the same real, to the last bit`, () => {
      const { type, number: read } = made({ kind: "real", number });
      assert.equal(type, "real");
      assert.ok(Object.is(read, number), `${literal({ kind: "real", number })} is ${read}`);
    });
  }

  it("keeps short digits as they are, and puts long ones together", () => {
    assert.equal(literal({ kind: "real", number: 19.99 }), "19.99");
    assert.equal(literal({ kind: "real", number: 7 }), "7.0");
    assert.equal(literal({ kind: "real", number: -0.1 - 0.2 }), "CAST(-1351079888211149 AS REAL) / 4503599627370496");
  });

  for (const digits of ["9223372036854775807", "-9223372036854775808"]) {
    it(`${digits} is the same integer`, () => {
      const { type, hex } = made({ kind: "integer", digits });
      assert.deepEqual([type, Buffer.from(hex, "hex").toString()], ["integer", digits]);
    });
  }
});

describe("a text", () => {
  for (const text of [
    "",
    "it's",
    "a\nb",
    "\r\n",
    "\0",
    "x\0y\u001B[31m\u0085",
    "😀 é 日本",
    "--",
    "'); DROP TABLE t; --",
  ]) {
    it(`${JSON.stringify(text)} is the same text, and has no control character in SQL`, () => {
      const { type, hex } = made({ kind: "text", text });
      assert.deepEqual([type, Buffer.from(hex, "hex").toString()], ["text", text]);
    });
  }

  it("of thousands of lines, or of nothing but their ends, is no deeper than SQLite takes", () => {
    for (const text of ["one line\n".repeat(12_000), "\n".repeat(300)]) {
      const { type, hex } = made({ kind: "text", text });
      assert.deepEqual([type, Buffer.from(hex, "hex").toString()], ["text", text]);
    }
  });

  it("of bytes that are no UTF-8 keeps them", () => {
    assert.deepEqual(made({ kind: "damaged_text", hex: "41FF42" }), { type: "text", hex: "41FF42", number: undefined });
  });
});

it("bytes and NULL are the same", () => {
  assert.deepEqual(made({ kind: "blob", hex: "00FF" }), { type: "blob", hex: "00FF", number: undefined });
  assert.deepEqual(made({ kind: "blob", hex: "" }).type, "blob");
  assert.deepEqual(made({ kind: "null" }).type, "null");
});
