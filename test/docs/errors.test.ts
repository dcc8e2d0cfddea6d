/** docs/errors.md has an entry for each error code, and each entry shows a real one. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorCodes } from "../../src/error-code.ts";
import { assert as assertInvariant, LockstepError } from "../../src/error.ts";
import { readPage } from "./support/page.ts";

const page = readPage("docs/errors.md");
const entries = page.sections.filter(({ name }) => name !== "");

describe("docs/errors.md", () => {
  it("has an entry for each code, in their order, and no other", () => {
    assert.deepEqual(
      entries.map(({ name }) => name),
      errorCodes,
    );
  });
  for (const { name, fences } of entries) {
    it(`shows a message of ${name} with its four parts`, () => {
      const shown = fences.map(({ body }) => body).filter((body) => body.includes("\n state: "));
      assert.ok(shown.length > 0, "no message is shown");
      for (const body of shown) assert.match(body, /\n {2}--> .+\n(?:.*\n)* state: .+\n {2}hint: .+/);
      const codes = shown.flatMap((body) => [...body.matchAll(/^error\[(\w+)\]/gm)].map(([, code]) => code));
      for (const code of codes) assert.equal(code, name);
    });
  }
  it("says of each entry what to do", () => {
    for (const { name } of entries) {
      const [, text = ""] = page.text.split(`\n## ${name}\n`);
      assert.match(text.split("\n## ", 1)[0] ?? "", /^What to do: /m, name);
    }
  });
  it("shows internal_invariant as it is thrown", () => {
    const [fence] = entries.find(({ name }) => name === "internal_invariant")?.fences ?? [];
    assert.throws(
      () => assertInvariant(false, "a step that ends without an error is still in its transaction"),
      (error) => error instanceof LockstepError && error.message === fence?.body,
    );
  });
});
