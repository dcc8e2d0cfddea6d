/** The text of errors: four parts, always, in one order, whatever an error knows. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { errorCodes } from "../../src/error-code.ts";
import {
  assert as check,
  describeError,
  describeLoss,
  LockstepError,
  type ErrorDetails,
  type Place,
} from "../../src/error.ts";
import type { Loss } from "../../src/report.ts";

const base: ErrorDetails = {
  code: "statement_failed",
  problem: "no such column: emial",
  place: {
    kind: "file",
    file: "migrations/5.sql",
    line: 7,
    column: 18,
    length: 5,
    lineText: "UPDATE users SET emial = 1;",
  },
  outcome: "rolled_back",
  hint: 'did you mean "email"?',
  databaseVersion: 4,
  statement: { position: 2, total: 4 },
};

function optional<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined });
}

/** Takes members away: exactOptionalPropertyTypes allows no undefined in their place. */
function without(details: ErrorDetails, ...names: readonly (keyof ErrorDetails)[]): ErrorDetails {
  return Object.fromEntries(
    Object.entries(details).filter(([name]) => !names.includes(name as keyof ErrorDetails)),
  ) as unknown as ErrorDetails;
}

describe("describeError", () => {
  it("tells problem, place with code frame, state and hint", () => {
    assert.deepEqual(describeError(base), [
      "no such column: emial",
      "  --> migrations/5.sql:7:18  (statement 2 of 4)",
      " 7 | UPDATE users SET emial = 1;",
      "   |                  ^^^^^",
      " state: rolled back, database at version 4",
      '  hint: did you mean "email"?',
    ]);
  });

  const places: readonly (readonly [place: Place, expected: string])[] = [
    [{ kind: "file", file: "a.sql" }, "  --> a.sql"],
    [{ kind: "file", file: "a.sql", line: 3 }, "  --> a.sql:3"],
    [{ kind: "file", file: "a.sql", line: 3, column: 4 }, "  --> a.sql:3:4"],
    [{ kind: "database", database: "app.db" }, "  --> app.db"],
    [{ kind: "directory", directory: "migrations" }, "  --> migrations"],
    [{ kind: "argument", argument: "lockTimeoutMs" }, "  --> lockTimeoutMs"],
  ];
  for (const [place, expected] of places) {
    it(`names the place${expected.slice(5)}`, () => {
      assert.equal(describeError({ ...without(base, "statement"), place })[1], expected);
    });
  }

  const states: readonly (readonly [details: Partial<ErrorDetails>, expected: string])[] = [
    [{ outcome: "unchanged" }, "nothing changed, database at version 4"],
    [{ outcome: "unchanged", databaseVersion: 0 }, "nothing changed, database at version 0"],
    [{ outcome: "rolled_back" }, "rolled back, database at version 4"],
    [{ outcome: "unknown" }, "not known, since the migration ended the transaction itself, database at version 4"],
    [
      { outcome: "partial", progress: { done: 2, total: 5 } },
      "half-way, 2 of 5 statements done, database at version 4",
    ],
    [
      { outcome: "partial", progress: { done: 0, total: null } },
      "half-way, 0 of ? statements done, database at version 4",
    ],
    [
      {
        outcome: "unchanged",
        migration: { version: 4, name: "C" },
        completed: [
          { version: 2, name: "A", durationMs: 1 },
          { version: 3, name: "B", durationMs: 1 },
        ],
      },
      "this migration changed nothing, database at version 4 (done before it and kept: 2, 3)",
    ],
    [
      { outcome: "unchanged", completed: [{ version: 2, name: "A", durationMs: 1 }] },
      "nothing changed, database at version 4 (done before it and kept: 2)",
    ],
    [{ outcome: "rolled_back", completed: [] }, "rolled back, database at version 4"],
  ];
  for (const [details, expected] of states) {
    it(`says "${expected}"`, () => {
      assert.ok(describeError({ ...base, ...details }).includes(` state: ${expected}`));
    });
  }

  it("leaves out a version that is not known", () => {
    assert.ok(describeError(without(base, "databaseVersion")).includes(" state: rolled back"));
  });

  it("names what would be lost between the place and the state", () => {
    const losses: readonly Loss[] = [
      { kind: "rows", table: "users", count: 3 },
      { kind: "values", table: "users", column: "email", count: 1 },
    ];
    const lines = describeError({
      ...without(base, "statement"),
      place: { kind: "database", database: "app.db" },
      losses,
    });
    assert.deepEqual(lines.slice(1, 5), [
      "  --> app.db",
      "  - 3 rows of users",
      "  - 1 value of users.email",
      " state: rolled back, database at version 4",
    ]);
  });

  it("ends with the stack of a migration that threw", () => {
    const lines = describeError({ ...base, trace: ["at up (a.ts:3:9)", "at b (b.ts:1:1)"] });
    assert.deepEqual(lines.slice(-3), ['  hint: did you mean "email"?', "    at up (a.ts:3:9)", "    at b (b.ts:1:1)"]);
  });
});

