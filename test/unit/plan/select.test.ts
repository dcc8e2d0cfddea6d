/** Which migrations a way up takes, and every reason to take none. Standings are written as in "1:applied 2:pending 3!:missing". */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { selectUp, type Refusal, type SelectionPolicies } from "../../../src/core/plan/select.ts";
import { standingsOf, versionsOf } from "../../support/source-standings.ts";

const REFUSE: SelectionPolicies = { outOfOrder: "refuse", changed: "refuse", newerDatabase: "refuse" };

interface UpCase {
  readonly about: string;
  readonly standings: string;
  readonly current: number;
  readonly to?: number;
  readonly policies?: Partial<SelectionPolicies>;
  readonly expected: readonly number[] | Refusal;
}

const upCases: readonly UpCase[] = [
  { about: "nothing where nothing is known", standings: "", current: 0, expected: [] },
  { about: "everything of a fresh database", standings: "1:pending 2:pending", current: 0, expected: [1, 2] },
  { about: "nothing where all is applied", standings: "1:applied 2:applied", current: 2, expected: [] },
  {
    about: "what is behind the newest applied",
    standings: "1:applied 2:pending 5:pending",
    current: 1,
    expected: [2, 5],
  },
  {
    about: "no more than up to the target",
    standings: "1:applied 2:pending 5:pending",
    current: 1,
    to: 2,
    expected: [2],
  },
  { about: "nothing where the target is reached", standings: "1:applied 2:pending", current: 1, to: 1, expected: [] },
  {
    about: "nothing below a target that has no file and was applied",
    standings: "1:applied 2!:missing 3:pending",
    current: 2,
    to: 2,
    expected: [],
  },
  {
    about: "no target that nobody knows",
    standings: "1:applied 3:pending",
    current: 1,
    to: 2,
    expected: { kind: "version_unknown", version: 2, known: [1, 3] },
  },
  {
    about: "no target 0, which is a version and lies behind: going back is another command",
    standings: "1:applied",
    current: 1,
    to: 0,
    expected: { kind: "target_behind", target: 0, current: 1 },
  },
  {
    about: "nothing on an empty database that is to stay empty",
    standings: "1:pending",
    current: 0,
    to: 0,
    expected: [],
  },
  {
    about: "no target behind the database",
    standings: "1:applied 2:applied 3:pending",
    current: 2,
    to: 1,
    expected: { kind: "target_behind", target: 1, current: 2 },
  },
  {
    about: "no target that is no number",
    standings: "1:pending",
    current: 0,
    to: Number.NaN,
    expected: { kind: "version_unknown", version: Number.NaN, known: [1] },
  },
  {
    about: "no late one, unless it is allowed",
    standings: "1:applied 2:out_of_order 3:applied 4:pending",
    current: 3,
    expected: { kind: "out_of_order", versions: [2], newestApplied: 3 },
  },
  {
    about: "late ones in their place, where they are allowed",
    standings: "1:out_of_order 2:out_of_order 3:applied 4:pending",
    current: 3,
    policies: { outOfOrder: "allow" },
    expected: [1, 2, 4],
  },
  {
    about: "no late one on the way to a target",
    standings: "2:out_of_order 3:applied 4:pending",
    current: 3,
    to: 4,
    expected: { kind: "out_of_order", versions: [2], newestApplied: 3 },
  },
  {
    about: "nothing while the SQL of an applied one was edited",
    standings: "1:changed 2:applied 3:changed 4:pending",
    current: 3,
    expected: { kind: "changed", versions: [1, 3] },
  },
  {
    about: "what is pending beside edited SQL, where that is allowed",
    standings: "1:changed 2:pending",
    current: 1,
    policies: { changed: "allow" },
    expected: [2],
  },
  {
    about: "nothing on a database that is newer than every file",
    standings: "1:applied 2!:missing 3!:missing",
    current: 3,
    expected: { kind: "database_newer", versions: [2, 3], newestKnown: 1 },
  },
  {
    about: "nothing on a database of which no file is left",
    standings: "1!:missing",
    current: 1,
    expected: { kind: "database_newer", versions: [1], newestKnown: 0 },
  },
  {
    about: "nothing on a database that a hand-written runner brought beyond every file",
    standings: "1:applied",
    current: 5,
    expected: { kind: "database_newer", versions: [5], newestKnown: 1 },
  },
  {
    about: "nothing, without a refusal, on a newer database where that is allowed",
    standings: "1:applied 2!:missing",
    current: 2,
    policies: { newerDatabase: "allow" },
    expected: [],
  },
  {
    about: "late ones of a newer database only where both are allowed",
    standings: "1:out_of_order 2!:missing",
    current: 2,
    policies: { newerDatabase: "allow" },
    expected: { kind: "out_of_order", versions: [1], newestApplied: 2 },
  },
  {
    about: "what is pending beside a missing file that is not the newest",
    standings: "1!:missing 2:applied 3:pending",
    current: 2,
    expected: [3],
  },
  {
    about: "one that stopped half-way up, first",
    standings: "1:applied 2:partial/up 3:pending",
    current: 1,
    expected: [2, 3],
  },
  {
    about: "nothing while one is half-way down",
    standings: "1:applied 2:partial/down 3:pending",
    current: 2,
    expected: { kind: "partial", version: 2, direction: "down" },
  },
  {
    about: "nothing while one is half-way up whose file is gone",
    standings: "1:applied 2!:partial/up 3:pending",
    current: 1,
    expected: { kind: "partial_gone", version: 2 },
  },
  {
    about: "nothing while one is half-way up that only a newer build knows",
    standings: "1:applied 7!:partial/up",
    current: 1,
    expected: { kind: "partial_gone", version: 7 },
  },
  {
    about: "nothing, without a refusal, while a newer build's is half-way up, where a newer database is allowed",
    standings: "1:applied 7!:partial/up",
    current: 1,
    policies: { newerDatabase: "allow" },
    expected: [],
  },
  {
    about: "nothing while one is half-way up whose file is gone, also where a newer database is allowed",
    standings: "1:applied 2!:partial/up 3:pending",
    current: 1,
    policies: { newerDatabase: "allow" },
    expected: { kind: "partial_gone", version: 2 },
  },
  {
    about: "the newer database told before a wrong target, which may be a version of the newer build",
    standings: "1:applied 2!:missing",
    current: 2,
    to: 9,
    expected: { kind: "database_newer", versions: [2], newestKnown: 1 },
  },
];

describe("selectUp takes", () => {
  for (const { about, standings, current, to, policies = {}, expected } of upCases) {
    it(about, () => {
      const selection = selectUp(standingsOf(standings), current, { to, policies: { ...REFUSE, ...policies } });
      assert.deepEqual(versionsOf(selection), expected);
    });
  }
});
