/** Which migrations a way down and a baseline take, and every reason to take none. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { selectBaseline, selectDown, type Refusal } from "../../../src/core/plan/select.ts";
import { standingsOf, versionsOf } from "../../support/source-standings.ts";

interface DownCase {
  readonly about: string;
  readonly standings: string;
  readonly current: number;
  readonly to?: number;
  readonly steps?: number;
  readonly expected: readonly number[] | Refusal;
}

const downCases: readonly DownCase[] = [
  { about: "nothing where nothing is applied", standings: "1:pending", current: 0, expected: [] },
  { about: "the newest one", standings: "1:applied 2:applied 3:pending", current: 2, expected: [2] },
  {
    about: "as many as told, newest first",
    standings: "1:applied 2:applied 3:applied",
    current: 3,
    steps: 2,
    expected: [3, 2],
  },
  {
    about: "all where more are told than there are",
    standings: "1:applied 2:applied",
    current: 2,
    steps: 9,
    expected: [2, 1],
  },
  { about: "none where none are told", standings: "1:applied", current: 1, steps: 0, expected: [] },
  { about: "all above the target", standings: "1:applied 2:applied 5:applied", current: 5, to: 1, expected: [5, 2] },
  { about: "all down to the empty database", standings: "1:applied 2:applied", current: 2, to: 0, expected: [2, 1] },
  { about: "nothing where the target is reached", standings: "1:applied 2:applied", current: 2, to: 2, expected: [] },
  {
    about: "changed and missing ones too: they are in the database",
    standings: "1:changed 2!:missing",
    current: 2,
    to: 0,
    expected: [2, 1],
  },
  {
    about: "no late one: it is not in the database",
    standings: "1:applied 2:out_of_order 3:applied",
    current: 3,
    to: 0,
    expected: [3, 1],
  },
  {
    about: "no target that nobody knows",
    standings: "1:applied 3:applied",
    current: 3,
    to: 2,
    expected: { kind: "version_unknown", version: 2, known: [1, 3] },
  },
  {
    about: "no target that is known and not applied",
    standings: "1:applied 2:out_of_order 3:applied",
    current: 3,
    to: 2,
    expected: { kind: "version_unknown", version: 2, known: [1, 3] },
  },
  {
    about: "no target ahead of the database",
    standings: "1:applied 2:pending",
    current: 1,
    to: 2,
    expected: { kind: "target_ahead", target: 2, current: 1 },
  },
  {
    about: "no unknown target ahead of the database, and says unknown",
    standings: "1:applied",
    current: 1,
    to: 7,
    expected: { kind: "version_unknown", version: 7, known: [1] },
  },
  {
    about: "nothing while one is half-way up",
    standings: "1:applied 2:partial/up",
    current: 1,
    expected: { kind: "partial", version: 2, direction: "up" },
  },
  {
    about: "nothing while one is half-way up whose file is gone",
    standings: "1:applied 2!:partial/up",
    current: 1,
    expected: { kind: "partial_gone", version: 2 },
  },
  { about: "the one that stopped half-way down", standings: "1:applied 2:partial/down", current: 2, expected: [2] },
  {
    about: "the one that stopped half-way down, first",
    standings: "1:applied 2:partial/down",
    current: 2,
    to: 0,
    expected: [2, 1],
  },
];

interface BaselineCase {
  readonly about: string;
  readonly standings: string;
  readonly current: number;
  readonly to: number;
  readonly expected: readonly number[] | Refusal;
}

const baselineCases: readonly BaselineCase[] = [
  { about: "all up to the version", standings: "1:pending 2:pending 3:pending", current: 0, to: 2, expected: [1, 2] },
  {
    about: "only what is not applied",
    standings: "1:applied 2:pending 3:pending",
    current: 1,
    to: 3,
    expected: [2, 3],
  },
  { about: "nothing where all is applied", standings: "1:applied 2:applied", current: 2, to: 2, expected: [] },
  {
    about: "late ones below it as well",
    standings: "1:out_of_order 2:applied 3:pending",
    current: 2,
    to: 3,
    expected: [1, 3],
  },
  { about: "one that stopped half-way up", standings: "1:applied 2:partial/up", current: 1, to: 2, expected: [2] },
  {
    about: "one that stopped half-way up, file gone",
    standings: "1:applied 2!:partial/up 3:pending",
    current: 1,
    to: 3,
    expected: [2, 3],
  },
  {
    about: "nothing while one is half-way down",
    standings: "1:applied 2:partial/down 3:pending",
    current: 2,
    to: 3,
    expected: { kind: "partial", version: 2, direction: "down" },
  },
  {
    about: "no version that nobody knows",
    standings: "1:pending 3:pending",
    current: 0,
    to: 2,
    expected: { kind: "version_unknown", version: 2, known: [1, 3] },
  },
  {
    about: "no version behind the database",
    standings: "1:applied 2:applied",
    current: 2,
    to: 1,
    expected: { kind: "target_behind", target: 1, current: 2 },
  },
  {
    about: "no version where none is known",
    standings: "",
    current: 0,
    to: 1,
    expected: { kind: "version_unknown", version: 1, known: [] },
  },
];

describe("selectDown takes", () => {
  for (const { about, standings, current, to, steps, expected } of downCases) {
    it(about, () => {
      assert.deepEqual(versionsOf(selectDown(standingsOf(standings), current, { to, steps })), expected);
    });
  }
});

describe("selectBaseline takes", () => {
  for (const { about, standings, current, to, expected } of baselineCases) {
    it(about, () => {
      assert.deepEqual(versionsOf(selectBaseline(standingsOf(standings), current, to)), expected);
    });
  }
});
