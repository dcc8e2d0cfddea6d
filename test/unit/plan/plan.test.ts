/** Plans as values: the way up, and what the public API shows of a plan. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LoadedMigration, MigrationBody } from "../../../src/core/migration/migration.ts";
import { planUp, type Plan } from "../../../src/core/plan/plan.ts";
import { viewPlan } from "../../../src/core/plan/view.ts";
import { parseSql } from "../../../src/core/sql/migration-file.ts";

function sqlBody(text: string, file?: string): MigrationBody {
  const parsed = parseSql(text, file);
  return parsed.kind === "parsed" ? { kind: "sql", script: parsed.up } : assert.fail(parsed.problem.message);
}

function migration(version: number, more: Partial<LoadedMigration> = {}): LoadedMigration {
  return {
    version,
    name: `Migration ${version}`,
    file: `migrations/${version}.sql`,
    transaction: true,
    foreignKeys: "check",
    checksum: "1:aa",
    up: sqlBody("SELECT 1"),
    ...more,
  };
}

describe("planUp", () => {
  const cases: readonly (readonly [versions: readonly number[], from: number, to: number])[] = [
    [[], 0, 0],
    [[], 7, 7],
    [[1, 2, 3], 0, 3],
    [[4], 3, 4],
    [[2], 3, 3],
    [[2, 5], 3, 5],
    [[20260131120000], 0, 20260131120000],
  ];
  for (const [versions, from, to] of cases) {
    it(`goes from ${from} to ${to} with the steps [${versions.join(", ")}]`, () => {
      const migrations = versions.map((version) => migration(version));
      const plan = planUp(migrations, from);
      assert.deepEqual(plan, {
        direction: "up",
        fromVersion: from,
        toVersion: to,
        steps: migrations.map((one) => ({ migration: one, body: one.up, origin: "source" })),
      });
    });
  }
});

describe("viewPlan", () => {
  it("shows each statement of SQL with its line", () => {
    const up = sqlBody("-- first\nCREATE TABLE a (x);\n\n  INSERT INTO a\n  VALUES (1);\n", "migrations/1.sql");
    assert.deepEqual(viewPlan(planUp([migration(1, { up, transaction: false })], 0)), {
      direction: "up",
      fromVersion: 0,
      toVersion: 1,
      steps: [
        {
          version: 1,
          name: "Migration 1",
          file: "migrations/1.sql",
          kind: "sql",
          transaction: false,
          foreignKeys: "check",
          origin: "source",
          statements: [
            { sql: "CREATE TABLE a (x)", line: 2 },
            { sql: "INSERT INTO a\n  VALUES (1)", line: 4 },
          ],
        },
      ],
    });
  });

  it("shows no statements for code, and no file for a migration without one", () => {
    const { file, ...nameless } = migration(1, { up: { kind: "code", run: () => undefined }, foreignKeys: "enforce" });
    assert.ok(file);
    const [step] = viewPlan(planUp([nameless], 0)).steps;
    assert.deepEqual(step, {
      version: 1,
      name: "Migration 1",
      kind: "code",
      transaction: true,
      foreignKeys: "enforce",
      origin: "source",
      statements: [],
    });
  });

  it("is plain data: it goes through JSON unchanged", () => {
    const plan: Plan = {
      direction: "down",
      fromVersion: 2,
      toVersion: 1,
      steps: [{ migration: migration(2), body: sqlBody("DROP TABLE a"), origin: "history" }],
    };
    const view = viewPlan(plan);
    assert.deepEqual(JSON.parse(JSON.stringify(view)), view);
    assert.equal(view.steps[0]?.origin, "history");
    assert.equal(view.direction, "down");
  });
});
