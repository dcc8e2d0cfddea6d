/** Events in words: which line a log shows for each, and for which it shows none. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { describeEvent, type LogLine } from "../../src/describe-event.ts";
import { LockstepError } from "../../src/error.ts";
import type { MigrationEvent } from "../../src/event.ts";

const migration = { version: 2, name: "Add users", file: "migrations/002-add-users.sql" } as const;
const error = new LockstepError({
  code: "statement_failed",
  problem: "no such table: usrs",
  place: { kind: "file", file: migration.file },
  outcome: "rolled_back",
  hint: "correct it",
});

/** For every kind of event at least one; the type makes sure that none is forgotten. */
const cases: {
  readonly [Kind in MigrationEvent["kind"]]: readonly (readonly [
    Extract<MigrationEvent, { kind: Kind }>,
    LogLine | undefined,
  ])[];
} = {
  waiting: [
    [
      { kind: "waiting", elapsedMs: 249, lockTimeoutMs: 60_000 },
      { level: "warn", text: "another process holds the database; waited 0.2 s, giving up after 60 s" },
    ],
    [
      { kind: "waiting", elapsedMs: 5250, lockTimeoutMs: 10_500 },
      { level: "warn", text: "another process holds the database; waited 5.3 s, giving up after 10.5 s" },
    ],
  ],
  taken_over: [
    [
      { kind: "taken_over", version: 3 },
      { level: "info", text: "took over a database at version 3; versions up to it count as applied" },
    ],
  ],
  hazard_found: [
    [
      {
        kind: "hazard_found",
        migration: { version: 2, name: "Tidy up" },
        hazard: {
          code: "drop_table",
          category: "destructive",
          level: "danger",
          message: "DROP TABLE notes deletes every row of notes",
          line: 3,
          column: 1,
          length: 5,
          rows: 1000,
          total: 1200,
        },
      },
      {
        level: "warn",
        text: 'migration 2 "Tidy up", line 3: drop_table: DROP TABLE notes deletes every row of notes (1,000 of 1,200 rows)',
      },
    ],
  ],
  started: [[{ kind: "started", direction: "up", total: 2, fromVersion: 1 }, undefined]],
  migration_started: [
    [{ kind: "migration_started", direction: "up", migration, position: 1, total: 1, statementCount: null }, undefined],
  ],
  rows_copied: [[{ kind: "rows_copied", table: "users", rows: 50_000, total: 120_000 }, undefined]],
  statement_finished: [[{ kind: "statement_finished", migration, position: 1, total: 1, durationMs: 1 }, undefined]],
  migration_finished: [
    [
      { kind: "migration_finished", direction: "up", migration, position: 1, total: 1, durationMs: 0.8 },
      { level: "info", text: 'applied migration 2 "Add users" in 0.8 ms' },
    ],
    [
      { kind: "migration_finished", direction: "down", migration, position: 1, total: 1, durationMs: 12 },
      { level: "info", text: 'reverted migration 2 "Add users" in 12 ms' },
    ],
  ],
  migration_skipped: [
    [
      { kind: "migration_skipped", migration, reason: "applied_elsewhere" },
      { level: "info", text: 'migration 2 "Add users" was applied by another process' },
    ],
  ],
  migration_failed: [
    [
      { kind: "migration_failed", migration, error },
      { level: "warn", text: 'migration 2 "Add users" failed: no such table: usrs' },
    ],
  ],
  finished: [
    [
      { kind: "finished", direction: "up", fromVersion: 1, toVersion: 4, count: 3, durationMs: 17.5 },
      { level: "info", text: "database went from version 1 to 4 in 17.5 ms" },
    ],
  ],
};

describe("describeEvent", () => {
  for (const [kind, examples] of Object.entries(cases)) {
    for (const [event, expected] of examples) {
      it(expected === undefined ? `says nothing for ${kind}` : `says "${expected.text}"`, () => {
        assert.deepEqual(describeEvent(event), expected);
      });
    }
  }
});
