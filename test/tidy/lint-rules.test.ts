/** Rules of the linter: one file for each, named as its code, in the catalogue, with a page that is its test. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { RULES } from "../../src/core/lint/catalogue.ts";
import { root } from "../docs/support/page.ts";
import { readLintPages } from "../docs/support/lint-page.ts";

const files = readdirSync(join(root, "src/core/lint/rules")).toSorted();

describe("the rules of the linter", () => {
  it("have one file each, named as their code", () => {
    assert.deepEqual(
      files,
      RULES.map(({ code }) => `${code.replaceAll("_", "-")}.ts`),
    );
  });

  it("have one page each, with an unsafe example and a safe twin", () => {
    assert.deepEqual(
      readLintPages().map(({ code }) => code),
      RULES.map(({ code }) => code),
    );
  });

  it("have codes of small letters, and titles that are no sentences", () => {
    for (const { code, title } of RULES) {
      assert.match(code, /^[a-z]+(?:_[a-z]+)*$/);
      assert.doesNotMatch(title, /[.!]$/);
    }
  });
});