describe("describeLoss", () => {
  const cases: readonly (readonly [loss: Loss, expected: string])[] = [
    [{ kind: "rows", table: "users", count: 1 }, "1 row of users"],
    [{ kind: "rows", table: "users", count: 12 }, "12 rows of users"],
    [{ kind: "values", table: "users", column: "email", count: 1 }, "1 value of users.email"],
    [{ kind: "values", table: "users", column: "email", count: 2 }, "2 values of users.email"],
  ];
  for (const [loss, expected] of cases) {
    it(`says "${expected}"`, () => assert.equal(describeLoss(loss), expected));
  }
});

describe("LockstepError", () => {
  it("is an Error whose message is the whole text and whose details are the parts", () => {
    const cause = new Error("SQLite says no");
    const error = new LockstepError({ ...base, cause });
    assert.ok(error instanceof Error);
    assert.equal(error.name, "LockstepError");
    assert.equal(error.code, "statement_failed");
    assert.equal(error.message, describeError(base).join("\n"));
    assert.equal(error.cause, cause);
    assert.equal(error.details.cause, cause);
  });

  it("has no cause where there is none", () => {
    assert.equal(Object.hasOwn(new LockstepError(base), "cause"), false);
  });

  it("is told again with what only an outer layer knows, and leaves the first one as it is", () => {
    const first = new LockstepError(without(base, "databaseVersion"));
    const second = first.with({ databaseVersion: 9, outcome: "unchanged" });
    assert.equal(first.details.databaseVersion, undefined);
    assert.equal(second.details.databaseVersion, 9);
    assert.match(second.message, / state: nothing changed, database at version 9$/m);
    assert.match(first.message, / state: rolled back$/m);
  });

  it("has the same four parts in the same order for all details", () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9_.:"'/-][a-zA-Z0-9_ .:"'/-]{0,30}$/);
    const place: fc.Arbitrary<Place> = fc.oneof(
      fc.record({ kind: fc.constant("database" as const), database: word }),
      fc.record({ kind: fc.constant("directory" as const), directory: word }),
      fc.record({ kind: fc.constant("argument" as const), argument: word }),
      fc.record(
        {
          kind: fc.constant("file" as const),
          file: word,
          line: fc.integer({ min: 1, max: 99_999 }),
          column: fc.integer({ min: 1, max: 500 }),
          length: fc.integer({ min: 1, max: 500 }),
          lineText: fc.string({ maxLength: 200 }).map((text) => text.replaceAll(/[\r\n]/g, " ")),
        },
        { requiredKeys: ["kind", "file"] },
      ),
    );
    const migration = fc.record({ version: fc.integer({ min: 1 }), name: word, durationMs: fc.integer({ min: 0 }) });
    const total = fc.option(fc.integer({ min: 1, max: 99 }), { nil: null });
    const details = fc
      .record({
        code: fc.constantFrom(...errorCodes),
        problem: word,
        place,
        outcome: fc.constantFrom("unchanged" as const, "rolled_back" as const, "partial" as const, "unknown" as const),
        hint: word,
        databaseVersion: optional(fc.nat()),
        statement: optional(
          fc.record({ position: fc.integer({ min: 1, max: 9 }), total: fc.integer({ min: 9, max: 99 }) }),
        ),
        progress: optional(fc.record({ done: fc.nat({ max: 99 }), total })),
        completed: optional(fc.array(migration, { maxLength: 3 })),
        losses: optional(
          fc.array(fc.record({ kind: fc.constant("rows" as const), table: word, count: fc.integer({ min: 1 }) }), {
            maxLength: 3,
          }),
        ),
        trace: optional(fc.array(word, { maxLength: 3 })),
      })
      .map(
        (all) =>
          Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as ErrorDetails,
      );
    fc.assert(
      fc.property(details, (known) => {
        const lines = new LockstepError(known).message.split("\n");
        assert.equal(lines[0], known.problem);
        assert.match(lines[1] ?? "", /^ {2}--> \S/);
        const states = lines.flatMap((line, index) => (line.startsWith(" state: ") ? [index] : []));
        const hints = lines.flatMap((line, index) => (line.startsWith("  hint: ") ? [index] : []));
        assert.equal(states.length, 1);
        assert.deepEqual(hints, [(states[0] ?? 0) + 1]);
        assert.equal(lines[hints[0] ?? 0], `  hint: ${known.hint}`);
        assert.equal(lines.length - 1 - (hints[0] ?? 0), known.trace?.length ?? 0);
        const version = known.databaseVersion;
        assert.equal((lines[states[0] ?? 0] ?? "").includes(", database at version "), version !== undefined);
      }),
      { numRuns: 500 },
    );
  });
});

describe("assert", () => {
  it("is silent where the expectation holds", () => {
    assert.equal(check(true, "all is well"), undefined);
  });

  it("fails with internal_invariant and names the rule that was broken", () => {
    assert.throws(
      () => check(false, "a step ends in its transaction"),
      (error: unknown) =>
        error instanceof LockstepError &&
        error.code === "internal_invariant" &&
        error.details.problem.includes("a step ends in its transaction"),
    );
  });
});
