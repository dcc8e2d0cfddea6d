/** Rule: every error code is provoked through the public API by a test that also looks at the database, or it is told here why not. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { errorCodes, type ErrorCode } from "../../src/error-code.ts";
import { readTree, withoutComments } from "../support/source-tree.ts";

/** Codes that no call of the library gives, and who gives them. */
const ELSEWHERE: Readonly<Partial<Record<ErrorCode, string>>> = {
  invalid_usage: "only the command line has arguments",
  config_invalid: "only the command line reads a config file",
  file_exists: "only the command line writes files",
  file_unwritable: "only the command line writes files",
  confirmation_needed: "only the command line asks; test/cli holds it to its word",
  internal_invariant:
    "a mistake of lockstep's own: the unit tests of assert() and test/driver/faults.test.ts provoke it",
};

/** The files whose helpers check the code, the four parts and the bytes of the database. */
const TESTS = /^test\/integration\/(?:bad-input|source|code|inspect|alter|diff|squash)[\w-]*\.test\.ts$/;

/** The codes that the tests in a text expect: the argument of a helper, the member of a table, the element of a tuple. */
function provokedIn(text: string): ReadonlySet<ErrorCode> {
  const words = [...withoutComments(text).matchAll(/"([a-z]+(?:_[a-z]+)*)"/g)].map(([, word]) => word);
  return new Set(errorCodes.filter((code) => words.includes(code)));
}

/** The codes that are neither provoked nor excused. */
function missing(provoked: ReadonlySet<ErrorCode>): readonly ErrorCode[] {
  return errorCodes.filter((code) => !provoked.has(code) && ELSEWHERE[code] === undefined);
}

const tests = readTree("test").filter(({ path }) => TESTS.test(path));
const provoked = provokedIn(tests.map(({ text }) => text).join("\n"));

describe("every error code", () => {
  it("is provoked by a test, or has a reason why not", () => {
    assert.deepEqual(missing(provoked), []);
  });

  for (const code of Object.keys(ELSEWHERE)) {
    it(`that is excused is not provoked after all: ${code}`, () => {
      assert.ok(!provoked.has(code as ErrorCode));
    });
  }

  it("is there once", () => {
    assert.equal(new Set(errorCodes).size, errorCodes.length);
  });

  it("is written in small letters with underscores", () => {
    for (const code of errorCodes) assert.match(code, /^[a-z]+(?:_[a-z]+)*$/);
  });
});

describe("the rule itself", () => {
  it("notices a code that nobody provokes", () => {
    const without = new Set(provoked);
    without.delete("database_full");
    assert.deepEqual(missing(without), ["database_full"]);
  });

  it("reads codes in quotes and not in comments", () => {
    assert.deepEqual(
      provokedIn('provoke("changed", x); // not "database_full"\n/* "irreversible" */'),
      new Set(["changed"]),
    );
  });

  it("finds the tests", () => {
    assert.ok(tests.length >= 6);
  });
});
