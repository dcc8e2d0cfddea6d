/**
 * A process is killed as it begins any one of the system calls that write its database: in the middle of a statement, of a commit, of
 * a checkpoint. Only in `npm run test:fault`, and only where there is `strace`.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { count, effort } from "../support/effort.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { workspace } from "../support/workspace.ts";
import { inParallel } from "./child-process.ts";
import { seed, seedLine } from "./choice.ts";
import { runKilled, told } from "./killed-process.ts";
import { checkRemains } from "./remains.ts";
import { killed, manners } from "./run-scenario.ts";
import { journalModesOf, putStartingPoint, startingPoint, type StartingPoint } from "./starting-point.ts";
import { killingAt, readTrace, tracing, whyNoStrace, type SystemCall } from "./strace.ts";
import { survey, type Survey, type Variant } from "./survey.ts";

useFastFiles();

/** Of so many system calls, the process is killed at one. */
const STRIDE = effort === "long" ? 1 : 5;

const own = manners.filter(({ ownership }) => ownership === "own");

const variants: readonly Variant[] = killed.flatMap((scenario) =>
  journalModesOf(scenario).flatMap((journalMode) =>
    (effort === "long" ? own : own.slice(0, 1)).map((manner) => ({ scenario: scenario.title, journalMode, manner })),
  ),
);

/** The system calls by which an undisturbed run writes. */
async function systemCallsOf(one: Variant, bytes: StartingPoint): Promise<readonly SystemCall[]> {
  const place = workspace();
  const path = place.path("app.db");
  putStartingPoint(bytes, path);
  assert.equal(await runKilled(path, one, { starter: tracing(place.path("trace")) }), "ended");
  const calls = readTrace(place.path("trace"), place.root);
  place.remove();
  return calls;
}

async function killAtEach(one: Survey, bytes: StartingPoint, calls: readonly SystemCall[]): Promise<void> {
  const asked = new Set<string>();
  await inParallel(calls, async (call) => {
    await told(`${JSON.stringify(one.manner)}, ${call.name} ${call.when}`, async () => {
      const place = workspace();
      const path = place.path("app.db");
      putStartingPoint(bytes, path);
      const end = await runKilled(path, one, { starter: killingAt(call) });
      // Another library must be able to go on from each kind of half-written file.
      const asksOracle = !asked.has(call.name);
      asked.add(call.name);
      const isDone = end === "ended" ? { state: one.states.length - 1 } : {};
      await checkRemains(path, one, { asksOracle, triesEdits: call.when % 10 === 0, ...isDone });
      if (end === "killed") count("system_call_kills");
      place.remove();
    });
  });
}

const reason = effort === "sample" ? "only in npm run test:fault" : whyNoStrace();

describe("a process that is killed at any system call that writes", { skip: reason ?? false }, () => {
  let surveys: readonly Survey[] = [];

  it("is known undisturbed", async (test) => {
    test.diagnostic(seedLine);
    surveys = await survey(variants);
  });

  for (const scenario of killed) {
    for (const journalMode of journalModesOf(scenario)) {
      it(`leaves a state without a between: ${scenario.title}, journal mode ${journalMode}`, async (test) => {
        const bytes = await startingPoint(scenario, journalMode);
        for (const one of surveys) {
          if (one.scenario !== scenario.title || one.journalMode !== journalMode) continue;
          const calls = await systemCallsOf(one, bytes);
          assert.notEqual(calls.length, 0);
          const chosen = calls.filter((_call, index) => (index + (seed % STRIDE)) % STRIDE === 0);
          test.diagnostic(`${chosen.length} of ${calls.length} system calls, ${one.manner.driver}`);
          await killAtEach(one, bytes, chosen);
        }
      });
    }
  }
});
