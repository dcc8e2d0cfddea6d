/**
 * A process is killed before or after any one of its calls of the database library: what it leaves is exactly what was committed by
 * then, and the next run brings it to its end. A sample in `npm test`, every call in `npm run test:fault`.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { count, effort } from "../support/effort.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { workspace } from "../support/workspace.ts";
import { inParallel } from "./child-process.ts";
import { choose, seedLine } from "./choice.ts";
import type { Kill } from "./killed-main.ts";
import { runKilled, told } from "./killed-process.ts";
import { checkRemains } from "./remains.ts";
import { killed, manners, scenarioOf, type Manner } from "./run-scenario.ts";
import { journalModesOf, putStartingPoint, startingPoint, type StartingPoint } from "./starting-point.ts";
import { survey, type Survey, type Variant } from "./survey.ts";

useFastFiles();

/** How much is done for each scenario and journal mode. */
interface Extent {
  /** At how many moments a process is killed: first of the one main manner, or of the manner that the seed chose. */
  readonly main: number | "every";
  /** The same for the other library, opened by lockstep too. */
  readonly other: number | "every";
  /** The same for handles that the application has opened. */
  readonly shared: number;
  /** How many runs are killed again and again. */
  readonly chains: number;
}

const EXTENTS: Readonly<Record<typeof effort, Extent>> = {
  sample: { main: 2, other: 0, shared: 0, chains: 0 },
  full: { main: "every", other: 5, shared: 5, chains: 2 },
  long: { main: "every", other: "every", shared: 30, chains: 10 },
};
const extent = EXTENTS[effort];

/** Every moment at which a process of this variant can be killed. */
function momentsOf({ calls }: Survey): readonly Kill[] {
  const before = calls.map((sql, index): Kill => ({ call: index + 1, moment: "before", sql }));
  const after = before.map((kill): Kill => ({ ...kill, moment: "after" }));
  // Between two calls nothing happens but JavaScript, so that one side of each is enough where time is short.
  return effort === "long" ? [...before, ...after] : [...before, ...after.slice(-1)];
}

async function killAtEach(one: Survey, bytes: StartingPoint, moments: readonly Kill[]): Promise<void> {
  const asked = new Set<number>();
  const edited = new Set<number>();
  await inParallel(moments, async (kill) => {
    const { call, moment, sql = "" } = kill;
    await told(`${JSON.stringify(one.manner)}, ${moment} call ${call}: ${sql}`, async () => {
      const place = workspace();
      const path = place.path("app.db");
      putStartingPoint(bytes, path);
      assert.equal(await runKilled(path, one, { kill }), "killed");
      count("call_kills");
      const state = one.at[moment === "before" ? call - 1 : call] ?? -1;
      // Equal states are edited equally. Another program takes as long to start as the killed one.
      const asksOracle = effort === "sample" ? asked.size === 0 : !asked.has(state);
      const closer = { state, asksOracle, triesEdits: !edited.has(state) };
      asked.add(state);
      edited.add(state);
      await checkRemains(path, one, closer);
      place.remove();
    });
  });
}

/** Kills each run after it has gone on with what the one before has left, until one comes to its end. */
async function killAgainAndAgain(one: Survey, bytes: StartingPoint, salt: string): Promise<void> {
  const place = workspace();
  const path = place.path("app.db");
  putStartingPoint(bytes, path);
  const moments = choose(momentsOf(one), 40, salt);
  let end: "killed" | "ended" = "killed";
  for (const { call, moment } of moments) {
    // Not by its SQL: what goes on half-way takes another way than the survey.
    end = await runKilled(path, one, { kill: { call, moment } });
    if (end === "ended") break;
    count("call_kills");
  }
  await told(salt, async () => {
    const state = await checkRemains(path, one);
    if (end === "ended") assert.equal(state, one.states.length - 1);
  });
  place.remove();
}

/** The manners in which a scenario is run: one that the seed chooses where time is short. */
function mannersOf(title: string): readonly Manner[] {
  return effort === "sample" ? choose(manners, 1, title) : manners;
}

const variants: readonly Variant[] = killed.flatMap((scenario) =>
  journalModesOf(scenario).flatMap((journalMode) =>
    mannersOf(`${scenario.title} ${journalMode}`).map((manner) => ({ scenario: scenario.title, journalMode, manner })),
  ),
);

describe("a process that is killed at any call", () => {
  let surveys: readonly Survey[] = [];

  it("passes through as many states as it has commits where it is left alone", async (test) => {
    test.diagnostic(seedLine);
    surveys = await survey(variants);
    for (const one of surveys) {
      const { states } = scenarioOf(one.scenario);
      assert.equal(one.states.length, states, `${one.scenario}, ${one.journalMode}, ${JSON.stringify(one.manner)}`);
      assert.equal(one.at.length, one.calls.length + 1);
    }
  });

  for (const scenario of killed) {
    for (const journalMode of journalModesOf(scenario)) {
      it(`leaves exactly what was committed by then: ${scenario.title}, journal mode ${journalMode}`, async () => {
        const bytes = await startingPoint(scenario, journalMode);
        const mine = surveys.filter((one) => one.scenario === scenario.title && one.journalMode === journalMode);
        assert.notEqual(mine.length, 0);
        for (const [index, one] of mine.entries()) {
          const salt = `${scenario.title} ${journalMode} ${index}`;
          const size = index === 0 ? extent.main : one.manner.ownership === "own" ? extent.other : extent.shared;
          await killAtEach(one, bytes, choose(momentsOf(one), size, salt));
        }
      });

      if (extent.chains > 0) {
        it(`ends right when it is killed again and again: ${scenario.title}, journal mode ${journalMode}`, async () => {
          const bytes = await startingPoint(scenario, journalMode);
          const mine = surveys.filter((one) => one.scenario === scenario.title && one.journalMode === journalMode);
          const salts = Array.from({ length: extent.chains }, (_none, index) => `${scenario.title} chain ${index}`);
          await inParallel(salts, async (salt) => {
            const [one] = choose(mine, 1, salt);
            assert.ok(one !== undefined);
            await killAgainAndAgain(one, bytes, salt);
          });
        });
      }
    }
  }
});
