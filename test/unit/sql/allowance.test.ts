/** Which statement an allowance is about, and what it leaves alone. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checksum } from "../../../src/core/migration/checksum.ts";
import { allowancesOf } from "../../../src/core/sql/allowance.ts";
import { parseMigrationFile, parseSql } from "../../../src/core/sql/migration-file.ts";
import { sourceOf, type Statement } from "../../../src/core/sql/script.ts";

function statementsOf(text: string): readonly Statement[] {
  const parsed = parseSql(text);
  assert.equal(parsed.kind, "parsed");
  return parsed.kind === "parsed" ? parsed.up.statements : [];
}

/** Each statement's allowances, with a blank between them. */
function allowed(text: string): readonly string[] {
  return statementsOf(text).map((statement) => [...allowancesOf(statement)].join(" "));
}

const REBUILD = "-- lockstep:rebuild\nCREATE TABLE t (a);";

const cases: readonly (readonly [what: string, sql: string, expected: readonly string[]])[] = [
  ["a line in front of a statement", "-- lockstep:allow drop_table\nDROP TABLE a;\nDROP TABLE b;", ["drop_table", ""]],
  ["the same line behind it", "DROP TABLE a; -- lockstep:allow drop_table\nDROP TABLE b;", ["drop_table", ""]],
  ["between two statements, the next one", "DROP TABLE a;\n-- lockstep:allow x\nDROP TABLE b;", ["", "x"]],
  ["several codes", "-- lockstep:allow one, two\n-- lockstep:allow three\nDROP TABLE a;", ["one two three"]],
  ["a rebuild, in front", `-- lockstep:allow x\n${REBUILD}`, ["x"]],
  ["a rebuild, under its first line", "-- lockstep:rebuild\n-- lockstep:allow x\nCREATE TABLE t (a);", ["x"]],
  [
    "what only a rebuild allows, behind it",
    `${REBUILD}\n-- lockstep:allow lossy_conversion\nSELECT 1;`,
    ["lossy_conversion", ""],
  ],
  [
    "something else behind a rebuild",
    `${REBUILD}\n-- lockstep:drop b\n-- lockstep:allow drop_table\nDROP TABLE b;`,
    ["", "drop_table"],
  ],
];

describe("an allowance", () => {
  for (const [what, sql, expected] of cases) {
    it(`is found on ${what}`, () => {
      assert.deepEqual(allowed(sql), expected);
    });

    it(`stays where it is when the statements are written down again: ${what}`, () => {
      assert.deepEqual(allowed(sourceOf(statementsOf(sql))), expected);
    });

    it(`does not change the checksum: ${what}`, () => {
      const without = sql.replaceAll(/-- lockstep:allow.*/g, "");
      const digest = (text: string): string => text;
      assert.equal(checksum(statementsOf(sql), digest), checksum(statementsOf(without), digest));
    });
  }

  for (const [what, sql] of [
    ["the end of a file", "DROP TABLE a;\n-- lockstep:allow drop_table\n"],
    ["the end of a section", "-- lockstep:up\nDROP TABLE a;\n-- lockstep:allow x\n-- lockstep:down\nSELECT 1;"],
    ["a place inside of a statement", "DROP TABLE\n-- lockstep:allow drop_table\na;"],
    ["a line without a code", "-- lockstep:allow\nDROP TABLE a;"],
  ] as const) {
    it(`is refused at ${what}`, () => {
      const parsed = parseMigrationFile(sql);
      assert.equal(parsed.kind === "problem" ? parsed.problem.code : "parsed", "directive_invalid");
    });
  }
});
