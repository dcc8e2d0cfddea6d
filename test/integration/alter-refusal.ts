/** Changes of a table that are refused, written as tables of cases, and how each is tried. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorCode, LockstepError } from "../../src/index.ts";
import { databaseOf, refused } from "../support/alter.ts";

/** A change that is refused. */
export interface Refusal {
  /** The database; PLAIN where none is given. */
  readonly setup?: string;
  readonly sql: string;
  readonly code?: ErrorCode;
  /** The whole problem; a pattern where SQLite writes numbers in more than one way. */
  readonly says: string | RegExp;
  /** A part of the hint. */
  readonly hint: string;
  /** Line and column, and the text there. */
  readonly at: string;
}

/** A table with two rows. */
export const PLAIN =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT); INSERT INTO t VALUES (1, 'ann', 1), (2, 'bob', 2)";

/** The table of PLAIN. */
export const T = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT)";

/** The same without its last column. */
export const LESS = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)";

/** One test for each case: what it says and where, and that the file is as it was. */
export function describeRefusals(title: string, cases: Readonly<Record<string, Refusal>>): void {
  describe(title, () => {
    for (const [what, { setup = PLAIN, sql, code, says, hint, at }] of Object.entries(cases)) {
      it(what, async () => {
        const error = await refused(databaseOf(setup), sql, code);
        if (typeof says === "string") assert.equal(error.details.problem, says);
        else assert.match(error.details.problem, says);
        assert.ok(error.details.hint.includes(hint), error.details.hint);
        assert.ok(placeOf(error, sql).startsWith(at), placeOf(error, sql));
        assert.equal(error.details.outcome, "rolled_back");
        assert.equal(error.details.databaseVersion, 0);
      });
    }
  });
}

function placeOf({ details: { place } }: LockstepError, sql: string): string {
  if (place.kind !== "file" || place.line === undefined || place.column === undefined) return "";
  const text = sql.split("\n")[place.line - 1]?.slice(place.column - 1) ?? "";
  return `${place.line}:${place.column} ${text}`;
}
