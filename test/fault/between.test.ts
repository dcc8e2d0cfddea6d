/**
 * Another process comes between any two calls of a run and does the same work: all of it, or a first part, and then it fails. Then the run
 * succeeds all the same, each step is done once, and what the two have done adds up.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runSync } from "../../src/core/task.ts";
import { LockstepError, type DatabaseHandle, type MigrationRef } from "../../src/index.ts";
import { synchronous } from "../../src/mode.ts";
import { withSession } from "../../src/session.ts";
import { count, effort } from "../support/effort.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { faultyConnection, type Fault } from "../support/faulty-connection.ts";
import { runOn } from "../support/run-on.ts";
import { readState, stateOf, versionOf, type DatabaseState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";
import { choose, seedLine } from "./choice.ts";
import { told } from "./killed-process.ts";
import { killedOnly, scenarios } from "./scenarios.ts";
import { putStartingPoint, startingPoint } from "./starting-point.ts";
import { driverOf, open, subjectsOf, undisturbed, type Subject, type Undisturbed } from "./undisturbed.ts";

useFastFiles();

/** The call before which the other one fails, and every call after it; 0 for none. */
function stopsOf({ states, at }: Undisturbed): readonly number[] {
  // Once for each state that it can leave.
  return [0, ...states.slice(1, -1).map((_state, index) => at.indexOf(index + 1) + 1)];
}

/** What the other process does, at once. */
function runOther({ scenario, driver }: Subject, path: string, call: number): void {
  const handle = open(driver, path);
  const fault: Fault = { call, moment: "before", kind: "io", lasting: true };
  const faulty = driverOf(faultyConnection(driver.adopt(handle), fault), driver);
  const options = { ...scenario.options, database: handle as DatabaseHandle, lockTimeoutMs: 0 };
  try {
    runSync(
      withSession(options, { mode: synchronous, access: "write", drivers: { faulty } }, scenario.run),
      () => new Error("a promise"),
    );
  } catch (error) {
    // It fails on purpose, or because the journal mode cannot be changed while somebody else is there.
    assert.ok(error instanceof LockstepError && (call > 0 || error.code === "database_locked"), String(error));
  }
  // Even where it could not roll back: the end of a process does.
  handle.close();
}

function appliedIn({ history = [] }: DatabaseState): Set<number> {
  return new Set(history.map(({ version }) => version));
}

/** The versions that are in one of the two, and not in the other. */
function difference(left: DatabaseState, right: DatabaseState): readonly number[] {
  const [before, after] = [appliedIn(left), appliedIn(right)];
  return [...before, ...after].filter((version) => before.has(version) !== after.has(version));
}

function versionsOf(report: unknown): readonly number[] {
  const lists = report as Readonly<Record<"applied" | "reverted" | "marked", readonly MigrationRef[] | undefined>>;
  return (lists.applied ?? lists.reverted ?? lists.marked ?? []).map(({ version }) => version);
}

/** Runs a scenario, and lets the other one in after one of its calls. */
async function disturbed(
  subject: Subject,
  path: string,
  { states }: Undisturbed,
  meeting: { readonly after: number; readonly stop: number },
): Promise<void> {
  count("meetings");
  const { scenario, driver } = subject;
  const handle = open(driver, path);
  const [start, end] = [states[0] as DatabaseState, states.at(-1) as DatabaseState];
  let doneByOther: readonly number[] = [];
  const connection = faultyConnection(driver.adopt(handle), { call: 0, moment: "before", kind: undefined }, () => {
    if (connection.calls.length !== meeting.after) return;
    const before = stateOf(handle);
    runOther(subject, path, meeting.stop);
    doneByOther = difference(before, stateOf(handle));
  });
  const report = await runOn({ driver: driverOf(connection, driver), handle }, scenario.options, scenario.run);
  handle.close();
  assert.deepEqual(readState(path), end);
  const done = [...doneByOther, ...versionsOf(report)];
  const takenOver = appliedIn(start).size === 0 ? versionOf(start) : 0;
  assert.deepEqual(
    done.filter((version) => version > takenOver).toSorted((left, right) => left - right),
    difference(start, end)
      .filter((version) => version > takenOver)
      .toSorted((left, right) => left - right),
  );
}

/** The calls after which the other one comes. Of several in a row that only read a setting, the last is enough. */
function meetingsOf({ calls, idle }: Undisturbed, salt: string): readonly number[] {
  const isReading = (call: number): boolean => /^PRAGMA \w+$/.test(calls[call - 1] ?? "");
  const all = idle.filter((call) => !isReading(call) || !isReading(call + 1));
  return choose(all, effort === "sample" ? 5 : "every", salt);
}

describe("another process that comes between any two calls", () => {
  for (const [index, subject] of subjectsOf([...scenarios, ...killedOnly]).entries()) {
    const { scenario, journalMode, driver } = subject;
    const about = `${scenario.title}, journal mode ${journalMode}, ${driver.name}`;
    it(`does no harm and none is done to it: ${about}`, async (test) => {
      if (index === 0) test.diagnostic(seedLine);
      const bytes = await startingPoint(scenario, journalMode);
      const path = workspace().path("app.db");
      putStartingPoint(bytes, path);
      const usual = await undisturbed(subject, path);
      for (const stop of stopsOf(usual)) {
        for (const after of meetingsOf(usual, `${about} ${stop}`)) {
          putStartingPoint(bytes, path);
          await told(`after call ${after}, ${usual.calls[after - 1]}, up to call ${stop} of the other`, () =>
            disturbed(subject, path, usual, { after, stop }),
          );
        }
      }
    });
  }
});
