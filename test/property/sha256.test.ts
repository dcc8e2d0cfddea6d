/** The written-out SHA-256 against Node's. */
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { sha256 } from "../../src/core/sha256.ts";
import { tries } from "./tries.ts";

describe("sha256", () => {
  it("is right at every length around the size of a block", () => {
    for (let length = 0; length <= 200; length += 1) {
      const text = "a".repeat(length);
      assert.equal(sha256(text), hash("sha256", text, "hex"), `${length} characters`);
    }
  });

  it("is right for any text, in UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        assert.equal(sha256(text), hash("sha256", text, "hex"));
      }),
      tries(1000),
    );
  });

  it("is right for a long text", () => {
    const text = "CREATE TABLE ü (x);\n".repeat(20_000);
    assert.equal(sha256(text), hash("sha256", text, "hex"));
  });
});
