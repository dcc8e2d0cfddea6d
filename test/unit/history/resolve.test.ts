/** Files and history merged: every state, in every mixture. The states are written as one word for each version. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HistorySnapshot, Progress } from "../../../src/core/history/history.ts";
import { isApplied, resolve, type StandingState } from "../../../src/core/history/resolve.ts";
import type { MigrationEntry } from "../../../src/core/migration/migration.ts";

const entry = (version: number): MigrationEntry => ({
  version,
  name: `Migration ${version}`,
  layout: "sql",
  file: `${version}-a.sql`,
});

interface Case {
  readonly about: string;
  readonly files: readonly number[];
  /** The rows of the history table. */
  readonly rows: readonly number[];
  /** `schema_version`; the newest row unless told. */
  readonly version?: number;
  readonly changed?: readonly number[];
  readonly progress?: Pick<Progress, "version" | "direction">;
  /** As in "1:applied 2:pending"; `!` behind a version that has no file. */
  readonly expected: string;
}

const cases: readonly Case[] = [
  { about: "nothing anywhere", files: [], rows: [], expected: "" },
  { about: "a fresh database", files: [1, 2], rows: [], expected: "1:pending 2:pending" },
  { about: "all applied", files: [1, 2], rows: [1, 2], expected: "1:applied 2:applied" },
  { about: "a new one", files: [1, 2, 3], rows: [1, 2], expected: "1:applied 2:applied 3:pending" },
  { about: "one merged late", files: [1, 2, 3], rows: [1, 3], expected: "1:applied 2:out_of_order 3:applied" },
  {
    about: "one merged late before all, and a new one",
    files: [1, 2, 3],
    rows: [2],
    expected: "1:out_of_order 2:applied 3:pending",
  },
  { about: "a file that is gone", files: [1, 3], rows: [1, 2, 3], expected: "1:applied 2!:missing 3:applied" },
  { about: "the newest file gone", files: [1], rows: [1, 2], expected: "1:applied 2!:missing" },
  { about: "the oldest file gone", files: [2], rows: [1, 2], expected: "1!:missing 2:applied" },
  { about: "all files gone", files: [], rows: [1, 2], expected: "1!:missing 2!:missing" },
  {
    about: "several gone in a row, and one late between them",
    files: [4, 9],
    rows: [2, 3, 5, 6, 9],
    expected: "2!:missing 3!:missing 4:out_of_order 5!:missing 6!:missing 9:applied",
  },
  { about: "gaps in the numbers", files: [10, 200, 3000], rows: [10], expected: "10:applied 200:pending 3000:pending" },
  {
    about: "edited SQL",
    files: [1, 2],
    rows: [1, 2],
    changed: [1],
    expected: "1:changed 2:applied",
  },
  {
    about: "edited SQL of what is not applied, which is no change",
    files: [1, 2],
    rows: [1],
    changed: [2],
    expected: "1:applied 2:pending",
  },
  {
    about: "edited SQL of what is late, which is no change",
    files: [1, 2],
    rows: [2],
    changed: [1],
    expected: "1:out_of_order 2:applied",
  },
  {
    about: "a hand-written runner: everything up to its version counts as applied",
    files: [1, 2, 3],
    rows: [],
    version: 2,
    expected: "1:applied 2:applied 3:pending",
  },
  {
    about: "a hand-written runner at a version of which there is no file",
    files: [1, 3],
    rows: [],
    version: 2,
    expected: "1:applied 2!:missing 3:pending",
  },
  {
    about: "a hand-written runner ahead of every file",
    files: [1],
    rows: [],
    version: 5,
    expected: "1:applied 5!:missing",
  },
  {
    about: "a hand-written runner that went on after the takeover: only what lies above the rows is its own",
    files: [1, 2, 3, 4, 5],
    rows: [1, 3],
    version: 4,
    expected: "1:applied 2:out_of_order 3:applied 4:applied 5:pending",
  },
  {
    about: "a run that stopped half-way up: not in the rows",
    files: [1, 2, 3],
    rows: [1],
    progress: { version: 2, direction: "up" },
    expected: "1:applied 2:partial 3:pending",
  },
  {
    about: "a late one that stopped half-way up",
    files: [1, 2],
    rows: [2],
    progress: { version: 1, direction: "up" },
    expected: "1:partial 2:applied",
  },
  {
    about: "a run that stopped half-way down: still in the rows",
    files: [1, 2],
    rows: [1, 2],
    progress: { version: 2, direction: "down" },
    expected: "1:applied 2:partial",
  },
  {
    about: "half-way down, and the file gone since",
    files: [1],
    rows: [1, 2],
    progress: { version: 2, direction: "down" },
    expected: "1:applied 2!:partial",
  },
  {
    about: "half-way and edited: half-way is told first",
    files: [1],
    rows: [1],
    changed: [1],
    progress: { version: 1, direction: "down" },
    expected: "1:partial",
  },
  {
    about: "half-way up, and the file gone since: in neither list, and not forgotten",
    files: [1, 3],
    rows: [1],
    progress: { version: 2, direction: "up" },
    expected: "1:applied 2!:partial 3:pending",
  },
  {
    about: "half-way up with a version above all others, and the file gone since",
    files: [1],
    rows: [1],
    progress: { version: 7, direction: "up" },
    expected: "1:applied 7!:partial",
  },
];

function snapshotOf({ rows, version = rows.at(-1) ?? 0, progress }: Case): HistorySnapshot {
  const whole = progress === undefined ? {} : { progress: { ...progress, done: 1, total: 3, checksum: null } };
  return { version, versions: rows, origin: "recorded", ...whole };
}

describe("resolve", () => {
  for (const example of cases) {
    it(`tells ${example.about}`, () => {
      const snapshot = snapshotOf(example);
      const standings = resolve(example.files.map(entry), snapshot, new Set(example.changed ?? []));
      const told = standings.map(
        ({ version, state, entry: known }) => `${version}${known === undefined ? "!" : ""}:${state}`,
      );
      assert.equal(told.join(" "), example.expected);
      for (const standing of standings) {
        assert.equal(standing.entry?.version ?? standing.version, standing.version);
        assert.deepEqual(standing.progress, standing.state === "partial" ? snapshot.progress : undefined);
      }
    });
  }

  it("compares nothing unless it is told what changed", () => {
    const snapshot: HistorySnapshot = { version: 1, versions: [1], origin: "recorded" };
    assert.deepEqual(resolve([entry(1)], snapshot), [{ version: 1, state: "applied", entry: entry(1) }]);
  });
});

describe("isApplied", () => {
  const expected: Readonly<Record<StandingState, boolean>> = {
    applied: true,
    changed: true,
    missing: true,
    pending: false,
    out_of_order: false,
    partial: false,
  };
  for (const [state, answer] of Object.entries(expected)) {
    it(`says ${answer ? "yes" : "no"} to ${state}`, () => assert.equal(isApplied(state as StandingState), answer));
  }
});
