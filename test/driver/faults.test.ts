/**
 * A fault at every single call of a run, one run for each: whatever fails, the database is at one of the states that an undisturbed run
 * passes through, the connection is as the caller left it, and the next run brings everything to its end.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LockstepError } from "../../src/index.ts";
import { scenarios } from "../fault/scenarios.ts";
import { putStartingPoint, startingPoint } from "../fault/starting-point.ts";
import { driverOf, open, subjectsOf, undisturbed, type Subject } from "../fault/undisturbed.ts";
import { count, effort } from "../support/effort.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { faultyConnection, InjectedError, type Fault, type FaultyConnection } from "../support/faulty-connection.ts";
import { applySettings, isInTransaction, readSettings, unusualSettings } from "../support/handle.ts";
import { runOn } from "../support/run-on.ts";
import { readState, versionOf, type DatabaseState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

type FaultKind = Omit<Fault, "call">;

const COMMON: readonly FaultKind[] = [
  { moment: "before", kind: "io" },
  { moment: "after", kind: "io" },
];

/** More kinds. */
const ALL: readonly FaultKind[] = [
  ...COMMON,
  { moment: "before", kind: undefined },
  { moment: "before", kind: "busy" },
  { moment: "before", kind: "io", lasting: true },
];

/** Whether the fault hit the pragmas by which the settings are put back: then they cannot all be. */
function isRestoring({ calls }: FaultyConnection, { call }: Fault): boolean {
  return calls.slice(call - 1).every((sql) => sql.startsWith("PRAGMA"));
}

/**
 * The numbers of the calls, from 1. The settings are read again before each transaction: of those reads, which differ in nothing, the
 * first and the last of each are disturbed, and only by one kind of fault; a lock can only be met where SQLite takes one.
 */
function callsToDisturb(calls: readonly string[], { kind, moment }: FaultKind): readonly number[] {
  const isChosen = (sql: string, index: number): boolean => {
    if (kind === "busy") return /^(BEGIN|COMMIT|SELECT|PRAGMA synchronous)/.test(sql);
    if (!/^PRAGMA \w+$/.test(sql)) return true;
    return kind === "io" && moment === "before" && (calls.indexOf(sql) === index || calls.lastIndexOf(sql) === index);
  };
  return calls.flatMap((sql, index) => (isChosen(sql, index) ? [index + 1] : []));
}

function equal(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Runs a scenario with a fault and checks what is promised. Gives the number of the state that it ends in. */
async function disturbed(
  { scenario, driver }: Subject,
  path: string,
  fault: Fault,
  states: readonly DatabaseState[],
): Promise<number> {
  count("faults");
  const handle = open(driver, path);
  applySettings(handle, unusualSettings);
  const settings = readSettings(handle);
  const connection = faultyConnection(driver.adopt(handle), fault);
  let error: unknown;
  try {
    await runOn({ driver: driverOf(connection, driver), handle }, scenario.options, scenario.run);
  } catch (caught) {
    error = caught;
  }
  const at = connection.calls[fault.call - 1] ?? "";
  if (fault.lasting !== true) {
    assert.equal(isInTransaction(handle), false, `a transaction is left open after ${at}`);
    if (!isRestoring(connection, fault))
      assert.deepEqual(readSettings(handle), settings, `settings are changed after ${at}`);
  }
  handle.close();
  // A lock that is met where SQLite takes one is waited for.
  // What is read outside of a transaction is waited for as the transaction itself is.
  if (fault.kind === "busy" && /^(BEGIN|COMMIT|SELECT version, name, checksum)/.test(at))
    assert.equal(error, undefined);
  const state = readState(path);
  const index = states.findIndex((candidate) => equal(candidate, state));
  assert.notEqual(index, -1, `a state between: ${JSON.stringify(state)}`);
  if (error === undefined) {
    assert.equal(index, states.length - 1, "success was reported too early");
    return index;
  }
  assert.ok(error instanceof LockstepError, "not a LockstepError");
  assert.ok(error.cause instanceof InjectedError || error.details.code === "database_locked", error.message);
  // Where the answer of a COMMIT was lost, nobody can know whether it happened.
  if (fault.moment === "after") return index;
  assert.equal(error.details.databaseVersion ?? versionOf(state), versionOf(state));
  const progress = state.metadata?.["lockstep_progress"];
  assert.equal(error.details.outcome === "partial", progress !== undefined);
  if (progress === undefined) return index;
  const { done, total } = JSON.parse(String(progress)) as { done: number; total: number };
  assert.deepEqual(error.details.progress, { done, total });
  return index;
}

/** Runs a scenario again on what a fault has left. */
async function resume({ scenario, driver }: Subject, path: string): Promise<void> {
  const handle = open(driver, path);
  await runOn({ driver, handle }, scenario.options, scenario.run);
  handle.close();
}

for (const subject of subjectsOf(scenarios)) {
  const { scenario, journalMode, driver } = subject;
  describe(`a fault at any call: ${scenario.title}, journal mode ${journalMode}, ${driver.name}`, () => {
    it("passes through as many states as it has commits", async () => {
      const path = workspace().path("app.db");
      putStartingPoint(await startingPoint(scenario, journalMode), path);
      const { states } = await undisturbed(subject, path);
      assert.equal(states.length, scenario.states);
      for (const { metadata, history = [] } of states) {
        const newest = history.at(-1)?.version ?? 0;
        if (metadata !== undefined && history.length > 0) assert.equal(metadata["schema_version"], String(newest));
      }
    });

    for (const fault of scenario.faults === "common" && effort === "sample" ? COMMON : ALL) {
      const title = `${fault.kind ?? "no database error"} ${fault.moment} the call${fault.lasting === true ? ", and ever after" : ""}`;
      it(`leaves the old or the new state: ${title}`, async () => {
        const bytes = await startingPoint(scenario, journalMode);
        const place = workspace();
        putStartingPoint(bytes, place.path("app.db"));
        const { calls, states } = await undisturbed(subject, place.path("app.db"));
        // Equal states go on equally. What was carried through and only not reported must not be done a second time.
        const resumed = new Set([states.length - 1]);
        for (const call of callsToDisturb(calls, fault)) {
          putStartingPoint(bytes, place.path("copy.db"));
          const index = await disturbed(subject, place.path("copy.db"), { ...fault, call }, states);
          if (resumed.has(index)) continue;
          resumed.add(index);
          await resume(subject, place.path("copy.db"));
          assert.deepEqual(readState(place.path("copy.db")), states.at(-1));
        }
      });
    }
  });
}
